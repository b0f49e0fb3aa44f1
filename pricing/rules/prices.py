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
from pricing.rules.measure import Raw
from pricing.statement import Step

# Names of a sum's inputs, which sort as they stand.
PARTS = tuple(f"part_{number:03}" for number in range(1, 1000))


class Priced:
    """The units of one stretch on their way to an amount; rules append their steps."""

    __slots__ = ("before", "currency", "part", "path", "raw", "steps", "units")

    def __init__(
        self, units: Number, before: Number, raw: Raw, path: str, currency: str, steps: list[Step],
        part: Callable[[Number], Number] | None,
    ) -> None:  # fmt: skip
        """`part` rounds each tier, flat amount and cell where the terms round those."""
        self.units, self.before, self.raw, self.path = units, before, raw, path
        self.currency, self.steps, self.part = currency, steps, part

    def step(self, op: Any, inputs: dict[str, Decimal | str], amount: Number, path: str) -> Number:
        if self.part is not None:
            amount = self.part(amount)
        self.steps.append(Step(op, inputs, shown(amount), self.currency, path))
        return amount


def price(model: FlatModel, work: Priced) -> Number:
    """The exact amount of `work.units`. Raises Refusal where the usage does not say what the model asks for."""
    return RULES[type(model)](model, work)


def per_unit(work: Priced, unit_amount: Decimal, path: str, tier: int | None = None) -> Number:
    """All units at one price; `tier` counts from 1 when the price is that of a volume tier."""
    inputs: dict[str, Decimal | str] = {"quantity": shown(work.units), "unit_amount": unit_amount}
    if tier:
        inputs["tier"] = Decimal(tier)
    return work.step("price", inputs, mul(work.units, unit_amount), path)


def _per_unit(model: PerUnit, work: Priced) -> Number:
    return per_unit(work, model.unit_amount, f"{work.path}.unit_amount")


def _tiered(model: Tiered, work: Priced) -> Number:
    if model.zero_usage_flat and not work.units and not work.before and model.tiers[0].flat_amount:
        return _flat(model.tiers[0], 0, work)
    return _volume(model, work) if model.model == "volume" else _graduated(model, work)


def _graduated(model: Tiered, work: Priced) -> Number:
    amount: Number = ZERO
    low: Decimal = ZERO
    before, parts = work.before, 0
    end = add(before, work.units) if before else work.units
    for number, tier in enumerate(model.tiers):
        high = tier.up_to
        top = end if high is None or end < high else high
        inside = sub(top, low if low > before else before)
        if inside > 0:
            amount = add(amount, _tier(tier, number, inside, work))
            parts += 1
            if tier.flat_amount and before <= low:
                amount = add(amount, _flat(tier, number, work))
                parts += 1
        if high is None or high >= end:
            break
        low = high
    if not parts:
        number, tier = _reached(model.tiers, before)
        _tier(tier, number, ZERO, work)
    return _summed(work, amount, parts or 1)


def _tier(tier: Tier, number: int, inside: Number, work: Priced) -> Number:
    path = f"{work.path}.tiers.{number}.unit_amount"
    if tier.block is None:
        inputs: dict[str, Decimal | str] = {
            "tier": Decimal(number + 1),
            "quantity": shown(inside),
            "unit_amount": tier.unit_amount,
        }
        return work.step("tier", inputs, mul(inside, tier.unit_amount), path)
    blocks = rounded(div(inside, tier.block), 0, "ceiling")
    inputs = {
        "tier": Decimal(number + 1),
        "quantity": shown(inside),
        "block": tier.block,
        "blocks": blocks,
        "unit_amount": tier.unit_amount,
    }
    return work.step("tier", inputs, mul(blocks, tier.unit_amount), path)


def _flat(tier: Tier | PercentTier, number: int, work: Priced) -> Number:
    inputs: dict[str, Decimal | str] = {"tier": Decimal(number + 1), "amount": tier.flat_amount}
    return work.step("flat", inputs, tier.flat_amount, f"{work.path}.tiers.{number}.flat_amount")


def _summed(work: Priced, amount: Number, parts: int) -> Number:
    steps = work.steps[-parts:]
    inputs: dict[str, Decimal | str] = {PARTS[number]: one.result for number, one in enumerate(steps)}
    work.steps.append(Step("sum", inputs, shown(amount), work.currency))
    return amount


def _volume(model: Tiered, work: Priced) -> Number:
    number, tier = _reached(model.tiers, work.units)
    if tier.block is None:
        amount = per_unit(work, tier.unit_amount, f"{work.path}.tiers.{number}.unit_amount", number + 1)
    else:
        amount = _tier(tier, number, work.units, work)
    if not tier.flat_amount or not work.units:
        return amount
    return _summed(work, add(amount, _flat(tier, number, work)), 2)


def _reached(tiers: Any, units: Number) -> tuple[int, Any]:
    return next((number, one) for number, one in enumerate(tiers) if one.up_to is None or units <= one.up_to)


