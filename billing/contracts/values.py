"""From printed words to plain values, by code alone.

Promises two questions an answer: what a printed value means (`normal`), and which values of a kind a quote supports
(`supported`). A value counts only when both agree. Phrases were collected from the way real agreements talk; a quote
that fits two readings supports both, and so decides nothing.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise

from billing.contracts.amounts import CODES, amounts, day_counts, month_counts, number, percents, quantities
from billing.contracts.dates import dates as printed_dates
from billing.contracts.reading import Kind
from billing.contracts.text import fold, stands_in
from billing.contracts.zones import zones

CURRENCY_NAMES = {
    r"(?:united states|u\.?s\.?a?\.?|us) dollars?": "USD", r"euros?": "EUR", r"pounds? sterling|british pounds?": "GBP",
    r"canadian dollars?": "CAD", r"australian dollars?": "AUD", r"swiss francs?": "CHF",
}  # fmt: skip
PHRASES: dict[str, dict[str, str]] = {
    "document": {
        "amendment": r"\bamendment\b(?:\s+(?:no\.?|number)?\s*\d+)?",
        "order_form": r"\border\b|\b(?:service|services|subscription|license|hosting|pricing) (?:agreement|schedule)\b"
        r"|\bstatement of work\b",
    },
    "frequency": {
        "month": r"\bmonthly\b|\b(?:per|each|every|a|calendar|/)\s*(?:calendar\s+|billing\s+)?month\b",
        "quarter": r"\bquarterly\b|\b(?:per|each|every|a|calendar)\s+(?:calendar\s+)?quarter\b",
        "year": r"\b(?:annual(?:ly)?|yearly)\b|\b(?:per|each|every|a)\s+(?:calendar\s+|contract\s+)?(?:year|annum)\b",
        "week": r"\bweekly\b|\b(?:per|each|every|a|previous)\s+week\b",
    },
    "timing": {
        "arrears": r"\bin arrears?\b|\bafter the end of (?:each|the|that|every) (?:calendar |billing )?month\b",
        "advance": r"\bin advance\b",
    },
    "unit_rounding": {
        "up": r"\bround(?:ed|s|ing)?\s+up(?:wards?)?\b|\bpart(?:s|ial)? of an? \w+ counts? as (?:a )?(?:full|whole)\b",
        "down": r"\bround(?:ed|s|ing)?\s+down(?:wards?)?\b",
        "half_up": r"\brounded to the (?:nearest|closest) (?:whole|full)\b",
        "none": r"\b(?:not|without being|never) rounded\b|\bunrounded\b|\bwithout rounding\b",
    },
    "line_rounding": {
        "half_up": r"\bhalf[- ]up\b|\bhalf (?:a|of a|of one) cent (?:is |being |or more (?:is )?)?(?:rounded "
        r"|rounds )?up"
        r"|\bhalves? (?:are |is )?(?:rounded |rounding )?(?:up|away from zero)",
        "half_even": r"\bhalf[- ]even\b|\bbankers?'? rounding\b|\bround half to even\b",
        "up": r"\brounded up to the (?:next|nearest) (?:whole |full )?cent\b",
        "down": r"\b(?:rounded down|truncated) to the (?:next |nearest )?(?:whole |full |lower )?cent\b",
    },
    "proration": {
        "actual_days": r"\bpro[- ]?rat(?:a|ed|es|ion)\b[^.;]{0,80}\b(?:calendar |actual )?(?:days?|daily)\b"
        r"|\b(?:calendar |actual )?(?:days?|daily)\b[^.;]{0,40}\bpro[- ]?rat(?:a|ed|es|ion)\b",
        "none": r"\b(?:not|no|never|without)\s+(?:be\s+)?(?:any\s+)?pro[- ]?rat(?:a|ed|es|ion)\b"
        r"|\bdue in full for (?:any|a|each) part(?:ial)? (?:of a )?month\b",
    },
    "tier_model": {
        "volume": r"\bappl(?:y|ies)\s+to\s+(?:all|every|each of the)\b(?![^.;]{0,60}\bwithin (?:that|the|its))"
        r"|\bnot (?:just|only|merely) (?:to )?(?:the |those )?[^.;]{0,30}\bwithin\b"
        r"|\ball [\w\s-]{1,30} (?:are|is) (?:billed|charged|priced) at the (?:rate|price) of the (?:highest )?(?:tier"
        r"|band)"
        r" reached\b|\bvolume pric(?:ing|es?)\b",
        "graduated": r"\bgraduated\b|\bnext \d|\bincremental(?:ly)?\b|\bmarginal\b|\bthereafter\b"
        r"|\b(?:only|solely) (?:to|for)\b[^.;]{0,40}\b(?:within|in|falling)\b[^.;]{0,20}\b(?:tier|band)"
        r"|\b(?:rate|price) of the (?:tier|band) (?:in|into|within) which (?:it|that \w+|they) falls?\b"
        r"|\beach \w+ (?:is |are )?(?:billed|charged|priced) (?:at|in) (?:the (?:rate|price) of )?its own (?:tier"
        r"|band)\b",
    },
    "counts": {
        "usage": r"\b(?:usage|minutes?|overage|metered)\b[^.;]{0,20}\b(?:charges?|fees?|amounts?)\b"
        r"|\b(?:charges?|fees?|amounts?) for (?:usage|minutes|calls)\b",
        "all": r"\b(?:total|all|aggregate) (?:fees|charges|amounts)\b|\bfees and charges\b"
        r"|\b(?:fees|charges) (?:of|for|in) (?:an?|each|every|any) (?:calendar |billing )?month\b",
    },
    "collected": {
        "subscription": r"\b(?:collected|billed|charged|paid|invoiced|taken)\b[^.;]{0,60}\bsubscription\b",
    },
}  # fmt: skip

# 'not prorated by days', 'all minutes, not only those within the tier': the word that contains the other one wins.
WINS = {"proration": ("none",), "document": ("amendment",), "tier_model": ("volume",)}


def plain(value: Decimal) -> str:
    """2500.00 -> '2500.00', 1E+6 -> '1000000': the digits as printed, never an exponent."""
    return format(value, "f")


def normal(kind: Kind, value: str) -> str | None:
    """What a printed value means; None when it cannot be read for certain."""
    if kind in PHRASES:
        return value if value in PHRASES[kind] else None
    if kind in ("name", "words", "beyond"):
        return fold(value) or None
    if kind == "quantity" and value == "above":
        return value
    meant = supported(kind, value)
    return meant.pop() if len(meant) == 1 else None


def supported(kind: Kind, quote: str) -> set[str]:
    """The values of `kind` that the words of `quote` give, figures in plain digits."""
    if kind in PHRASES:
        return phrases(kind, quote)
    return FIGURES[kind](quote)


def supports(kind: Kind, quote: str, value: str, printed: str) -> bool:
    """Whether `quote` gives `value`, printed as `printed`."""
    if kind in ("name", "words", "beyond"):
        return stands_in(printed, quote)
    if kind == "quantity" and value == "above":
        return bool(OPEN.search(fold(quote)))
    if kind in PHRASES:
        return phrases(kind, quote) == {value}
    same = {Decimal(one) for one in supported(kind, quote)} if kind in ("money", "quantity", "percent") else set()
    return Decimal(value) in same if same else value in supported(kind, quote)


OPEN = re.compile(
    r"\b(?:above|over|more|beyond|exceed\w*|excess|thereafter|remain\w*|further|additional|unlimited"
    r"|after|next)\b|\+|>",
    re.IGNORECASE,
)


def phrases(kind: str, quote: str) -> set[str]:
    """The words of a vocabulary that `quote` uses."""
    text = fold(quote)
    found = {word for word, phrase in PHRASES[kind].items() if re.search(phrase, text, re.IGNORECASE)}
    winner = next((word for word in WINS.get(kind, ()) if word in found), None)
    return {winner} if winner else found


def _money(text: str) -> set[str]:
    return {plain(amount.value) for amount in amounts(text)}


def _quantity(text: str) -> set[str]:
    alone = number(fold(text))
    return {plain(alone)} if alone is not None else {plain(value) for value in quantities(text)}


def _date(text: str) -> set[str]:
    return {day.isoformat() for day, _ in printed_dates(text)}


def _span(text: str) -> set[str]:
    """'calendar year 2025', 'January 1, 2025 through June 30, 2025' -> first and last day."""
    folded = fold(text)
    found = {
        f"{year}-01-01/{year}-12-31"
        for year in re.findall(r"\b(?:calendar )year ((?:19|20)\d\d)\b", folded, re.IGNORECASE)
    }
    days = list(printed_dates(folded))
    for (first, words), (last, _) in pairwise(days):
        between = folded[folded.find(words) + len(words) :]
        if first < last and re.match(r"\W*(?:to|through|until|till|-)\b", between, re.IGNORECASE):
            found.add(f"{first}/{last}")
    return found


def _currency(text: str) -> set[str]:
    folded = fold(text)
    found = {amount.currency for amount in amounts(folded) if amount.currency}
    found |= set(re.findall(rf"\b(?:{CODES})\b", folded))
    return found | {code for name, code in CURRENCY_NAMES.items() if re.search(rf"\b{name}", folded, re.IGNORECASE)}


FIGURES: dict[str, Callable[[str], set[str]]] = {
    "money": _money,
    "quantity": _quantity,
    "date": _date,
    "span": _span,
    "currency": _currency,
    "zone": zones,
    "percent": lambda text: {plain(value) for value in percents(text)},
    "days": lambda text: {str(days) for days in day_counts(text)},
    "term": lambda text: {str(months) for months in month_counts(text)},
}
