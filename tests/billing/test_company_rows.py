"""The demo company's rows, with their planted dirt: each is counted or left out for a reason, for its own customer, as
of an instant; from a store that Ari cannot change."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from math import ceil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from billing.desk import Desk
from billing.errors import Refused
from billing.usage import snapshot as snapshots
from billing.usage.measure import Measurement, measure
from billing.usage.snapshot import Measured
from billing.usage.standing import standings
from billing.usage.stores import Stores
from pricing.periods import Period
from pricing.terms import Metric
from settings import UsageStore
from store.tables.customer import UsageAccount
from tests.billing import kit, twelve
from tests.billing.small_store import COLUMNS, DEFINED, NOON, stamp
from tests.demo_terms import DEMO, MINUTES, _minutes, _price, _terms
from tests.world import CLOSE, TestWorld

NEW_YORK = "America/New_York"
BOUNDS = kit.NOVEMBER.bounds(NEW_YORK)


# Everybody whose own account has all of its calls and who is billed by the minute.
CALLERS = [key for key in DEMO if key not in ("fennelbrook", "juniper")]


@pytest.fixture(scope="module")
def customers(shared: TestWorld) -> dict[str, str]:
    return {key: twelve.customer(shared, key) for key in CALLERS}


@pytest.fixture(scope="module")
def calls(company: Path) -> Callable[..., list[tuple[Any, ...]]]:
    """Rows by SQL that was written by hand, of calls answered in November and there by the close."""
    connection = sqlite3.connect(f"file:{company / 'usage.db'}?mode=ro", uri=True, check_same_thread=False)
    where = "FROM calls WHERE answered_at >= ? AND answered_at < ? AND ingested_at <= ?"
    base = (*map(stamp, BOUNDS), stamp(CLOSE))

    def ask(columns: str, more: str = "", *values: object) -> list[tuple[Any, ...]]:
        return connection.execute(f"SELECT {columns} {where} {more}", (*base, *values)).fetchall()

    return ask


def taken(world: TestWorld, customer_id: str, key: str, period: Period = kit.NOVEMBER) -> Measured:
    return snapshots.take(world.desk, customer_id, DEMO[key], period).metrics[0]


@pytest.mark.parametrize("key", CALLERS)
def test_every_row_of_an_account_is_counted_or_left_out_for_a_reason(
    shared: TestWorld, customers: dict[str, str], calls: Callable[..., list[tuple[Any, ...]]], key: str
) -> None:
    found = taken(shared, customers[key], key)
    mine = ("AND org_id = ?", f"org_{key}")
    [(rows, events)] = calls("count(*), count(DISTINCT call_id)", *mine)
    assert found.rows + sum(found.excluded.values()) == rows
    assert found.excluded["duplicate"] == rows - events > 0
    once = "AND org_id = ? GROUP BY call_id"
    kinds = [
        tuple(row)
        for row in calls(
            "max(environment = 'test'), max(duration_ms <= 0), max(direction = 'internal')", once, f"org_{key}"
        )
    ]
    reasons = {"test call": 0, "no duration": 0, "internal call": 0, "counted": 0}
    for test, empty, internal in kinds:
        reasons["test call" if test else "no duration" if empty else "internal call" if internal else "counted"] += 1
    assert found.rows == reasons.pop("counted")
    assert {name: number for name, number in found.excluded.items() if name != "duplicate"} == {
        name: number for name, number in reasons.items() if number
    }
    assert set(found.excluded) >= {"test call", "no duration", "duplicate"}
    assert ("internal call" in found.excluded) == (key == "brindlecat")


@pytest.mark.parametrize("key", CALLERS)
def test_slices_and_days_add_up_to_the_same(shared: TestWorld, customers: dict[str, str], key: str) -> None:
    found = taken(shared, customers[key], key)
    assert sum(one.quantity for one in found.slices) == sum(day.quantity for day in found.by_day)
    assert sum(day.rows for day in found.by_day) == found.rows
    assert {day.day.month for day in found.by_day} == {11}


def test_strangers_and_nobody_are_counted_to_nobody(
    shared: TestWorld, customers: dict[str, str], calls: Callable[..., list[tuple[Any, ...]]]
) -> None:
    everything = whole(shared.desk)
    by_account: dict[str | None, int] = {}
    for one in everything.buckets:
        by_account[one.account] = by_account.get(one.account, 0) + one.rows
    assert by_account == dict(calls("org_id, count(*)", "GROUP BY org_id"))
    assert by_account["org_pomander"] > 100
    assert by_account[None] >= 50
    for key, customer in customers.items():
        assert taken(shared, customer, key).accounts == (f"org_{key}",)


def whole(desk: Desk) -> Measurement:
    defined = desk.settings.file.usage.metrics["minutes"]
    return measure(desk.stores.engine("warehouse"), defined, BOUNDS, CLOSE)


def test_a_contract_that_says_nothing_of_internal_calls_pays_for_them(
    shared: TestWorld, customers: dict[str, str]
) -> None:
    loud = Metric(id="minutes", unit="min", rounding=MINUTES.rounding)
    terms = _terms(_minutes(_price("0.10"))).model_copy(update={"metrics": (loud,)})
    quiet = taken(shared, customers["brindlecat"], "brindlecat")
    found = snapshots.take(shared.desk, customers["brindlecat"], terms, kit.NOVEMBER).metrics[0]
    assert found.rows == quiet.rows + quiet.excluded["internal call"]
    assert "internal call" not in found.excluded


@pytest.mark.parametrize(("day", "rows"), [(20, False), (21, True), (22, True)])
def test_elmfoots_lost_day_counts_from_its_arrival(fresh: TestWorld, day: int, rows: bool) -> None:
    made = kit.customer(fresh, "elmfoot")
    fresh.clock.at = datetime(2025, 11, day, 14, 0, tzinfo=UTC)
    found = {one.day: one.rows for one in taken(fresh, made, "elmfoot").by_day}
    assert (found.get(date(2025, 11, 19), 0) > 50) is rows
    assert found[date(2025, 11, 18)] > 50


def test_gumdrops_late_calls_count_from_the_ninth_of_december(fresh: TestWorld) -> None:
    made = kit.customer(fresh, "gumdrop")
    seen = []
    for now in (CLOSE, datetime(2025, 12, 9, 15, 0, tzinfo=UTC), datetime(2025, 12, 10, tzinfo=UTC)):
        fresh.clock.at = now
        seen.append(taken(fresh, made, "gumdrop"))
    before, shortly, after = seen
    assert before.slices == shortly.slices
    assert all(now.quantity > then.quantity for now, then in zip(after.slices, before.slices, strict=True))
    assert str(after.watermark) > "2025-12-09T15:05" > str(before.watermark)


def test_two_versions_are_cut_at_midnight_of_the_sixteenth(shared: TestWorld, customers: dict[str, str]) -> None:
    first, second = taken(shared, customers["gumdrop"], "gumdrop").slices
    turn = datetime(2025, 11, 16, 5, tzinfo=UTC)
    assert (first.start, first.end, second.start, second.end) == (BOUNDS[0], turn, turn, BOUNDS[1])
    assert [ceil(one.quantity / one.per) for one in (first, second)] == [22000, 25500]


def test_a_store_refuses_every_write(shared: TestWorld, company: Path) -> None:
    engine = shared.desk.stores.engine("warehouse")
    for statement in (
        "DELETE FROM calls",
        "UPDATE calls SET duration_ms = 0",
        "CREATE TABLE x (y)",
        "DROP TABLE calls",
    ):
        with pytest.raises(OperationalError, match="readonly"), engine.begin() as connection:
            connection.execute(text(statement))


def test_a_store_that_is_not_there_is_not_created(tmp_path: Path, shared: TestWorld) -> None:
    missing = tmp_path / "missing.db"
    stores = Stores({"warehouse": UsageStore(url=f"sqlite:///{missing}")})
    with pytest.raises(Refused, match="could not be asked"):
        whole(replace(shared.desk, stores=stores))
    assert not missing.exists()


def other_desk(desk: Desk, tmp_path: Path, metric: dict[str, Any]) -> Desk:
    """A desk with a second store, in which other people have the same ids."""
    connection = sqlite3.connect(tmp_path / "second.db")
    connection.execute(f"CREATE TABLE events ({COLUMNS})")
    connection.execute(
        "INSERT INTO events VALUES ('e', 'org_elmfoot', ?, 60000, ?, 'live')", (stamp(NOON), stamp(NOON))
    )
    connection.commit()
    connection.close()
    file = desk.settings.file
    stores = file.usage.stores | {"second": UsageStore(url=f"sqlite:///{tmp_path / 'second.db'}")}
    metrics = file.usage.metrics | {"minutes": DEFINED.model_copy(update={"store": "second"} | metric)}
    usage = file.usage.model_copy(update={"stores": stores, "metrics": metrics})
    settings = replace(desk.settings, file=file.model_copy(update={"usage": usage}))
    return replace(desk, settings=settings, stores=Stores(stores))


def test_an_id_of_another_store_is_another_customers(
    shared: TestWorld, customers: dict[str, str], tmp_path: Path
) -> None:
    desk = other_desk(shared.desk, tmp_path, {})
    with pytest.raises(Refused, match="No usage account is mapped"):
        snapshots.take(desk, customers["elmfoot"], DEMO["elmfoot"], kit.NOVEMBER)
    with shared.desk.db.write() as session:
        session.add(UsageAccount(store="second", account="org_elmfoot", customer_id=customers["acornhill"]))
    try:
        found = snapshots.take(desk, customers["acornhill"], DEMO["acornhill"], kit.NOVEMBER).metrics[0]
        assert (found.accounts, found.rows) == (("org_elmfoot",), 1)
        assert taken(shared, customers["acornhill"], "acornhill").accounts == ("org_acornhill",)
    finally:
        with shared.desk.db.write() as session:
            session.delete(session.exec(select(UsageAccount).where(UsageAccount.store == "second")).one())


def test_a_customer_that_cannot_be_measured_is_listed_with_the_reason(
    shared: TestWorld, customers: dict[str, str], tmp_path: Path
) -> None:
    desk = other_desk(shared.desk, tmp_path, {"store": "warehouse", "table": "calls_2024"})
    rows = standings(desk, kit.NOVEMBER)
    assert {row.state for row in rows} == {"not measured"}
    assert all("calls_2024" in str(row.note) for row in rows)


def test_one_query_serves_everybody_with_the_same_cut(shared: TestWorld, customers: dict[str, str]) -> None:
    together = snapshots.take_all(shared.desk, {customers[key]: DEMO[key] for key in CALLERS}, kit.NOVEMBER)
    for key in CALLERS:
        alone = taken(shared, customers[key], key)
        found = together[customers[key]]
        assert not isinstance(found, str)
        assert found.metrics[0].slices == alone.slices
