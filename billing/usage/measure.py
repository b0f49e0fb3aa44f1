"""Measure: one read-only query per metric that counts every row exactly once, under a reason.

A row either counts or is left out for the first reason that fits (no id, a redelivery, a test call, no value); both
kinds come back with their number of rows, so that the parts always add up to what the store holds. Time is cut into
buckets at the instants asked for. Nothing in here knows a contract's price. Leaves out rows without a time, which fall
into no month, and redeliveries outside the stretch that is asked about: a correction that moves an event into another
month is another event there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, column, func, literal, null, or_, select, table
from sqlalchemy.engine import Engine, Row
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from billing.errors import Refused
from billing.usage.event_rules import WholeRule, applied
from pricing.canonical import digest
from pricing.periods import midnight
from settings import Exclusion, MetricDefinition

COUNTED = "counted"
DUPLICATE = "duplicate"
NO_ID = "no event id"
NO_VALUE = "no value"
EXACT_FLOAT = 2**53


@dataclass(frozen=True, slots=True)
class Bucket:
    """Rows of one account between two neighbouring instants, all with the same verdict and the same dimensions. `value`
    is in the store's own unit (milliseconds, say), `ruled` the sums under each rule that was asked for, in the rule's;
    `reason` is 'counted', 'duplicate' or the name of an exclusion in ari.yml."""

    account: str | None
    start: datetime
    end: datetime
    reason: str
    rows: int
    value: Decimal
    first: str
    last: str
    dims: tuple[tuple[str, str | None], ...] = ()
    ruled: tuple[Decimal, ...] = ()


@dataclass(frozen=True, slots=True)
class Measurement:
    """`watermark` is the latest arrival that was seen, `query` the digest of the statement and its parameters."""

    buckets: tuple[Bucket, ...]
    watermark: str | None
    query: str


@dataclass(frozen=True, slots=True)
class Shape:
    """How the contracts that share a query want it counted: in whose calendar days, `period_end` their first day that is
    no longer billed, by which dimensions, and under which rules for single events."""

    zone: str = "UTC"
    period_end: date | None = None
    dims: tuple[str, ...] = ()
    rules: tuple[WholeRule, ...] = ()


def measure(
    engine: Engine, metric: MetricDefinition, instants: Sequence[datetime], as_of: datetime,
    accounts: Sequence[str] | None = None, shape: Shape = Shape(),
) -> Measurement:  # fmt: skip
    """Count `metric` between the first and the last of `instants` as the store stood at `as_of`.

    `accounts` narrows the query to some accounts; None counts all, unmapped and missing ones too. Of a daily metric each
    row comes back by itself. Raises Refused when the store does not answer, lacks a table or column, or holds values that
    cannot be counted exactly.
    """
    statement = _grouped(_Query(engine.dialect.name, metric, tuple(instants), as_of, shape), accounts)
    try:
        with engine.connect() as connection:
            rows = connection.execute(statement).all()
    except SQLAlchemyError as problem:
        raise Refused(_unanswered(metric, problem)) from problem
    buckets = tuple(_bucket(metric, instants, shape, row) for row in rows)
    marks = [str(row.arrived) for row in rows if row.arrived is not None]
    return Measurement(buckets, max(marks, default=None), _fingerprint(engine, statement))


def _bucket(metric: MetricDefinition, instants: Sequence[datetime], shape: Shape, row: Row[Any]) -> Bucket:
    found = row._mapping
    dims = tuple((name, None if found[f"d_{name}"] is None else str(found[f"d_{name}"])) for name in shape.dims)
    if shape.rules and row.kind in ("real", "text"):
        raise Refused(_inexact(metric, row.value))
    ruled = tuple(_whole(metric, found[f"ruled_{place}"], None) for place in range(len(shape.rules)))
    value = _level(metric, row.value) if metric.daily else _whole(metric, row.value, row.kind)
    return Bucket(row.account, instants[row.bucket], instants[row.bucket + 1], row.reason, row.n, value,
                  str(row.first), str(row.last), dims, ruled)  # fmt: skip


def _unanswered(metric: MetricDefinition, problem: SQLAlchemyError) -> str:
    """The driver's own first line names the missing column or the host; it holds no password and no SQL."""
    said = str(problem.orig if isinstance(problem, DBAPIError) else problem).splitlines()[0][:200]
    return (
        f"The usage store {metric.store!r} could not be asked: {said}. Check that it runs, and that ari.yml names its "
        f"table {metric.table!r} and its columns rightly."
    )


def _whole(metric: MetricDefinition, value: Any, kind: str | None) -> Decimal:
    """A sum as a whole number of the store's units. A fraction, a float beyond its digits or a text such as '1,5' would
    be a wrong bill."""
    exact = Decimal(value or 0)
    unsure = kind == "text" or not exact.is_finite() or (isinstance(value, float) and abs(value) > EXACT_FLOAT)
    if unsure or exact != exact.to_integral_value():
        raise Refused(_inexact(metric, value))
    return Decimal(int(exact))


def _inexact(metric: MetricDefinition, value: Any) -> str:
    return (
        f"{metric.table}.{metric.value} holds values that are not whole numbers ({value} in sum), so they cannot be counted "
        "exactly; let ari.yml name a column of whole units, such as milliseconds."
    )


def _level(metric: MetricDefinition, value: Any) -> Decimal:
    """One day's level: a whole number, a decimal, or a decimal as text. A binary fraction has lost its digits."""
    try:
        exact = Decimal(0 if value is None else value)
    except InvalidOperation:
        exact = Decimal("NaN")
    if not exact.is_finite() or (isinstance(value, float) and not value.is_integer()):
        raise Refused(
            f"{metric.table}.{metric.value} holds {value!r}, which is no exact number; let ari.yml name a column of "
            "decimals, or of text such as 812.6."
        )
    return exact


