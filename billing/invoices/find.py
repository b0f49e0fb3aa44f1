"""Finding invoices and showing them. Everything shown comes from the stored content, not from a fresh computation."""

from collections.abc import Collection

from sqlmodel import Session, col, select

from billing import words
from billing.desk import Desk
from billing.errors import Refused
from billing.invoices.content import Content, ContentLine
from billing.views import InvoiceView, LineView
from pricing.periods import Period
from store.tables.approval import Approval
from store.tables.invoice import Invoice
from store.tables.usage import UsageSnapshot


def invoices(
    desk: Desk, customer_id: str | None = None, period: Period | None = None, states: Collection[str] | None = None
) -> list[InvoiceView]:
    """Newest first, at most 50."""
    query = select(Invoice).order_by(col(Invoice.created_at).desc()).limit(50)
    if customer_id:
        query = query.where(Invoice.customer_id == customer_id)
    if period:
        query = query.where(Invoice.period == period.key)
    if states:
        query = query.where(col(Invoice.state).in_(states))
    with desk.db.read() as session:
        return [invoice_view(desk, session, row) for row in session.exec(query)]


def waiting_for(desk: Desk, user_id: str) -> list[InvoiceView]:
    """Invoices that wait for an approval which this person has not given and did not ask for, oldest first."""
    waiting = invoices(desk, states=("awaiting",))
    return [one for one in reversed(waiting) if user_id not in one.approved_by and user_id != one.requested_by]


def one(desk: Desk, invoice_id: str) -> InvoiceView:
    """Raises Refused for an id that does not exist."""
    with desk.db.read() as session:
        return invoice_view(desk, session, load(session, invoice_id))


def load(session: Session, invoice_id: str) -> Invoice:
    row = session.get(Invoice, invoice_id)
    if row is None:
        raise Refused("I know no such invoice; ask me to list the invoices.")
    return row


def lock(session: Session, invoice_id: str) -> Invoice:
    """As `load`, for changing: nobody else changes the row until the transaction ends."""
    row = session.get(Invoice, invoice_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise Refused("I know no such invoice; ask me to list the invoices.")
    return row


def content_of(row: Invoice) -> Content:
    return Content.model_validate_json(row.content)


def invoice_view(desk: Desk, session: Session, row: Invoice) -> InvoiceView:
    content = content_of(row)
    snapshot = session.get(UsageSnapshot, content.snapshot)
    return InvoiceView(
        id=row.id, customer_id=row.customer_id, customer=content.customer, period=row.period, kind=row.kind, state=row.state,
        total=words.amount(row.total, row.currency), due=words.amount(row.due, row.currency), currency=row.currency,
        lines=tuple(_line(line, content.currency, Period.parse(row.period)) for line in content.lines),
        recipients=content.recipients,
        net_days=content.net_days, memo=content.memo, requested_by=row.requested_by, approved_by=approvers(session, row),
        stripe_number=row.stripe_number, hosted_url=row.hosted_url, digest=row.digest, channel=row.channel,
        card_ts=row.card_ts, note=row.error,
        as_of=words.moment(snapshot.as_of, desk.settings.zone) if snapshot else "",
    )  # fmt: skip


def approvers(session: Session, row: Invoice) -> tuple[str, ...]:
    """Who approved exactly this digest, in order."""
    rows = session.exec(
        select(Approval)
        .where(Approval.invoice_id == row.id, Approval.digest == row.digest, Approval.decision == "approve")
        .order_by(col(Approval.at))
    )
    return tuple(approval.user_id for approval in rows)


def _line(line: ContentLine, currency: str, whole: Period) -> LineView:
    shown = words.amount(line.amount, currency)
    description = words.dated(line.description, Period(line.start, line.end), whole)
    return LineView(id=line.id, description=description, quantity=line.quantity, sentence=line.sentence, amount=shown,
                    billed=words.amount(line.amount * 0, currency), due=shown)  # fmt: skip
