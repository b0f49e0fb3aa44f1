"""Units: a raw quantity converted, then rounded, to what is billed."""

from decimal import Decimal
from fractions import Fraction

from pricing.exact import Number, div, rounded, shown, shown_ratio
from pricing.model.metric import Metric, UnitMode
from pricing.money import RoundMode
from pricing.statement import Step

# Quantities are rounded toward infinities, not away from zero: a correction of -0.5 rounded up is 0.
MODES: dict[UnitMode, RoundMode] = {"up": "ceiling", "down": "floor", "half_up": "half_up", "half_even": "half_even"}


def converted(number: Number, per: Decimal, metric: Metric, steps: list[Step]) -> tuple[Number, Decimal]:
    """`number / per` in units that are `divide_by` raw ones, still undivided."""
    by = metric.rounding.divide_by
    if by == 1:
        return number, per
    after = per * by
    inputs: dict[str, Decimal | str] = {"quantity": _shown(number, per), "divide_by": by}
    steps.append(Step("convert", inputs, _shown(number, after), metric.unit, f"metrics.{metric.id}.rounding.divide_by"))
    return number, after


def round_units(number: Number, per: Decimal, metric: Metric, steps: list[Step]) -> Number:
    """`number / per`, rounded as the metric says: decided on all digits, however long the quotient."""
    rule = metric.rounding
    if rule.mode == "none":
        return number if per == 1 else div(number, per)
    cut = _shown(number, per)
    whole = rounded(cut, rule.decimals, MODES[rule.mode])
    inputs: dict[str, Decimal | str] = {"quantity": cut, "mode": rule.mode, "decimals": Decimal(rule.decimals)}
    steps.append(Step("round_units", inputs, whole, metric.unit, f"metrics.{metric.id}.rounding.mode"))
    return whole


def _shown(number: Number, per: Decimal) -> Decimal:
    if isinstance(number, Fraction):
        return shown(number / Fraction(per))
    return shown(number) if per == 1 else shown_ratio(number, per)
