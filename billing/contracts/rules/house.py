"""How it is billed: currency, payment, frequency, rounding, proration, what is not counted.

Promises what single sentences say outright. Two rules in one sentence are read from its clauses.
"""

import re

from billing.contracts.amounts import DAYS, NET, amounts
from billing.contracts.reading import Kind, Said, Stated
from billing.contracts.rules.passages import Passage, has, stated
from billing.contracts.values import phrases, supported

PAYMENT = r"\bnet\b|\b(?:due|pay(?:able|s|ment|ments)?|paid)\b[^.;]{0,80}\bdays\b|\bdays\b[^.;]{0,40}\binvoice"
NOT_PAYMENT = (
    r"\b(?:notice|terminat\w+|disput\w+|overdue|unpaid|late|cure[ds]?|breach|renew\w*|acceptance"
    r"|expir\w+|credit|refund\w*"
    r"|claims?|suspen\w+|returned|audit\w*|records?|reports?|reimburs\w+|fails?)\b"
)
PO_NUMBER = re.compile(
    r"\b(?:purchase order|PO|P\.O\.)(?: number| no\.?| reference)?\s*[:#]?\s*(?P<number>[A-Z0-9][\w/-]*\d[\w/-]*)",
    re.IGNORECASE,
)
INVOICING = r"\b(?:invoic\w+|bill(?:s|ed|ing)?|payment|charged)\b|\bin (?:arrears|advance)\b"
NOT_ALL = (
    r"\bnot part of\b|\b(?:collected|commit\w*|prepa\w+|balance|statement|support|report\w*|records?"
    r"|audit\w*|review\w*|fails?|interest|maintenance)\b"
)
MONEY_WORDS = r"\b(?:cents?|amounts?|invoice lines?|each line|every line|currency|penny)\b"
TOTAL = r"\b(?:total|sum|aggregate|month|monthly|period)\b"
NOT_COUNTED = (
    r"\b(?:not (?:be )?(?:billable|billed|charged|chargeable|counted)|(?:is|are|be) excluded"
    r"|do(?:es)? not count|excluding)\b"
)
KINDS_OF_CALL = (
    r"\b(test|internal|demo|demonstration|sandbox|failed|spam|staging)\b(?=(?:,? (?:and |or )?[\w-]+){0,3} (?:calls?"
    r"|traffic|usage|minutes)\b)"
)


def read_currency(passages: list[Passage]) -> Stated:
    """Codes and names only: a bare '$' is many countries' money."""
    said = [
        one.said(code) for one in passages for code in sorted(supported("currency", one.text)) if _is_rule(one, code)
    ]
    return stated(said, "no currency is named; a bare '$' does not say whose")


def _is_rule(passage: Passage, code: str) -> bool:
    return any(amount.currency == code for amount in amounts(passage.text)) or not has(
        r"\binsurance|\bliab", passage.text
    )


def read_net_days(passages: list[Passage]) -> Stated:
    said = [
        passage.said(found[0], *found.span())
        for passage in passages
        if has(PAYMENT, passage.text) and not has(NOT_PAYMENT, passage.text)
        for found in [*DAYS.finditer(passage.text), *NET.finditer(passage.text)][:1]
    ]
    return stated(said, "no payment term in days is stated")


def read_po_number(passages: list[Passage]) -> Stated:
    said = [
        passage.said(found["number"], *found.span())
        for passage in passages
        if (found := PO_NUMBER.search(passage.text))
    ]
    return stated(said, "no purchase order number is stated")


def read_frequency(passages: list[Passage]) -> Stated:
    asked = [
        one
        for one in passages
        if has(INVOICING, one.text)
        and not has(NOT_ALL, one.text)
        and has(r"\binvoic|\bbill|in arrears|in advance", one.text)
    ]
    return _vocabulary("frequency", asked, "no billing frequency is stated")


def read_timing(passages: list[Passage]) -> Stated:
    asked = [one for one in passages if not has(NOT_ALL, one.text)]
    return _vocabulary("timing", asked, "arrears or advance is not stated")


def read_proration(passages: list[Passage]) -> Stated:
    return _vocabulary("proration", passages, "nothing is said about a fee for part of a month")


def read_line_rounding(passages: list[Passage]) -> Stated:
    asked = [clause for one in passages for clause in one.clauses() if has(MONEY_WORDS, clause.text)]
    return _vocabulary("line_rounding", asked, "nothing is said about rounding amounts")


def read_unit_rounding(passages: list[Passage]) -> Stated:
    """Of the month's total only: what is said of single calls is another rule."""
    asked = [
        clause
        for one in passages
        for clause in one.clauses()
        if has(TOTAL, clause.text) and not has(MONEY_WORDS, clause.text)
    ]
    return _vocabulary("unit_rounding", asked, "nothing is said about rounding the month's total")


def read_excluded(passages: list[Passage]) -> tuple[Said, ...]:
    found: dict[str, Said] = {}
    for passage in passages:
        for sentence in re.split(r";\s+", passage.text):
            if has(NOT_COUNTED, sentence):
                for match in re.finditer(KINDS_OF_CALL, sentence, re.IGNORECASE):
                    found.setdefault(match[1].casefold(), Said(value=match[1], page=passage.page, quote=sentence))
    return tuple(found.values())


def _vocabulary(kind: Kind, asked: list[Passage], reason: str) -> Stated:
    said = [one.said(words.pop()) for one in asked if len(words := phrases(kind, one.text)) == 1]
    return stated(said, reason)
