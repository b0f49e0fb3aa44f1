"""Measuring: every row of a small table is counted exactly or left out for one reason, in the month that it belongs to."""

import sqlite3
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from billing.errors import Refused
from billing.usage.measure import Measurement, measure
from billing.usage.stores import Stores
from pricing.periods import midnight
from settings import UsageStore
from tests.billing import kit
from tests.billing.small_store import COLUMNS, DEFINED, NOON, Row, stamp
from tests.world import CLOSE

NEW_YORK = "America/New_York"
BOUNDS = kit.NOVEMBER.bounds(NEW_YORK)


@pytest.fixture
def small(tmp_path: Path) -> Callable[..., Measurement]:
    """Measures these rows (id, account, at, value, arrived, kind); a short row is filled up."""

    def ask(*rows: Row, as_of: datetime = CLOSE, bounds: tuple[datetime, ...] = BOUNDS, **changes: Any) -> Measurement:
        path = tmp_path / "small.db"
        path.unlink(missing_ok=True)
        connection = sqlite3.connect(path)
        connection.execute(f"CREATE TABLE events ({COLUMNS})")
        filled = [(*row, *("e", "a", stamp(NOON), 1000, stamp(NOON), "live")[len(row) :]) for row in rows]
        connection.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)", filled)
        connection.commit()
        connection.close()
        defined = DEFINED.model_copy(update=changes)
        stores = Stores({"small": UsageStore(url=f"sqlite:///{path}")})
        return measure(stores.engine("small"), defined, bounds, as_of)

    return ask


def reasons(found: Measurement) -> dict[str, tuple[int, int]]:
    out: dict[str, tuple[int, int]] = {}
    for one in found.buckets:
        rows, value = out.get(one.reason, (0, 0))
        out[one.reason] = (rows + one.rows, value + one.value)
    return out


MS = timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("at", "inside"),
    [(BOUNDS[0] - MS, False), (BOUNDS[0], True), (BOUNDS[1] - MS, True), (BOUNDS[1], False), (BOUNDS[1] + MS, False)],
)
def test_a_month_holds_its_first_instant_and_not_its_last(
    small: Callable[..., Measurement], at: datetime, inside: bool
) -> None:
    assert bool(small(("e", "a", stamp(at))).buckets) is inside


def test_the_day_with_twenty_five_hours_has_both_its_one_oclocks(small: Callable[..., Measurement]) -> None:
    day = [midnight(date(2025, 11, n), NEW_YORK) for n in (2, 3)]
    assert day[1] - day[0] == timedelta(hours=25)
    hours = [(f"e{n}", "a", stamp(day[0] + timedelta(hours=n))) for n in range(26)]
    [bucket] = small(*hours, bounds=tuple(day)).buckets
    assert (bucket.rows, bucket.value) == (25, 25000)


def test_the_day_with_twenty_three_hours_is_whole_too(small: Callable[..., Measurement]) -> None:
    day = [midnight(date(2026, 3, n), NEW_YORK) for n in (8, 9)]
    hours = [(f"e{n}", "a", stamp(day[0] + timedelta(hours=n)), 1000, stamp(day[0])) for n in range(24)]
    [bucket] = small(*hours, bounds=tuple(day), as_of=day[1]).buckets
    assert bucket.rows == 23


def test_of_an_event_that_was_delivered_again_the_latest_counts(small: Callable[..., Measurement]) -> None:
    first, second = stamp(NOON), stamp(NOON + timedelta(hours=1))
    rows = [("e", "a", first, 5000, first), ("e", "a", first, 7000, second), ("e", "a", first, 5000, first)]
    assert reasons(small(*rows)) == {"counted": (1, 7000), "duplicate": (2, 10000)}
    assert reasons(small(*rows, as_of=NOON)) == {"counted": (1, 5000), "duplicate": (1, 5000)}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (("e", "a", stamp(NOON), 0), "nothing"),
        (("e", "a", stamp(NOON), -5), "nothing"),
        (("e", "a", stamp(NOON), None), "no value"),
        (("e", "a", stamp(NOON), 5, stamp(NOON), "test"), "test"),
        (("e", "a", stamp(NOON), -5, stamp(NOON), "test"), "test"),
        ((None, "a"), "no event id"),
        (("e", None), "counted"),
        (("e", "a", stamp(NOON), 5, None), "counted"),
        (("e", "a'); DROP TABLE events; --"), "counted"),
    ],
)
def test_each_row_has_one_reason(small: Callable[..., Measurement], row: Row, reason: str) -> None:
    assert [
        (one, rows) for one, (rows, _) in reasons(small(row, ("f",))).items() if one != "counted" or reason == "counted"
    ] == [(reason, 2 if reason == "counted" else 1)]


def test_events_without_an_id_are_not_each_others_redelivery(small: Callable[..., Measurement]) -> None:
    assert reasons(small((None,), (None,), (None,))) == {"no event id": (3, 3000)}


@pytest.mark.parametrize("value", [1.5, "1,5", "12", "1e3", 1e308, float("inf"), "NaN", "five", 2**53 + 2.0])
def test_what_cannot_be_counted_exactly_is_refused(small: Callable[..., Measurement], value: object) -> None:
    with pytest.raises(Refused, match=r"events\.value|integer overflow|could not be asked"):
        small(("e", "a", stamp(NOON), value))


def test_a_sum_beyond_the_stores_own_numbers_is_refused(small: Callable[..., Measurement]) -> None:
    with pytest.raises(Refused, match="overflow"):
        small(("e", "a", stamp(NOON), 2**63 - 1), ("f", "a", stamp(NOON), 2**63 - 1))


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"value": "length"}, "length"),
        ({"table": "calls_2024"}, "calls_2024"),
        ({"event_id": "no; drop"}, "no; drop"),
        ({"ingested": "seen"}, "seen"),
    ],
)
def test_a_missing_column_or_table_is_named(
    small: Callable[..., Measurement], changes: dict[str, str], named: str
) -> None:
    with pytest.raises(Refused, match=named) as problem:
        small(("e",), **changes)
    assert "ari.yml" in str(problem.value)
    assert "SELECT" not in str(problem.value)


def test_a_store_whose_address_lacks_a_secret_says_which() -> None:
    with pytest.raises(Refused, match="WAREHOUSE_PASSWORD"):
        Stores({"warehouse": UsageStore(url="sqlite:///${WAREHOUSE_PASSWORD}")}, {})
