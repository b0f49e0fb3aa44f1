"""Rows as contracts tell them apart: by dimension, by wording and time of a reversal, counted without a value, or a level
a day. Each small table is measured as a snapshot measures it, for one customer of two accounts."""

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import create_engine

from billing.errors import Refused
from billing.usage.measure import Measurement, Shape, measure
from billing.usage.slices import slices
from billing.usage.snapshot import Snapshot, counts
from billing.usage.wants import Want, want_of
from pricing.rate import rate
from pricing.refusal import Refusal
from pricing.statement import Slice, Usage
from pricing.terms import Allocation, Buckets, EventRule, Metric, PerUnit, RecurringCharge, Terms, UsageCharge
from settings import Exclusion, MetricDefinition
from tests.billing import kit
from tests.billing.small_store import NOON, stamp
from tests.demo_terms import PRORATED, _terms
from tests.world import CLOSE

D = Decimal
EVENTS = "id TEXT, account TEXT, at TEXT, value, arrived TEXT, kind TEXT, undone TEXT"
DAYS = "account TEXT, day TEXT, level, arrived TEXT"
EVENT = {"store": "small", "table": "events", "account": "account", "time": "at", "unit": "unit", "event_id": "id",
         "ingested": "arrived"}  # fmt: skip
DAY = EVENT | {"table": "days", "time": "day", "daily": True, "value": "level", "event_id": ["account", "day"]}
BOUNDS = kit.NOVEMBER.bounds("America/New_York")


@pytest.fixture
def store(tmp_path: Path) -> Callable[..., Any]:
    """An engine on a file with these rows."""

    def fill(columns: str, table: str, rows: list[tuple[object, ...]]) -> Any:
        connection = sqlite3.connect(tmp_path / "small.db")
        connection.execute(f"CREATE TABLE {table} ({columns})")
        connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)
        connection.commit()
        connection.close()
        return create_engine(f"sqlite:///{tmp_path / 'small.db'}")

    return fill


def terms_of(metric: Metric, **changes: Any) -> Terms:
    charge = UsageCharge(id="units", description="Units", metric=metric.id, price=PerUnit(unit_amount=D(1)))
    return _terms(charge.model_copy(update=changes), metrics=(metric,))


def seats(metric: Metric) -> Terms:
    fee = RecurringCharge(id="seats", description="Seats", amount=D(30), metric=metric.id, proration=PRORATED)
    return _terms(fee, metrics=(metric,))


def want(terms: Terms, defined: dict[str, Any]) -> Want:
    metric = terms.metrics[0]
    usage = SimpleNamespace(metrics={metric.id: MetricDefinition.model_validate(defined)})
    # As much of a desk as reading ari.yml takes.
    desk: Any = SimpleNamespace(settings=SimpleNamespace(file=SimpleNamespace(usage=usage)))
    return want_of(desk, terms, metric, kit.NOVEMBER, {"small": ("a", "b")})


def sliced(engine: Any, one: Want, as_of: datetime = CLOSE) -> tuple[Slice, ...]:
    shape = Shape(one.terms.time_zone, one.period.end, one.dims, (one.rule,) if one.rule else ())
    found = measure(engine, one.defined, one.instants, as_of, one.accounts, shape)
    counted = [bucket for bucket in found.buckets if counts(bucket.reason, one.metric, one.defined)]
    return slices(one, counted, as_of, 0 if one.rule else None)


def by_reason(found: Measurement) -> dict[str, int]:
    reasons: dict[str, int] = {}
    for one in found.buckets:
        reasons[one.reason] = reasons.get(one.reason, 0) + one.rows
    return reasons


def event(
    id: str, account: str = "a", value: object = 5, kind: str | None = "ok", undone: str | None = None
) -> tuple[object, ...]:
    return (id, account, stamp(NOON), value, stamp(NOON), kind, undone)


