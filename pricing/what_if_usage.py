"""What if, for usage: the same measurement with more, less or another quantity of one metric.

Pure. What is added or taken is spread over the slices as the usage itself is, so that days, stretches and dimensions
keep their shares. What cannot be spread without inventing events is refused.
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from pydantic import ValidationError

from pricing.exact import Number, div, exactly, mul, rounded, total
from pricing.model.metric import Metric
from pricing.refusal import Refusal
from pricing.statement import Event, Slice, Usage

How = Literal["factor", "absolute", "difference"]
ADDITIVE = ("sum", "count")
PLACES = 6


def changed_usage(usage: Usage, metric: Metric, how: How, amount: Decimal) -> Usage:
    """`usage` with the metric's quantity times `amount`, at `amount`, or `amount` more (less when negative), in the
    metric's unit. It is no snapshot any more, and how many events it would hold is not known: a price that counts events
    refuses. Raises Refusal, naming usage.METRIC."""
    slices = [one for one in usage.slices if one.metric == metric.id]
    events = [one for one in usage.events if one.metric == metric.id]
    _check(metric, slices, events, how, amount)
    try:
        with exactly():
            new = iter(_slices(slices, how, amount))
            return Usage(
                slices=tuple(next(new) if one.metric == metric.id else one for one in usage.slices),
                events=tuple(_times(one, amount) if one.metric == metric.id else one for one in usage.events),
                measured=usage.measured,
            )
    except ValidationError as wrong:
        reason = wrong.errors()[0]["msg"].removeprefix("Value error, ")
        raise Refusal(f"usage.{metric.id}", f"the changed quantity {reason}; name a smaller change") from wrong


def _check(metric: Metric, slices: Sequence[Slice], events: Sequence[Event], how: How, amount: Decimal) -> None:
    term = f"usage.{metric.id}"
    if not slices and not events:
        raise Refusal(term, "has not been measured in this period, so it cannot be changed; measure it first")
    if events and (how != "factor" or metric.aggregation in ("count", "unique")):
        raise Refusal(term, "is counted event by event; say by how many percent it changes, for a metric that adds up")
    if how != "factor" and len(slices) > 1 and metric.aggregation not in ADDITIVE:
        raise Refusal(term, f"is a {metric.aggregation} over several parts of the period; change it by a percentage")
    with exactly():
        now = total(div(one.quantity, one.per) for one in slices)
        if amount < 0 and (how != "difference" or Fraction(now) + Fraction(amount) < 0):
            raise Refusal(term, "cannot fall below zero; take off less")


def _slices(slices: Sequence[Slice], how: How, amount: Decimal) -> list[Slice]:
    if how == "factor":
        return [_with(one, one.quantity * amount, one.per) for one in slices]
    parts = _spread(amount, slices)
    if how == "absolute":
        return [_with(one, part, Decimal(1)) for one, part in zip(slices, parts, strict=True)]
    return [_with(one, one.quantity + part * one.per, one.per) for one, part in zip(slices, parts, strict=True)]


def _spread(amount: Decimal, slices: Sequence[Slice]) -> list[Decimal]:
    """In proportion to usage, or to time when there is none; whole units stay whole, and the last part takes the rest."""
    weights: list[Number] = [div(one.quantity, one.per) for one in slices]
    if total(weights) <= 0:
        weights = [Decimal(int((one.end - one.start).total_seconds())) for one in slices]
    digits = 0 if amount == amount.to_integral_value() else PLACES
    whole = total(weights)
    parts = [rounded(mul(amount, div(weight, whole)), digits, "down") for weight in weights]
    last = max(number for number, weight in enumerate(weights) if weight)
    parts[last] += amount - sum(parts, Decimal(0))
    return parts


def _with(one: Slice, quantity: Decimal, per: Decimal) -> Slice:
    return Slice(metric=one.metric, start=one.start, end=one.end, quantity=quantity, per=per, dims=one.dims)


def _times(event: Event, factor: Decimal) -> Event:
    return Event(metric=event.metric, at=event.at, value=event.value * factor, key=event.key, id=event.id,
                 removed=event.removed, dims=event.dims)  # fmt: skip
