"""Prices: every price model, from billable units to an exact amount, with a step for each figure.

`up_to` belongs to the lower tier. Units of the same count that earlier stretches priced are `before`: they fill the
first tiers. Included units are already gone when a price is looked up here; rounding of the line comes later.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from pricing.exact import HUNDRED, ONE, ZERO, Number, add, div, mul, rounded, shown, sub
from pricing.model.price import (
    FlatModel,
    GraduatedPercentage,
    Package,
    PassThrough,
    Percentage,
    PercentTier,
    PerUnit,
    Stairstep,
    Tier,
    Tiered,
)
from pricing.refusal import Refusal
from pricing.rules.part import Part


def price(model: FlatModel, part: Part) -> Number:
    """The exact amount of `part.units`. Raises Refusal where the usage does not say what the model asks for."""
    return RULES[model.model](model, part)


def per_unit(part: Part, unit_amount: Decimal, suffix: str | int, tier: int | None = None) -> Number:
    """All units at one price; `tier` counts from 1 when the price is that of a volume tier."""
    values = (part.units, unit_amount) if tier is None else (part.units, unit_amount, tier)
    return part.note("price", suffix, mul(part.units, unit_amount), values)


def _per_unit(model: PerUnit, part: Part) -> Number:
    return per_unit(part, model.unit_amount, ".unit_amount")


def _graduated(model: Tiered, part: Part) -> Number:
    if model.zero_usage_flat and not part.units and not part.before and model.tiers[0].flat_amount:
        return _flat(model.tiers[0], 0, part)
    amount: Number = ZERO
    low: Decimal = ZERO
    before, parts = part.before, 0
    end = add(before, part.units) if before else part.units
    for number, tier in enumerate(model.tiers):
        high = tier.up_to
        top = end if high is None or end < high else high
        inside = sub(top, low if low > before else before)
        if inside > 0:
            amount = add(amount, _tier(tier, number, inside, part))
            parts += 1
            if tier.flat_amount and before <= low:
                amount = add(amount, _flat(tier, number, part))
                parts += 1
        if high is None or high >= end:
            break
        low = high
    if not parts:
        number, tier = _reached(model.tiers, before)
        _tier(tier, number, ZERO, part)
    return _summed(part, amount, parts or 1)


def _tier(tier: Tier, number: int, inside: Number, part: Part) -> Number:
    if tier.block is None:
        return part.note("tier", number, mul(inside, tier.unit_amount), (number + 1, inside, tier.unit_amount))
    blocks = rounded(div(inside, tier.block), 0, "ceiling")
    inputs: dict[str, Decimal | str] = {
        "tier": Decimal(number + 1), "quantity": shown(inside), "block": tier.block, "blocks": blocks,
        "unit_amount": tier.unit_amount,
    }  # fmt: skip
    return part.step("tier", inputs, mul(blocks, tier.unit_amount), f"{part.path}.tiers.{number}.unit_amount")


def _flat(tier: Tier | PercentTier, number: int, part: Part) -> Number:
    return part.note("flat", number, tier.flat_amount, (tier.flat_amount, number + 1))


def _summed(part: Part, amount: Number, parts: int) -> Number:
    part.steps.append(("sum", None, "", part.work.currency, amount, (parts,)))
    return amount


def _volume(model: Tiered, part: Part) -> Number:
    if model.zero_usage_flat and not part.units and not part.before and model.tiers[0].flat_amount:
        return _flat(model.tiers[0], 0, part)
    # With an allowance that fills tiers, the units taken off count for the tier that is reached.
    number, tier = _reached(model.tiers, add(part.before, part.units))
    blocks = tier.block is not None
    amount = _tier(tier, number, part.units, part) if blocks else per_unit(part, tier.unit_amount, number, number + 1)
    if not tier.flat_amount or not part.units:
        return amount
    return _summed(part, add(amount, _flat(tier, number, part)), 2)


def _reached(tiers: Any, units: Number) -> tuple[int, Any]:
    return next((number, one) for number, one in enumerate(tiers) if one.up_to is None or units <= one.up_to)


def _package(model: Package, part: Part) -> Number:
    packages = div(part.units, model.size)
    if model.partial != "prorata":
        packages = rounded(packages, 0, "ceiling" if model.partial == "up" else "floor")
    inputs: dict[str, Decimal | str] = {
        "quantity": shown(part.units), "size": model.size, "partial": model.partial, "packages": shown(packages),
        "amount": model.amount,
    }  # fmt: skip
    return part.step("package", inputs, mul(packages, model.amount), f"{part.path}.amount")


def _stairstep(model: Stairstep, part: Part) -> Number:
    if not part.units and not model.zero_usage:
        return part.step("stair", {"quantity": ZERO}, ZERO, f"{part.path}.zero_usage")
    number, tier = _reached(model.tiers, add(part.before, part.units))
    inputs: dict[str, Decimal | str] = {"quantity": shown(part.units), "tier": Decimal(number + 1)}
    return part.step("stair", inputs, tier.amount, f"{part.path}.tiers.{number}.amount")


def _percentage(model: Percentage, part: Part) -> Number:
    by_event = (
        model.event_minimum is not None or model.event_maximum is not None or model.free_events or model.free_amount
    )
    if by_event:
        return _each(model, part)
    inputs: dict[str, Decimal | str] = {"quantity": shown(part.units), "rate": model.rate}
    amount = part.step("percent", inputs, div(mul(part.units, model.rate), HUNDRED), f"{part.path}.rate")
    if not model.fixed_per_event:
        return amount
    if part.raw.events is None:
        raise Refusal(f"{part.path}.fixed_per_event", "needs the number of events; give `events` with each slice")
    events = Decimal(part.raw.events) if part.units else ZERO
    fixed = part.note("price", ".fixed_per_event", mul(events, model.fixed_per_event), (events, model.fixed_per_event))
    return _summed(part, add(amount, fixed), 2)


def _each(model: Percentage, part: Part) -> Number:
    """Event by event, in time order: what is free goes first, then rate and fixed fee, then the bounds."""
    if part.raw.values is None:
        raise Refusal(
            f"{part.path}.free_events", "free and bounded fees are worked out event by event; give events, not slices"
        )
    amount: Number = ZERO
    paid, value, free_value = 0, ZERO, model.free_amount
    free_events = model.free_events
    for number, one in enumerate(part.raw.values):
        free: Number = ZERO
        allowed = _still_free(number, free_events, free_value, model)
        if allowed:
            free = one.number if free_value is None else min(one.number, free_value)
            free_value = None if free_value is None else sub(free_value, free)  # type: ignore[assignment]
        rest = sub(one.number, free)
        if rest <= 0 and (free > 0 or allowed):
            continue
        paid += 1
        value = add(value, rest)  # type: ignore[assignment]
        fee = add(div(mul(rest, model.rate), HUNDRED), model.fixed_per_event)
        # A refund gives its share back; the bounds are for fees.
        amount = add(amount, _bounded(model, fee) if rest >= 0 else fee)
    inputs: dict[str, Decimal | str] = {
        "quantity": shown(part.units), "events": Decimal(len(part.raw.values)), "paid_events": Decimal(paid),
        "paid": shown(value), "rate": model.rate, "fixed": model.fixed_per_event,
    }  # fmt: skip
    bounds = {"event_minimum": model.event_minimum, "event_maximum": model.event_maximum}
    inputs |= {name: bound for name, bound in bounds.items() if bound is not None}
    return part.step("percent", inputs, amount, f"{part.path}.rate")


def _still_free(number: int, events: int | None, left: Number | None, model: Percentage) -> bool:
    if not events and not model.free_amount:
        return False
    return (not events or number < events) and (left is None or left > 0 or not model.free_amount)


def _bounded(model: Percentage, fee: Number) -> Number:
    if model.event_minimum is not None:
        fee = max(fee, model.event_minimum)
    return fee if model.event_maximum is None else min(fee, model.event_maximum)


def _graduated_percentage(model: GraduatedPercentage, part: Part) -> Number:
    if model.zero_usage_flat and not part.units and not part.before and model.tiers[0].flat_amount:
        return _flat(model.tiers[0], 0, part)
    amount: Number = ZERO
    low, parts = ZERO, 0
    end = add(part.before, part.units)
    for number, tier in enumerate(model.tiers):
        top = end if tier.up_to is None else min(tier.up_to, end)
        inside = sub(top, max(low, part.before))
        if inside > 0:
            inputs: dict[str, Decimal | str] = {
                "tier": Decimal(number + 1),
                "quantity": shown(inside),
                "rate": tier.rate,
            }
            rated = div(mul(inside, tier.rate), HUNDRED)
            amount = add(amount, part.step("percent", inputs, rated, f"{part.path}.tiers.{number}.rate"))
            parts += 1
            if tier.flat_amount and part.before <= low:
                amount, parts = add(amount, _flat(tier, number, part)), parts + 1
        low = top  # type: ignore[assignment]
    if not parts:
        inputs = {"tier": ONE, "quantity": ZERO, "rate": model.tiers[0].rate}
        part.step("percent", inputs, ZERO, f"{part.path}.tiers.0.rate")
    return _summed(part, amount, parts or 1)


def _pass_through(model: PassThrough, part: Part) -> Number:
    return per_unit(part, model.multiplier, ".multiplier")


RULES: dict[str, Callable[[Any, Part], Number]] = {
    "per_unit": _per_unit, "graduated": _graduated, "volume": _volume, "package": _package, "stairstep": _stairstep,
    "percentage": _percentage, "graduated_percentage": _graduated_percentage, "pass_through": _pass_through,
}  # fmt: skip
