"""Printed figures: read exactly, or not at all."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.contracts.amounts import amounts, day_counts, month_counts, number, percents, quantities
from billing.contracts.words import number_of

MONEY = [
    ("US$0.085 per minute", "0.085", "USD"),
    ("$2,500.00", "2500.00", None),
    ("2.500,00 EUR", "2500.00", "EUR"),
    ("EUR 0.13", "0.13", "EUR"),
    ("€1.341,34", "1341.34", "EUR"),
    ("$.415", "0.415", None),
    ("USD$0,4711", "0.4711", "USD"),
    ("US $31250", "31250", "USD"),
    ("CHF 162'330.--", "162330", "CHF"),
    ("$48 CAD per hour", "48", "CAD"),
    ("CA$12.50", "12.50", "CAD"),
    ("US$1million", "1000000", "USD"),
    ("$0.115, and then more", "0.115", None),
    ("8.5 cents a minute", "0.085", None),
]
UNREADABLE = ["$1.000", "$139.20.00", "$ 30, 000", "USD 12 EUR", "$1,00,000", "Pewterbell USD", "120,000"]


@pytest.mark.parametrize(("text", "value", "currency"), MONEY)
def test_money_is_read_as_printed(text: str, value: str, currency: str | None) -> None:
    (found,) = amounts(text)
    assert (found.value, found.currency) == (Decimal(value), currency)


@pytest.mark.parametrize("text", UNREADABLE)
def test_a_figure_with_two_readings_is_not_read(text: str) -> None:
    assert list(amounts(text)) == []


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("20,000 minutes", ["20000"]),
        ("1.000 minutes", []),
        ("10,001-50,000", ["10001", "50000"]),
        ("0 – 10,000 minutes for $0.12", ["0", "10000"]),
        ("50,001+", ["50001"]),
        ("1 million tokens", ["1000000"]),
        ("5% of it", []),
    ],
)
def test_quantities_leave_money_and_percentages_out(text: str, values: list[str]) -> None:
    assert list(quantities(text)) == [Decimal(value) for value in values]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("within thirty (30) days", {30}),
        ("within thirty (60) days", set()),
        ("Net 30", {30}),
        ("net forty-five (45) days", {45}),
        ("ten days after receipt", {10}),
        ("net 2%", set()),
    ],
)
def test_days_need_words_and_digits_to_agree(text: str, days: set[int]) -> None:
    assert set(day_counts(text)) == days


@pytest.mark.parametrize(
    ("text", "months"), [("twelve (12) months", [12]), ("Two years", [24]), ("thirty-six (24) months", [])]
)
def test_terms_are_counted_in_months(text: str, months: list[int]) -> None:
    assert list(month_counts(text)) == months


@pytest.mark.parametrize(
    ("text", "values"), [("100 %", [100]), ("one hundred percent (100%)", [100]), ("ninety percent (100%)", [])]
)
def test_percentages(text: str, values: list[int]) -> None:
    assert list(percents(text)) == values


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("thirty-six", 36),
        ("one hundred and twenty", 120),
        ("seven hundred thousand", 700_000),
        ("several", None),
        ("", None),
    ],
)
def test_number_words(words: str, value: int | None) -> None:
    assert number_of(words) == value


@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_both_ways_of_printing_give_the_same_figure(value: Decimal) -> None:
    english = f"{value:,.2f}"
    german = english.translate(str.maketrans(",.", ".,"))
    assert number(english) == number(german) == value
