"""Tokens: every way in which a text can state a figure, cut out one by one. Pure.

A token's `kind` and `value` decide what may vouch for it; `text` is what was written. Dates, times and our own ids are
tokens of their own, so that '13 November' never vouches for 'thirteen minutes'.
"""

import calendar
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

CURRENCIES = {
    **dict.fromkeys(("$", "us$", "usd", "dollar", "dollars", "buck", "bucks", "cent", "cents"), "USD"),
    **dict.fromkeys(("€", "eur", "euro", "euros"), "EUR"),
    **dict.fromkeys(("£", "gbp", "pound", "pounds", "pence"), "GBP"),
    **dict.fromkeys(("¥", "jpy", "yen"), "JPY"),
    **dict.fromkeys(("chf", "franc", "francs"), "CHF"),
    "cad": "CAD",
    "aud": "AUD",
}
UNITS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
NUMBERS = {word: value for value, word in enumerate(UNITS)} | {word: 10 * at for at, word in enumerate(TENS, 2)}
SIZES = (
    "hundred", "hundreds", "thousand", "thousands", "million", "millions", "billion", "billions", "dozen", "dozens",
    "half", "halved", "double", "doubled", "twice", "triple", "tripled", "thrice",
)  # fmt: skip
NAMES = (calendar.month_name, calendar.month_abbr)
MONTHS = {name.lower(): number for names in NAMES for number, name in enumerate(names) if name}

_month = "(?P<{}>" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\b\.?"
_words = "|".join(sorted([*NUMBERS, *SIZES], key=len, reverse=True))
_sign = r"(?:US\$|[$€£¥]|\b(?:USD|EUR|GBP|JPY|CHF|CAD|AUD)(?![A-Za-z]))"
_name = r"(?:USD|EUR|GBP|JPY|CHF|CAD|AUD|dollars?|bucks?|cents?|euros?|pounds?|pence|yen|francs?)\b"
_number = r"(?:\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+(?![,\d])|\d+)(?:\.\d+)?|\.\d+"
_end = r"(?![\d_]|[.,:/]\d|[A-Za-z])"
ID = r"\b[a-z]+-[0-7][0-9a-hjkmnp-tv-z]{25}\b"

TOKEN = re.compile(
    rf"(?P<id>{ID})"
    r"|(?P<spaced>(?<![\d.,])\b\d(?: \d\b)+)"
    r"|\b(?P<iso_y>20\d\d)-(?P<iso_m>0[1-9]|1[0-2])(?:-(?P<iso_d>[0-3]\d))?\b(?!-?\d)"
    rf"|\b(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?\s+{_month.format('m1')}(?:,?\s+(?P<y1>20\d\d)\b)?(?!\s*,?\d)"
    rf"|\b{_month.format('m2')}\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(?P<y2>20\d\d)\b)?(?![.,]?\d)"
    rf"|\b{_month.format('m3')}\s+(?P<y3>20\d\d)\b(?![.,]?\d)"
    r"|\b(?P<time>[0-2]?\d:[0-5]\d)(?::[0-5]\d)?\b"
    r"|(?P<minus>(?<![\w.)])[-−](?=[\d.]|US\$|[$€£¥]|[A-Z]{3}))?"
    rf"(?:(?P<sign>{_sign})\s?|(?<![\w.]))(?P<number>{_number}){_end}"
    rf"(?:(?P<percent>\s?%|\s+per\s?cent\b)|\s?(?P<unit>[$€£¥](?!\s?\d)|{_name}))?"
    rf"|\b(?P<words>(?:{_words})(?:[\s-]+(?:and[\s-]+)?(?:{_words}))*)\b(?P<of>\s+per\s?cent\b|\s+{_name})?"
    rf"|(?P<currency>{_sign}|\b(?<!per )(?<!per){_name})"
    r"|(?P<other>(?<![^\s\"(\[{])[^\s\"(\[{]*\d[^\s\")\]}]*)"
    # Whatever is left of a figure, such as the digits behind a currency sign that nobody can read.
    r"|(?P<rest>\d[^\s\")\]}]*)",
    re.IGNORECASE | re.ASCII,
)
SPACE = re.compile(r"[^\S\n]")
FORMATTING = re.compile(r"[*_~`\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
LIST_MARK = re.compile(r"^(\s*)(\d{1,2})[.)](?=\s)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Token:
    """kind: id, day (y-m-d, y may be empty), month, time, money, percent, number, words, currency, other or foreign."""

    kind: str
    value: tuple[str | Decimal | int | None, ...]
    text: str


def tokens(text: str) -> Iterator[Token]:
    """Every figure-like stretch of `text`, in no particular order."""
    plain = _without_list_marks(SPACE.sub(" ", FORMATTING.sub("", text)))
    yield from (Token("foreign", (char,), char) for char in plain if _foreign(char))
    for match in TOKEN.finditer(plain):
        yield _token(match)


def _token(match: re.Match[str]) -> Token:
    found, text = match.groupdict(), match[0].strip()
    if found["id"]:
        return Token("id", (text.lower(),), text)
    date = _date(found)
    if date:
        return Token("day" if len(date) == 3 else "month", date, text)
    if found["time"]:
        return Token("time", (found["time"].lstrip("0"),), text)
    if found["number"]:
        return _number_token(found, text)
    if found["words"]:
        return Token("words", (_spelled(found["words"]), _plain(found["words"]), _plain(found["of"] or "")), text)
    if found["currency"]:
        return Token("currency", (CURRENCIES[text.lower()],), text)
    return Token("other", (text.strip(".,:;!?'’").lower(),), text)


def _number_token(found: dict[str, str | None], text: str) -> Token:
    value = Decimal(re.sub(r"[,\s]", "", found["number"] or ""))
    value = -value if found["minus"] else value
    unit = found["sign"] or found["unit"]
    if unit:
        minor = unit.lower() in ("cent", "cents", "pence")
        return Token("money", (CURRENCIES[unit.lower()], value / 100 if minor else value), text)
    return Token("percent" if found["percent"] else "number", (value,), text)


def _date(found: dict[str, str | None]) -> tuple[str | int | None, ...] | None:
    if found["iso_y"]:
        month = (int(found["iso_y"]), int(found["iso_m"] or 0))
        return (*month, int(found["iso_d"])) if found["iso_d"] else month
    for place in ("1", "2"):
        if found[f"d{place}"]:
            year = found[f"y{place}"]
            return int(year) if year else None, MONTHS[(found[f"m{place}"] or "").lower()], int(found[f"d{place}"] or 0)
    return (int(found["y3"]), MONTHS[(found["m3"] or "").lower()]) if found["y3"] else None


def _spelled(words: str) -> int | None:
    """The value of one number word; None for compounds, which only the same words can vouch for."""
    return NUMBERS.get(words.lower())


def _plain(words: str) -> str:
    return " ".join(words.lower().replace("-", " ").split())


def _foreign(char: str) -> bool:
    """Digits and numerals outside ASCII: full-width, circled, superscript, fractions, Chinese."""
    return not char.isascii() and unicodedata.numeric(char, None) is not None


def _without_list_marks(text: str) -> str:
    """'1. … 2. …' at line starts is layout, as long as it counts up from one."""
    lines, expected = [], 1
    for line in text.split("\n"):
        mark = LIST_MARK.match(line)
        if mark and int(mark[2]) == expected:
            line, expected = line[mark.end() :], expected + 1
        lines.append(line)
    return "\n".join(lines)
