"""What a contract makes of a single event: the store's whole numbers and the calculator's decimals come to the same."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine, func, select
from sqlalchemy import column as named
from sqlalchemy.sql import values

from billing.errors import Refused
from billing.usage.event_rules import applied, whole_rule
from pricing.rate import rate
from pricing.statement import Event, Usage
from pricing.terms import EventRule, Metric, PerUnit, UnitRounding, UsageCharge
from tests.billing import kit
from tests.billing.small_store import NOON
from tests.demo_terms import _terms

D = Decimal
SIX_SECONDS = EventRule(minimum=D("0.5"), increment=D("0.1"))


@pytest.fixture(scope="module")
def engine() -> Engine:
    return create_engine("sqlite://")


def in_the_store(engine: Engine, rule: EventRule, per: int, numbers: list[int]) -> Decimal:
    whole = whole_rule(rule, per)
    rows = values(named("value"), name="rows").data([(number,) for number in numbers]).cte()
    with engine.connect() as connection:
        total = connection.execute(select(func.sum(applied(whole, rows.c.value)))).scalar_one()
    assert isinstance(total, int)
    return Decimal(total) / whole.per


def by_the_calculator(rule: EventRule, per: int, numbers: list[int]) -> Decimal:
    metric = Metric(id="minutes", unit="min", per_event=rule)
    charge = UsageCharge(id="minutes", description="Minutes", metric="minutes", price=PerUnit(unit_amount=D(1)))
    events = tuple(Event(metric="minutes", at=NOON, value=D(number) / per) for number in numbers)
    quantity = rate(_terms(charge, metrics=(metric,)), Usage(events=events), kit.NOVEMBER).lines[0].quantity
    assert quantity is not None
    return quantity


@pytest.mark.parametrize(
    ("milliseconds", "minutes"),
    [
        (1, "0.5"), (29_999, "0.5"), (30_000, "0.5"), (30_001, "0.6"), (36_000, "0.6"), (36_001, "0.7"), (0, "0.5"),
        (60_000, "1"), (-5_000, "0.5"),
    ],
)  # fmt: skip
def test_six_second_increments_of_at_least_thirty_seconds(engine: Engine, milliseconds: int, minutes: str) -> None:
    assert in_the_store(engine, SIX_SECONDS, 60_000, [milliseconds]) == D(minutes)


@pytest.mark.parametrize(
    ("mode", "results"),
    [
        ("up", [1, 1, 1, 2, 2, 3, 0, 0, -1]),
        ("down", [0, 0, 1, 1, 1, 2, -1, -1, -2]),
        ("half_up", [0, 1, 1, 1, 2, 3, 0, -1, -2]),
        ("half_even", [0, 0, 1, 1, 2, 2, 0, 0, -2]),
        ("none", ["0.4", "0.5", "1", "1.4", "1.5", "2.5", "-0.4", "-0.5", "-1.5"]),
    ],
)
def test_each_call_to_a_whole_minute(engine: Engine, mode: str, results: list[object]) -> None:
    rule = EventRule.model_validate({"rounding": {"mode": mode}})
    seconds = [24, 30, 60, 84, 90, 150, -24, -30, -90]
    assert [in_the_store(engine, rule, 60, [one]) for one in seconds] == [D(str(one)) for one in results]


@given(
    numbers=st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=20),
    per=st.sampled_from([1, 8, 10, 1000]),
    minimum=st.none() | st.decimals(0, 50, places=2),
    increment=st.none() | st.decimals(D("0.01"), 90, places=2),
    mode=st.sampled_from(["none", "up", "down", "half_up", "half_even"]),
    divide_by=st.sampled_from([D(1), D(60), D("2.5")]),
    decimals=st.integers(-1, 2),
)
def test_as_the_calculator_counts_single_events(
    engine: Engine, numbers: list[int], per: int, minimum: Decimal | None, increment: Decimal | None, mode: str,
    divide_by: Decimal, decimals: int,
) -> None:  # fmt: skip
    rounding = UnitRounding.model_validate({"mode": mode, "divide_by": divide_by, "decimals": decimals})
    rule = EventRule(minimum=minimum, increment=increment, rounding=rounding)
    found = in_the_store(engine, rule, per, numbers)
    known = by_the_calculator(rule, per, numbers)
    assert abs(max(found, D(0)) - known) < D("1e-15")


def test_a_rule_that_is_finer_than_any_store_is_refused() -> None:
    with pytest.raises(Refused, match="finer"):
        whole_rule(EventRule(minimum=D("0.000000123456789")), 1)
