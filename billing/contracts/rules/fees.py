"""Fixed fees, the monthly minimum and the prepaid commitment.

Promises one item per thing the document charges, with every place that states it, so that two amounts for one fee show.
"""

import re
from collections import defaultdict

from billing.contracts.amounts import PERCENT
from billing.contracts.naming import fee_key
from billing.contracts.reading import Commitment, Fee, MonthlyMinimum, Said, Stated
from billing.contracts.rules.passages import Passage, has, stated
from billing.contracts.rules.prices import COMMITMENT, Price
from billing.contracts.text import fold
from billing.contracts.values import phrases, supported

NAMED = re.compile(r"((?:[\w-]+ ){0,2}(?:fee|charge|retainer))\b(?! of\b.*\bfee\b)", re.IGNORECASE)
LITTLE = re.compile(r"^(?:(?:pays?|an?|the|its|their|of|for|is|customer|each)\s+)+", re.IGNORECASE)
NOTIFIES = r"\bnotif\w+|\bnotices?\b|\balerts?\b|\bwarns?\b|\binforms?\b"


def read_fees(prices: list[Price], passages: list[Passage]) -> tuple[Fee, ...]:
    groups: dict[str, list[Price]] = defaultdict(list)
    for price in prices:
        if price.role == "fee":
            groups[fee_key(_label(price))].append(price)
    return tuple(_fee(key, group, passages, len(groups) == 1) for key, group in groups.items())


def _fee(key: str, group: list[Price], passages: list[Passage], only: bool) -> Fee:
    about = [one for one in passages if has(r"\bfees?\b", one.text) and (only or fee_key(one.text) == key)]
    return Fee(
        description=stated([price.passage.said(_label(price)) for price in group], ""),
        amount=stated([_said(price) for price in group], ""),
        period=stated([price.passage.said(price.unit or "") for price in group], ""),
        timing=_listed(
            "timing", [one for one in about if has(r"\bfees?\b[^.;]{0,40}\bin (?:arrears|advance)\b", one.text)]
        ),
        collected=_listed("collected", about),
    )


def _listed(kind: str, passages: list[Passage]) -> Stated:
    said = [one.said(words.pop()) for one in passages if len(words := phrases(kind, one.text)) == 1]
    return stated(said, "nothing is said of it")


def _label(price: Price) -> str:
    """The words that name the fee, as printed."""
    if price.passage.cells:
        return re.split(r"[,(:]", price.passage.cells[0])[0].strip()
    before, after = (
        NAMED.findall(price.before),
        re.search(r"\bfor (?:such |the )?((?:[A-Z][\w-]+ ?){1,4})", price.after),
    )
    if before or not after:
        name = (before or NAMED.findall(price.passage.text) or [price.amount.text])[-1]
        return LITTLE.sub("", name).strip() or name
    return after[1].strip()


def _said(price: Price) -> Said:
    return price.passage.said(price.amount.text, price.amount.start, price.amount.end)


def read_minimum(prices: list[Price]) -> MonthlyMinimum | None:
    group = [price for price in prices if price.role == "minimum"]
    if not group:
        return None
    said = [
        price.passage.said(words.pop()) for price in group if len(words := phrases("counts", price.passage.text)) == 1
    ]
    return MonthlyMinimum(
        amount=stated([_said(price) for price in group], ""),
        counts=stated(said, "what the minimum is held against is not stated"),
    )


def read_commitment(prices: list[Price], passages: list[Passage]) -> Commitment | None:
    group = [price for price in prices if price.role == "commitment"]
    if not group:
        return None
    return Commitment(
        amount=stated([_said(price) for price in group], ""),
        covers=stated([one for price in group for one in _spans(price.passage)], "the days it covers are not stated"),
        drawdown_price=_role(prices, "drawdown", "no price is stated at which it is drawn down"),
        overage_price=_role(prices, "after_commitment", "no price is stated for use after it"),
        notices=_notices(passages),
    )


def _role(prices: list[Price], role: str, reason: str) -> Stated:
    return stated([_said(price) for price in prices if price.role == role], reason)


def _spans(passage: Passage) -> list[Said]:
    spans = supported("span", passage.text)
    found = re.search(r"\bcalendar year \d{4}\b", passage.text, re.IGNORECASE)
    return [passage.said(found[0] if found else passage.text)] if len(spans) == 1 else []


def _notices(passages: list[Passage]) -> tuple[Said, ...]:
    """Percentages of the commitment at which somebody is told."""
    found: dict[str, Said] = {}
    for passage in passages:
        if has(NOTIFIES, passage.text) and has(COMMITMENT, passage.text):
            for match in PERCENT.finditer(fold(passage.text)):
                found.setdefault(match["figure"], passage.said(match[0], *match.span()))
    return tuple(found.values())
