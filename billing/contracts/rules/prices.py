"""Every amount of money in the document, with what its words make of it.

Promises each amount one role at most: a fee, a price per unit, a minimum, a commitment, the price that draws it down or
follows it, or no price at all with the reason. What no rule knows stays `unknown` and is shown to a person; nothing is
guessed from an amount's size.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from billing.contracts.amounts import Amount, amounts
from billing.contracts.naming import PER
from billing.contracts.rules.bands import Band, band
from billing.contracts.rules.passages import Passage, has

Role = Literal[
    "fee", "unit", "tier", "minimum", "commitment", "drawdown", "after_commitment", "none", "beyond", "unknown"
]

ONE_TIME = "a one-time charge, to be invoiced by hand"
# These say of every figure in their sentence that it is no price, even of one per unit.
SAFE = (
    "an illustration", "an estimate, not a price", "a price of an earlier paper", "a limit of liability", "insurance",
    "a security, not a price",
)  # fmt: skip
NOT_PRICES = {
    "an illustration": r"\billustrat\w*|\bfor example\b|\be\.g\.|\bby way of example\b|\bhypothetical",
    "an estimate, not a price": r"\bestimat\w*|\bforecasts?\b|\bbudget\b|\bproposal\b|\bexpected commitment\b"
    r"|\bbinds nobody\b|\bnon-binding\b|\bnot binding\b",
    "a price of an earlier paper": r"\bwithdrawn\b|\bsupersede\w*|\bprevious agreement\b"
    r"|\breplaces?\b[^.;]{0,40}\b(?:letter|agreement|order|quotation|contract|terms)\b",
    "a limit of liability": r"\bliab(?:le|ility|ilities)\b|\bdamages\b|\bindemn\w+|\bcap amount\b",
    "insurance": r"\binsur\w+",
    "a security, not a price": r"\bbonds?\b|\bsecurity deposit\b|\bletter of credit\b|\bguarantee\b",
    "shares or an option": r"\bshares\b|\bstock\b|\bexercise price\b|\bright to purchase\b"
    r"|\bpurchase (?:option|a licen[cs]e)\b",
    "a remedy, not a price": r"\bservice credits?\b|\bservice level\b|\bdowntime\b|\bowes? (?:you|customer)\b"
    r"|\bmay claim\b|\brepays?\b|\brefund(?:s|ed)?\b|\bpenalt\w+|\bliquidated\b",
    "interest or a late fee": r"\boverdue\b|\blate (?:fee|payment|charge)\w*|\binterest (?:at|of|rate)\b"
    r"|\bfinance charge\b",
    "the value of something lent": r"\bworth\b|\bvalued at\b|\bvalue of\b",
    "a cost passed on, to be invoiced by hand": r"\bat cost\b|\breasonable costs?\b|\bout-of-pocket\b|\breimburs\w+",
    ONE_TIME: r"\bone[- ]time\b|\bset-?up (?:fee|charge)\b|\bonboarding\b|\bimplementation fee\b|\binitial payment\b",
    "a charge for ending the contract": r"\bterminat(?:e|es|ed|ion)\b",
    "a target": r"\bsales targets?\b",
    "at the vendor's choice": r"\bin its sole discretion\b",
}  # fmt: skip
TIME = r"(?:calendar |billing |contract )?(?P<time>months?|quarters?|years?|annum|weeks?)"
UNIT = re.compile(rf"^[\s,]*(?:\([^)]*\)\s*)?{PER}(?P<thing>[^.;:()]+)", re.IGNORECASE)
LOT = re.compile(r"^(?:\d|US\$|\$)", re.IGNORECASE)
STOP = re.compile(
    r"\b(?:of|in|over|up|above|beyond|for|thereafter|until|by|when|after|from|to|and|or|per|if|at|is|are|which|that"
    r"|used|exceeding|during|shall|will|on|with|as|monthly|drawn|each|not|it|into|due)\b|[,\d]",
    re.IGNORECASE,
)
LEADING = re.compile(
    r"^(?:additional|further|extra|overage|excess|such|billable|single|whole|full|started)\s+", re.IGNORECASE
)
PERIODS = {"month": "month", "quarter": "quarter", "year": "year", "annum": "year", "week": "week"}
ADVERBS = {"monthly": "month", "quarterly": "quarter", "annual": "year", "annually": "year", "yearly": "year"}
FLOOR = r"\bminimum\b[^.;]{0,60}$|\b(?:at least|(?:not|never)(?: be)? less than|no less than|no lower than)\s*$"
BEFORE_UNIT = re.compile(
    r"\b(?:each|every|any)\s+(?:(?:additional|further|extra|excess|overage)\s+)?(?P<thing>[a-z]+(?: [a-z]+)?)\b[^.;]{0,60}"
    r"\b(?:is|are|costs?|at|for)\b[^.;]{0,25}$",
    re.IGNORECASE,
)
CELL_UNIT = re.compile(r"^(?:(?:per|each|for each)\s+|/\s*)(?P<thing>[\w -]{2,30})$", re.IGNORECASE)
REST = r"\bthereafter\b|\bafter that\b|\babove that\b"
COMMITMENT = r"\bcommit(?:s|ment|ted)?\b|\bprepa(?:y|id|ys|yments?)\b"
USED_UP = (
    r"\b(?:after|once|when|upon|following)\b[^.;]{0,70}\b(?:used up|exhausted|depleted|consumed"
    r"|fully drawn|runs? out|exhaustion)"
)
OVERAGE = r"\boverages?\b|\bexcess\b|\badditional\b|\bbeyond\b"
DRAWN = r"\b(?:draws?|drawn|drawdown|deduct\w*|debit\w*|burn\w*|charged against)\b"
CEILING = r"\b(?:at most|no more than|not (?:to )?exceed|capped at|maximum(?: of)?|up to)\s*$"


@dataclass(frozen=True, slots=True)
class Price:
    """`before` and `after` are the words between this amount and its neighbours; `unit` is a thing or a period."""

    role: Role
    amount: Amount
    passage: Passage
    before: str
    after: str
    unit: str | None = None
    band: Band | None = None
    reason: str = ""


def read_prices(passages: list[Passage], amending: bool) -> list[Price]:
    """Every amount with its role, in the order of the passages."""
    found = [price for passage in passages for price in _prices(passage, amending)]
    committed = any(price.role == "commitment" for price in found)
    return [_beyond_commitment(price) if committed and price.role == "unit" else price for price in found]


def _beyond_commitment(price: Price) -> Price:
    """Beside a commitment, the price of overage is the price after it."""
    return replace(price, role="after_commitment", band=None) if has(OVERAGE, _clause(price)) else price


def _prices(passage: Passage, amending: bool) -> Iterator[Price]:
    found = list(amounts(passage.text))
    reason = next((name for name, words in NOT_PRICES.items() if has(words, passage.text)), "")
    for place, amount in enumerate(found):
        begin = found[place - 1].end if place else 0
        end = found[place + 1].start if place + 1 < len(found) else len(passage.text)
        plain = Price("unknown", amount, passage, passage.text[begin : amount.start], passage.text[amount.end : end])
        if not reason or (amending and reason == "a price of an earlier paper"):
            yield _classified(plain)
        else:
            yield _excused(plain, reason)


def _excused(price: Price, reason: str) -> Price:
    """An amount beside words that excuse it; a price per unit is excused by few, and is shown otherwise."""
    if reason == ONE_TIME and not has(NOT_PRICES[ONE_TIME], _piece(price)):
        return _classified(price)
    if reason not in SAFE and _thing(price):
        return price
    return replace(price, role="none", reason=reason)


def _piece(price: Price) -> str:
    """The amount's own part of a sentence that lists several."""
    if price.passage.cells:
        return price.passage.text
    before = re.split(r"[,;]\s|\band\b|\bplus\b", price.before)[-1]
    return before + re.split(r"[,;]\s|\band\b|\bplus\b", price.after)[0]


