"""What holds for every bill: monotone, blind to the order and number of slices, sums that add up, replay, no floats."""

import json
from datetime import datetime
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from pricing.canonical import canonical
from pricing.rate import rate
from pricing.replay import bundle, replay
from pricing.statement import Slice, Statement, Usage
from pricing.terms import Minimum, Terms
from pricing.working import sentence, table
from tests.pricing.pricing_kit import NOVEMBER, RAW_MINUTES, ZONE, fee, metered, per_unit, piece, terms, tiered, used

STEPS = (("5", "0.30", "2"), ("12", "0.20"), (None, "0.07", "1.5"))
BILLS = (
    terms(metered(per_unit("0.085"), included="200")),
    terms(metered(tiered("graduated", STEPS)), fee("12.345"), metrics=(RAW_MINUTES,)),
    terms(metered(tiered("volume", STEPS))),
    terms(
        metered(per_unit("0.333")),
        minimums=(Minimum(id="monthly", description="Minimum", amount=Decimal("50"), counts=("minutes",)),),
    ),
)
bills = st.sampled_from(BILLS)
rising = st.sampled_from([bill for bill in BILLS if bill is not BILLS[2]])
quantities = st.decimals(min_value=0, max_value=10**6, places=3)
millis = st.integers(min_value=0, max_value=10**10)


def slices(parts: list[int], order: list[int]) -> Usage:
    """November cut into equal pieces, one for each part, given in any order; milliseconds, billed in minutes."""
    start, end = NOVEMBER.bounds(ZONE)
    at: list[datetime] = [start + (end - start) * place // len(parts) for place in range(len(parts) + 1)]
    made = [
        Slice(metric="minutes", start=at[n], end=at[n + 1], quantity=Decimal(part), per=Decimal(60000))
        for n, part in enumerate(parts)
    ]
    return Usage(slices=tuple(made[n] for n in order))


@given(rising, quantities, quantities)
def test_more_usage_never_costs_less(bill: Terms, one: Decimal, other: Decimal) -> None:
    low, high = sorted((one, other))
    assert rate(bill, used(str(low)), NOVEMBER).total <= rate(bill, used(str(high)), NOVEMBER).total


@given(bills, st.lists(millis, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_neither_the_number_of_slices_nor_their_order_matters(bill: Terms, parts: list[int], random: Any) -> None:
    order = random.sample(range(len(parts)), len(parts))
    whole = rate(bill, slices([sum(parts)], [0]), NOVEMBER)
    assert canonical(rate(bill, slices(parts, order), NOVEMBER)) == canonical(whole)


@given(bills, quantities)
def test_lines_add_up(bill: Terms, quantity: Decimal) -> None:
    statement = rate(bill, used(str(quantity)), NOVEMBER)
    assert statement.total == sum(line.amount for line in statement.lines)
    assert statement.due == sum(line.due for line in statement.lines)
    assert all(abs(line.amount - line.exact) <= Decimal("0.005") for line in statement.lines)


@given(st.integers(min_value=0, max_value=60))
def test_graduated_and_volume_agree_with_counting_unit_by_unit(units: int) -> None:
    ends = [Fraction(row[0]) if row[0] else Fraction(10**6) for row in STEPS]
    tier_of = [next(n for n, end in enumerate(ends) if unit <= end) for unit in range(1, units + 1)]
    flats = [Fraction(row[2]) if len(row) > 2 else Fraction(0) for row in STEPS]
    unit_by_unit = sum(Fraction(STEPS[n][1] or 0) for n in tier_of) + sum(flats[n] for n in set(tier_of))
    top = max(tier_of, default=0)
    at_once = units * Fraction(STEPS[top][1] or 0) + (flats[top] if units else 0)
    for model, expected in (("graduated", unit_by_unit), ("volume", at_once)):
        line = rate(terms(metered(tiered(model, STEPS))), used(str(units)), NOVEMBER).lines[0]
        assert Fraction(line.exact) == expected


@given(bills, quantities)
@settings(max_examples=50)
def test_replay_gives_the_same_bytes(bill: Terms, quantity: Decimal) -> None:
    usage = used(str(quantity))
    kept = canonical(bundle(bill, usage, NOVEMBER))
    assert replay(kept) == replay(kept) == canonical(rate(bill, usage, NOVEMBER))


@given(bills, millis)
@settings(max_examples=50)
def test_a_statement_survives_its_json_and_tells_the_same_story(bill: Terms, quantity: int) -> None:
    statement = rate(bill, slices([quantity], [0]), NOVEMBER)
    back = Statement.from_json(canonical(statement))
    assert canonical(back) == canonical(statement)
    assert [sentence(line, "USD") for line in back.lines] == [sentence(line, "USD") for line in statement.lines]
    assert [table(line) for line in back.lines] == [table(line) for line in statement.lines]


@given(bills, quantities)
@settings(max_examples=20)
def test_no_float_anywhere(bill: Terms, quantity: Decimal) -> None:
    statement = rate(bill, used(str(quantity)), NOVEMBER)
    assert not [value for value in walk(statement) if isinstance(value, float)]
    assert "e" not in json.dumps([str(value) for value in walk(statement) if isinstance(value, Decimal)]).lower()


@pytest.mark.parametrize("precision", [3, 9, 100])
def test_the_callers_decimal_context_does_not_reach_in(precision: int) -> None:
    usage = Usage(slices=(piece("61250.123"),))
    expected = canonical(rate(BILLS[1], usage, NOVEMBER))
    with localcontext() as context:
        context.prec = precision
        assert canonical(rate(BILLS[1], usage, NOVEMBER)) == expected


def walk(value: Any) -> list[Any]:
    if isinstance(value, BaseModel):
        return [found for name in type(value).model_fields for found in walk(getattr(value, name))]
    if isinstance(value, dict):
        return [found for item in value.values() for found in walk(item)]
    if isinstance(value, tuple | list):  # a named tuple is walked like any other
        return [found for item in value for found in walk(item)]
    return [value]
