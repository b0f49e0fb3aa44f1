"""Positions between two periods: what a statement moves, and the opening that the entries of a ledger add up to.

Pure. Promises that a period's opening and its entries give the closing that the calculator gave, in one written form, so
that a position from the ledger and one from a fresh rating have the same digest. Absent stays absent: a position without
an entry is in no opening.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from billing.errors import Refused
from pricing.canonical import canonical, digest
from pricing.exact import exactly, shown
from pricing.money import exponent, quantum
from pricing.periods import Period
from pricing.rules.windows import billing_period, stepped
from pricing.statement import Balance, Carried, Counter, Opening, Position
from pricing.terms import Credit, Prepaid, Terms, UsageCharge
from store.balances import total
from store.tables.balance import BalanceEntry

ZERO = Decimal(0)
# Kept at zero too: they say that the position was there, and that the period was posted.
STAY = ("used", "carried")


class Move(NamedTuple):
    """One entry in the making; see `BalanceEntry`."""

    form: str
    position: str
    periods: int
    kind: str
    unit: str
    amount: Decimal


def counts_on(terms: Terms) -> bool:
    """Whether a period of these terms needs to know anything about the periods before it."""
    usage = [one for one in terms.charges if isinstance(one, UsageCharge)]
    included = [one.included for one in usage if one.included] + [one.included for one in terms.pools]
    windows = [*(one.accumulates for one in usage), *(one.resets for one in included)]
    windows += [*(one.over for one in terms.minimums), *(one.over for one in terms.caps)]
    rolls = any(one.rollover for one in included)
    return bool(terms.prepaid or terms.credits) or rolls or any(one != "period" for one in windows)


def period_before(terms: Terms, period: Period) -> Period:
    """The billing period that ends where `period` begins. Raises Refusal when the terms do not say when periods begin."""
    if terms.billing.anchor is not None:
        return billing_period(terms, period.start - timedelta(days=1))
    return Period(stepped(period.start, terms.billing.frequency, -1, period.start.day), period.start)


def moves(terms: Terms, opening: Opening, closing: Position) -> list[Move]:
    """Everything that a statement moves between `opening` and its `closing`, zeros that say 'was there' among it."""
    with exactly():
        found = [*_balances(closing), *_allowances(terms, opening, closing), *_counters(terms, opening, closing)]
    return [one for one in found if one.amount or one.kind in STAY]


def settled(opening: Opening, posted: Sequence[BalanceEntry]) -> Opening | None:
    """The closing that the live entries of one period make of its opening. None when nothing was posted, or when what
    was posted no longer leads from this opening to the closing it was posted with: an earlier period was corrected, or
    one of several invoices was taken back. Raises Refused for a balance that people's own entries took below zero."""
    moved = sorted((one for one in posted if one.kind != "opening"), key=lambda one: one.id)
    if not moved:
        return None
    newest = moved[-1]
    balances = _added_balances(opening, moved)
    below = [f"{name} at {left}" for name, left in balances.items() if left < 0]
    if below and newest.basis is None:
        raise Refused(
            f"{newest.period} closes with {', '.join(below)}: more was taken than there was; see `ari balances`."
        )
    if below:
        return None
    # Counters and carried units are those that the period itself left, as in a statement.
    lots = [one for one in moved if one.kind == "carried" and one.source == newest.source]
    closing = Opening(
        balances=tuple(Balance(id=name, amount=left) for name, left in balances.items()),
        counters=tuple(_added_counters(opening, moved)),
        carried=tuple(Carried(id=one.balance, quantity=one.amount, periods=one.periods) for one in lots),
    )
    touched = {one.balance for one in moved if one.form == "balance"}
    stands = basis(_only(opening, touched), _only(closing, touched))
    return closing if newest.basis in (None, stands) else None


def opened(opening: Opening, posted: Iterable[BalanceEntry]) -> Opening:
    """`opening` with what people entered for the beginning of this very period, which takes the place of what it had."""
    entered = [one for one in posted if one.kind == "opening"]
    balances = {one.id: one for one in opening.balances}
    counters = {one.id: one for one in opening.counters}
    carried = [one for one in opening.carried if one.id not in {lot.balance for lot in entered if lot.periods}]
    for one in entered:
        if one.form == "balance":
            balances[one.balance] = Balance(id=one.balance, amount=one.amount)
        elif one.form == "allowance":
            carried.append(Carried(id=one.balance, quantity=one.amount, periods=one.periods))
        else:
            counter = counters.get(one.balance, Counter(id=one.balance))
            counters[one.balance] = counter.model_copy(update={one.form: one.amount})
    return Opening(balances=tuple(balances.values()), counters=tuple(counters.values()), carried=tuple(carried))


def written(terms: Terms, opening: Opening) -> Opening:
    """As the calculator takes it: without balances that the terms no longer have, money with the currency's digits."""
    owners: list[Prepaid | Credit] = [*terms.prepaid, *terms.credits]
    in_units = {one.id for one in owners if isinstance(one, Prepaid) and one.kept_in == "units"}
    least = quantum(exponent(terms.currency))

    def money(amount: Decimal) -> Decimal:
        return amount.quantize(least) if amount == amount.quantize(least) else amount

    one_form = _plain(_only(opening, {one.id for one in owners}))
    return Opening(
        balances=tuple(
            one if one.id in in_units else Balance(id=one.id, amount=money(one.amount)) for one in one_form.balances
        ),
        counters=tuple(one.model_copy(update={"amount": money(one.amount)}) for one in one_form.counters),
        carried=one_form.carried,
    )