def _classified(price: Price) -> Price:
    thing, clause = _thing(price), _clause(price)
    period = _period(thing, clause)
    if thing and (LOT.match(thing) or " per " in f" {thing} " or " each " in f" {thing} "):
        return replace(price, role="beyond", reason="a price per lot, or per unit and period")
    if has(CEILING, price.before):
        return replace(price, role="beyond" if period else "unknown", reason="a ceiling on charges")
    if thing is None or period:
        return _fixed(price, clause, period)
    unit = _noun(thing)
    if unit is None:
        return price
    if has(USED_UP, clause):
        return replace(price, role="after_commitment", unit=unit)
    if has(DRAWN, clause):
        return replace(price, role="drawdown", unit=unit)
    return replace(price, role="unit", unit=unit, band=_band(price, unit))


def _band(price: Price, unit: str) -> Band | None:
    """'up to 10,000 minutes at $0.12', '$0.12 per minute up to 10,000 minutes, thereafter ...'"""
    if has(REST, price.before):
        return Band()
    after = re.split(r"[,;]\s|\band\b|" + REST, price.after)[0]
    counted = re.search(rf"\d\s+(?:\w+ )?{re.escape(unit.split()[-1])}", after)
    return band(price.before) or _row_band(price) or (band(after) if counted else None)


