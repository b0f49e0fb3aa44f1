"""Prices: per unit, graduated and volume, from billable units to an exact amount.

`up_to` belongs to the lower tier. A flat amount is due once, when its tier is entered, so never at zero usage. Included
units are already gone when a price is looked up here; rounding comes later.
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from pricing.exact import Worked, decimal
from pricing.statement import Step
from pricing.terms import PerUnit, PriceModel, Tier

ZERO = Fraction(0)


def price(model: PriceModel, before: Fraction, units: Fraction, currency: str, path: str) -> Worked:
    """The exact amount of `units` when `before` units of the same count were priced already. `path` names the model."""
    if isinstance(model, PerUnit):
        return per_unit(units, model.unit_amount, currency, f"{path}.unit_amount")
    if model.model == "volume":
        return _volume(model.tiers, units, currency, path)
    return _graduated(model.tiers, before, units, currency, path)


def per_unit(units: Fraction, unit_amount: Decimal, currency: str, path: str, tier: int | None = None) -> Worked:
    """All units at one price; `tier` counts from 1 when the price is that of a volume tier."""
    amount = units * Fraction(unit_amount)
    inputs = {"quantity": decimal(units), "unit_amount": unit_amount} | ({"tier": Decimal(tier)} if tier else {})
    return Worked(amount, (Step(op="price", inputs={**inputs}, result=decimal(amount), unit=currency, path=path),))


def _graduated(tiers: Sequence[Tier], before: Fraction, units: Fraction, currency: str, path: str) -> Worked:
    parts: list[Worked] = []
    low = ZERO
    for number, tier in enumerate(tiers):
        high = before + units if tier.up_to is None else min(Fraction(tier.up_to), before + units)
        inside = high - max(low, before)
        if inside > 0:
            parts.append(_tier(tier, number, inside, currency, path))
            if before <= low:
                parts += _flat(tier, number, currency, path)
        low = high
    if not parts:
        number = _reached(tiers, before)
        parts.append(_tier(tiers[number], number, ZERO, currency, path))
    return _sum(parts, currency)


def _volume(tiers: Sequence[Tier], units: Fraction, currency: str, path: str) -> Worked:
    number = _reached(tiers, units)
    priced = per_unit(units, tiers[number].unit_amount, currency, f"{path}.tiers.{number}.unit_amount", number + 1)
    flat = _flat(tiers[number], number, currency, path) if units > 0 else []
    return _sum([priced, *flat], currency) if flat else priced


def _reached(tiers: Sequence[Tier], total: Fraction) -> int:
    return next(number for number, tier in enumerate(tiers) if tier.up_to is None or total <= Fraction(tier.up_to))


def _tier(tier: Tier, number: int, units: Fraction, currency: str, path: str) -> Worked:
    amount = units * Fraction(tier.unit_amount)
    inputs = {"tier": Decimal(number + 1), "quantity": decimal(units), "unit_amount": tier.unit_amount}
    step = Step(op="tier", inputs={**inputs}, result=decimal(amount), unit=currency,
                path=f"{path}.tiers.{number}.unit_amount")  # fmt: skip
    return Worked(amount, (step,))


def _flat(tier: Tier, number: int, currency: str, path: str) -> list[Worked]:
    if not tier.flat_amount:
        return []
    step = Step(op="flat", inputs={"tier": Decimal(number + 1), "amount": tier.flat_amount}, result=tier.flat_amount,
                unit=currency, path=f"{path}.tiers.{number}.flat_amount")  # fmt: skip
    return [Worked(Fraction(tier.flat_amount), (step,))]


def _sum(parts: Sequence[Worked], currency: str) -> Worked:
    steps = tuple(step for part in parts for step in part.steps)
    total = sum((part.value for part in parts), ZERO)
    inputs = {f"part_{number:03}": step.result for number, step in enumerate(steps, 1)}
    return Worked(total, (*steps, Step(op="sum", inputs={**inputs}, result=decimal(total), unit=currency)))
