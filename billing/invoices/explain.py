"""Why is this amount what it is: the working, the clauses it rests on, and the rows that were counted."""

from datetime import datetime

from sqlmodel import Session

from billing import words
from billing.contracts.evidence import Evidence
from billing.contracts.stored import evidence_of
from billing.desk import Desk
from billing.errors import Refused
from billing.invoices.statements import Rated, line_view, rate_period
from billing.usage.measure import DUPLICATE
from billing.usage.snapshot import Measured
from billing.views import ClauseView, Explanation, UsageView
from pricing.periods import Period
from pricing.statement import Line
from pricing.working import table
from store.tables.document import Document

REASONS = {DUPLICATE: "delivered more than once"}


def explain(desk: Desk, customer_id: str, period: Period, line_id: str | None = None) -> list[Explanation]:
    """One explanation per line, or of the one line asked for. Raises Refused for a line that the statement lacks."""
    rated = rate_period(desk, customer_id, period)
    lines = [line for line in rated.statement.lines if line_id in (None, line.id)]
    if not lines:
        known = ", ".join(line.id for line in rated.statement.lines)
        raise Refused(f"The statement has no line {line_id!r}; its lines are {known}.")
    with desk.db.read() as session:
        return [_explanation(desk, session, rated, line) for line in lines]


def _explanation(desk: Desk, session: Session, rated: Rated, line: Line) -> Explanation:
    version = rated.billable.version
    measured = _measured(rated, line)
    return Explanation(
        line=line_view(line, rated.statement),
        working=tuple(tuple(row) for row in table(line)),
        clauses=clauses(session, evidence_of(version), {step.path for step in line.steps if step.path}),
        usage=_usage(desk, rated, measured) if measured else None,
        terms_version=version.version, confirmed_by=version.confirmed_by,
        confirmed_at=words.moment(version.confirmed_at, desk.settings.zone) if version.confirmed_at else None,
    )  # fmt: skip


def clauses(session: Session, evidence: Evidence, paths: set[str]) -> tuple[ClauseView, ...]:
    """The quotes behind the term paths that a line used, each once."""
    found: dict[tuple[str, int, str], ClauseView] = {}
    for path, item in evidence.items():
        if (
            item.quote
            and item.page
            and any(path == one or path.startswith(f"{one}.") or one.startswith(f"{path}.") for one in paths)
        ):
            document = session.get(Document, item.document) if item.document else None
            view = ClauseView(document_id=item.document or "", page=item.page, quote=item.quote, field=path,
                              filename=document.filename if document else "the contract")  # fmt: skip
            found.setdefault((view.document_id, view.page, view.quote), view)
    return tuple(found.values())


def _measured(rated: Rated, line: Line) -> Measured | None:
    charge = next((one for one in rated.billable.terms.charges if one.id == line.charge), None)
    metric = getattr(charge, "metric", None)
    return next((one for one in rated.snapshot.metrics if one.metric == metric), None)


def _usage(desk: Desk, rated: Rated, measured: Measured) -> UsageView:
    metric = rated.billable.terms.metric(measured.metric)
    per = measured.slices[0].per if measured.slices else 1
    return UsageView(
        snapshot_id=rated.snapshot_id, metric=metric.unit, rows=measured.rows, query=measured.query,
        excluded=tuple((REASONS.get(reason, reason.replace("_", " ")), rows) for reason, rows in measured.excluded.items()),
        first=_moment(desk, measured.first), last=_moment(desk, measured.last),
        as_of=words.moment(rated.snapshot.as_of, desk.settings.zone),
        by_day=tuple((day.day.isoformat(), words.quantity(round(day.quantity / per, 1), metric.unit)) for day in measured.by_day),
    )  # fmt: skip


def _moment(desk: Desk, stored: str | None) -> str | None:
    """As the store wrote it, when that is no instant that we can read."""
    if stored is None:
        return None
    try:
        return words.moment(datetime.fromisoformat(stored), desk.settings.zone)
    except ValueError:
        return stored