def _fixed(price: Price, clause: str, period: str | None) -> Price:
    """An amount that is not per unit."""
    if has(FLOOR, price.before) or (price.passage.cells and has(r"\bminimum\b", clause)):
        period = period or ("month" if has(r"\bmonth\b", clause) else None)
        if period is None:
            return price
        return replace(price, role="minimum" if period == "month" else "beyond", unit=period, reason="a minimum")
    if has(COMMITMENT, clause) and period in (None, "year"):
        return replace(price, role="commitment")
    if period and (has(r"\bfees?\b|\bplatform\b|\bsubscription\b|\bcharges?\b|\bretainer\b|\bpays?\b", clause)):
        return replace(price, role="fee" if period == "month" else "beyond", unit=period, reason=f"a fee per {period}")
    found = band(price.before) or _row_band(price)
    return replace(price, role="tier", band=found) if found and price.passage.cells else price


def _thing(price: Price) -> str | None:
    """What follows 'per'; in a table it may stand in a cell of its own, or in the head of the column."""
    match = UNIT.match(price.after)
    if match:
        return match["thing"].strip()
    cells = price.passage.cells
    for cell in cells:
        match = CELL_UNIT.match(cell)
        if match:
            return match["thing"].strip()
    if cells and len(cells) == len(price.passage.header):
        column = next((n for n, cell in enumerate(cells) if price.amount.text in cell), 0)
        match = re.search(rf"\b{PER}(?P<thing>[^.;:()]+)", price.passage.header[column], re.IGNORECASE)
        return match["thing"].strip() if match else _label_thing(cells[0])
    if cells:
        return _label_thing(cells[0])
    before = BEFORE_UNIT.search(price.before)
    return before["thing"] if before else None


def _label_thing(label: str) -> str | None:
    """'Usage, per minute' as the label of a row."""
    match = re.search(rf"[,(]\s*{PER}(?P<thing>[^.;:()]+)", label, re.IGNORECASE)
    return match["thing"].strip() if match else None


def _period(thing: str | None, clause: str) -> str | None:
    match = re.match(TIME + r"\b", thing, re.IGNORECASE) if thing else None
    if match:
        return PERIODS[match["time"].casefold().removesuffix("s")]
    words = [ADVERBS[word] for word in re.findall(r"[a-z]+", clause.casefold()) if word in ADVERBS] if not thing else []
    return words[0] if len(set(words)) == 1 else None


def _noun(thing: str) -> str | None:
    """'additional connected minute of Usage' -> 'connected minute'."""
    words = STOP.split(LEADING.sub("", thing))[0].strip().casefold()
    if words.removesuffix("s") in ("day", "business day", "calendar day"):
        return None
    return words if words and len(words.split()) <= 3 and re.fullmatch(r"[a-z][a-z -]*", words) else None


def _clause(price: Price) -> str:
    """The words of the amount's own clause; in a table, the whole row."""
    if price.passage.cells:
        return price.passage.text
    return re.split(r"[;:.]\s", price.before)[-1] + price.amount.text + re.split(r"[;:.]\s", price.after)[0]


def _row_band(price: Price) -> Band | None:
    return next((found for cell in price.passage.cells if (found := band(cell))), None)
