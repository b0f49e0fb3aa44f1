"""Shares: an amount split to the last digit, so that the parts always add up to the whole (largest remainder)."""

from collections.abc import Sequence
from decimal import Decimal

from pricing.exact import ZERO, Number, div, mul, rounded, shown, sub, total
from pricing.money import quantum
from pricing.rules.measure import dimension_values, measure
from pricing.rules.units import units_of
from pricing.rules.work import Item, Work
from pricing.statement import Share
from pricing.terms import UsageCharge


def split(amount: Decimal, weights: Sequence[Number], digits: int) -> list[Decimal]:
    """`amount` in proportion to `weights` (none negative), each part at `digits` places. Digits that rounding down
    leaves go one each to the largest fractions, ties to the earlier. With no weight at all the parts are even."""
    if amount != rounded(amount, digits, "down"):
        raise ValueError(f"{amount} is finer than {digits} digits")
    if amount < 0:
        return [-part for part in split(-amount, weights, digits)]
    whole = total(weights)
    if not whole:
        weights, whole = [Decimal(1)] * len(weights), Decimal(len(weights))
    exact = [div(mul(amount, weight), whole) for weight in weights]
    parts = [rounded(one, digits, "floor") for one in exact]
    step = quantum(digits)
    left = int((amount - sum(parts, ZERO)) / step)
    order = sorted(range(len(parts)), key=lambda place: (sub(parts[place], exact[place]), place))
    for place in order[:left]:
        parts[place] += step
    return parts


def allocate(work: Work) -> None:
    """The lines of charges that are split over a dimension get their shares, once their amounts are rounded."""
    for item in work.items:
        charge = next((one for one in work.terms.charges if one.id == item.charge), None)
        if isinstance(charge, UsageCharge) and charge.allocation and item.kind in ("usage", "overage"):
            item.shares = _shares(work, charge, item)


def _shares(work: Work, charge: UsageCharge, item: Item) -> tuple[Share, ...]:
    assert charge.allocation is not None
    by, listed = charge.allocation.by, charge.allocation.order
    keys = dimension_values(work, charge.metric, by, charge.where)
    keys.sort(key=lambda key: listed.index(key) if key in listed else len(listed))
    metric = work.terms.metric(charge.metric)
    quantities: list[Number] = []
    for key in keys:
        raw = measure(work, metric, item.dates, {**charge.where, by: (key,)})
        quantities.append(units_of(raw.number, raw.per, metric))
    amount = item.amount or ZERO
    if not total(quantities):
        quantities = [ZERO] * len(keys)
    whole = total(quantities)
    parts = split(amount, quantities, work.digits)
    return tuple(
        Share(
            key,
            shown(quantity),
            shown(div(mul(item.exact, quantity), whole) if whole else div(item.exact, Decimal(len(keys)))),
            part,
        )
        for key, quantity, part in zip(keys, quantities, parts, strict=True)
    )
