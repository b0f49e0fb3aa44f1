"""Metered charges: each stretch measured, included units taken off, the rest priced or drawn from prepaid balances."""

from decimal import Decimal
from typing import NamedTuple

from pricing.exact import ZERO, Number, add, mul, shown, sub
from pricing.model.charge import UsageCharge
from pricing.refusal import Refusal
from pricing.rules import allowances, drawing
from pricing.rules.allowances import Allowance
from pricing.rules.billable import billable
from pricing.rules.matrix import by_cell
from pricing.rules.measure import Where, dimension_values, measure
from pricing.rules.part import Part
from pricing.rules.prices import price
from pricing.rules.stretches import Stretch
from pricing.rules.windows import span
from pricing.rules.work import Work
from pricing.statement import Counter

# What can be priced stretch by stretch, going on where the stretch before stopped, and comes to the same as at once.
ADDITIVE = ("per_unit", "graduated", "graduated_percentage", "pass_through")


class Count(NamedTuple):
    """What earlier stretches counted: all units, and those beyond the included ones."""

    units: Number = ZERO
    billable: Number = ZERO


NOTHING = Count()


def metered(work: Work, group: tuple[Stretch, ...]) -> None:
    """The items of one usage charge. Raises Refusal when its versions leave open how the period is counted."""
    charge: UsageCharge = group[0].charge  # type: ignore[assignment]
    if len(group) > 1:
        _check_changes(work, group)
    if charge.allocation is not None:
        work.shared = True
    if charge.per_each is None:
        _run(work, group, charge, charge.where, "")
        return
    values = dimension_values(work, charge.metric, charge.per_each, charge.where)
    for value in values:
        _run(work, group, charge, {**charge.where, charge.per_each: (value,)}, f"[{value}]")
    if not values:
        _run(work, group, charge, charge.where, "")


def _run(work: Work, group: tuple[Stretch, ...], charge: UsageCharge, where: Where, suffix: str) -> None:
    """One charge, or one value of its `per_each` dimension, through the stretches of a period."""
    metric = work.metrics[charge.metric]
    allowance: Allowance | None = None
    if charge.included or len(group) > 1:
        rules = [stretch.charge.included for stretch in group]  # type: ignore[union-attr]
        allowance = allowances.opened(work, group, rules, f"{charge.id}{suffix}.included", metric.unit)
    count = NOTHING
    for stretch in group:
        part = Part(work, stretch, metric, measure(work, metric, stretch.dates, where), suffix)
        if work.below_zero:
            work.assumed.append(f"{charge.id}: {work.below_zero} measured; a total below zero is billed as none")
            work.below_zero = None
        if stretch.counting != "continue":
            count = NOTHING
        units = _stretch(part, allowance, count, where)
        if len(group) > 1:
            count = Count(add(count.units, units), add(count.billable, part.units))
    if allowance:
        allowances.settle(work, allowance)


def _stretch(part: Part, allowance: Allowance | None, count: Count, where: Where) -> Number:
    """One stretch as items; all units that it counted."""
    charge, work = part.charge, part.work
    if charge.price.model == "matrix":
        exact = by_cell(part, charge.price, where)
        part.item(part.line(charge.id), "usage", _described(part), exact)
        return part.units
    units = billable(part, allowance)
    part.before = count.billable
    if charge.included and charge.included.consumes_tier:
        part.before = add(count.units, sub(units, part.units))
    if work.terms.prepaid and drawing.draw(part):
        return units
    exact = price(charge.price, part) if charge.accumulates == "period" else _accumulated(part)
    if charge.price_floor is not None:
        exact = _floor(part, charge.price_floor, exact)
    part.item(part.line(charge.id) if part.suffix else part.stretch.line, "usage", _described(part), exact)
    return units


def _described(part: Part) -> str:
    return f"{part.charge.description} {part.suffix}" if part.suffix else part.charge.description


def _check_changes(work: Work, group: tuple[Stretch, ...]) -> None:
    """Whatever counts over the whole period must say how it goes on after a change; some of it cannot."""
    for stretch in group[1:]:
        charge: UsageCharge = stretch.charge  # type: ignore[assignment]
        metric = work.metrics[charge.metric]
        summed = metric.aggregation in ("sum", "count") and metric.buckets is None
        plain = charge.price.model in ("per_unit", "pass_through") and summed and charge.minimum_units is None
        path, day = f"{stretch.path}.tiers_on_change", stretch.dates.start
        if (not plain or charge.included) and stretch.counting is None:
            raise Refusal(path, f"the price changes on {day}; say if the count restarts or continues there")
        blocks = any(getattr(tier, "block", None) for tier in getattr(charge.price, "tiers", ()))
        if stretch.counting == "continue" and (charge.price.model not in ADDITIVE or blocks or not summed):
            what = charge.price.model if summed else metric.aggregation
            raise Refusal(
                path, f"are units before {day} priced again with those after it? {what} cannot go on; write restart"
            )


def _accumulated(part: Part) -> Number:
    """The whole window priced, less what its earlier periods came to: tiers and started packages count once."""
    work, charge = part.work, part.charge
    name, path = f"{charge.id}{part.suffix}", f"{part.stretch.path}.accumulates"
    window = span(work.terms, charge.accumulates, work.period)
    earlier = Counter(id=name) if window.begins_in(work.period) else work.counter(name, path)
    so_far = work.closing_counters.get(name) or earlier
    whole = price(charge.price, part.over(add(part.units, so_far.quantity), ZERO, part.path, part.steps))  # type: ignore[arg-type]
    exact = sub(whole, so_far.amount)
    inputs: dict[str, Decimal | str] = {
        "amount": shown(whole),
        "earlier": so_far.amount,
        "quantity": shown(so_far.quantity),
    }
    part.step("earlier", inputs, exact, path)
    if not window.ends_in(work.period) or part.stretch.dates.end < work.period.end:
        work.count(name, earlier, quantity=shown(part.units), amount=work.round(exact))
    return exact


def _floor(part: Part, floor: Decimal, amount: Number) -> Number:
    least = mul(part.units, floor)
    if amount >= least:
        return amount
    inputs: dict[str, Decimal | str] = {"quantity": shown(part.units), "unit_amount": floor, "amount": shown(amount)}
    return part.step("floor", inputs, least, f"{part.stretch.path}.price_floor")