@dataclass(frozen=True, slots=True)
class _Query:
    """What every part of the statement needs to know."""

    dialect: str
    metric: MetricDefinition
    instants: tuple[datetime, ...]
    as_of: datetime
    shape: Shape

    def instant(self, moment: datetime) -> object:
        """SQLite has no time type: its rows hold ISO 8601 text in UTC with milliseconds, which sorts as time does."""
        if self.dialect != "sqlite":
            return moment
        return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def bound(self, moment: datetime) -> object:
        """A cut, as the metric's own time column has it: an instant, or the calendar day that begins there."""
        if not self.metric.daily:
            return self.instant(moment)
        day = moment.astimezone(ZoneInfo(self.shape.zone)).date()
        return day.isoformat() if self.dialect == "sqlite" else day

    def deadline(self, days: int) -> object:
        zone = self.shape.zone
        end = self.shape.period_end or self.instants[-1].astimezone(ZoneInfo(zone)).date()
        return self.instant(midnight(end + timedelta(days=days), zone))


def _grouped(query: _Query, accounts: Sequence[str] | None) -> Select[Any]:
    metric = query.metric
    seen = _seen(query, accounts).subquery()
    ends = [query.bound(one) for one in query.instants[1:]]
    bucket = case(*[(seen.c.at < end, literal(place)) for place, end in enumerate(ends)], else_=literal(len(ends)))
    groups = [seen.c.account, bucket.label("bucket"), _reason(query, seen).label("reason")]
    groups += [seen.c[f"d_{name}"] for name in query.shape.dims]
    # SQLite adds up what it is given, texts too; 'text' is the last of its type names.
    kind = func.max(func.typeof(seen.c.value)) if query.dialect == "sqlite" else null()
    # Of daily levels each row stands alone, so its maximum is the row itself, text or not.
    value = func.max(seen.c.value) if metric.daily else func.sum(seen.c.value)
    ruled = [func.sum(applied(one, seen.c.value)).label(f"ruled_{n}") for n, one in enumerate(query.shape.rules)]
    alone = [seen.c[f"e_{name}"] for name in metric.identity] if metric.daily else []
    return (
        select(*groups, func.count().label("n"), value.label("value"), *ruled, func.min(seen.c.at).label("first"),
               func.max(seen.c.at).label("last"), func.max(seen.c.arrived).label("arrived"), kind.label("kind"))
        .group_by(*groups, *alone)
        .order_by(*groups, *alone)
    )  # fmt: skip


def _seen(query: _Query, accounts: Sequence[str] | None) -> Select[Any]:
    """The rows that had arrived at `as_of`, numbered within each event so that only its latest version counts."""
    metric = query.metric
    rows = table(metric.table, *[column(name) for name in sorted(metric.columns)])
    arrived: Any = rows.c[metric.ingested] if metric.ingested else null()
    at, value = rows.c[metric.time], rows.c[metric.value] if metric.value else literal(1)
    order = [*([arrived.desc().nulls_last()] if metric.ingested else []), at.desc()]
    order += [value.desc()] if metric.value else []
    identity = [rows.c[name] for name in metric.identity]
    version = func.row_number().over(partition_by=identity, order_by=order).label("version")
    found = select(
        rows.c[metric.account].label("account"), at.label("at"), value.label("value"), arrived.label("arrived"), version,
        *[rows.c[name].label(f"e_{name}") for name in metric.identity],
        *[rows.c[name].label(f"x_{name}") for name in sorted({one.column for one in metric.exclude.values()})],
        *[rows.c[metric.dimensions[name]].label(f"d_{name}") for name in query.shape.dims],
    ).where(at >= query.bound(query.instants[0]), at < query.bound(query.instants[-1]))  # fmt: skip
    if metric.ingested:
        found = found.where(or_(arrived <= query.instant(query.as_of), arrived.is_(None)))
    return found if accounts is None else found.where(rows.c[metric.account].in_(accounts))


def _reason(query: _Query, seen: Subquery) -> ColumnElement[str]:
    """Rows that never count come before those that hang on a contract's wording, which may lack it."""
    metric = query.metric
    ordered = sorted(metric.exclude.items(), key=lambda one: one[1].contract is not None)
    whens = [(_hit(query, one, seen.c[f"x_{one.column}"]), literal(name)) for name, one in ordered]
    nameless = or_(*[seen.c[f"e_{name}"].is_(None) for name in metric.identity])
    first = [(nameless, literal(NO_ID)), (seen.c.version > 1, literal(DUPLICATE))]
    return case(*first, *whens, (seen.c.value.is_(None), literal(NO_VALUE)), else_=literal(COUNTED))


def _hit(query: _Query, exclusion: Exclusion, value: ColumnElement[Any]) -> ColumnElement[bool]:
    if exclusion.is_null:
        return value.is_(None)
    if exclusion.at_most is not None:
        return value <= exclusion.at_most
    if exclusion.other_than is not None:
        return value.is_distinct_from(exclusion.other_than)
    if exclusion.within_days is not None:
        # What happens after the moment that is asked about has not happened yet.
        return and_(value < query.deadline(exclusion.within_days), value <= query.instant(query.as_of))
    return value == exclusion.equals


def _fingerprint(engine: Engine, statement: Select[Any]) -> str:
    compiled = statement.compile(engine)
    return digest(f"{compiled}\n{sorted((key, str(value)) for key, value in compiled.params.items())}")
