from datetime import date

import pytest

from agent.periods import months, shift, spoken, without_months

TODAY = date(2025, 11, 13)
SAID = {
    "draft November for Gumdrop": ["2025-11"], "who is over this month?": ["2025-11"], "last month": ["2025-10"],
    "next month": ["2025-12"], "the month before last": ["2025-09"], "Nov 2025": ["2025-11"], "nov '24": ["2024-11"],
    "in dec": ["2024-12"], "December 2025": ["2025-12"], "2025-09": ["2025-09"], "09/2025": ["2025-09"],
    "October and November": ["2025-10", "2025-11"], "October, oct and 2025-10": ["2025-10"], "sept.": ["2025-09"],
    "November of 2023": ["2023-11"], "for may": ["2025-05"], "and May?": ["2025-05"], "march?": ["2025-03"],
    "may I see it": [], "you may draft": [], "they march on": [], "2025-11-13": [], "Q3": [], "yesterday": [],
    "decide on novels": [], "month": [],
}  # fmt: skip


@pytest.mark.parametrize(("text", "keys"), SAID.items())
def test_words_become_months(text: str, keys: list[str]) -> None:
    assert months(text, TODAY) == keys


def test_years_turn() -> None:
    assert shift(date(2026, 1, 31), -1) == "2025-12"
    assert shift(date(2025, 12, 1), 1) == "2026-01"
    assert months("december", date(2025, 12, 1)) == ["2025-12"]


def test_words_without_months() -> None:
    assert without_months("draft November 2025 for May Flowers").split() == ["draft", "for", "Flowers"]


@pytest.mark.parametrize(
    ("key", "words"), [("2025-11", "November 2025"), ("2025-11-16/2025-12-01", "2025-11-16/2025-12-01")]
)
def test_spoken(key: str, words: str) -> None:
    assert spoken(key) == words
