"""Metered charges: each stretch measured, included units taken off, the rest priced or drawn from prepaid balances."""

from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from pricing.exact import ZERO, Number, add, mul, shown, sub
from pricing.model.charge import UsageCharge
from pricing.refusal import Refusal
from pricing.rules import allowances, drawing
from pricing.rules.allowances import Allowance
from pricing.rules.billable import billable
from pricing.rules.escalation import raised
from pricing.rules.matrix import by_cell
from pricing.rules.measure import Where, dimension_values, measure
from pricing.rules.part import Part
from pricing.rules.prices import price
from pricing.rules.straight import straight
from pricing.rules.stretches import Stretch
from pricing.rules.windows import begins, span
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
    if len(group) == 1 and straight(work, group[0]):
        return
    if len(group) > 1:
        _check_changes(work, group)
    if charge.allocation is not None:
        work.shared = True
    if charge.per_each is None:
        _run(work, group, charge, charge.where, "")
        return
    values = dimension_values(work, charge.metric, charge.per_each, charge.where)
    values += _known(work, charge, values)
    for value in values:
        _run(work, group, charge, {**charge.where, charge.per_each: (value,)}, f"[{value}]")
    if not values:
        _run(work, group, charge, charge.where, "")


def _known(work: Work, charge: UsageCharge, used: list[str]) -> list[str]:
    """Values without usage in this period, of which earlier periods of a window left a count or units."""
    names = [*work.counters, *(lot.id for lot in work.opening.carried)]
    prefix = f"{charge.id}["
    values = {name[len(prefix) :].rpartition("]")[0] for name in names if name.startswith(prefix)}
    return sorted(values.difference(used))


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
        path, day = f"{_cause(work, stretch)}.tiers_on_change", stretch.dates.start
        if metric.aggregation not in ("sum", "count", "time_weighted") or metric.buckets:
            what = f"a {metric.aggregation} is that of the whole period"
            raise Refusal(path, f"the price changes on {day}, but {what}; let it change with a period")
        plain = charge.price.model in ("per_unit", "pass_through") and charge.minimum_units is None
        if (not plain or charge.included) and stretch.counting is None:
            raise Refusal(path, f"the price changes on {day}; say if the count restarts or continues there")
        whole = _whole_count(charge)
        if stretch.counting == "continue" and whole:
            how = "write restart, or let the change come with a period"
            raise Refusal(path, f"are units before {day} priced again with those after it? {whole} cannot go on; {how}")


def _cause(work: Work, stretch: Stretch) -> str:
    """The term that cuts the period where this stretch begins."""
    for escalator in work.terms.escalators:
        if stretch.charge.id in escalator.applies_to and stretch.charge.in_force.start != stretch.dates.start:
            return f"escalators.{escalator.id}"
    return stretch.path


def _whole_count(charge: UsageCharge) -> str | None:
    """What about a charge can only be worked out on the count of the whole period, if anything."""
    price = charge.price
    if price.model not in ADDITIVE:
        return str(price.model)
    if any(getattr(tier, "block", None) for tier in getattr(price, "tiers", ())):
        return "blocks"
    if getattr(price, "zero_usage_flat", False):
        return "zero_usage_flat"
    if charge.minimum_units is not None:
        return "minimum_units"
    return None if charge.price_floor is None else "price_floor"


def _accumulated(part: Part) -> Number:
    """The whole window priced, less what its earlier periods came to: tiers and started packages count once.

    Once the price changed inside the window, what was counted before is not priced again at the new one.
    """
    work, charge = part.work, part.charge
    name, path = f"{charge.id}{part.suffix}", f"{part.stretch.path}.accumulates"
    window = span(work.terms, charge.accumulates, work.period)
    begun = window.begins_in(work.period) or begins(work.terms, work.period, charge.id)
    earlier = Counter(id=name) if begun else work.counter(name, path)
    so_far = work.closing_counters.get(name) or earlier
    changed = _price_since(part) > window.dates.start
    if changed and (_whole_count(charge) or not _goes_on(part)):
        reason = f"the price changes inside {window.dates.key}; say what was counted before costs, or let it change with a window"
        raise Refusal(path, reason)
    whole = price(charge.price, part.over(add(part.units, so_far.quantity), ZERO, part.path, part.steps))  # type: ignore[arg-type]
    before: Number = so_far.amount
    if changed:
        before = price(charge.price, part.over(so_far.quantity, ZERO, part.path, []))  # type: ignore[arg-type]
    exact = sub(whole, before)
    inputs: dict[str, Decimal | str] = {
        "amount": shown(whole), "earlier": shown(before), "quantity": shown(so_far.quantity),
    }  # fmt: skip
    if changed:
        inputs["at"] = "this price"
    part.step("earlier", inputs, exact, path)
    if not window.ends_in(work.period) or part.stretch.dates.end < work.period.end:
        work.count(name, earlier, quantity=shown(part.units), amount=work.round(exact))
    else:
        work.closing_counters.pop(name, None)
    return exact


def _goes_on(part: Part) -> bool:
    """Whether the count goes on after a change of price, because the terms say so or the price is the same for every unit."""
    own = [one.tiers_on_change for one in part.work.terms.escalators if part.charge.id in one.applies_to]
    said = [part.charge.tiers_on_change, *own]
    return "restart" not in said and ("continue" in said or part.charge.price.model in ("per_unit", "pass_through"))


def _price_since(part: Part) -> date:
    """The day from which this stretch's price holds."""
    first = min(one.in_force.start or date.min for one in part.work.terms.charges if one.id == part.charge.id)
    start = part.charge.in_force.start or date.min
    days = [start] if start > first else [date.min]
    for escalator in part.work.terms.escalators:
        if part.charge.id in escalator.applies_to:
            days += raised(part.work.terms, escalator, part.charge, part.stretch.dates.start + timedelta(days=1))
    return max(days)


def _floor(part: Part, floor: Decimal, amount: Number) -> Number:
    least = mul(part.units, floor)
    if amount >= least:
        return amount
    inputs: dict[str, Decimal | str] = {"quantity": shown(part.units), "unit_amount": floor, "amount": shown(amount)}
    return part.step("floor", inputs, least, f"{part.stretch.path}.price_floor")
