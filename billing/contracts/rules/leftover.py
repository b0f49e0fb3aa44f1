"""What the document says beyond what Ari's terms can hold, and the amounts that are no prices.

Promises that neither is dropped in silence: a clause that changes a bill and cannot be expressed is named, and so is
every amount that no other rule used.
"""

import re
from collections.abc import Iterator

from billing.contracts.reading import NotBillable, Said
from billing.contracts.rules.passages import Passage, has
from billing.contracts.rules.prices import NOT_PRICES, Price

BEYOND = {
    "unused units carried over": r"\b(?:unused|remaining|left over)\b[^.;]{0,90}"
    r"\b(?:roll(?:s|ed|ing)?(?: over)?|rollover|carr(?:y|ies|ied)|transferred)\b",
    "a pool shared by several": r"\bpooled\b|\bpool(?:s|ing)?\b[^.;]{0,40}\b(?:minutes|units|usage|allowance)\b",
    "a cap on charges": r"\b(?:charges?|fees?|amounts?)\b[^.;]{0,60}"
    r"\b(?:not (?:to )?exceed|at most|capped|no more than)\b[^.;]{0,30}[$€£\d]",
    "a price that rises by itself": r"\b(?:increas|escalat|uplift|rais|adjust)\w*\b[^.;]{0,80}"
    r"(?:\d\s?%|\bper\s?cent\b|\bindex\b|\bCPI\b)"
    r"|\d\s?%[^.;]{0,60}\b(?:on each anniversary|per renewal|each year)\b",
    "a discount or rebate": r"(?:\d\s?%|[$€£]\s?\d[\d,.]*)[^.;]{0,30}\b(?:discount|rebate)\b|\b(?:discount|rebate) of\b",
    "a credit": r"\bcredits? of [$€£A-Z\d]",
    "rounding call by call": r"\b(?:each|every|per|single)\b[^.;]{0,20}\bcalls?\b[^.;]{0,60}"
    r"\b(?:rounded up|increments?)\b|\b\d+[- ]second increments?\b|\bat least \d+ seconds\b",
    "billing that is not monthly": r"\b(?:invoic\w+|bill(?:s|ed)?)\b[^.;]{0,30}"
    r"\b(?:quarterly|weekly|annually|semi-annually|every quarter|each quarter)\b",
    "a price per lot": r"\bper (?:US)?\$?\d[\d,.]*\s?(?:million|thousand|[a-z]+s)\b",
    "a price for each seat and month": r"\bper (?:seat|user|licen[cs]e)\b",
    "prices by list or reference": r"\b(?:then[- ]current|prevailing|published) (?:price|rate|fee)s?\b"
    r"|\bprice list\b[^.;]{0,40}\bincorporated\b",
    "blanks in the text": r"\[\*{2,}\]",
}  # fmt: skip
NEGATED = r"\b(?:no|not|never|neither|nor|without|none)\b"


def read_beyond(passages: list[Passage], prices: list[Price]) -> tuple[Said, ...]:
    found: dict[tuple[str, int, str], Said] = {}
    for passage in passages:
        for name in _beyond(passage):
            found.setdefault((name, passage.page, passage.text), passage.said(name))
    for price in prices:
        if price.role == "beyond":
            said = price.passage.said(price.reason, price.amount.start, price.amount.end)
            found.setdefault((price.reason, said.page, said.quote), said)
    return tuple(found.values())


def _beyond(passage: Passage) -> Iterator[str]:
    if any(has(words, passage.text) for name, words in NOT_PRICES.items() if name != "a target"):
        return
    for name, words in BEYOND.items():
        match = re.search(words, passage.text, re.IGNORECASE)
        if match and not has(
            NEGATED, passage.text[max(0, match.start() - 25) : match.end() + 5].replace("not exceed", "")
        ):
            yield name


def read_not_billable(prices: list[Price], left: tuple[Price, ...]) -> tuple[NotBillable, ...]:
    """Amounts with no role, each once a place."""
    unread = [price for price in prices if price.role in ("none", "unknown")]
    return tuple(
        NotBillable(
            amount=price.amount.text,
            reason=price.reason or "no rule reads this amount: is it a price?",
            page=price.passage.page,
            quote=price.passage.quote(price.amount.start, price.amount.end),
            understood=bool(price.reason),
        )
        for price in (*unread, *left)
    )
