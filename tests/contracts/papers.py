"""Small contracts in plain text, made of clauses that a test can change, leave out or add to."""

from collections.abc import Mapping

from billing.contracts.pdf import Document
from billing.contracts.proposal import MetricInfo, Proposal, propose_terms
from billing.contracts.rules.read import read_by_rules
from billing.contracts.verify import verify
from pricing.terms import Terms

METRICS = {"minutes": MetricInfo("minutes", ("minute", "minutes"), "min")}
CLAUSES = {
    "title": "Order Form",
    "parties": 'This Order Form is made between Pewterbell Voice, Inc. ("Provider") and Quillhaven Freight Co. ("Customer").',
    "dates": "It takes effect on May 1, 2025 and its term ends on April 30, 2026.",
    "price": "Customer pays $0.11 per minute of usage.",
    "counting": "The month's total is rounded up to the next whole minute.",
    "zone": "A call belongs to the month in which it begins, New York time.",
    "invoices": "All fees are invoiced monthly in arrears in US Dollars (USD), due net 30 days from the invoice date.",
    "rounding": "Each invoice line is rounded half up to the cent.",
}
SIGNED = """Pewterbell Voice, Inc. (Provider)
/s/ Ottoline Brasswick
Date: April 24, 2025
Quillhaven Freight Co. (Customer)
/s/ Lemuel Quill
Date: April 22, 2025"""


def paper(*more: str, signed: str = SIGNED, hidden: str = "", **changed: str) -> Document:
    """The usual contract on page 1 with clauses changed ('' leaves one out), `more` pages after it, signed on the last."""
    clauses = [clause for clause in {**CLAUSES, **changed}.values() if clause]
    pages = ["\n".join(clauses), *more]
    pages[-1] += f"\n{signed}"
    return Document(tuple(pages), hidden=tuple([hidden] + [""] * len(more)))


def proposed(
    document: Document,
    *,
    rulings: Mapping[str, str] | None = None,
    base: Terms | None = None,
    answers: Mapping[str, str] | None = None,
) -> Proposal:
    """What the rules make of `document`."""
    reading = read_by_rules(document)
    verdicts = verify(reading, document)
    return propose_terms(reading, verdicts, rulings=rulings or {}, base=base, metrics=METRICS, answers=answers)
