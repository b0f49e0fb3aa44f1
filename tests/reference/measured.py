"""Usage of the reference calculator: slices and events of one metric, and what a stretch of them comes to."""

import itertools
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from tests.reference.dates import Range, midnight
from tests.reference.figures import Json, Refused, converted, rounded_units

Dims = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Piece:
    """A slice, or an event, which lasts no time."""

    start: datetime
    end: datetime
    value: Fraction
    dims: Dims
    events: int | None = None
    key: str | None = None
    removed: bool = False

    def has(self, where: Json) -> bool:
        return all(dict(self.dims).get(name) in values for name, values in where.items())


@dataclass(frozen=True)
class Seen:
    """What is known of one metric; `sliced` says in which of the two forms."""

    metric: Json
    zone: ZoneInfo
    pieces: tuple[Piece, ...]
    sliced: bool

    def where(self, where: Json) -> "Seen":
        return replace(self, pieces=tuple(piece for piece in self.pieces if piece.has(where)))

    def within(self, part: Range) -> "Seen":
        start, end = midnight(part[0], self.zone), midnight(part[1], self.zone)
        return replace(self, pieces=tuple(p for p in self.pieces if start <= p.start < end))

    def values(self, name: str) -> list[str]:
        """Values of a dimension, numbers first by size, then words by code point."""
        found = {dict(piece.dims).get(name) for piece in self.pieces}
        if None in found:
            raise Refused(f"usage.{self.metric['id']}")
        return sorted((value for value in found if value is not None), key=by_size)


def by_size(value: str) -> tuple[int, Fraction, str]:
    try:
        return 0, Fraction(value), value
    except ValueError:
        return 1, Fraction(0), value


def seen(metric: Json, usage: Json, zone: ZoneInfo) -> Seen:
    name = metric["id"]
    slices = [piece_of_slice(s) for s in usage.get("slices", ()) if s["metric"] == name]
    events = [e for e in usage.get("events", ()) if e["metric"] == name]
    if (slices and events) or not (slices or events or name in usage.get("measured", ())):
        raise Refused(f"usage.{name}")
    if slices:
        return Seen(metric, zone, tuple(slices), True)
    return Seen(metric, zone, tuple(piece_of_event(e, metric) for e in told_apart(events)), False)


def piece_of_slice(s: Json) -> Piece:
    quantity = Fraction(s["quantity"]) / Fraction(s.get("per", "1"))
    return Piece(
        datetime.fromisoformat(s["start"]),
        datetime.fromisoformat(s["end"]),
        quantity,
        dims_of(s),
        s.get("events"),
    )


def piece_of_event(e: Json, metric: Json) -> Piece:
    at, value = datetime.fromisoformat(e["at"]), Fraction(e.get("value", "1"))
    rule = metric.get("per_event")
    if rule:
        value = max(value, Fraction(rule["minimum"])) if rule.get("minimum") is not None else value
        if rule.get("increment") is not None:
            value = math.ceil(value / Fraction(rule["increment"])) * Fraction(rule["increment"])
        value = rounded_units(converted(value, rule.get("rounding", {})), rule.get("rounding", {}))
    return Piece(at, at, value, dims_of(e), 1, e.get("key"), e.get("removed", False))


def dims_of(thing: Json) -> Dims:
    return tuple(sorted(thing.get("dims", {}).items()))


def told_apart(events: list[Json]) -> list[Json]:
    """The events in order, without the second ones of an id."""
    ordered = sorted(
        events,
        key=lambda e: (
            datetime.fromisoformat(e["at"]),
            e.get("id") or "",
            e.get("key") or "",
            Fraction(e.get("value", "1")),
        ),
    )
    out, ids = [], set()
    for event in ordered:
        if event.get("id") is None or event["id"] not in ids:
            out.append(event)
        ids.add(event.get("id"))
    return out


def check(found: Seen, cuts: Iterable[date], covered: Iterable[Range]) -> None:
    """Refuses slices across a cut, gaps in what must be covered, and two slices of the same dimensions at one time."""
    term = f"usage.{found.metric['id']}"
    if not found.sliced:
        return
    for instant in (midnight(on, found.zone) for on in cuts):
        if any(p.start < instant < p.end for p in found.pieces):
            raise Refused(term)
    for part in covered:
        at, end = midnight(part[0], found.zone), midnight(part[1], found.zone)
        while at < end:
            reach = max((p.end for p in found.pieces if p.start <= at < p.end), default=at)
            if reach == at:
                raise Refused(term)
            at = reach
    for i, one in enumerate(found.pieces):
        if any(one.dims == p.dims and one.start < p.end and p.start < one.end for p in found.pieces[:i]):
            raise Refused(term)


