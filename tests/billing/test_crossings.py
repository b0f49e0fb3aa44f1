"""Limits passed: each told of once, however often and by however many it is looked for."""

import threading
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlmodel import select

from billing.usage import crossings
from pricing.periods import Period
from pricing.terms import Terms, Threshold
from store.tables.crossing import Crossing
from tests.billing import kit
from tests.demo_terms import DEMO
from tests.world import CLOSE, TestWorld

STEPS = (Decimal(50), Decimal(75), Decimal(90), Decimal("100"), Decimal(120))
NOVEMBER_5 = datetime(2025, 11, 5, 14, tzinfo=UTC)


def watched(key: str, of: str, steps: tuple[Decimal, ...]) -> Terms:
    return DEMO[key].model_copy(update={"thresholds": (Threshold(id="notice", of=of, percents=steps),)})


def rows(world: TestWorld) -> list[Crossing]:
    with world.desk.db.read() as session:
        return list(session.exec(select(Crossing).order_by(Crossing.crossed_at)))  # type: ignore[arg-type]


def test_each_threshold_once_and_in_its_order_under_daily_sweeps(fresh: TestWorld) -> None:
    kit.customer(fresh, "acornhill", watched("acornhill", "minutes", STEPS))
    found = []
    for day in range(26):
        fresh.clock.at = NOVEMBER_5 + timedelta(days=day)
        found += [len(crossings.sweep(fresh.desk, kit.NOVEMBER)), len(crossings.sweep(fresh.desk, kit.NOVEMBER))]
    written = rows(fresh)
    assert [row.threshold for row in written] == list(STEPS)
    assert sum(found) == len(STEPS)
    assert set(found[1::2]) == {0}, "a second sweep of the same day found something"
    assert all(row.value >= row.threshold for row in written)
    assert len({row.crossed_at for row in written}) > 2


def test_a_sweep_at_the_end_of_the_month_finds_them_all_at_once(fresh: TestWorld) -> None:
    kit.customer(fresh, "acornhill", watched("acornhill", "minutes", STEPS))
    assert len(crossings.sweep(fresh.desk, kit.NOVEMBER)) == len(STEPS)
    assert {row.crossed_at for row in rows(fresh)} == {CLOSE}


def test_several_sweeps_at_once_write_each_once(fresh: TestWorld) -> None:
    kit.customer(fresh, "acornhill", watched("acornhill", "minutes", STEPS))
    kit.customer(fresh, "dapplewood")
    gate, found = threading.Barrier(4), []

    def sweep() -> None:
        gate.wait(5)
        found.extend(crossings.sweep(fresh.desk, kit.NOVEMBER))

    threads = [threading.Thread(target=sweep) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(found) == sorted(row.id for row in rows(fresh))
    assert len(found) == len(STEPS) + 1


def test_usage_that_shrinks_neither_repeats_nor_takes_back(fresh: TestWorld) -> None:
    kit.customer(fresh, "acornhill", watched("acornhill", "minutes", STEPS))
    crossings.sweep(fresh.desk, kit.NOVEMBER)
    before = rows(fresh)
    for one in crossings.unnoticed(fresh.desk):
        crossings.noticed(fresh.desk, one.id, "C01BILLING", "1.2")
    fresh.clock.at = NOVEMBER_5  # as if most rows had been taken out of the store again
    assert crossings.sweep(fresh.desk, kit.NOVEMBER) == []
    fresh.clock.at = CLOSE
    assert crossings.sweep(fresh.desk, kit.NOVEMBER) == []
    assert [(row.id, row.value, row.crossed_at) for row in rows(fresh)] == [
        (row.id, row.value, row.crossed_at) for row in before
    ]
    assert crossings.unnoticed(fresh.desk) == []


@pytest.mark.parametrize(("day", "found"), [(13, []), (14, ["100 %"])])
def test_a_commitment_that_began_nearly_used_up_crosses_its_end_alone(
    fresh: TestWorld, day: int, found: list[str]
) -> None:
    kit.customer(fresh, "dapplewood", watched("dapplewood", "annual_commit", (Decimal(75), Decimal(90), Decimal(100))))
    fresh.clock.at = datetime(2025, 11, day, 22, tzinfo=UTC)
    crossings.sweep(fresh.desk, kit.NOVEMBER)
    assert [one.threshold for one in crossings.unnoticed(fresh.desk)] == found


def test_without_a_word_in_the_contract_the_limit_itself_is_told(fresh: TestWorld) -> None:
    kit.customer(fresh, "acornhill")
    kit.customer(fresh, "elmfoot")
    crossings.sweep(fresh.desk, kit.NOVEMBER)
    [one] = crossings.unnoticed(fresh.desk)
    assert (one.customer, one.threshold, one.full) == ("Acornhill Freight Co.", "100 %", True)
    assert crossings.since(fresh.desk, CLOSE) == [one]
    assert crossings.since(fresh.desk, CLOSE + timedelta(seconds=1)) == []


def test_the_next_month_begins_anew(fresh: TestWorld) -> None:
    kit.customer(fresh, "acornhill", watched("acornhill", "minutes", (Decimal(100),)))
    for period in ("2025-10", "2025-11"):
        assert len(crossings.sweep(fresh.desk, Period.month(period))) == 1
    assert [row.period for row in rows(fresh)] == ["2025-10", "2025-11"]
