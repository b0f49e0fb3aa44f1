"""The straight road: the charge that most contracts have, rated without the detours that none of its terms ask for.

One version in force for the whole period, one slice that measures it, a summed metric, units rounded or not, perhaps an
included quantity, and a price per unit or by plain tiers. Comes to the same statement, byte for byte, as the general
rules do (tests/pricing/test_straight.py); whatever is out of the ordinary is left to them.
"""

from collections.abc import Callable
from decimal import Decimal, Inexact
from typing import Any

from pricing.exact import ROUNDING, ZERO, cut_ratio
from pricing.model.charge import UsageCharge
from pricing.model.metric import Metric
from pricing.model.numbers import QUANTITY_LIMIT
from pricing.model.price import PerUnit, Tiered
from pricing.money import DECIMAL_MODE, quantum
from pricing.rules.stretches import Stretch
from pricing.rules.units import MODES
from pricing.rules.work import Item, Work
from pricing.steps import Note, Step

Notes = list[Step | Note]


def straight(work: Work, stretch: Stretch) -> bool:
    """Make the item of a plain charge; False, with nothing done, for any other."""
    charge: Any = stretch.charge
    metric = work.metrics[charge.metric]
    if stretch.dates is not work.period or not work.plain or not _plain(charge, metric):
        return False
    slices = work.slices.get(charge.metric)
    if slices is None or len(slices) != 1:
        return False
    one = slices[0]
    if one.start != work.bounds[0] or one.end != work.bounds[1] or not ZERO <= one.quantity < QUANTITY_LIMIT:
        return False
    steps: Notes = [("measure", None, "", metric.unit, None, (one.quantity, one.per))]
    try:
        units = _units(one.quantity, one.per, charge, metric, stretch.path, steps)
        exact = (
            None
            if units is None
            else PRICES[charge.price.model](charge.price, units, work.currency, stretch.path + ".price", steps)
        )
    except Inexact:
        return False
    if exact is None:
        return False
    work.priced.add(id(one))
    item = Item(stretch.line, charge.id, "usage", charge.description, stretch.dates, exact, steps, units, metric.unit)
    work.items.append(item)
    return True


def _plain(charge: UsageCharge, metric: Metric) -> bool:
    included, rule = charge.included, metric.rounding
    return (
        charge.price.model in PRICES
        and (included is None or (bool(included.quantity) and included.resets == "period" and included.rollover is None
                                  and not included.consumes_tier))
        and metric.aggregation == "sum" and metric.buckets is None and rule.divide_by == 1 and rule.multiply_by == 1
        and charge.accumulates == "period" and charge.per_each is None and not charge.where
        and charge.minimum_units is None and charge.price_floor is None and charge.allocation is None
    )  # fmt: skip


def _units(
    quantity: Decimal, per: Decimal, charge: UsageCharge, metric: Metric, path: str, steps: Notes
) -> Decimal | None:
    mode, units = metric.rounding.mode, quantity
    if mode == "none":
        if per != 1:
            return None
    else:
        cut = quantity if per == 1 else cut_ratio(quantity, per)
        decimals = metric.rounding.decimals
        units = cut.quantize(quantum(decimals), DECIMAL_MODE[MODES[mode]], ROUNDING)
        steps.append(
            ("round_units", "metrics." + metric.id, ".rounding.mode", metric.unit, units, (cut, mode, decimals))
        )
    if charge.included is None:
        return units
    included = charge.included.quantity or ZERO
    taken = min(units, included)
    left = units - taken
    steps.append(("include", path + ".included", ".quantity", metric.unit, left, (units, included, taken)))
    return left


def _per_unit(price: PerUnit, units: Decimal, currency: str, path: str, steps: Notes) -> Decimal:
    amount = units * price.unit_amount
    steps.append(("price", path, ".unit_amount", currency, amount, (units, price.unit_amount)))
    return amount


def _graduated(price: Tiered, units: Decimal, currency: str, path: str, steps: Notes) -> Decimal | None:
    if not units or price.zero_usage_flat:
        return None
    amount = low = ZERO
    parts = 0
    for tier in price.tiers:
        if tier.flat_amount or tier.block:
            return None
        inside = (units if tier.up_to is None or units < tier.up_to else tier.up_to) - low
        part = inside * tier.unit_amount
        amount += part
        parts += 1
        steps.append(("tier", path, parts - 1, currency, part, (parts, inside, tier.unit_amount)))
        if tier.up_to is None or units <= tier.up_to:
            break
        low = tier.up_to
    steps.append(("sum", None, "", currency, amount, (parts,)))
    return amount


def _volume(price: Tiered, units: Decimal, currency: str, path: str, steps: Notes) -> Decimal | None:
    number, tier = next((at, one) for at, one in enumerate(price.tiers) if one.up_to is None or units <= one.up_to)
    if tier.flat_amount or tier.block or price.zero_usage_flat:
        return None
    amount = units * tier.unit_amount
    steps.append(("price", path, number, currency, amount, (units, tier.unit_amount, number + 1)))
    return amount


PRICES: dict[str, Callable[[Any, Decimal, str, str, Notes], Decimal | None]] = {
    "per_unit": _per_unit, "graduated": _graduated, "volume": _volume,
}  # fmt: skip
