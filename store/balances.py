"""The ledger of positions: entries that are posted once, taken back exactly, and rolled forward period by period.

Promises exact sums, that the same entry posted twice counts once, and that every closing is the next opening. What a
period moves is the calculator's business; this only keeps what it said.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Context, Decimal, Inexact, localcontext
from itertools import groupby

from sqlmodel import Session, col, select

from pricing.periods import Period
from store.errors import StoreError
from store.rows import insert_if_new
from store.tables.balance import FORMS, KINDS, BalanceEntry

MOVES = ("opening", "bought", "used", "expired", "restored")
KEY = ("contract_id", "form", "balance", "periods", "kind", "period", "source")


class BalanceError(StoreError):
    """Entries that contradict each other; the message names the position and the period."""


@dataclass(frozen=True, slots=True)
class Roll:
    """One period of a position in `unit`: opening + bought + used + expired + restored = closing, signs included.
    `entries` are those behind the figures, in the order in which they were posted."""

    form: str
    position: str
    period: str
    unit: str
    opening: Decimal
    bought: Decimal
    used: Decimal
    expired: Decimal
    restored: Decimal
    closing: Decimal
    entries: tuple[BalanceEntry, ...]


def post(session: Session, entry: BalanceEntry) -> bool:
    """Write the entry; False when it is there already (same position, kind, period and source).

    Raises BalanceError for what is no entry, and when the one that is there has another amount or unit: a correction is
    an entry with a source of its own.
    """
    if entry.kind not in KINDS or entry.form not in FORMS:
        raise BalanceError(f"{entry.kind!r} of a {entry.form!r} is no entry; kinds are {', '.join(KINDS)}")
    if entry.kind in ("opening", "carried") and entry.amount < 0:
        raise BalanceError(f"{entry.balance}: {entry.kind} of {entry.amount} is below zero")
    if insert_if_new(session, entry):
        return True
    kept = session.exec(select(BalanceEntry).filter_by(**{name: getattr(entry, name) for name in KEY})).one()
    if (kept.amount, kept.unit) != (entry.amount, entry.unit):
        raise BalanceError(
            f"{entry.balance} in {entry.period}: {entry.kind} from {entry.source} is {kept.amount} {kept.unit} already,"
            f" not {entry.amount} {entry.unit}; post the difference under a source of its own"
        )
    return False


def restore(session: Session, contract_id: str, source: str, at: datetime) -> int:
    """Take back exactly what `source` moved, one entry for each position and period; how many were new."""
    moved = [one for one in entries(session, contract_id) if one.source == source and one.kind in MOVES]
    count = 0
    for (period, form, name), group in groupby(sorted(moved, key=_place), key=_place):
        own = [one for one in group if one.kind != "restored"]
        entry = BalanceEntry(
            contract_id=contract_id, form=form, balance=name, kind="restored", unit=own[0].unit, period=period,
            amount=negative(own), source=source, statement_id=own[0].statement_id, at=at,
        )  # fmt: skip
        count += post(session, entry)
    return count


def entries(session: Session, contract_id: str) -> list[BalanceEntry]:
    """Everything that was ever posted for a contract, in the order of posting."""
    query = select(BalanceEntry).where(BalanceEntry.contract_id == contract_id)
    return list(session.exec(query.order_by(col(BalanceEntry.id))))


def live(posted: Iterable[BalanceEntry]) -> list[BalanceEntry]:
    """Without the sources that were taken back: a voided invoice says nothing about where a period stands."""
    posted = list(posted)
    gone = {one.source for one in posted if one.kind == "restored"}
    return [one for one in posted if one.source not in gone]


def roll_forward(session: Session, contract_id: str, first: str | None = None, last: str | None = None) -> list[Roll]:
    """Every position from period to period, `first` to `last` inclusive; periods without entries are left out.

    Raises BalanceError when it cannot tie: two units in one position, an opening where there is a closing already.
    """
    rows: list[Roll] = []
    posted = sorted((one for one in entries(session, contract_id) if one.kind in MOVES), key=_order)
    for _, group in groupby(posted, key=lambda one: (one.form, one.balance)):
        rows += _rolls(list(group))
    return [row for row in rows if _within(row.period, first, last)]


def carried_on(session: Session, contract_id: str) -> list[BalanceEntry]:
    """What each period's latest live source says of the allowances it carries on: closings, lot by lot."""
    posted = live(entries(session, contract_id))
    newest = {one.period: one.source for one in posted if one.kind != "opening"}
    return [one for one in posted if one.kind == "carried" and one.source == newest[one.period]]


def total(moved: Iterable[BalanceEntry]) -> Decimal:
    """The exact sum of amounts."""
    with localcontext(_exact()):
        return sum((one.amount for one in moved), Decimal(0))


def negative(moved: Iterable[BalanceEntry]) -> Decimal:
    """What takes all of them back."""
    return _exact().minus(total(moved))


def _exact() -> Context:
    """The usual 28 digits would round a long sum in silence; this refuses instead."""
    return Context(prec=300, traps=[Inexact])


def _rolls(posted: Sequence[BalanceEntry]) -> list[Roll]:
    rows: list[Roll] = []
    for _, group in groupby(posted, key=lambda one: one.period):
        # What was taken back as a whole is no closing: a mistaken opening may be entered again in another period.
        stands = any(live(row.entries) for row in rows)
        rows.append(_roll(tuple(group), rows[-1] if stands else None))
    return rows


def _roll(posted: tuple[BalanceEntry, ...], before: Roll | None) -> Roll:
    one = posted[0]
    moved = {kind: total(entry for entry in posted if entry.kind == kind) for kind in MOVES}
    units = {entry.unit for entry in posted} | ({before.unit} if before else set())
    if len(units) > 1:
        raise BalanceError(
            f"{one.balance} in {one.period}: entries in {' and '.join(sorted(units))} cannot be added up"
        )
    opened = [entry.source for entry in posted if entry.kind == "opening"]
    if before and opened:
        raise BalanceError(
            f"{one.balance} in {one.period}: an opening of {moved['opening']} after a closing of {before.closing}"
        )
    if before:
        moved["opening"] = before.closing
    with localcontext(_exact()):
        closing = sum(moved.values(), Decimal(0))
    return Roll(one.form, one.balance, one.period, one.unit, closing=closing, entries=posted, **moved)


def _order(entry: BalanceEntry) -> tuple[int, str, object, str]:
    return (FORMS.index(entry.form), entry.balance, Period.parse(entry.period), entry.id)


def _place(entry: BalanceEntry) -> tuple[str, str, str]:
    return (entry.period, entry.form, entry.balance)


def _within(period: str, first: str | None, last: str | None) -> bool:
    start = Period.parse(period).start
    return (first is None or start >= Period.parse(first).start) and (last is None or start <= Period.parse(last).start)
