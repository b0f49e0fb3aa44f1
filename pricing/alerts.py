"""Alerts: the thresholds that a rating passed, found by comparing each level with where it stood before.

What a level is, is said in `pricing.levels`. Who hears of a crossing, and that nobody hears of it twice, is the caller's
business.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from math import floor
from typing import Literal, NamedTuple

from pricing.exact import HUNDRED, ONE, ZERO, Number, add, div, exactly, mul, shown, sub
from pricing.levels import Level, levels
from pricing.model.adjustment import Threshold
from pricing.refusal import Refusal
from pricing.statement import Opening, Statement
from pricing.terms import Terms

Measure = Literal["percents", "amounts", "quantities"]
MEASURES: tuple[Measure, ...] = ("percents", "amounts", "quantities")
# A step that is passed more often than this in one rating is a slip of the pen, and nobody could read the answer.
MOST = 1000


class Crossing(NamedTuple):
    """`value` is the term's own ('80' of `percents`), `level` the same in `unit`, the unit of `before` and `now`."""

    threshold: str
    of: str
    measure: Measure
    direction: Literal["rising", "falling"]
    value: Decimal
    level: Decimal
    before: Decimal
    now: Decimal
    unit: str
    customer_notice_required: bool


def crossed(
    terms: Terms, statement: Statement, previous: Mapping[str, Decimal] | None = None, opening: Opening | None = None
) -> tuple[Crossing, ...]:
    """Every value with before < value <= now, for falling ones before > value >= now, in the terms' order.

    `previous` are the levels compared with, by threshold id ('ID[key]' where each key of a dimension is rated alone): the
    `now` of an earlier rating. Without one a level begins where `opening` says, else at zero, or full when it falls.
    Raises Refusal for a threshold that measures what its term does not have.
    """
    with exactly():
        return tuple(
            one
            for threshold in terms.thresholds
            for key, level in levels(terms, statement, opening or Opening(), threshold)
            for one in _crossed(threshold, key, level, previous or {})
        )


def _crossed(threshold: Threshold, key: str, level: Level, previous: Mapping[str, Decimal]) -> Iterator[Crossing]:
    measure = next(name for name in MEASURES if getattr(threshold, name))
    scale = _scale(threshold, measure, level)
    if scale is None:
        return
    before, now = _span(threshold, level)
    before = previous.get(f"{threshold.id}{key}", before)
    for value in _values(threshold, measure, div(before, scale), div(now, scale)):
        yield Crossing(
            threshold.id, f"{threshold.of}{key}", measure, threshold.direction, value, shown(mul(value, scale)),
            shown(before), shown(now), level.unit, threshold.customer_notice_required,
        )  # fmt: skip


def _scale(threshold: Threshold, measure: Measure, level: Level) -> Number | None:
    """What one of the threshold's values is in the level's unit; None where there is no end to take a part of."""
    if level.unlimited:
        return None if measure == "percents" or threshold.direction == "falling" else ONE
    if not level.whole and (measure == "percents" or threshold.direction == "falling"):
        reason = f"{threshold.of} has no included units and no amount to take a part of; name a term that has"
        raise Refusal(f"thresholds.{threshold.id}.of", reason)
    return div(level.whole or ZERO, HUNDRED) if measure == "percents" else ONE


def _span(threshold: Threshold, level: Level) -> tuple[Number, Number]:
    """What was used before and now, or what was left of the whole."""
    if threshold.direction == "rising":
        return level.before, level.now
    whole = level.whole or ZERO
    return max(sub(whole, level.before), ZERO), max(sub(whole, level.now), ZERO)


def _values(threshold: Threshold, measure: Measure, before: Number, now: Number) -> list[Decimal]:
    """The values between, in the order in which they were passed. Falling is rising with the sign turned."""
    sign = ONE if threshold.direction == "rising" else -ONE
    low, high = mul(before, sign), mul(now, sign)
    given = sorted(value * sign for value in getattr(threshold, measure))
    found = [value for value in given if low < value <= high]
    if threshold.step is not None:
        last = given[-1]
        first = max(floor(div(sub(low, last), threshold.step)) + 1, 1)
        end = floor(div(sub(high, last), threshold.step))
        if end - first >= MOST:
            reason = f"is passed {end - first + 1} times at once; make it larger"
            raise Refusal(f"thresholds.{threshold.id}.step", reason)
        found += [shown(add(last, mul(Decimal(number), threshold.step))) for number in range(first, end + 1)]
    return [value * sign for value in found]
