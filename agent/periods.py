"""Months in people's words: 'November', 'last month', 'Nov 2025' become '2025-11' by the business calendar.

Pure. A month without a year is the latest one that has begun: nobody bills the future. Days, quarters and years are
not read; a sentence that only has those names no month.
"""

import calendar
import re
from datetime import date

NAMES = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
SHORT = {name[:3]: number for name, number in NAMES.items()} | {"sept": 9}
YEAR = r"(?:,?\s+(?:of\s+)?(?P<year>20\d\d)|\s*['’](?P<short_year>\d\d))?"
WORDS = re.compile(
    r"\b(?P<iso>20\d\d-(?:0[1-9]|1[0-2]))\b(?!-)"
    r"|\b(?P<slash>0?[1-9]|1[0-2])/(?P<slash_year>20\d\d)\b"
    r"|\bmonth before last\b|\b(?P<relative>this|current|last|previous|next|past)\s+month\b"
    rf"|\b(?P<name>{'|'.join([*NAMES, *SHORT])})\b\.?{YEAR}",
    re.IGNORECASE | re.ASCII,
)
RELATIVE = {"this": 0, "current": 0, "last": -1, "previous": -1, "past": -1, "next": 1}
# These are English words too: they are months only where they stand like one.
DOUBTFUL = frozenset({"may", "march", "mar", "sept", "sep", "dec", "jan"})
BEFORE_A_MONTH = re.compile(r"\b(?:in|for|of|and|since|during|until|about|draft|bill|invoice)\s+$", re.IGNORECASE)


def months(text: str, today: date) -> list[str]:
    """Every month that `text` names, in order, each once."""
    found = [key for match in WORDS.finditer(text) if (key := _month(match, text, today))]
    return list(dict.fromkeys(found))


def without_months(text: str) -> str:
    """`text` with the words that name months taken out."""
    return WORDS.sub(lambda match: " " if _month(match, text, date.min) else match[0], text)


def shift(day: date, months_later: int) -> str:
    """The key of the month that lies so many months after `day`'s."""
    count = day.year * 12 + day.month - 1 + months_later
    return f"{count // 12}-{count % 12 + 1:02d}"


def spoken(key: str) -> str:
    """'2025-11' -> 'November 2025'; other periods stay as they are."""
    if not re.fullmatch(r"\d{4}-\d\d", key):
        return key
    return f"{calendar.month_name[int(key[5:])]} {key[:4]}"


def _month(match: re.Match[str], text: str, today: date) -> str | None:
    if match["iso"]:
        return match["iso"]
    if match["slash"]:
        return f"{match['slash_year']}-{int(match['slash']):02d}"
    if match["relative"]:
        return shift(today, RELATIVE[match["relative"].lower()])
    if not match["name"]:
        return shift(today, -2)
    return _named(match, text, today)


def _named(match: re.Match[str], text: str, today: date) -> str | None:
    name = match["name"].lower()
    year = match["year"] or (f"20{match['short_year']}" if match["short_year"] else None)
    before, after = text[: match.start()].strip(), text[match.end() :].strip(" ?!.")
    like_a_month = BEFORE_A_MONTH.search(text[: match.start()]) or (match["name"][0].isupper() if before else not after)
    if name in DOUBTFUL and not (year or like_a_month):
        return None
    number = NAMES.get(name) or SHORT[name]
    return f"{year or (today.year if number <= today.month else today.year - 1)}-{number:02d}"
