"""Slices: what the store counted, as the calculator takes it. Leaves out why rows were not counted (snapshot.py).

What adds up becomes one slice for each part of the period and each value of its dimensions. A level becomes one slice
for each day; a day that lacks a row has none, so that the calculator refuses it: what is missing is never zero.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from billing.errors import Refused
from billing.usage.measure import Bucket
from billing.usage.wants import Want
from pricing.periods import midnight
from pricing.statement import Slice

Dims = tuple[tuple[str, str], ...]
# Levels by the day's first instant, for each account and its dimensions.
Series = dict[tuple[str | None, Dims], dict[datetime, Decimal]]
# A day's row is written after the day. Until then, in a period that still runs, the level before it goes on.
ROW_ARRIVES = timedelta(days=1)


def slices(want: Want, counted: Sequence[Bucket], as_of: datetime, place: int | None) -> tuple[Slice, ...]:
    """`counted` are the buckets that count for this contract; `place` picks their sum under its rule for single events.
    Raises Refused for a level of which the period has no row at all."""
    return _levels(want, counted, as_of) if want.level else _sums(want, counted, place)


def amount(want: Want, counted: Iterable[Bucket], place: int | None) -> Decimal:
    """What these buckets come to: events, the store's units, or those of the rule for single events."""
    if want.metric.aggregation == "count":
        return Decimal(sum(one.rows for one in counted))
    return sum((one.value if place is None else one.ruled[place] for one in counted), Decimal(0))


def _sums(want: Want, counted: Sequence[Bucket], place: int | None) -> tuple[Slice, ...]:
    """Each part has a slice for every value of the dimensions that the period knows, zero or not."""
    values = {_dims(want, one) for one in counted} or ({()} if not want.dims else set())
    found: list[Slice] = []
    for start, end in want.parts:
        for dims in sorted(values):
            own = [one for one in counted if start <= one.start < end and _dims(want, one) == dims]
            found.append(
                Slice(metric=want.metric.id, start=start, end=end, quantity=amount(want, own, place), per=_per(want),
                      dims=dict(dims), events=sum(one.rows for one in own))
            )  # fmt: skip
    return tuple(found)


def _per(want: Want) -> Decimal:
    if want.metric.aggregation == "count":
        return Decimal(1)
    return want.rule.per if want.rule else Decimal(want.defined.per)


def _levels(want: Want, counted: Sequence[Bucket], as_of: datetime) -> tuple[Slice, ...]:
    """Accounts stand beside each other and add up. Once an account has a row, it must have one for every day after."""
    if not counted and want.parts:
        raise Refused(
            f"{want.defined.table!r} has no row of {want.metric.id} for this customer in {want.period.key} yet, so its "
            "level is not known."
        )
    series = _series(want, counted)
    found: list[Slice] = []
    for start, end in _days(want):
        if _still_to_come(want, end, as_of):
            _go_on(series, start)
        if not any(min(levels) < start and start not in levels for levels in series.values()):
            found += _of_day(want, series, start, end)
    return tuple(found)


def _of_day(want: Want, series: Series, start: datetime, end: datetime) -> list[Slice]:
    total: dict[Dims, Decimal] = defaultdict(Decimal)
    for (_, dims), levels in series.items():
        if start in levels:
            total[dims] += levels[start]
    return [
        Slice(metric=want.metric.id, start=start, end=end, quantity=level, per=_per(want), dims=dict(dims))
        for dims, level in sorted(total.items())
    ]


def _go_on(series: Series, day: datetime) -> None:
    for levels in series.values():
        before = [one for one in levels if one < day]
        if before:
            levels.setdefault(day, levels[max(before)])


def _series(want: Want, counted: Iterable[Bucket]) -> Series:
    found: Series = {}
    for one in counted:
        levels = found.setdefault((one.account, _dims(want, one)), {})
        levels[one.start] = levels.get(one.start, Decimal(0)) + one.value
    return found


def _days(want: Want) -> list[tuple[datetime, datetime]]:
    return [
        (start, end)
        for start, end in pairwise(want.instants)
        if any(first <= start and end <= last for first, last in want.parts)
    ]


def _still_to_come(want: Want, end: datetime, as_of: datetime) -> bool:
    running = as_of < midnight(want.period.end, want.terms.time_zone)
    return running and as_of - ROW_ARRIVES < end


def _dims(want: Want, bucket: Bucket) -> Dims:
    """A row without a value has no such dimension, which a charge that needs it refuses."""
    return tuple((name, value) for name, value in bucket.dims if name in want.dims and value is not None)