def test_without_a_value_each_row_counts_one(store: Callable[..., Any]) -> None:
    engine = store(EVENTS, "events", [event("1"), event("2"), event("2"), event("3", value=None)])
    one = want(terms_of(Metric(id="things", unit="thing")), EVENT)
    [whole] = sliced(engine, one)
    assert (whole.quantity, whole.per, whole.events) == (3, 1, 3)


def test_a_count_counts_rows_and_not_their_values(store: Callable[..., Any]) -> None:
    engine = store(EVENTS, "events", [event("1", value=500), event("2", value=700)])
    one = want(terms_of(Metric(id="things", unit="thing", aggregation="count")), EVENT | {"value": "value", "per": 60})
    [whole] = sliced(engine, one)
    assert (whole.quantity, whole.per) == (2, 1)


def test_other_than_leaves_out_what_has_no_value_too(store: Callable[..., Any]) -> None:
    engine = store(EVENTS, "events", [event("1"), event("2", kind="late"), event("3", kind=None)])
    defined = EVENT | {"exclude": {"not ok": {"column": "kind", "other_than": "ok"}}}
    found = measure(engine, MetricDefinition.model_validate(defined), BOUNDS, CLOSE)
    assert by_reason(found) == {"counted": 1, "not ok": 2}


DEADLINE = datetime(2025, 12, 11, 5, tzinfo=UTC)
MS = timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("undone", "as_of", "reversed"),
    [
        (None, DEADLINE, False), (DEADLINE - MS, DEADLINE, True), (DEADLINE, DEADLINE + 9 * MS, False),
        (NOON, NOON, True), (NOON + MS, NOON, False),
    ],
)  # fmt: skip
def test_a_reversal_counts_from_when_it_happened_to_its_deadline(
    store: Callable[..., Any], undone: datetime | None, as_of: datetime, reversed: bool
) -> None:
    engine = store(EVENTS, "events", [event("1", undone=undone and stamp(undone))])
    defined = EVENT | {"exclude": {"reversed": {"column": "undone", "within_days": 10, "contract": "reversed"}}}
    found = measure(engine, MetricDefinition.model_validate(defined), BOUNDS, as_of, shape=Shape("America/New_York"))
    assert by_reason(found) == {"reversed" if reversed else "counted": 1}


def test_a_row_that_never_counts_is_not_saved_by_missing_wording(store: Callable[..., Any]) -> None:
    engine = store(EVENTS, "events", [event("1", kind="test", undone=stamp(NOON))])
    exclude = {"undone": {"column": "undone", "within_days": 10, "contract": "reversed"},
               "test": {"column": "kind", "equals": "test"}}  # fmt: skip
    one = want(terms_of(Metric(id="things", unit="thing")), EVENT | {"exclude": exclude})
    [whole] = sliced(engine, one)
    assert whole.quantity == 0


SPLIT = {"allocation": Allocation(by="site")}
SITES = EVENT | {"value": "value", "dimensions": {"site": "kind"}}


def test_each_value_of_a_dimension_has_a_slice(store: Callable[..., Any]) -> None:
    rows = [
        event("1", kind="x"),
        event("2", "b", kind="x"),
        event("3", kind="y", value=7),
        event("4", kind=None, value=9),
    ]
    found = sliced(store(EVENTS, "events", rows), want(terms_of(Metric(id="things", unit="thing"), **SPLIT), SITES))
    assert [(one.dims, one.quantity, one.events) for one in found] == [
        ({}, 9, 1), ({"site": "x"}, 10, 2), ({"site": "y"}, 7, 1),
    ]  # fmt: skip


