"""Balances: what prepaid commitments and credits hold while a period is rated: opened, granted, spent, expired.

A balance whose access begins in the period is granted by it; any other must be given, for absent is not zero. What
access that ends leaves behind expires, rolls on or is paid back, as the terms say; silence keeps it and says so.
"""

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from pricing.exact import HUNDRED, ZERO, Number, div, mul, shown
from pricing.model.commitment import Credit, Expiry, Prepaid
from pricing.periods import Period
from pricing.refusal import Refusal
from pricing.rules.work import Work
from pricing.statement import Carried


def paid_ahead(work: Work) -> list[Prepaid | Credit]:
    return [*work.terms.prepaid, *work.terms.credits]


def in_turn(one: Prepaid | Credit) -> tuple[int, date, bool, date, str]:
    """Priority, then the earlier end, promotional before paid, the earlier start, the id."""
    return (one.priority, one.access.end or date.max, not one.promotional, one.access.start or date.min, one.id)


def holds(one: Prepaid | Credit, dates: Period) -> bool:
    return dates.overlap(one.access.start, one.access.end) is not None


def grant(work: Work) -> None:
    """Open what begins in this period, touched or not, with what rolled into it."""
    for prepaid in work.terms.prepaid:
        end = prepaid.access.end
        inside = end is not None and work.period.start < end < work.period.end
        if inside and len(prepaid.charges) > 1 and prepaid.expiry and prepaid.expiry.left == "rolls":
            reason = (
                f"ends on {end}, inside the period, and rolls on while several charges draw; let it end with a period"
            )
            raise Refusal(f"prepaid.{prepaid.id}.access", reason)
    for one in paid_ahead(work):
        begins = one.access.start is not None and work.period.start <= one.access.start < work.period.end
        if begins and one.id not in work.balances:
            rolled = sum((lot.quantity for lot in work.opening.carried if lot.id == one.id), ZERO)
            whole = one.amount + rolled
            in_units = isinstance(one, Prepaid) and one.kept_in == "units"
            work.balances[one.id] = whole if in_units else work.round(whole)


def open_balance(work: Work, one: Prepaid | Credit) -> Decimal:
    """What is left of a balance at this point of the rating. Raises Refusal for one that nobody opened."""
    if one.id not in work.balances:
        raise Refusal(f"opening.balances.{one.id}", "is missing, which is not zero; say what was left at the start")
    return work.balances[one.id]


def spend(work: Work, name: str, amount: Decimal) -> None:
    work.balances[name] -= amount
    work.used[name] = work.used.get(name, ZERO) + amount


def expire(work: Work, until: date, names: Collection[str] | None = None) -> None:
    """End the balances (of these names) whose access ends after the period's start and by `until`. Doing it again
    changes nothing."""
    for one in sorted(paid_ahead(work), key=lambda one: one.access.end or date.max):
        if names is not None and one.id not in names:
            continue
        left, end = work.balances.get(one.id), one.access.end
        if not left or end is None or one.id in work.expired or not work.period.start < end <= until:
            continue
        if one.expiry is None:
            work.assumed.append(
                f"{one.id}: {left} is left on {end}, when its access ends; the terms do not say what becomes of it"
            )
            continue
        work.expired[one.id] = left
        work.balances[one.id] = left - left
        _end(work, one, left, one.expiry)


def _end(work: Work, one: Prepaid | Credit, left: Decimal, expiry: Expiry) -> None:
    if expiry.left == "refunds":
        work.assumed.append(f"{one.id}: {left} {work.currency} is left and to be paid back; a person does that")
    if expiry.left != "rolls" or expiry.into is None:
        return
    exact: Number = div(mul(left, HUNDRED if expiry.share is None else expiry.share), HUNDRED)
    in_units = isinstance(one, Prepaid) and one.kept_in == "units"
    rolled = shown(exact) if in_units else work.round(exact)
    rolled = rolled if expiry.ceiling is None else min(rolled, expiry.ceiling)
    if expiry.into in work.balances:
        work.balances[expiry.into] += rolled
    else:
        # What it rolls into has not begun: it waits beside that one's own grant.
        work.carried.append(Carried.model_construct(id=expiry.into, quantity=rolled, periods=1))
