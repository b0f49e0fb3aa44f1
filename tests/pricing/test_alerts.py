"""Crossings: what lies between the level before and the level now, of every kind of term that has a level."""

import json
from decimal import Decimal
from typing import Any

import pytest

from pricing.alerts import Crossing, crossed
from pricing.defaults import completed
from pricing.inputs import read_json
from pricing.periods import Period
from pricing.rate import rate
from pricing.refusal import Refusal


def crossings(terms: dict[str, Any], usage: Any, threshold: dict[str, Any], **more: Any) -> tuple[Crossing, ...]:
    given = {
        "terms": {"effective_from": "2025-01-01", **terms, "thresholds": [{"id": "t", **threshold}]},
        "usage": usage,
    }
    found = completed(read_json(json.dumps({"period": "2025-11", **given, **more})))
    bundle = found.bundle
    period = Period(bundle.period.start, bundle.period.end)
    statement = rate(bundle.terms, bundle.usage, period, bundle.opening, bundle.billed)
    return crossed(bundle.terms, statement, found.previous, bundle.opening)


def values(*given: Any, **more: Any) -> list[str]:
    return [f"{one.value:f}" for one in crossings(*given, **more)]


INCLUDED = {"price": 1, "included": 100}
RISING = {"of": "calls", "percents": [50, 80, 100]}


@pytest.mark.parametrize(
    ("used", "before", "passed"),
    [
        ("49.9", 0, []), ("50", 0, ["50"]), ("100", 0, ["50", "80", "100"]), ("250", 0, ["50", "80", "100"]),
        ("80", 50, ["80"]), ("80", 80, []), ("70", 90, []), ("81", "79.99", ["80"]),
    ],
)  # fmt: skip
def test_rising_is_above_before_and_up_to_now(used: str, before: Any, passed: list[str]) -> None:
    assert values(INCLUDED, {"calls": used}, RISING, previous={"t": before}) == passed


PREPAID = {"price": 1, "prepaid": {"p": {"amount": 1000, "on_exhaustion": "list", "access": {"start": "2025-01-01"}}}}
FALLING = {"of": "p", "amounts": [100, 20], "direction": "falling"}


@pytest.mark.parametrize(
    ("opening", "used", "passed"),
    [
        (150, 49, []),
        (150, 50, ["100"]),
        (100, 10, []),
        (100, 80, ["20"]),
        (150, 500, ["100", "20"]),
        (1000, 900, ["100"]),
    ],
)
def test_falling_is_below_before_and_down_to_now(opening: int, used: int, passed: list[str]) -> None:
    assert values(PREPAID, {"calls": used}, FALLING, opening={"balances": {"p": opening}}) == passed


@pytest.mark.parametrize(
    ("used", "before", "passed"),
    [(119, 0, ["100"]), (120, 0, ["100", "110", "120"]), (145, 120, ["130", "140"]), (145, 140, []), (99, 0, [])],
)
def test_a_step_recurs_beyond_the_last_value(used: int, before: int, passed: list[str]) -> None:
    threshold = {"of": "calls", "percents": [100], "step": 10}
    expected = ["100", "110"] if used == 119 else passed
    assert values(INCLUDED, {"calls": used}, threshold, previous={"t": before}) == expected


def test_a_falling_step_goes_down() -> None:
    threshold = {**FALLING, "step": 5}
    assert values(PREPAID, {"calls": 139}, threshold, opening={"balances": {"p": 150}}) == ["100", "20", "15"]


def test_a_step_that_is_far_too_small_is_refused() -> None:
    with pytest.raises(Refusal, match="make it larger"):
        values({"price": "0.001"}, {"calls": 10**14}, {"of": "calls", "quantities": [1], "step": "0.000001"})