def test_a_month_without_usage_is_measured_and_costs_nothing(store: Callable[..., Any]) -> None:
    one = want(terms_of(Metric(id="things", unit="thing"), **SPLIT), SITES)
    assert sliced(store(EVENTS, "events", [event("1", "c")]), one) == ()
    body = {"metric": "things", "store": "small", "accounts": ("a",), "slices": (), "rows": 0, "excluded": {},
            "by_day": (), "first": None, "last": None, "watermark": None, "query": "asked"}  # fmt: skip
    snapshot = Snapshot.model_validate({"period": "2025-11", "as_of": CLOSE, "metrics": (body,)})
    assert rate(one.terms, snapshot.usage(None), kit.NOVEMBER).total == 0


def test_without_dimensions_no_usage_is_a_slice_of_zero(store: Callable[..., Any]) -> None:
    [whole] = sliced(
        store(EVENTS, "events", [event("1", "c")]), want(terms_of(Metric(id="things", unit="thing")), EVENT)
    )
    assert (whole.quantity, whole.start, whole.end) == (0, *BOUNDS)


def levels(*changes: tuple[int, object], account: str = "a", leave: tuple[int, ...] = ()) -> list[tuple[object, ...]]:
    """A row for each day of November, from the changes by day; it arrives the next morning."""
    rows: list[tuple[object, ...]] = []
    for day in range(changes[0][0], 31):
        level = [value for since, value in changes if since <= day][-1]
        if day not in leave:
            rows.append((account, f"2025-11-{day:02d}", level, stamp(BOUNDS[0] + timedelta(days=day, hours=8))))
    return rows


SEATS = Metric(id="seats", unit="seat", aggregation="last")
STORAGE = Metric(id="storage", unit="GB", aggregation="time_weighted")


def test_a_level_is_a_slice_a_day_over_the_night_the_clocks_go_back(store: Callable[..., Any]) -> None:
    found = sliced(store(DAYS, "days", levels((1, 42), (11, 45))), want(seats(SEATS), DAY))
    assert [one.quantity for one in found] == [42] * 10 + [45] * 20
    assert (found[0].start, found[1].end - found[1].start, found[-1].end) == (BOUNDS[0], timedelta(hours=25), BOUNDS[1])


def test_decimals_stay_exact_and_accounts_add_up(store: Callable[..., Any]) -> None:
    rows = levels((1, "0.1"), (16, "0.2")) + levels((1, "0.7"), account="b") + levels((1, "9"), account="c")
    one = want(terms_of(STORAGE), DAY)
    found = sliced(store(DAYS, "days", rows), one)
    assert [str(slice.quantity) for slice in found] == ["0.8"] * 15 + ["0.9"] * 15


@pytest.mark.parametrize("value", [0.1, "1,5", "NaN", "", "five"])
def test_a_level_that_is_no_exact_number_is_refused(store: Callable[..., Any], value: object) -> None:
    with pytest.raises(Refused, match=r"days\.level"):
        sliced(store(DAYS, "days", levels((1, value))), want(terms_of(STORAGE), DAY))


def test_of_a_day_that_was_written_again_the_latest_counts(store: Callable[..., Any]) -> None:
    rows = [*levels((1, 10)), ("a", "2025-11-05", 99, stamp(NOON)), (None, "2025-11-05", 7, stamp(NOON))]
    engine = store(DAYS, "days", rows)
    one = want(seats(SEATS), DAY)
    assert [slice.quantity for slice in sliced(engine, one)][3:6] == [10, 99, 10]
    everybody = measure(engine, one.defined, one.instants, CLOSE, None, Shape("America/New_York"))
    assert by_reason(everybody) == {"counted": 30, "duplicate": 1, "no event id": 1}


@pytest.mark.parametrize(
    "rows",
    [
        levels((1, 10), leave=(5,)), levels((1, 10), leave=(30,)), levels((2, 10)),
        levels((1, 10)) + levels((1, 3), account="b", leave=(17,)),
    ],
)  # fmt: skip
def test_a_day_without_its_row_is_not_billed_as_none(store: Callable[..., Any], rows: list[tuple[object, ...]]) -> None:
    one = want(seats(SEATS), DAY)
    found = sliced(store(DAYS, "days", rows), one)
    assert len(found) == 29
    with pytest.raises(Refusal, match="not measured"):
        rate(one.terms, Usage(slices=found), kit.NOVEMBER)