def _package(model: Package, work: Priced) -> Number:
    packages = div(work.units, model.size)
    if model.partial != "prorata":
        packages = rounded(packages, 0, "ceiling" if model.partial == "up" else "floor")
    inputs: dict[str, Decimal | str] = {
        "quantity": shown(work.units), "size": model.size, "partial": model.partial, "packages": shown(packages), "amount": model.amount,
    }  # fmt: skip
    return work.step("package", inputs, mul(packages, model.amount), f"{work.path}.amount")


def _stairstep(model: Stairstep, work: Priced) -> Number:
    if not work.units and not model.zero_usage:
        return work.step("stair", {"quantity": ZERO}, ZERO, f"{work.path}.zero_usage")
    number, tier = _reached(model.tiers, work.units)
    inputs: dict[str, Decimal | str] = {"quantity": shown(work.units), "tier": Decimal(number + 1)}
    return work.step("stair", inputs, tier.amount, f"{work.path}.tiers.{number}.amount")


def _percentage(model: Percentage, work: Priced) -> Number:
    by_event = (
        model.event_minimum is not None or model.event_maximum is not None or model.free_events or model.free_amount
    )
    if by_event:
        return _each(model, work)
    inputs: dict[str, Decimal | str] = {"quantity": shown(work.units), "rate": model.rate}
    amount = work.step("percent", inputs, div(mul(work.units, model.rate), HUNDRED), f"{work.path}.rate")
    if not model.fixed_per_event:
        return amount
    if work.raw.events is None:
        raise Refusal(f"{work.path}.fixed_per_event", "needs the number of events; give `events` with each slice")
    events = Decimal(work.raw.events) if work.units else ZERO
    inputs = {"quantity": events, "unit_amount": model.fixed_per_event}
    fixed = work.step("price", inputs, mul(events, model.fixed_per_event), f"{work.path}.fixed_per_event")
    return _summed(work, add(amount, fixed), 2)


def _each(model: Percentage, work: Priced) -> Number:
    """Event by event, in time order: what is free goes first, then rate and fixed fee, then the bounds."""
    if work.raw.values is None:
        raise Refusal(
            f"{work.path}.free_events", "free and bounded fees are worked out event by event; give events, not slices"
        )
    amount: Number = ZERO
    paid, value, free_value = 0, ZERO, model.free_amount
    free_events = model.free_events
    for number, one in enumerate(work.raw.values):
        free: Number = ZERO
        if _still_free(number, free_events, free_value, model):
            free = one.number if free_value is None else min(one.number, free_value)
            free_value = None if free_value is None else sub(free_value, free)  # type: ignore[assignment]
        rest = sub(one.number, free)
        if rest <= 0 and free > 0:
            continue
        paid += 1
        value = add(value, rest)  # type: ignore[assignment]
        amount = add(amount, _bounded(model, add(div(mul(rest, model.rate), HUNDRED), model.fixed_per_event)))
    inputs: dict[str, Decimal | str] = {
        "quantity": shown(work.units), "events": Decimal(len(work.raw.values)), "paid_events": Decimal(paid),
        "paid": shown(value), "rate": model.rate, "fixed": model.fixed_per_event,
    }  # fmt: skip
    return work.step("percent", inputs, amount, f"{work.path}.rate")


def _still_free(number: int, events: int | None, left: Number | None, model: Percentage) -> bool:
    if not events and not model.free_amount:
        return False
    return (not events or number < events) and (left is None or left > 0 or not model.free_amount)


def _bounded(model: Percentage, fee: Number) -> Number:
    if model.event_minimum is not None:
        fee = max(fee, model.event_minimum)
    return fee if model.event_maximum is None else min(fee, model.event_maximum)


def _graduated_percentage(model: GraduatedPercentage, work: Priced) -> Number:
    if model.zero_usage_flat and not work.units and not work.before and model.tiers[0].flat_amount:
        return _flat(model.tiers[0], 0, work)
    amount: Number = ZERO
    low, parts = ZERO, 0
    end = add(work.before, work.units)
    for number, tier in enumerate(model.tiers):
        top = end if tier.up_to is None else min(tier.up_to, end)
        inside = sub(top, max(low, work.before))
        if inside > 0:
            inputs: dict[str, Decimal | str] = {
                "tier": Decimal(number + 1),
                "quantity": shown(inside),
                "rate": tier.rate,
            }
            rated = div(mul(inside, tier.rate), HUNDRED)
            amount = add(amount, work.step("percent", inputs, rated, f"{work.path}.tiers.{number}.rate"))
            parts += 1
            if tier.flat_amount and work.before <= low:
                amount, parts = add(amount, _flat(tier, number, work)), parts + 1
        low = top  # type: ignore[assignment]
    if not parts:
        inputs = {"tier": ONE, "quantity": ZERO, "rate": model.tiers[0].rate}
        work.step("percent", inputs, ZERO, f"{work.path}.tiers.0.rate")
    return _summed(work, amount, parts or 1)


def _pass_through(model: PassThrough, work: Priced) -> Number:
    return per_unit(work, model.multiplier, f"{work.path}.multiplier")


RULES: dict[type, Callable[[Any, Priced], Number]] = {
    PerUnit: _per_unit, Tiered: _tiered, Package: _package, Stairstep: _stairstep, Percentage: _percentage,
    GraduatedPercentage: _graduated_percentage, PassThrough: _pass_through,
}  # fmt: skip