@pytest.mark.parametrize(
    ("terms", "usage", "threshold", "more", "level", "now", "unit"),
    [
        (INCLUDED, 80, {"of": "calls", "percents": [75]}, {}, "75", "80", "unit"),
        (INCLUDED, 120, {"of": "calls", "amounts": [15]}, {}, "15", "20", "USD"),
        (INCLUDED, 120, {"of": "calls", "quantities": [110]}, {}, "110", "120", "unit"),
        ({"price": 1, "pools": {"pool": 50}}, 40, {"of": "pool", "percents": [80]}, {}, "40", "40", "unit"),
        ({"price": 1, "minimums": 200}, 150, {"of": "minimum", "percents": [75]}, {}, "150", "150", "USD"),
        ({"price": 1, "caps": 100, "discounts": {"percent": 10}}, 150, {"of": "cap", "percents": [100]}, {}, "100", "135", "USD"),
        (PREPAID, 500, {"of": "p", "percents": [50]}, {}, "500", "500", "USD"),
        (PREPAID, 500, {"of": "p", "percents": [50], "direction": "falling"}, {}, "500", "500", "USD"),
        ({"price": 1, "credits": {"amount": 50}}, 20, {"of": "credit", "amounts": [10]}, {}, "10", "20", "USD"),
        ({"charges": {"fee": {"amount": 30}}}, None, {"of": "fee", "amounts": [30]}, {}, "30", "30", "USD"),
        ({"charges": {"seats": {"amount": 30, "metric": "seats"}}}, 7, {"of": "seats", "quantities": [7]}, {}, "7", "7", "unit"),
        ({"price": 1, "minimums": {"amount": 200, "over": "contract_year"}}, 20, {"of": "minimum", "percents": [50]},
         {"opening": {"counters": {"minimum": {"amount": 90}}}}, "100", "110", "USD"),
        ({"price": 1, "included": {"quantity": 100, "resets": "contract_year"}}, 20, {"of": "calls", "percents": [80]},
         {"opening": {"counters": {"calls.included": 70}}}, "80", "90", "unit"),
        ({"price": 1, "included": {"quantity": 100, "rollover": {}}}, 120, {"of": "calls", "percents": [80]},
         {"opening": {"carried": {"calls.included": 50}}}, "120", "120", "unit"),
    ],
)  # fmt: skip
def test_levels(terms: Any, usage: Any, threshold: Any, more: Any, level: str, now: str, unit: str) -> None:
    named = "seats" if threshold["of"] == "seats" else "calls"
    (found,) = crossings(terms, None if usage is None else {named: usage}, threshold, **more)
    assert (found.level, found.now, found.unit) == (Decimal(level), Decimal(now), unit)
    assert (found.threshold, found.of) == ("t", threshold["of"])


def test_units_are_those_used_in_every_stretch_and_cell() -> None:
    cells = {"cells": [{"when": {"m": "a"}, "price": 1}, {"when": {"m": "b"}, "price": 2}]}
    usage = {"calls": [{"quantity": 30, "dims": {"m": "a"}}, {"quantity": 30, "dims": {"m": "b"}}]}
    assert values({"price": cells}, usage, {"of": "calls", "quantities": [60, 61]}) == ["60"]
    # A prepaid balance that ends makes two lines of the same units.
    assert values(PREPAID, {"calls": 1200}, {"of": "calls", "quantities": [1200, 1201]}) == ["1200"]


def test_each_key_has_a_level_of_its_own() -> None:
    usage = {"calls": [{"quantity": 90, "dims": {"site": "a"}}, {"quantity": 40, "dims": {"site": "b"}}]}
    found = crossings({**INCLUDED, "per_each": "site"}, usage, RISING, previous={"t[a]": 60})
    assert [(one.of, one.value) for one in found] == [("calls[a]", Decimal(80))]


def test_a_level_that_an_earlier_period_reached_is_not_news() -> None:
    threshold = {"of": "p", "percents": [50, 80, 90]}
    assert values(PREPAID, {"calls": 49}, threshold, opening={"balances": {"p": 150}}) == []
    assert values(PREPAID, {"calls": 50}, threshold, opening={"balances": {"p": 150}}, previous={"t": 0}) == [
        "50",
        "80",
        "90",
    ]


def test_unlimited_units_have_no_part() -> None:
    assert values({"price": 1, "included": {"quantity": None}}, {"calls": 10**9}, RISING) == []


@pytest.mark.parametrize(
    ("terms", "threshold"),
    [
        ({"price": 1}, {"of": "calls", "percents": [80]}),
        ({"price": 1, "minimums": 5}, {"of": "minimum", "quantities": [80]}),
        ({"price": 1, "pools": 5}, {"of": "pool", "amounts": [80]}),
        ({"price": 1}, {"of": "calls", "amounts": [80], "direction": "falling"}),
    ],
)
def test_a_measure_that_the_term_lacks_is_refused(terms: Any, threshold: Any) -> None:
    with pytest.raises(Refusal, match=r"^thresholds\.t"):
        crossings(terms, {"calls": 100}, threshold)


def test_the_notice_goes_with_the_crossing() -> None:
    (found,) = crossings(INCLUDED, {"calls": 100}, {"of": "calls", "percents": [100], "customer_notice_required": True})
    assert found.customer_notice_required
    assert (found.measure, found.direction, found.before) == ("percents", "rising", 0)
