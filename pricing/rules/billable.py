"""Billable units: from what was measured to what is priced, in the order of operations that the terms say.

Converted, rounded; then the allowance, the charge's share of a pool and free units come off, and a minimum of units is
raised to.
"""

from decimal import Decimal

from pricing.exact import ONE, ZERO, Number, add, div, mul, shown, sub
from pricing.rules import allowances
from pricing.rules.allowances import Allowance
from pricing.rules.part import Part
from pricing.rules.proration import coverage
from pricing.rules.units import converted, round_units
from pricing.rules.windows import discount_dates


def billable(part: Part, allowance: Allowance | None) -> Number:
    """Sets `part.units` to those left to price and returns all that were counted."""
    raw, metric, steps = part.raw, part.metric, part.steps
    if part.work.usual_units:
        number, per = converted(raw.number, raw.per, metric, steps)
        units = round_units(number, per, metric, steps)
        part.units = _beyond(part, allowance, units)
        return units
    order = part.work.terms.order
    if order.index("included") < order.index("convert"):
        number, per = converted(_beyond(part, allowance, raw.units), ONE, metric, steps)
        part.units = round_units(number, per, metric, steps)
        return raw.units
    number, per = converted(raw.number, raw.per, metric, steps)
    units = number if per == 1 else div(number, per)
    part.units = round_units(_beyond(part, allowance, units), ONE, metric, steps)
    return units


def _beyond(part: Part, allowance: Allowance | None, units: Number) -> Number:
    charge, terms = part.charge, part.work.terms
    if allowance and charge.included:
        units = allowances.include(allowance, units, f"{part.stretch.path}.included", part.steps)
    if terms.pools:
        units = _pooled(part, units)
    if terms.discounts:
        units = _free(part, units)
    if charge.minimum_units is not None and units < charge.minimum_units:
        inputs: dict[str, Decimal | str] = {"quantity": shown(units), "minimum": charge.minimum_units}
        return part.units_step("minimum_units", inputs, charge.minimum_units, f"{part.stretch.path}.minimum_units")
    return units


def _pooled(part: Part, units: Number) -> Number:
    taken = part.work.pooled.get(part.stretch.line)
    if taken is None:
        return units
    pool = next(one for one in part.work.terms.pools if part.charge.id in one.charges)
    inputs: dict[str, Decimal | str] = {"quantity": shown(units), "taken": shown(taken), "pool": pool.description}
    return part.units_step("pool", inputs, sub(units, taken), f"pools.{pool.id}.included.quantity")


def _free(part: Part, units: Number) -> Number:
    """Free units of a discount; what one stretch took is gone for the next."""
    given = part.work.free
    for discount in part.work.terms.discounts:
        if discount.units is None or part.charge.id not in (discount.applies_to or ()):
            continue
        dates = discount_dates(part.work.terms, discount, part.work.period)
        path = f"discounts.{discount.id}"
        share = coverage(dates, discount.proration, part.stretch.dates, part.work.zone, f"{path}.in_force")
        if share is None:
            continue
        key = (discount.id, part.charge.id + part.suffix)
        taken = min(units, max(sub(mul(discount.units, share), given.get(key, ZERO)), ZERO))
        given[key] = add(taken, given.get(key, ZERO))
        inputs: dict[str, Decimal | str] = {"quantity": shown(units), "free": shown(taken), "of": discount.units}
        if share != ONE:
            inputs["on"] = "days covered"
        units = part.units_step("free_units", inputs, sub(units, taken), f"{path}.units")
    return units
