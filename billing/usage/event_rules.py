"""Event rules: what a contract makes of each single event ('6-second increments, at least 30 seconds'), as SQL.

Whole numbers only: bounds and steps become whole numbers of the store's unit, or of a tenth, a hundredth of it, and a
value reaches a multiple of its step through its remainder, never through a division. `pricing.rules.events` does the same
to events that the calculator is given one by one.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, case, cast, or_

from billing.errors import Refused
from pricing.exact import exactly
from pricing.model.metric import EventRule, UnitMode

FINEST = 6


@dataclass(frozen=True, slots=True)
class WholeRule:
    """A rule in whole numbers. Values are multiplied by `scale`, raised to `minimum`, and moved to a multiple of each
    step in turn; `per` of them make one unit of the metric."""

    scale: int
    minimum: int | None
    steps: tuple[tuple[int, UnitMode], ...]
    per: Decimal


def whole_rule(rule: EventRule, per: int) -> WholeRule:
    """`rule` for a store of whose units `per` make one unit of the metric. Raises Refused when it is far finer than what
    the store counts."""
    rounding = rule.rounding
    with exactly():
        step = Decimal(1).scaleb(-rounding.decimals) * rounding.divide_by * per
        figures = [one * per for one in (rule.minimum, rule.increment) if one is not None]
        figures += [step] if rounding.mode != "none" else []
        decimals = max((-int(one.normalize().as_tuple().exponent) for one in figures), default=0)
        if decimals > FINEST:
            raise Refused(
                f"The rule for single events ({rule}) is finer than the usage store counts; check its figures."
            )
        scale = 10 ** max(decimals, 0)
        steps: list[tuple[int, UnitMode]] = []
        if rule.increment is not None:
            steps.append((int(rule.increment * per * scale), "up"))
        if rounding.mode != "none":
            steps.append((int(step * scale), rounding.mode))
        minimum = None if rule.minimum is None else int(rule.minimum * per * scale)
        return WholeRule(scale, minimum, tuple(steps), rounding.divide_by * per * scale)


def applied(rule: WholeRule, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """What one event with this value counts as, times `rule.scale`."""
    value = column * rule.scale if rule.scale != 1 else column
    if rule.minimum is not None:
        value = case((value < rule.minimum, cast(rule.minimum, BigInteger)), else_=value)
    for step, mode in rule.steps:
        value = _moved(value, step, mode)
    return value


def _moved(value: ColumnElement[Any], step: int, mode: UnitMode) -> ColumnElement[Any]:
    """The multiple of `step` above, below or nearest to the value. Databases give a negative value a negative remainder;
    this one is never negative, so that taking it off always leads down."""
    rest = (value % step + step) % step
    below = value - rest
    if mode == "down":
        return below
    if mode == "up":
        return below + case((rest > 0, step), else_=0)
    odd = (below % (2 * step)) != 0
    tie = and_(2 * rest == step, odd if mode == "half_even" else value > 0)
    return below + case((or_(2 * rest > step, tie), step), else_=0)