def measure(found: Seen, part: Range, period: Range) -> Fraction:
    """What the stretch `part` comes to, in raw units; a total below zero is none."""
    metric, inner = found.metric, found.within(part)
    buckets = metric.get("buckets")
    if metric.get("aggregation") in ("last", "time_weighted"):
        total = levels(found, part, period)
    elif buckets and not inner.sliced:
        total = bucketed(inner, part, buckets)
    else:
        total = aggregate(inner.pieces, metric, inner.sliced)
    return max(total, Fraction(0))


def aggregate(pieces: Iterable[Piece], metric: Json, sliced: bool) -> Fraction:
    pieces, kind = list(pieces), metric.get("aggregation", "sum")
    values = [piece.value for piece in pieces]
    if kind == "count" and not sliced:
        return Fraction(len(pieces))
    if kind == "max":
        return max(values, default=Fraction(0))
    if kind in ("unique", "percentile") and sliced and len(pieces) > 1:
        raise Refused(f"usage.{metric['id']}")
    if kind == "unique" and not sliced:
        keys: set[str | None] = set()
        for piece in pieces:
            (keys.discard if piece.removed else keys.add)(piece.key)
        return Fraction(len(keys))
    if kind == "percentile" and not sliced:
        rank = max(math.ceil(Fraction(metric["percentile"]) * len(values) / 100), 1)
        return sorted(values)[rank - 1] if values else Fraction(0)
    return sum(values, Fraction(0))


def bucketed(inner: Seen, part: Range, buckets: Json) -> Fraction:
    of, number = bucket_of(inner.zone, part, buckets["every"])
    groups: dict[object, list[Piece]] = {}
    for piece in inner.pieces:
        groups.setdefault(of(piece.start), []).append(piece)
    results = [aggregate(group, inner.metric, False) for group in groups.values()]
    if buckets["across"] == "max":
        return max(results, default=Fraction(0))
    total = sum(results, Fraction(0))
    return total / number if buckets["across"] == "average" else total


def bucket_of(zone: ZoneInfo, part: Range, every: str) -> tuple[Callable[[datetime], object], int]:
    """Which bucket an instant lies in, and how many there are in the stretch."""
    if every == "hour":
        start, end = midnight(part[0], zone), midnight(part[1], zone)
        return lambda at: (at - start) // timedelta(hours=1), -((start - end) // timedelta(hours=1))
    if every == "day":
        return lambda at: at.astimezone(zone).date(), (part[1] - part[0]).days

    def month(on: date) -> int:
        return (on.year - part[0].year) * 12 + on.month - part[0].month - (on.day < part[0].day)

    return lambda at: month(at.astimezone(zone).date()), month(part[1] - timedelta(days=1)) + 1


def levels(found: Seen, part: Range, period: Range) -> Fraction:
    """The level at the stretch's end, or the levels weighted by time over the time of the whole period."""
    metric, zone = found.metric, found.zone
    end = midnight(part[1], zone)
    states = metric.get("event_values", "level") == "level"
    if states and not found.sliced and not any(p.start < end for p in found.pieces):
        raise Refused(f"usage.{metric['id']}")
    if metric["aggregation"] == "last":
        return level_last(found, part)
    if metric.get("weighted_by", "days") == "days":
        total = sum((level_before(found, midnight(on + timedelta(days=1), zone)) for on in days(part)), Fraction(0))
        return total / (period[1] - period[0]).days
    start = midnight(part[0], zone)
    edges = {instant for p in found.pieces for instant in (p.start, p.end) if start < instant < end}
    ordered = sorted({start, end} | edges)
    held = sum(
        (level_before(found, b) * ((b - a) // timedelta(microseconds=1)) for a, b in itertools.pairwise(ordered)),
        Fraction(0),
    )
    whole = midnight(period[1], zone) - midnight(period[0], zone)
    return held / (whole // timedelta(microseconds=1))


def days(part: Range) -> list[date]:
    return [part[0] + timedelta(days=i) for i in range((part[1] - part[0]).days)]


def level_last(found: Seen, part: Range) -> Fraction:
    if not found.sliced:
        return level_before(found, midnight(part[1], found.zone))
    last: dict[Dims, Piece] = {}
    for piece in sorted(found.within(part).pieces, key=lambda p: p.end):
        last[piece.dims] = piece
    return sum((piece.value for piece in last.values()), Fraction(0))


def level_before(found: Seen, at: datetime) -> Fraction:
    """The level that is reached just before `at`, over all combinations of dimensions."""
    if found.sliced:
        return sum((p.value for p in found.pieces if p.start < at <= p.end), Fraction(0))
    states: dict[Dims, Fraction] = {}
    for piece in found.pieces:
        if piece.start < at:
            adds = found.metric.get("event_values") == "change"
            states[piece.dims] = piece.value + (states.get(piece.dims, Fraction(0)) if adds else 0)
    return sum(states.values(), Fraction(0))


def level_at_end_of(found: Seen, on: date) -> Fraction:
    return level_before(found, midnight(on + timedelta(days=1), found.zone))
