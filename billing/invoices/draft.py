"""Drafting: a statement becomes an invoice that waits for approval. Proposes only; the worker makes the Stripe draft.

Reachable by the agent, so nothing in here or below it can approve, finalize or send.
"""

from datetime import timedelta

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from billing import words
from billing.desk import Desk
from billing.errors import Refused
from billing.invoices import content as contents
from billing.invoices.content import Content, ContentLine
from billing.invoices.find import invoice_view
from billing.invoices.reads import StripeCustomer
from billing.invoices.statements import Rated, rate_period
from billing.invoices.states import LIVE
from billing.record import record
from billing.views import InvoiceView
from pricing.canonical import canonical, digest
from pricing.periods import Period
from pricing.statement import Line
from pricing.working import sentence
from settings import wall_now
from store import tasks
from store.ids import new_id
from store.tables.invoice import Invoice

KIND = "usage"
BILL_TO = "main"


def propose(
    desk: Desk, customer_id: str, period: Period, requested_by: str, channel: str, thread_ts: str | None
) -> InvoiceView:
    """Draft `period` for a customer; the live invoice of that period is returned when there is one already.

    Raises Refused while the period runs, when nothing is due, when Stripe already bills the same, and when the customer
    cannot be invoiced.
    """
    live = _live(desk, customer_id, period)
    if live:
        return live
    rated = rate_period(desk, customer_id, period)
    _must_be_due(desk, rated)
    payer, account = _payer(desk, rated), desk.stripe.account()
    try:
        return _plan(desk, rated, account, payer, requested_by, channel, thread_ts)
    except IntegrityError:
        raced = _live(desk, customer_id, period)
        if raced is None:
            raise
        return raced


def _live(desk: Desk, customer_id: str, period: Period) -> InvoiceView | None:
    with desk.db.read() as session:
        row = session.exec(
            select(Invoice).where(
                Invoice.customer_id == customer_id, Invoice.period == period.key, Invoice.kind == KIND,
                Invoice.state.in_(LIVE),  # type: ignore[attr-defined]
            )
        ).first()  # fmt: skip
        return invoice_view(desk, session, row) if row else None


def _must_be_due(desk: Desk, rated: Rated) -> None:
    name, when = rated.billable.customer.name, words.period(rated.period)
    if not rated.final:
        raise Refused(f"{when} is still running, so {name} cannot be invoiced yet; I can show the statement so far.")
    if rated.elsewhere.conflicts:
        raise Refused(
            f"I will not draft this for {name}: {' '.join(rated.elsewhere.conflicts)} Decide first who bills it."
        )
    if rated.statement.due == 0:
        raise Refused(
            f"Nothing is due from {name} for {when}: the statement comes to "
            f"{words.amount(rated.statement.due, rated.statement.currency)}."
        )
    if rated.statement.due < 0:
        raise Refused(
            f"{name} has been billed too much for {when}; that needs a credit note, which a person has to make."
        )
    if rated.statement.payable != rated.statement.due:
        due = words.amount(rated.statement.due, rated.statement.currency)
        raise Refused(
            f"{name}'s terms put tax or a credit after tax on top of {due}, and I cannot pass those to Stripe yet: "
            "a draft would ask for another amount. Invoice this month by hand."
        )


def _payer(desk: Desk, rated: Rated) -> StripeCustomer:
    customer = rated.billable.customer
    found = desk.stripe.customer(customer.stripe_customer_id) if customer.stripe_customer_id else None
    if found is None or found.deleted:
        raise Refused(f"{customer.name} has no usable Stripe customer; link one first.")
    if not found.email:
        raise Refused(
            f"{customer.name}'s Stripe customer has no e-mail address, so an invoice could not be sent; add one."
        )
    return found


def _plan(
    desk: Desk,
    rated: Rated,
    account: str,
    payer: StripeCustomer,
    requested_by: str,
    channel: str,
    thread_ts: str | None,
) -> InvoiceView:
    now = desk.clock.now()
    with desk.db.write() as session:
        content = _content(desk, session, rated, account, payer)
        row = Invoice(
            id=new_id("invoice"), ari_key=content.ari_key, gen=content.gen, account=content.account,
            contract_id=rated.billable.contract.id, customer_id=rated.billable.customer.id, bill_to=BILL_TO,
            period=rated.period.key, kind=KIND, sequence=1, state="planned", statement_id=rated.id,
            content=canonical(content), digest=content.digest(), currency=content.currency, total=rated.statement.total,
            due=content.total, requested_by=requested_by, channel=channel, thread_ts=thread_ts, created_at=now,
            updated_at=now, expires_at=now + timedelta(days=desk.settings.file.policy.send.expires_days),
        )  # fmt: skip
        session.add(row)
        session.flush()
        tasks.add(session, "invoice.draft", row.id, {"invoice": row.id}, wall_now())
        record(
            desk,
            session,
            "invoice.planned",
            requested_by,
            row.id,
            {"digest": row.digest, "ari_key": row.ari_key, "gen": row.gen},
        )
        return invoice_view(desk, session, row)


def _content(desk: Desk, session: Session, rated: Rated, account: str, payer: StripeCustomer) -> Content:
    base, statement = rated.billable, rated.statement
    ari_key = contents.key(account, base.contract.id, BILL_TO, rated.period.key, KIND, 1)
    lines = tuple(_line(line, statement.currency) for line in statement.lines if line.due or line.kind == "drawdown")
    total = contents.totals(lines)
    return Content(
        ari_key=ari_key, gen=_generation(session, ari_key), account=account, stripe_customer=payer.id,
        customer=base.customer.name, recipients=(payer.email or "",), po_number=base.terms.billing.po_number,
        memo=f"{words.period(rated.period)} — usage under {base.contract.title}",
        footer=f"Usage as recorded at {words.moment(rated.snapshot.as_of, desk.settings.zone)}.", currency=statement.currency,
        lines=lines, net_days=base.terms.billing.net_days, total=total, amount_due=total, zone=base.terms.time_zone,
        terms_version=base.version.id, terms_sha=base.version.terms_sha, snapshot=rated.snapshot_id,
        snapshot_sha=digest(canonical(rated.snapshot)), opening_sha=digest(canonical(rated.bundle.opening)),
        statement=rated.id, statement_sha=digest(canonical(rated.bundle)),
    )  # fmt: skip


def _line(line: Line, currency: str) -> ContentLine:
    return ContentLine(
        id=line.id, description=line.description, sentence=sentence(line, currency), amount=line.due,
        quantity=None if line.quantity is None else words.quantity(line.quantity, line.unit or ""),
        start=line.period.start, end=line.period.end,
    )  # fmt: skip


def _generation(session: Session, ari_key: str) -> int:
    """Dead generations keep their numbers: an old idempotency key would replay a dead invoice."""
    gens = session.exec(select(Invoice.gen).where(Invoice.ari_key == ari_key)).all()
    return max(gens, default=0) + 1