def basis(opening: Opening, closing: Opening) -> str:
    """The digest that an entry keeps: it stands as long as the ledger still leads from this opening to this closing."""
    return digest(canonical([_plain(opening), _plain(closing)]))


def _plain(opening: Opening) -> Opening:
    """In one order, with figures that have one text each."""
    balances = [Balance(id=one.id, amount=shown(one.amount)) for one in opening.balances]
    counters = [Counter(id=one.id, quantity=shown(one.quantity), amount=shown(one.amount)) for one in opening.counters]
    carried = [Carried(id=one.id, quantity=shown(one.quantity), periods=one.periods) for one in opening.carried]
    return Opening(
        balances=tuple(sorted(balances, key=lambda one: one.id)),
        counters=tuple(sorted(counters, key=lambda one: one.id)),
        carried=tuple(sorted(carried, key=lambda one: (one.id, one.periods))),
    )


def _only(opening: Opening, names: Collection[str]) -> Opening:
    return opening.model_copy(update={"balances": tuple(one for one in opening.balances if one.id in names)})


def _balances(closing: Position) -> Iterator[Move]:
    held = {one.id for one in closing.balances}
    for one in closing.movements:
        if one.id in held:
            for kind, amount in (("bought", one.granted), ("used", -one.used), ("expired", -one.expired)):
                yield Move("balance", one.id, 0, kind, one.unit, amount)


def _allowances(terms: Terms, opening: Opening, closing: Position) -> Iterator[Move]:
    """Between periods only carried-over units are held, so units of a longer window come in as they are used: what is
    left of it is in its counter."""
    held, kept = {one.id for one in closing.balances}, {one.id for one in closing.movements}
    for one in closing.movements:
        if one.id not in held:
            before, left = _lots(opening.carried, one.id), _lots(closing.carried, one.id)
            yield Move("allowance", one.id, 0, "bought", one.unit, left + one.used + one.expired - before)
            yield Move("allowance", one.id, 0, "used", one.unit, -one.used)
            yield Move("allowance", one.id, 0, "expired", one.unit, -one.expired)
    for name in sorted({one.id for one in opening.carried} - kept):
        yield Move("allowance", name, 0, "expired", unit_of(terms, name), -_lots(opening.carried, name))
    for periods, name in sorted({(one.periods, one.id) for one in closing.carried}):
        same = [one for one in closing.carried if (one.periods, one.id) == (periods, name)]
        yield Move("allowance", name, periods, "carried", unit_of(terms, name), _lots(same, name))


def _counters(terms: Terms, opening: Opening, closing: Position) -> Iterator[Move]:
    before, left = ({one.id: one for one in side.counters} for side in (opening, closing))
    for name in sorted(before.keys() | left.keys()):
        was, now = before.get(name, Counter(id=name)), left.get(name)
        for form in _forms(was, now):
            unit = terms.currency if form == "amount" else unit_of(terms, name)
            had = getattr(was, form)
            # A counter whose window is over goes as a whole; what the last period counted needs nobody any more.
            amount = -had if now is None else getattr(now, form) - had
            yield Move(form, name, 0, "expired" if now is None else "used", unit, amount)


def _forms(was: Counter, now: Counter | None) -> list[str]:
    """Units, money or both; units when there is neither, so that the counter is known to be there."""
    found = [form for form in ("quantity", "amount") if getattr(was, form) or (now and getattr(now, form))]
    return found or ["quantity"]


def _lots(carried: Iterable[Carried], name: str) -> Decimal:
    return sum((one.quantity for one in carried if one.id == name), ZERO)


def unit_of(terms: Terms, name: str) -> str:
    """The unit of what 'minutes', 'minutes[site 1]', 'minutes.included' or a pool counts; else the currency."""
    charges = {one.id: one for one in terms.charges if isinstance(one, UsageCharge)}
    pool = next((one for one in terms.pools if one.id == name), None)
    found = charges.get(pool.charges[0] if pool else name.split("[")[0].removesuffix(".included"))
    return terms.metric(found.metric).unit if found else terms.currency


def _added_balances(opening: Opening, moved: Sequence[BalanceEntry]) -> dict[str, Decimal]:
    had = {one.id: one.amount for one in opening.balances}
    own = [one for one in moved if one.form == "balance"]
    with exactly():
        return {
            name: had.get(name, ZERO) + total(one for one in own if one.balance == name)
            for name in had.keys() | {one.balance for one in own}
        }


def _added_counters(opening: Opening, moved: Sequence[BalanceEntry]) -> Iterator[Counter]:
    had = {one.id: one for one in opening.counters}
    own = [one for one in moved if one.form in ("quantity", "amount")]
    over = {one.balance for one in own if one.kind == "expired"}
    for name in {one.balance for one in own} - over:
        was = had.get(name, Counter(id=name))
        with exactly():
            sums = {
                form: getattr(was, form) + total(one for one in own if (one.balance, one.form) == (name, form))
                for form in ("quantity", "amount")
            }
        yield Counter(id=name, quantity=sums["quantity"], amount=sums["amount"])
