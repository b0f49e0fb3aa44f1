"""Events: single events of a stretch, put in order, counted once each, and aggregated as the metric says."""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from pricing.exact import HUNDRED, ZERO, Number, add, div, mul, rounded, shown, total
from pricing.model.metric import EventRule, Metric
from pricing.periods import Period
from pricing.refusal import Refusal
from pricing.rules.units import MODES
from pricing.rules.windows import month_later
from pricing.rules.work import Work
from pricing.statement import Event, Step


class Value(NamedTuple):
    """What one event counts as, after the metric's rule for single events."""

    at: datetime
    number: Number
    key: str | None
    removed: bool
    dims: tuple[tuple[str, str], ...]


Values = Sequence[Value]
# What events of these metrics state holds until another one says otherwise.
LEVELS = ("time_weighted", "last")


def values_of(work: Work, metric: Metric, dates: Period, where: Mapping[str, tuple[str, ...]]) -> Values:
    """The events of a stretch in time order; of a level also all before it, which say where it stood. Raises Refusal for
    a level that nothing states."""
    start, end = dates.bounds(work.zone)
    level = metric.aggregation in LEVELS
    matching = [
        one for one in work.events[metric.id] if all(one.dims.get(name) in kept for name, kept in where.items())
    ]
    inside = [one for one in matching if (level or start <= one.at) and one.at < end]
    if level and not inside and metric.event_values == "level":
        raise Refusal(f"usage.{metric.id}", f"no level is known before {end.isoformat()}; give the one that held then")
    work.priced.update(map(id, inside))
    return [
        Value(one.at, _counted(one, metric.per_event), one.key, one.removed, tuple(sorted(one.dims.items())))
        for one in once(work, metric, inside)
    ]


def aggregated(work: Work, metric: Metric, dates: Period, values: Values) -> tuple[Number, tuple[Step, ...]]:
    """The metric's value over `dates`, and a step that tells how single events were counted, if a rule says how."""
    if metric.buckets is None:
        value = _aggregate(work, metric, values, dates.bounds(work.zone))
    else:
        value = _bucketed(work, metric, dates, values)
    return value, _rule_step(metric, values)


def once(work: Work, metric: Metric, events: Sequence[Event]) -> list[Event]:
    """In time order, each id once; the reader is told how many were given again."""
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
    value = div(mul(value, rule.rounding.multiply_by), rule.rounding.divide_by)
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
    if rule.rounding.multiply_by != 1:
        inputs["multiply_by"] = rule.rounding.multiply_by
    if rule.rounding.divide_by != 1:
        inputs["divide_by"] = rule.rounding.divide_by
    if rule.rounding.mode != "none":
        inputs |= {"mode": rule.rounding.mode, "decimals": Decimal(rule.rounding.decimals)}
    result = shown(total(one.number for one in values))
    return (Step("events", inputs, result, metric.unit, f"metrics.{metric.id}.per_event"),)


def _aggregate(work: Work, metric: Metric, values: Values, bounds: tuple[datetime, datetime]) -> Number:
    numbers = [one.number for one in values]
    match metric.aggregation:
        case "sum":
            return total(numbers)
        case "count":
            return Decimal(len(values))
        case "max":
            return max(numbers, default=ZERO)
        case "last":
            return total(steps[-1][1] for steps in _levels(metric, values))
        case "unique":
            return Decimal(len(_present(metric, values)))
        case "percentile":
            return _percentile(numbers, metric.percentile or HUNDRED)
        case "time_weighted":
            return total(_weighted(work, metric, steps, bounds) for steps in _levels(metric, values))


def _levels(metric: Metric, values: Values) -> list[list[tuple[datetime, Number]]]:
    """For each combination of dimensions, since when which level held; changes are added up."""
    found: dict[tuple[tuple[str, str], ...], list[tuple[datetime, Number]]] = {}
    for one in values:
        steps = found.setdefault(one.dims, [])
        before = steps[-1][1] if steps and metric.event_values == "change" else ZERO
        steps.append((one.at, add(before, one.number)))
        if steps[-1][1] < 0:
            raise Refusal(
                f"usage.{metric.id}", f"falls below zero at {one.at.isoformat()}, which no level can; check its changes"
            )
    return list(found.values())


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


def _weighted(
    work: Work, metric: Metric, steps: Sequence[tuple[datetime, Number]], bounds: tuple[datetime, datetime]
) -> Number:
    """A level's average: each holds from its instant, or its day, on; over the whole billing period."""
    start, end = bounds
    parts: list[Number] = []
    for number, (at, level) in enumerate(steps):
        until = steps[number + 1][0] if number + 1 < len(steps) else end
        parts.append(mul(level, _weight(metric, max(at, start), max(until, start), work.zone)))
    return div(total(parts), _weight(metric, *work.bounds, work.zone))


def _weight(metric: Metric, start: datetime, end: datetime, zone: str) -> Number:
    if metric.weighted_by == "seconds":
        return Decimal((end - start) // timedelta(microseconds=1))
    days = [one.astimezone(ZoneInfo(zone)).date() for one in (start, end)]
    return Decimal((days[1] - days[0]).days)


def _bucketed(work: Work, metric: Metric, dates: Period, values: Values) -> Number:
    """The aggregation in each bucket, joined; an average counts the buckets without events as zero."""
    assert metric.buckets is not None
    every, bounds = metric.buckets.every, dates.bounds(work.zone)
    name = _bucket_of(every, dates, work.zone)
    grouped: dict[object, list[Value]] = {}
    for one in values:
        grouped.setdefault(name(one.at), []).append(one)
    found = [_aggregate(work, metric, group, bounds) for group in grouped.values()]
    if metric.buckets.across == "max":
        return max(found, default=ZERO)
    if metric.buckets.across == "sum":
        return total(found)
    return div(total(found), Decimal(_number_of(every, dates, bounds)))


def _bucket_of(every: str, dates: Period, zone: str) -> Callable[[datetime], object]:
    """Hours by their offset too, so that the hour which daylight saving repeats is two; months from the stretch's first day."""
    if every == "month":
        starts = _months(dates)
        return lambda at: bisect_right(starts, at.astimezone(ZoneInfo(zone)).date())
    style = {"hour": "%Y-%m-%dT%H%z", "day": "%Y-%m-%d"}[every]
    return lambda at: at.astimezone(ZoneInfo(zone)).strftime(style)


def _months(dates: Period) -> list[date]:
    starts = [dates.start]
    while (later := month_later(dates.start, len(starts), dates.start.day)) < dates.end:
        starts.append(later)
    return starts


def _number_of(every: str, dates: Period, bounds: tuple[datetime, datetime]) -> int:
    if every == "hour":
        return (bounds[1] - bounds[0]) // timedelta(hours=1)
    return dates.days if every == "day" else len(_months(dates))
