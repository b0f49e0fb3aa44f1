"""What a statement does to the positions of its contract: once it counts, every movement is posted; a void takes that back.

Posts the difference to what the period's entries hold already, so that a second invoice of a period moves only what is
new, and a repeat moves nothing.
"""

from sqlmodel import Session

from billing.desk import Desk
from billing.invoices.positions import Move, basis, moves
from pricing.periods import Period
from pricing.rate import rate
from pricing.replay import read
from store import balances
from store.tables.balance import BalanceEntry
from store.tables.contract import Contract
from store.tables.invoice import Invoice
from store.tables.statement import Statement as StatementRow

MOVED = ("bought", "used", "expired")


def post_movements(desk: Desk, session: Session, invoice: Invoice) -> None:
    """Post everything that the invoice's statement moves; a repeat posts nothing."""
    post_statement(desk, session, session.get_one(StatementRow, invoice.statement_id), invoice.id)


def restore(desk: Desk, session: Session, invoice: Invoice) -> None:
    """Take back exactly what was posted for this invoice; a repeat posts nothing."""
    balances.restore(session, invoice.contract_id, invoice.id, desk.clock.now())


def post_statement(desk: Desk, session: Session, row: StatementRow, source: str) -> bool:
    """Post what a stored statement moves, under `source`; False when that was done before, taken back or not."""
    # Two sources that post at once would each see the other's period empty, and post the whole of it.
    session.get_one(Contract, row.contract_id, with_for_update=True)
    posted = balances.entries(session, row.contract_id)
    if any(one.source == source for one in posted):
        return False
    given = read(row.bundle)
    period = Period(given.period.start, given.period.end)
    # Rated and not replayed: what calculator 1 wrote says nothing of movements, which its terms have all the same.
    closing = rate(given.terms, given.usage, period, given.opening, given.billed).closing
    stands = basis(given.opening, closing.opening)
    there = [one for one in balances.live(posted) if one.period == row.period]
    for move in _difference(moves(given.terms, given.opening, closing), there):
        entry = BalanceEntry(
            contract_id=row.contract_id, form=move.form, balance=move.position, periods=move.periods, kind=move.kind,
            unit=move.unit, amount=move.amount, period=row.period, source=source, basis=stands, statement_id=row.id,
            at=desk.clock.now(),
        )  # fmt: skip
        balances.post(session, entry)
    return True


def _difference(wanted: list[Move], there: list[BalanceEntry]) -> list[Move]:
    """What is still to be moved. What is carried on moves nothing and is said anew each time, as the latest word holds."""
    had: dict[tuple[str, str, str], list[BalanceEntry]] = {}
    for one in there:
        if one.kind in MOVED:
            had.setdefault((one.form, one.balance, one.kind), []).append(one)
    left = [_less(move, had.pop((move.form, move.position, move.kind), [])) for move in wanted]
    gone = [Move(*place[:2], 0, place[2], found[0].unit, balances.negative(found)) for place, found in had.items()]
    return [move for move in (*left, *gone) if move is not None]


def _less(move: Move, had: list[BalanceEntry]) -> Move | None:
    if not had:
        return move
    rest = move.amount + balances.negative(had)
    return move._replace(amount=rest) if rest else None
