"""Units: a raw quantity converted, then rounded, to what is billed."""

from decimal import Decimal
from fractions import Fraction

from pricing.exact import Number, cut_ratio, div, mul, rounded, shown
from pricing.model.metric import Metric, UnitMode
from pricing.money import RoundMode
from pricing.steps import Note, Ratio, Step

# Quantities are rounded toward infinities, not away from zero: a correction of -0.5 rounded up is 0.
MODES: dict[UnitMode, RoundMode] = {"up": "ceiling", "down": "floor", "half_up": "half_up", "half_even": "half_even"}


def converted(number: Number, per: Decimal, metric: Metric, steps: list[Step | Note]) -> tuple[Number, Decimal]:
    """`number / per` times `multiply_by`, in units of `divide_by`: a number and what it is still to be divided by."""
    by, times = metric.rounding.divide_by, metric.rounding.multiply_by
    if by == 1 and times == 1:
        return number, per
    path = f"metrics.{metric.id}.rounding"
    if times != 1:
        steps.append(
            ("convert", path, ".multiply_by", metric.unit, Ratio(mul(number, times), per), (Ratio(number, per), times))
        )
        number = mul(number, times)
    if by != 1:
        steps.append(("convert", path, ".divide_by", metric.unit, Ratio(number, per * by), (Ratio(number, per), by)))
    return number, per * by


def round_units(number: Number, per: Decimal, metric: Metric, steps: list[Step | Note]) -> Number:
    """`number / per`, rounded as the metric says: decided on all digits, however long the quotient."""
    rule = metric.rounding
    if rule.mode == "none":
        return number if per == 1 else div(number, per)
    cut = number if per == 1 and type(number) is Decimal else _cut(number, per)
    whole = rounded(cut, rule.decimals, MODES[rule.mode])
    steps.append(
        ("round_units", f"metrics.{metric.id}", ".rounding.mode", metric.unit, whole, (cut, rule.mode, rule.decimals))
    )
    return whole


def units_of(number: Number, per: Decimal, metric: Metric) -> Number:
    """Converted and rounded, for those who need the count alone."""
    number, per = converted(number, per, metric, [])
    return round_units(number, per, metric, [])


def _cut(number: Number, per: Decimal) -> Decimal:
    return cut_ratio(number, per) if type(number) is Decimal else shown(Fraction(number) / Fraction(per))
