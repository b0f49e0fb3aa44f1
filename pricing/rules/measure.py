"""Measure: slices or events of one stretch become one raw quantity of the metric.

A stretch must be measured from end to end: a gap, an overlap or a slice across a cut refuses, for none of them can be
put right from here. Aggregates that do not merge are taken from a single slice. Conversion and prices come later.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from pricing.exact import ONE, ZERO, Number, div, mul, shown, total
from pricing.model.metric import Metric
from pricing.model.numbers import QUANTITY_LIMIT
from pricing.periods import Period
from pricing.refusal import Refusal
from pricing.rules.events import Values, aggregated, values_of
from pricing.rules.work import Work
from pricing.statement import Slice
from pricing.steps import Note, Step

Where = Mapping[str, tuple[str, ...]]


class Raw(NamedTuple):
    """`number / per` units of the metric. `values` are the single events, in time order, where usage came as events;
    `events` is how many there were, None when nobody counted; `counting` tells how single events were counted."""

    number: Number
    per: Decimal
    step: Step | Note
    events: int | None = None
    values: Values | None = None
    counting: tuple[Step, ...] = ()

    @property
    def units(self) -> Number:
        return self.number if self.per == 1 else div(self.number, self.per)


def measure(work: Work, metric: Metric, dates: Period, where: Where) -> Raw:
    """What was counted of `metric` over `dates` in the dimensions `where` names. Raises Refusal unless measured whole."""
    slices = work.slices.get(metric.id)
    if slices and len(slices) == 1 and dates is work.period and not where and metric.aggregation == "sum":
        # One slice for the whole period, as most usage comes: nothing to cover, merge or cut.
        one = slices[0]
        quantity = one.quantity
        if one.start == work.bounds[0] and one.end == work.bounds[1] and ZERO <= quantity < QUANTITY_LIMIT:
            work.priced.add(id(one))
            return Raw(quantity, one.per, ("measure", None, "", metric.unit, None, (quantity, one.per)), one.events)
    if slices is None:
        found = work.events.get(metric.id)
        if found is None:
            start, end = dates.bounds(work.zone)
            _missing(work, metric.id, start, end)
        return _of_events(work, metric, dates, where)
    return _of_slices(work, metric, dates, where, slices)


def local(instant: datetime, zone: str) -> str:
    return instant.astimezone(ZoneInfo(zone)).isoformat(timespec="minutes")


def check_priced(work: Work) -> None:
    """Raises Refusal for usage that no charge priced: it would vanish from the bill without a word."""
    if len(work.priced) == work.measured:
        return
    for metric, slices in work.slices.items():
        for one in slices:
            if id(one) not in work.priced:
                span = f"{local(one.start, work.zone)} to {local(one.end, work.zone)}{_named(one.dims)}"
                raise Refusal(f"usage.{metric}", f"no charge in force prices {span}; leave it out or amend the terms")
    for metric, events in work.events.items():
        for event in events:
            if id(event) not in work.priced:
                at = f"{local(event.at, work.zone)}{_named(event.dims)}"
                raise Refusal(
                    f"usage.{metric}", f"no charge in force prices the event of {at}; leave it out or amend the terms"
                )


def matches(dims: Mapping[str, str], where: Where) -> bool:
    return all(dims.get(name) in values for name, values in where.items())


def dimension_values(work: Work, metric: str, dimension: str, where: Where) -> list[str]:
    """The values that the usage of this metric has, numbers by size before words. Raises Refusal for usage without."""
    rows = [one.dims for one in (*work.slices.get(metric, ()), *work.events.get(metric, ()))]
    found = {dims.get(dimension) for dims in rows if matches(dims, where)}
    if None in found:
        raise Refusal(
            f"usage.{metric}", f"some usage has no {dimension}, by which it is billed; say which one it belongs to"
        )
    return sorted((value for value in found if value is not None), key=_natural)


def _natural(value: str) -> tuple[int, int, str]:
    return (0, int(value), value) if value.isascii() and value.isdigit() else (1, 0, value)


def _named(dims: Mapping[str, str]) -> str:
    return " of " + ", ".join(f"{name} {value}" for name, value in sorted(dims.items())) if dims else ""


def _of_slices(work: Work, metric: Metric, dates: Period, where: Where, slices: Sequence[Slice]) -> Raw:
    if metric.buckets:
        raise Refusal(
            f"metrics.{metric.id}.buckets",
            "are counted from events; slices have lost what fell into which, so give events",
        )
    start, end = work.bounds if dates is work.period else dates.bounds(work.zone)
    if len(slices) == 1 and not where and slices[0].start == start and slices[0].end == end:
        own: Sequence[Slice] = slices
    else:
        own = _covering(work, metric, start, end, slices, where)
    work.priced.update(map(id, own))
    events = [one.events for one in own if one.events is not None]
    count = sum(events) if len(events) == len(own) else None
    if metric.aggregation in ("sum", "count"):
        return _sum(work, metric, own, count)
    value = _merged(work, metric, own)
    return _floored(work, metric, value, ONE, {"aggregation": metric.aggregation, "slices": Decimal(len(own))}, count)


def _covering(
    work: Work, metric: Metric, start: datetime, end: datetime, slices: Sequence[Slice], where: Where
) -> list[Slice]:
    """The slices of the stretch that match, once it is sure that all its time was measured, whatever the dimensions."""
    inside = sorted((one for one in slices if one.start < end and start < one.end), key=lambda one: one.start)
    reached: dict[tuple[tuple[str, str], ...], datetime] = {}
    at = start
    for one in inside:
        for cut in (start, end):
            if one.start < cut < one.end:
                raise Refusal(
                    f"usage.{metric.id}", f"a slice reaches across {local(cut, work.zone)}; cut the usage there"
                )
        key = tuple(sorted(one.dims.items()))
        if one.start < reached.get(key, start):
            until = local(reached[key], work.zone)
            raise Refusal(f"usage.{metric.id}", f"two slices overlap before {until}; count each instant once")
        if at < one.start:
            _missing(work, metric.id, at, one.start)
        reached[key] = one.end
        at = max(at, one.end)
    if at < end:
        _missing(work, metric.id, at, end)
    return [one for one in inside if matches(one.dims, where)] if where else inside


def _missing(work: Work, metric: str, at: datetime, until: datetime) -> None:
    span = f"{local(at, work.zone)} to {local(until, work.zone)}"
    raise Refusal(f"usage.{metric}", f"not measured from {span}; measure it before billing")


def _sum(work: Work, metric: Metric, own: Sequence[Slice], count: int | None) -> Raw:
    if len(own) == 1:
        return _counted(work, metric, own[0].quantity, own[0].per, count)
    pers = {one.per for one in own}
    per = pers.pop() if len(pers) == 1 else ONE
    found = total(mul(one.quantity, div(per, one.per)) if one.per != per else one.quantity for one in own)
    return _counted(work, metric, found, per, count)


def _merged(work: Work, metric: Metric, own: Sequence[Slice]) -> Number:
    if not own:
        return ZERO
    if metric.aggregation == "max":
        return max(div(one.quantity, one.per) for one in own)
    if metric.aggregation == "last":
        # Levels of different dimensions stand beside each other and add up.
        last = {tuple(sorted(one.dims.items())): one for one in sorted(own, key=lambda one: one.end)}
        return total(div(one.quantity, one.per) for one in last.values())
    if metric.aggregation == "time_weighted":
        return _averaged(work, metric, own)
    if len(own) > 1:
        what = metric.aggregation.replace("unique", "unique count")
        raise Refusal(
            f"usage.{metric.id}", f"a {what} of parts is not that of the whole; measure the stretch in one slice"
        )
    return div(own[0].quantity, own[0].per)


def _averaged(work: Work, metric: Metric, own: Sequence[Slice]) -> Number:
    """Levels weighted by the time they held, over the whole billing period; those of different dimensions add up."""
    weight = _days(work.zone) if metric.weighted_by == "days" else _seconds
    parts = [mul(div(one.quantity, one.per), weight(one.start, one.end)) for one in own]
    return div(total(parts), weight(*work.bounds))


def _seconds(start: datetime, end: datetime) -> Decimal:
    return Decimal((end - start) // timedelta(microseconds=1)) / 1000000


def _days(zone: str) -> Callable[[datetime, datetime], Decimal]:
    def days(start: datetime, end: datetime) -> Decimal:
        local_start, local_end = (one.astimezone(ZoneInfo(zone)) for one in (start, end))
        return Decimal((local_end.date() - local_start.date()).days)

    return days


def _of_events(work: Work, metric: Metric, dates: Period, where: Where) -> Raw:
    found = values_of(work, metric, dates, where)
    value, per_event = aggregated(work, metric, dates, found)
    inputs: dict[str, Decimal | str] = {"aggregation": metric.aggregation, "events": Decimal(len(found))}
    if metric.percentile is not None:
        inputs["percentile"] = metric.percentile
    if metric.buckets:
        inputs |= {"every": metric.buckets.every, "across": metric.buckets.across}
    if metric.event_values == "change":
        inputs["event_values"] = "change"
    raw = _floored(work, metric, value, ONE, inputs, len(found))
    return raw._replace(values=found, counting=per_event)


def _counted(work: Work, metric: Metric, number: Number, per: Decimal, count: int | None) -> Raw:
    """`number / per` units. Floored at zero: a correction can undo a period's usage but not pay for it."""
    if 0 <= number < QUANTITY_LIMIT:
        return Raw(number, per, ("measure", None, "", metric.unit, None, (number, per)), count)
    return _floored(work, metric, number, per, {"quantity": shown(number), "per": per}, count)


def _floored(
    work: Work, metric: Metric, number: Number, per: Decimal, inputs: dict[str, Decimal | str], count: int | None
) -> Raw:
    """Any other measurement, with a step that keeps what was measured when that is below zero."""
    if not -QUANTITY_LIMIT * per < number < QUANTITY_LIMIT * per:
        raise Refusal(f"usage.{metric.id}", "adds up to 10^15 units or more; check what was measured")
    result = shown(div(number, per))
    if number < 0:
        inputs["total"], number, result = result, ZERO, ZERO
        work.below_zero = f"{inputs['total']} {metric.unit}"
    return Raw(number, per, Step("measure", inputs, result, metric.unit), count)