def test_an_account_that_comes_later_adds_from_its_first_day(store: Callable[..., Any]) -> None:
    rows = levels((1, 10)) + levels((21, 5), account="b")
    assert [one.quantity for one in sliced(store(DAYS, "days", rows), want(seats(SEATS), DAY))] == [10] * 20 + [15] * 10


@pytest.mark.parametrize(
    ("as_of", "quantities"),
    [
        (datetime(2025, 11, 13, 14, tzinfo=UTC), [10] * 10 + [12] * 20),
        # The row of the 12th arrives three hours after midnight.
        (datetime(2025, 11, 13, 5, 30, tzinfo=UTC), [10] * 10 + [12] * 20),
        (datetime(2025, 12, 1, 5, 30, tzinfo=UTC), [10] * 10 + [12] * 19),
    ],
)  # fmt: skip
def test_while_a_period_runs_its_last_level_goes_on(
    store: Callable[..., Any], as_of: datetime, quantities: list[int]
) -> None:
    engine = store(DAYS, "days", levels((1, 10), (11, 12)))
    assert [one.quantity for one in sliced(engine, want(seats(SEATS), DAY), as_of)] == quantities


def test_a_feed_that_stopped_does_not_go_on(store: Callable[..., Any]) -> None:
    engine = store(DAYS, "days", levels((1, 10), leave=(9, 10, 11, 12)))
    found = sliced(engine, want(seats(SEATS), DAY), datetime(2025, 11, 13, 14, tzinfo=UTC))
    assert {day for one in found if (day := one.start.day)} & {9, 10, 11} == set()


def test_a_level_without_any_row_is_refused(store: Callable[..., Any]) -> None:
    with pytest.raises(Refused, match="no row of seats"):
        sliced(store(DAYS, "days", levels((1, 10), account="c")), want(seats(SEATS), DAY))


@pytest.mark.parametrize(
    ("terms", "defined", "named"),
    [
        (terms_of(Metric(id="things", unit="t", aggregation="unique")), EVENT, "unique"),
        (terms_of(Metric(id="things", unit="t", aggregation="percentile", percentile=D(95))), EVENT, "percentile"),
        (terms_of(Metric(id="things", unit="t", buckets=Buckets(every="day", across="max"))), EVENT, "buckets"),
        (terms_of(Metric(id="things", unit="t", aggregation="max")), EVENT, "daily"),
        (seats(Metric(id="seats", unit="seat")), EVENT, "daily"),
        (terms_of(Metric(id="things", unit="t", per_event=EventRule(minimum=D(1)))), DAY, "each event"),
        (terms_of(Metric(id="things", unit="t"), allocation=Allocation(by="floor")), SITES, "floor"),
    ],
)
def test_what_a_table_cannot_tell_is_refused_before_it_is_asked(
    terms: Terms, defined: dict[str, Any], named: str
) -> None:
    with pytest.raises(Refused, match=named):
        want(terms, defined)


@pytest.mark.parametrize("tests", [{}, {"equals": "x", "at_most": 0}, {"is_null": True, "within_days": 3}])
def test_an_exclusion_has_one_test(tests: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="exactly one"):
        Exclusion.model_validate({"column": "c"} | tests)


@pytest.mark.parametrize("value", [1.5, "12", "five"])
def test_a_rule_for_single_events_counts_whole_numbers_only(store: Callable[..., Any], value: object) -> None:
    one = want(terms_of(Metric(id="things", unit="t", per_event=EventRule(increment=D(6)))), EVENT | {"value": "value"})
    with pytest.raises(Refused, match=r"events\.value"):
        sliced(store(EVENTS, "events", [event("1", value=value)]), one)
