"""Printed dates: '16 November 2025', 'Nov 16, 2025', '2025-11-16', '11/16/2025'.

Promises a date or None. A numeric date that two countries read differently ('03/01/2025') and a year of two digits are
not read: both are for a person.
"""

import calendar
import re
from collections.abc import Iterator
from datetime import date

from billing.contracts.text import fold

MONTHS = {name.casefold(): number for number, name in enumerate(calendar.month_name) if name}
MONTHS |= {name.casefold(): number for number, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
NAME = rf"(?P<month>{'|'.join(sorted(MONTHS, key=len, reverse=True))})\b\.?"
DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
YEAR = r"(?P<year>(?:19|20)\d\d)\b"
FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"\b{NAME}\s*{DAY},?\s+{YEAR}",
        rf"\b{DAY}\s+(?:day\s+of\s+)?{NAME},?\s+{YEAR}",
        r"\b(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)\b",
    )
)
SLASHED = re.compile(r"(?<![\d/])(?P<first>\d{1,2})/(?P<second>\d{1,2})/(?P<year>(?:19|20)\d\d)(?![\d/])")


def dates(text: str) -> Iterator[tuple[date, str]]:
    """Every date in `text` with its printed words, in the order of the text."""
    folded = fold(text)
    found = [(match.start(), _named(match), match[0]) for form in FORMS for match in form.finditer(folded)]
    found += [(match.start(), _slashed(match), match[0]) for match in SLASHED.finditer(folded)]
    for _, day, words in sorted(found, key=lambda one: one[0]):
        if day:
            yield day, words


def the_date(text: str) -> date | None:
    """The one date in `text`; None for none and for several."""
    days = {day for day, _ in dates(text)}
    return days.pop() if len(days) == 1 else None


def _named(match: re.Match[str]) -> date | None:
    month = MONTHS.get(match["month"].casefold()) or int(match["month"])
    return _date(int(match["year"]), month, int(match["day"]))


def _slashed(match: re.Match[str]) -> date | None:
    first, second, year = int(match["first"]), int(match["second"]), int(match["year"])
    if first <= 12 and second <= 12 and first != second:
        return None
    return _date(year, first, second) if first <= 12 else _date(year, second, first)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:  # 31 November: printed, but no date
        return None
