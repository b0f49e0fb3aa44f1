"""Printed figures: money, quantities, percentages and day counts, read exactly as printed.

Promises a Decimal or None: a figure whose separators admit two readings ('1.204') is not read. A bare '$' carries no
currency; whoever needs one finds it stated elsewhere in the document, or asks.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from billing.contracts.text import fold
from billing.contracts.words import NUMBER_WORDS, number_of

CODES = "USD|EUR|GBP|CAD|AUD|NZD|CHF|JPY|SEK|NOK|DKK|PLN|CZK|SGD|HKD|INR|MXN|BRL|ZAR"
PREFIXES = {"us$": "USD", "usd$": "USD", "ca$": "CAD", "c$": "CAD", "cad$": "CAD", "a$": "AUD", "au$": "AUD"}
SYMBOLS = {"€": "EUR", "£": "GBP", "¥": "JPY", "$": None}
SCALES = {"thousand": 3, "k": 3, "million": 6, "m": 6, "billion": 9, "bn": 9}

FIGURE = r"(?:\d[\d.,']*\d|\d|\.\d+)"
SCALE = r"(?:\s?(?P<scale>thousand|million|billion|bn|[mk])\b)?"
PRINTED = re.compile(r"\d[\d.,']*\d|\d|\.\d+", re.ASCII)
MONEY = re.compile(
    rf"(?:(?P<sign>(?:\b(?:USD?|CAD?|AU?|C)\s?)?\$|[€£¥])|\b(?P<code>{CODES}))\s?"
    rf"(?P<figure>{FIGURE})(?!\d|,\s\d{{3}}\b){SCALE}(?:\.?--)?(?:\s?(?P<after>{CODES})\b)?"
    rf"|(?<![\w.,$€£¥])(?P<figure2>{FIGURE})\s?(?P<sign2>€|(?:{CODES})\b)"
    rf"|(?<![\w.,$€£¥])(?P<cents>{FIGURE})\s?(?:cents?|¢)(?!\w)",
    re.IGNORECASE,
)
QUANTITY = re.compile(rf"(?<![\w.,$€£¥%/])(?<![^\d\s]-)(?P<figure>{FIGURE}){SCALE}(?![\d%])", re.IGNORECASE)
PERCENT = re.compile(rf"(?:(?P<words>{NUMBER_WORDS})\s+(?:per\s?cent\s*)?\(\s*)?(?P<figure>{FIGURE})\s?"
                     r"(?:%|per\s?cent\b)", re.IGNORECASE)  # fmt: skip
COUNT = rf"(?:(?P<words>{NUMBER_WORDS})\s*\(\s*(?P<digits>\d+)\s*\)|(?P<alone>\d+)|(?P<spelled>{NUMBER_WORDS}))"
DAYS = re.compile(rf"\b{COUNT}[\s-]+(?:calendar\s+|consecutive\s+)?days?\b", re.IGNORECASE)
NET = re.compile(rf"\bnet[\s-]+{COUNT}(?!\s*%)", re.IGNORECASE)
MONTHS = re.compile(rf"\b{COUNT}[\s-]+(?P<unit>months?|years?)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Amount:
    """Money as printed: `currency` is None for a bare '$'; `start` and `end` point into the folded text."""

    value: Decimal
    currency: str | None
    text: str
    start: int
    end: int


def number(text: str) -> Decimal | None:
    """'2,500.00', '2.500,00', "162'330", '.415' -> Decimal; None when the separators leave it open."""
    if not PRINTED.fullmatch(text):
        return None
    text = text.replace("'", ",") if "," not in text else text
    if "," in text and "." in text:
        decimal, group = (".", ",") if text.rfind(".") > text.rfind(",") else (",", ".")
        whole, _, rest = text.rpartition(decimal)
        return _grouped(whole, group, rest) if decimal not in whole else None
    mark = "," if "," in text else "."
    return _one_mark(text, mark) if mark in text else Decimal(text)


def _one_mark(text: str, mark: str) -> Decimal | None:
    whole, _, rest = text.partition(mark)
    if mark in rest:
        return _grouped(text, mark, "0")
    if len(rest) != 3 or whole in {"", "0"}:
        return Decimal(f"{whole or 0}.{rest}")
    # Three digits after one mark: a comma groups thousands in English; a full stop does so in half the world.
    return _grouped(text, mark, "0") if mark == "," else None


def _grouped(whole: str, group: str, rest: str) -> Decimal | None:
    """'2,500' and '00' -> 2500.00; None unless every group after the first has three digits."""
    head, *groups = whole.split(group)
    if not 1 <= len(head) <= 3 or any(len(part) != 3 for part in groups):
        return None
    digits = "".join([head, *groups])
    return Decimal(digits) if rest == "0" else Decimal(f"{digits}.{rest}")


def amounts(text: str) -> Iterator[Amount]:
    """Every amount of money in `text`, in order; figures that cannot be read for certain are left out."""
    text = fold(text)
    for found in MONEY.finditer(text):
        value = number(found["figure"] or found["figure2"] or found["cents"])
        currency = _currency(found)
        if value is None or (found["after"] and currency not in (None, found["after"].upper())):
            continue
        scale = -2 if found["cents"] else SCALES.get((found["scale"] or "").casefold(), 0)
        after = found["after"].upper() if found["after"] else currency
        yield Amount(value.scaleb(scale), after, found[0].strip(), found.start(), found.end())


def _currency(found: re.Match[str]) -> str | None:
    sign = (found["sign"] or found["code"] or found["sign2"] or "").replace(" ", "").casefold()
    return PREFIXES.get(sign) or SYMBOLS.get(sign) or (sign.upper() if sign.upper() in CODES.split("|") else None)


def quantities(text: str) -> Iterator[Decimal]:
    """Every plain quantity in `text` ('20,000 minutes' -> 20000), money and percentages left out."""
    text = MONEY.sub(" ", fold(text))
    for found in QUANTITY.finditer(text):
        value = number(found["figure"])
        if value is not None:
            yield value.scaleb(SCALES.get((found["scale"] or "").casefold(), 0))


def percents(text: str) -> Iterator[Decimal]:
    """'one hundred percent (100%)' -> 100; words and digits must agree."""
    for found in PERCENT.finditer(fold(text)):
        value = number(found["figure"])
        if value is not None and (not found["words"] or number_of(found["words"]) == value):
            yield value


def day_counts(text: str) -> Iterator[int]:
    """'thirty (30) days', 'net 30' -> 30. A count whose words and digits differ is left out."""
    folded = fold(text)
    for found in [*DAYS.finditer(folded), *NET.finditer(folded)]:
        days = count_of(found)
        if days is not None:
            yield days


def month_counts(text: str) -> Iterator[int]:
    """'twelve (12) months' -> 12, 'five (5) years' -> 60."""
    for found in MONTHS.finditer(fold(text)):
        count = count_of(found)
        if count is not None:
            yield count * (12 if found["unit"].casefold().startswith("year") else 1)


def count_of(found: re.Match[str]) -> int | None:
    """The count that a COUNT pattern matched; None when words and digits differ."""
    if found["words"]:
        return int(found["digits"]) if number_of(found["words"]) == int(found["digits"]) else None
    return int(found["alone"]) if found["alone"] else number_of(found["spelled"])
