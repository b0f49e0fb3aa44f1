"""Prepaid balances: entries that are posted once, their sum, and the roll-forward that ties.

Promises exact sums and that the same entry posted twice counts once. How much a period draws is the calculator's
business; this only keeps what it said.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact, localcontext
from itertools import groupby

from sqlmodel import Session, col, select

from store.errors import StoreError
from store.rows import insert_if_new
from store.tables.balance import KINDS, BalanceEntry

ADDS = {"opening": True, "bought": True, "used": False, "expired": False, "restored": True}


class BalanceError(StoreError):
    """Entries that contradict each other; the message names the balance and the period."""


@dataclass(frozen=True)
class Roll:
    """One period of a balance in `unit`: opening + bought + used + expired + restored = closing, signs included."""

    period: str
    unit: str
    opening: Decimal
    bought: Decimal
    used: Decimal
    expired: Decimal
    restored: Decimal
    closing: Decimal


def post(session: Session, entry: BalanceEntry) -> bool:
    """Write the entry; False when it is there already (same contract, balance, kind, period and source).

    Raises BalanceError for the wrong sign (used and expired are negative or zero, all others positive or zero) and when
    the entry that is there has another amount or unit: a correction is an entry with a source of its own.
    """
    if entry.kind not in KINDS:
        raise BalanceError(f"{entry.kind!r} is not a kind of entry; use one of {', '.join(KINDS)}")
    if entry.amount and (entry.amount > 0) is not ADDS[entry.kind]:
        raise BalanceError(f"{entry.balance}: {entry.kind} of {entry.amount} has the wrong sign")
    if insert_if_new(session, entry):
        return True
    place = {name: getattr(entry, name) for name in ("contract_id", "balance", "kind", "period", "source")}
    kept = session.exec(select(BalanceEntry).filter_by(**place)).one()
    if (kept.amount, kept.unit) != (entry.amount, entry.unit):
        raise BalanceError(
            f"{entry.balance} in {entry.period}: {entry.kind} from {entry.source} is {kept.amount} {kept.unit} already,"
            f" not {entry.amount} {entry.unit}; post the difference under a source of its own"
        )
    return False


def balance(session: Session, contract_id: str, name: str, before: str) -> Decimal:
    """What is left as period `before` begins, an opening entry of that very period included. Zero without entries."""
    return _sum(
        entry.amount
        for entry in _entries(session, contract_id, name)
        if entry.period < before or (entry.period == before and entry.kind == "opening")
    )


def roll_forward(session: Session, contract_id: str, name: str) -> list[Roll]:
    """The balance period by period, in order; periods without entries are left out.

    Raises BalanceError when it does not tie: mixed units, an opening after the first period, a closing below zero.
    """
    rows: list[Roll] = []
    for period, group in groupby(_entries(session, contract_id, name), key=lambda entry: entry.period):
        rows.append(_roll(name, period, list(group), rows[-1] if rows else None))
    return rows


def _roll(name: str, period: str, entries: list[BalanceEntry], before: Roll | None) -> Roll:
    moved = {kind: _sum(entry.amount for entry in entries if entry.kind == kind) for kind in KINDS}
    units = {entry.unit for entry in entries} | ({before.unit} if before else set())
    if len(units) > 1:
        raise BalanceError(f"{name} in {period}: entries in {' and '.join(sorted(units))} cannot be added up")
    if before and any(entry.kind == "opening" for entry in entries):
        raise BalanceError(f"{name} in {period}: an opening of {moved['opening']} after a closing of {before.closing}")
    if before:
        moved["opening"] = before.closing
    closing = _sum(moved.values())
    if closing < 0:
        raise BalanceError(f"{name} in {period}: closes at {closing}; more was taken than there was")
    return Roll(period=period, unit=units.pop(), closing=closing, **moved)


def _entries(session: Session, contract_id: str, name: str) -> Iterable[BalanceEntry]:
    query = select(BalanceEntry).where(BalanceEntry.contract_id == contract_id, BalanceEntry.balance == name)
    return session.exec(query.order_by(col(BalanceEntry.period), col(BalanceEntry.id)))


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    # The usual 28 digits would round a long sum in silence; this refuses instead.
    with localcontext(Context(prec=300, traps=[Inexact])):
        return sum(amounts, Decimal(0))
