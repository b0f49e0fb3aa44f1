"""Events: single events of a stretch, put in order, counted once each, and aggregated as the metric says."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from pricing.exact import HUNDRED, ZERO, Number, div, mul, rounded, shown, total
from pricing.model.metric import EventRule, Metric
from pricing.periods import Period
from pricing.refusal import Refusal
from pricing.rules.units import MODES
from pricing.rules.work import Work
from pricing.statement import Event, Step


class Value(NamedTuple):
    """What one event counts as, after the metric's rule for single events."""

    at: datetime
    number: Number
    key: str | None
    removed: bool


Values = Sequence[Value]


def values_of(work: Work, metric: Metric, dates: Period, where: Mapping[str, tuple[str, ...]]) -> Values:
    """The events of a stretch in time order. A time-weighted level also takes the last event before it as its start."""
    start, end = dates.bounds(work.zone)
    matching = [
        one for one in work.events[metric.id] if all(one.dims.get(name) in kept for name, kept in where.items())
    ]
    inside = [one for one in matching if start <= one.at < end]
    if metric.aggregation == "time_weighted":
        inside = [one for one in matching if one.at < start and start == work.period.bounds(work.zone)[0]] + inside
    work.priced.update(map(id, inside))
    return [Value(one.at, _counted(one, metric.per_event), one.key, one.removed) for one in _once(work, metric, inside)]


def aggregated(work: Work, metric: Metric, dates: Period, values: Values) -> tuple[Number, tuple[Step, ...]]:
    """The metric's value over `dates`, and a step that tells how single events were counted, if a rule says how."""
    if metric.buckets is None:
        value = _aggregate(metric, values, *dates.bounds(work.zone), work.zone)
    else:
        value = _bucketed(work, metric, dates, values)
    return value, _rule_step(metric, values)


def _once(work: Work, metric: Metric, events: Sequence[Event]) -> list[Event]:
    ordered = sorted(events, key=lambda one: (one.at, one.id or "", one.key or "", one.value))
    seen: set[str] = set()
    kept = [one for one in ordered if one.id is None or not (one.id in seen or seen.add(one.id))]  # type: ignore[func-returns-value]
    if len(kept) < len(ordered):
        work.assumed.append(
            f"{metric.id}: {len(ordered) - len(kept)} events had the id of an earlier one and were not counted again"
        )
    return kept


def _counted(event: Event, rule: EventRule | None) -> Number:
    value: Number = event.value
    if rule is None:
        return value
    if rule.minimum is not None:
        value = max(value, rule.minimum)
    if rule.increment is not None:
        value = mul(rounded(div(value, rule.increment), 0, "ceiling"), rule.increment)
    value = div(value, rule.rounding.divide_by)
    return value if rule.rounding.mode == "none" else rounded(value, rule.rounding.decimals, MODES[rule.rounding.mode])


def _rule_step(metric: Metric, values: Values) -> tuple[Step, ...]:
    rule = metric.per_event
    if rule is None:
        return ()
    inputs: dict[str, Decimal | str] = {"events": Decimal(len(values))}
    if rule.minimum is not None:
        inputs["minimum"] = rule.minimum
    if rule.increment is not None:
        inputs["increment"] = rule.increment
    result = shown(total(one.number for one in values))
    return (Step("events", inputs, result, metric.unit, f"metrics.{metric.id}.per_event"),)


def _aggregate(metric: Metric, values: Values, start: datetime, end: datetime, zone: str) -> Number:
    numbers = [one.number for one in values]
    match metric.aggregation:
        case "sum":
            return total(numbers)
        case "count":
            return Decimal(len(values))
        case "max":
            return max(numbers, default=ZERO)
        case "last":
            return numbers[-1] if numbers else ZERO
        case "unique":
            return Decimal(len(_present(metric, values)))
        case "percentile":
            return _percentile(numbers, metric.percentile or HUNDRED)
        case "time_weighted":
            return _weighted(metric, values, start, end, zone)


def _present(metric: Metric, values: Values) -> set[str]:
    keys: set[str] = set()
    for one in values:
        if one.key is None:
            raise Refusal(f"usage.{metric.id}", "a unique count needs a key on every event; say what is counted once")
        (keys.discard if one.removed else keys.add)(one.key)
    return keys


def _percentile(numbers: Sequence[Number], percent: Decimal) -> Number:
    """Nearest rank: the smallest value that at least `percent` of all values do not exceed."""
    if not numbers:
        return ZERO
    rank = int((percent * len(numbers) / HUNDRED).to_integral_value(ROUND_CEILING))
    return sorted(numbers)[max(rank, 1) - 1]


def _weighted(metric: Metric, values: Values, start: datetime, end: datetime, zone: str) -> Number:
    """Each event sets the level from its instant, or its day, on; the average over the stretch."""
    parts: list[Number] = []
    for number, one in enumerate(values):
        until = values[number + 1].at if number + 1 < len(values) else end
        parts.append(mul(one.number, _weight(metric, max(one.at, start), max(until, start), zone)))
    return div(total(parts), _weight(metric, start, end, zone))


def _weight(metric: Metric, start: datetime, end: datetime, zone: str) -> Number:
    if metric.weighted_by == "seconds":
        return Decimal((end - start) // timedelta(microseconds=1))
    days = [one.astimezone(ZoneInfo(zone)).date() for one in (start, end)]
    return Decimal((days[1] - days[0]).days)


def _bucketed(work: Work, metric: Metric, dates: Period, values: Values) -> Number:
    """The aggregation in each bucket, joined; an average counts the buckets without events as zero."""
    buckets = metric.buckets
    assert buckets is not None
    name = _bucket_of(buckets.every, work.zone)
    grouped: dict[str, list[Value]] = {}
    for one in values:
        grouped.setdefault(name(one.at), []).append(one)
    bounds = dates.bounds(work.zone)
    found = [_aggregate(metric, group, *bounds, work.zone) for group in grouped.values()]
    if buckets.across == "max":
        return max(found, default=ZERO)
    if buckets.across == "sum":
        return total(found)
    return div(total(found), Decimal(_number_of(buckets.every, dates, bounds)))


def _bucket_of(every: str, zone: str) -> Callable[[datetime], str]:
    style = {"hour": "%Y-%m-%dT%H%z", "day": "%Y-%m-%d", "month": "%Y-%m"}[every]
    return lambda at: at.astimezone(ZoneInfo(zone)).strftime(style)


def _number_of(every: str, dates: Period, bounds: tuple[datetime, datetime]) -> int:
    if every == "hour":
        return (bounds[1] - bounds[0]) // timedelta(hours=1)
    if every == "day":
        return dates.days
    return (dates.end.year - dates.start.year) * 12 + dates.end.month - dates.start.month or 1
