"""Measure: one read-only query per metric that counts every row exactly once, under a reason.

A row either counts or is left out for the first reason that fits (no id, a redelivery, a test call, no value); both
kinds come back with their number of rows, so that the parts always add up to what the store holds. Time is cut into
buckets at the instants asked for. Nothing in here knows a contract's price. Leaves out rows without a time, which fall
into no month, and redeliveries outside the stretch that is asked about: a correction that moves an event into another
month is another event there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, case, column, func, literal, null, or_, select, table
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from billing.errors import Refused
from pricing.canonical import digest
from settings import Exclusion, MetricDefinition

COUNTED = "counted"
DUPLICATE = "duplicate"
NO_ID = "no event id"
NO_VALUE = "no value"
EXACT_FLOAT = 2**53


@dataclass(frozen=True, slots=True)
class Bucket:
    """Rows of one account between two neighbouring instants, all with the same verdict. `value` is in the store's own
    unit (milliseconds, say); `reason` is 'counted', 'duplicate' or the name of an exclusion in ari.yml."""

    account: str | None
    start: datetime
    end: datetime
    reason: str
    rows: int
    value: int
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Measurement:
    """`watermark` is the latest arrival that was seen, `query` the digest of the statement and its parameters."""

    buckets: tuple[Bucket, ...]
    watermark: str | None
    query: str


def measure(
    engine: Engine,
    metric: MetricDefinition,
    instants: Sequence[datetime],
    as_of: datetime,
    accounts: Sequence[str] | None = None,
) -> Measurement:
    """Count `metric` between the first and the last of `instants` as the store stood at `as_of`.

    `accounts` narrows the query to some accounts; None counts all, unmapped and missing ones too. Raises Refused when
    the store does not answer, lacks a table or column, or holds values that cannot be counted exactly.
    """
    statement = _grouped(engine, metric, [_bound(engine, one) for one in instants], _bound(engine, as_of), accounts)
    try:
        with engine.connect() as connection:
            rows = connection.execute(statement).all()
    except SQLAlchemyError as problem:
        raise Refused(_unanswered(metric, problem)) from problem
    buckets = tuple(
        Bucket(row.account, instants[row.bucket], instants[row.bucket + 1], row.reason, row.n,
               _whole(metric, row.value, row.kind), str(row.first), str(row.last))
        for row in rows
    )  # fmt: skip
    marks = [str(row.arrived) for row in rows if row.arrived is not None]
    return Measurement(buckets, max(marks, default=None), _fingerprint(engine, statement))


def _unanswered(metric: MetricDefinition, problem: SQLAlchemyError) -> str:
    """The driver's own first line names the missing column or the host; it holds no password and no SQL."""
    said = str(problem.orig if isinstance(problem, DBAPIError) else problem).splitlines()[0][:200]
    return (
        f"The usage store {metric.store!r} could not be asked: {said}. Check that it runs, and that ari.yml names its "
        f"table {metric.table!r} and its columns rightly."
    )


def _whole(metric: MetricDefinition, value: Any, kind: str | None) -> int:
    """A sum as a whole number of the store's units. A fraction, a float beyond its digits or a text such as '1,5' would
    be a wrong bill."""
    exact = Decimal(value or 0)
    unsure = kind == "text" or not exact.is_finite() or (isinstance(value, float) and abs(value) > EXACT_FLOAT)
    if unsure or exact != exact.to_integral_value():
        raise Refused(
            f"{metric.table}.{metric.value} holds values that are not whole numbers ({value} in sum), so they cannot be counted "
            "exactly; let ari.yml name a column of whole units, such as milliseconds."
        )
    return int(exact)


def _bound(engine: Engine, instant: datetime) -> object:
    """SQLite has no time type: its rows hold ISO 8601 text in UTC with milliseconds, which sorts as time does."""
    if engine.dialect.name != "sqlite":
        return instant
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _grouped(
    engine: Engine, metric: MetricDefinition, instants: Sequence[object], as_of: object, accounts: Sequence[str] | None
) -> Select[tuple[object, ...]]:
    seen = _seen(metric, instants, as_of, accounts).subquery()
    bucket = case(
        *[(seen.c.at < end, literal(place)) for place, end in enumerate(instants[1:])], else_=literal(len(instants))
    ).label("bucket")
    reason = _reason(metric, seen).label("reason")
    # SQLite adds up what it is given, texts too; 'text' is the last of its type names.
    kind = func.max(func.typeof(seen.c.value)) if engine.dialect.name == "sqlite" else null()
    return (
        select(seen.c.account, bucket, reason, func.count().label("n"), func.sum(seen.c.value).label("value"),
               func.min(seen.c.at).label("first"), func.max(seen.c.at).label("last"),
               func.max(seen.c.arrived).label("arrived"), kind.label("kind"))
        .group_by(seen.c.account, bucket, reason)
        .order_by(seen.c.account, bucket, reason)
    )  # fmt: skip


def _seen(metric: MetricDefinition, instants: Sequence[object], as_of: object, accounts: Sequence[str] | None):  # type: ignore[no-untyped-def]
    """The rows that had arrived at `as_of`, numbered within each event so that only its latest version counts."""
    names = {metric.account, metric.time, metric.value, metric.event_id}
    names |= {exclusion.column for exclusion in metric.exclude.values()} | (
        {metric.ingested} if metric.ingested else set()
    )
    rows = table(metric.table, *[column(name) for name in sorted(names)])
    arrived: Any = rows.c[metric.ingested] if metric.ingested else null()
    at = rows.c[metric.time]
    order = [*([arrived.desc().nulls_last()] if metric.ingested else []), at.desc(), rows.c[metric.value].desc()]
    version = func.row_number().over(partition_by=rows.c[metric.event_id], order_by=order).label("version")
    extra = [rows.c[name].label(f"x_{name}") for name in sorted({one.column for one in metric.exclude.values()})]
    query = select(
        rows.c[metric.account].label("account"), at.label("at"), rows.c[metric.value].label("value"),
        rows.c[metric.event_id].label("event"), arrived.label("arrived"), version, *extra,
    ).where(at >= instants[0], at < instants[-1])  # fmt: skip
    if metric.ingested:
        query = query.where(or_(arrived <= as_of, arrived.is_(None)))
    return query if accounts is None else query.where(rows.c[metric.account].in_(accounts))


def _reason(metric: MetricDefinition, seen):  # type: ignore[no-untyped-def]
    whens = [
        (_hit(exclusion, seen.c[f"x_{exclusion.column}"]), literal(name)) for name, exclusion in metric.exclude.items()
    ]
    first = [(seen.c.event.is_(None), literal(NO_ID)), (seen.c.version > 1, literal(DUPLICATE))]
    return case(*first, *whens, (seen.c.value.is_(None), literal(NO_VALUE)), else_=literal(COUNTED))


def _hit(exclusion: Exclusion, value: ColumnElement[object]) -> ColumnElement[bool]:
    if exclusion.is_null:
        return value.is_(None)
    if exclusion.at_most is not None:
        return value <= exclusion.at_most
    return value == exclusion.equals


def _fingerprint(engine: Engine, statement: Select[tuple[object, ...]]) -> str:
    compiled = statement.compile(engine)
    return digest(f"{compiled}\n{sorted((key, str(value)) for key, value in compiled.params.items())}")
