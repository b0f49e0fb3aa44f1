"""What an invoice does to prepaid balances: once it counts, the drawdown that its statement shows is posted; a void takes
that back."""

from sqlmodel import Session, select

from billing.desk import Desk
from pricing.replay import replay
from pricing.statement import Statement
from store import balances
from store.tables.balance import BalanceEntry
from store.tables.invoice import Invoice
from store.tables.statement import Statement as StatementRow


def post_used(desk: Desk, session: Session, invoice: Invoice) -> None:
    """Post what the invoice's period drew from each balance; a repeat posts nothing."""
    bundle = session.get_one(StatementRow, invoice.statement_id).bundle
    statement = Statement.from_json(replay(bundle))
    for used in statement.closing.used:
        entry = BalanceEntry(
            contract_id=invoice.contract_id, balance=used.id, kind="used", unit=statement.currency, amount=-used.amount,
            period=invoice.period, source=invoice.id, statement_id=invoice.statement_id, at=desk.clock.now(),
        )  # fmt: skip
        balances.post(session, entry)


def restore(desk: Desk, session: Session, invoice: Invoice) -> None:
    """Give back what `post_used` took for this invoice; a repeat posts nothing."""
    drawn = select(BalanceEntry).where(BalanceEntry.source == invoice.id, BalanceEntry.kind == "used")
    for used in session.exec(drawn).all():
        entry = BalanceEntry(
            contract_id=used.contract_id, balance=used.balance, kind="restored", unit=used.unit, amount=-used.amount,
            period=used.period, source=used.source, statement_id=used.statement_id, at=desk.clock.now(),
        )  # fmt: skip
        balances.post(session, entry)
