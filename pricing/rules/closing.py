"""Closing: balances after the period, what expired of them, and the position that the next period opens with."""

from decimal import Decimal

from pricing.exact import ZERO
from pricing.model.commitment import Credit, Prepaid
from pricing.refusal import Refusal
from pricing.rules.balances import expire, paid_ahead
from pricing.rules.work import Work, charge_of
from pricing.statement import Balance, Movement, Position


def check_opening(work: Work) -> None:
    """Raises Refusal for a balance that is unknown, doubled or too fine, and for a commitment that pays for a fee."""
    if not work.opening.balances and not work.terms.prepaid:
        return
    metered = {one.id for one in work.terms.charges if one.kind == "usage"}
    for prepaid in work.terms.prepaid:
        if any(name not in metered for name in prepaid.charges):
            raise Refusal(f"prepaid.{prepaid.id}.applies_to", "names a fee, but only usage draws; name a usage charge")
    held = {one.id: one for one in paid_ahead(work)}
    names = [balance.id for balance in work.opening.balances]
    for balance in work.opening.balances:
        _check(work, balance, held.get(balance.id), names.count(balance.id))


def _check(work: Work, balance: Balance, owner: Prepaid | Credit | None, times: int) -> None:
    path = f"opening.balances.{balance.id}"
    if owner is None:
        raise Refusal(path, "the terms have no such prepaid commitment; name one they have")
    if times > 1:
        raise Refusal(path, "is given twice; give one opening balance")
    in_units = isinstance(owner, Prepaid) and owner.kept_in == "units"
    if not in_units and balance.amount != work.round(balance.amount):
        raise Refusal(path, f"{balance.amount} is finer than {work.currency} goes; give one that can be paid")


def position(work: Work) -> Position:
    """Next period's opening, and how each balance came to it."""
    if not (
        work.balances
        or work.carried
        or work.closing_counters
        or work.movements
        or work.opening.carried
        or work.counters
    ):
        return NOTHING
    expire(work, work.period.end)
    # A charge that is not in force for a while finds its count again.
    active = {one.charge for one in work.items}
    for name, counter in work.counters.items():
        owner = charge_of(name)
        if owner not in active and owner in {one.id for one in work.terms.charges}:
            work.closing_counters.setdefault(name, counter)
    # What rolled into a balance that has not begun waits on.
    waiting = {one.id for one in paid_ahead(work) if one.id not in work.balances}
    work.carried += [lot for lot in work.opening.carried if lot.id in waiting]
    opened = {one.id: one.amount for one in work.opening.balances}
    drawing = {one.id.split(".")[0] for one in work.items if one.kind in ("drawdown", "credit")}
    for name, closing in work.balances.items():
        opening, used, gone = opened.get(name, ZERO), work.used.get(name, ZERO), work.expired.get(name, ZERO)
        granted = closing + gone + used - opening
        work.movements.append(Movement(name, _unit(work, name), opening, granted, used, gone, closing))
    return Position(
        balances=tuple([_balance(name, amount) for name, amount in work.balances.items()]),
        used=tuple([_balance(name, work.used.get(name, work.zero)) for name in work.balances if name in drawing]),
        counters=tuple(work.closing_counters[name] for name in sorted(work.closing_counters)),
        carried=tuple(work.carried),
        movements=tuple(work.movements),
    )


def _unit(work: Work, name: str) -> str:
    for prepaid in work.terms.prepaid:
        if prepaid.id == name and prepaid.kept_in == "units":
            metrics = [one.metric for one in work.terms.charges if one.kind == "usage" and one.id == prepaid.charges[0]]
            return work.terms.metric(metrics[0]).unit
    return work.currency


def _balance(name: str, amount: Decimal) -> Balance:
    return Balance.model_construct(id=name, amount=amount)


NOTHING = Position()
