"""Printed dates and time zones: one meaning, or none."""

from datetime import date

import pytest

from billing.contracts.dates import dates, the_date
from billing.contracts.zones import zones

DATES = [
    ("November 16, 2025", date(2025, 11, 16)),
    ("16th day of November, 2025", date(2025, 11, 16)),
    ("12th day of June \n2011", date(2011, 6, 12)),
    ("Nov. 16 2025", date(2025, 11, 16)),
    ("16 Sept 2025", date(2025, 9, 16)),
    ("2025-11-16", date(2025, 11, 16)),
    ("11/16/2025", date(2025, 11, 16)),
    ("16/11/2025", date(2025, 11, 16)),
    ("03/01/2025", None),
    ("03/01/05", None),
    ("31 November 2025", None),
    ("May 1, 2025 to May 2, 2025", None),
]


@pytest.mark.parametrize(("text", "day"), DATES)
def test_a_date_is_read_or_left(text: str, day: date | None) -> None:
    assert the_date(text) == day


def test_dates_come_with_their_words_in_order() -> None:
    found = list(dates("from 1 May 2025 until April 30, 2026"))
    assert found == [(date(2025, 5, 1), "1 May 2025"), (date(2026, 4, 30), "April 30, 2026")]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("New York time", {"America/New_York"}),
        ("in America/Chicago", {"America/Chicago"}),
        ("Eastern Time", {"America/New_York"}),
        ("measured in London time, not UTC", {"Europe/London", "UTC"}),
        ("Eastern Standard Time", set()),
        ("New York, NY. Time is of the essence", set()),
        ("at any time", set()),
    ],
)
def test_zones_need_to_be_named_as_zones(text: str, names: set[str]) -> None:
    assert zones(text) == names
