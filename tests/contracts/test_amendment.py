"""Amendments: a second stretch from their day on, and nothing where they do not fit."""

from datetime import date
from decimal import Decimal

import pytest

from billing.contracts.pdf import Document
from pricing.terms import InForce, PerUnit, Proration, RecurringCharge, Terms, UsageCharge
from tests.contracts.papers import SIGNED, paper, proposed

MID = date(2025, 11, 16)
ORDER = (
    "Customer pays a platform fee of $1,500.00 per calendar month. For a part of a month it is prorated by calendar days.\n"
    "Customer pays $0.11 per minute of usage."
)
TITLE = "Amendment No. 1\nto Order Form"
PARTIES = (
    'This Amendment changes the Order Form effective May 1, 2025 between Pewterbell Voice, Inc. ("Provider") and Quillhaven '
    'Freight Co. ("Customer").'
)
STARTS = "It takes effect at 12:00 a.m. New York time on November 16, 2025."
CHANGES = (
    "The charge for usage changes from $0.11 to $0.095 per minute, and the Platform Fee changes from $1,500.00 to $2,000.00 "
    "per calendar month."
)


def base() -> Terms:
    terms = proposed(paper(price=ORDER)).terms
    assert terms is not None
    return terms


def amendment(changes: str = CHANGES, starts: str = STARTS, more: str = "", signed: str = SIGNED) -> Document:
    return Document(("\n".join(part for part in (TITLE, PARTIES, starts, changes, more, signed) if part),))


def test_prices_change_from_the_day() -> None:
    proposal = proposed(amendment(), base=base())
    assert proposal.ready and proposal.kind == "amendment" and proposal.effective_from == MID
    days = Proration(basis="actual_days")
    before, after = InForce(end=MID), InForce(start=MID)
    fee = {"id": "platform_fee", "description": "Platform fee", "proration": days}
    use = {"id": "minutes", "description": "Minutes", "metric": "minutes"}
    assert proposal.terms == base().model_copy(
        update={
            "charges": (
                RecurringCharge(amount=Decimal("1500.00"), in_force=before, **fee),
                RecurringCharge(amount=Decimal("2000.00"), in_force=after, **fee),
                UsageCharge(price=PerUnit(unit_amount=Decimal("0.11")), in_force=before, **use),
                UsageCharge(price=PerUnit(unit_amount=Decimal("0.095")), in_force=after, **use),
            )
        }
    )
    assert proposal.evidence["charges.minutes@2025-11-16.price.unit_amount"].verified


WAYS = [
    "The rate is $0.095 per minute instead of $0.11 per minute.",
    "Fee   Before November 16   From November 16\nUsage, per minute   $0.11   $0.095",
    "Customer pays $0.095 per minute.",
]


@pytest.mark.parametrize("changes", WAYS)
def test_ways_to_say_a_change(changes: str) -> None:
    terms = proposed(amendment(changes), base=base()).terms
    assert terms is not None
    prices = [charge.price for charge in terms.charges if isinstance(charge, UsageCharge)]
    assert prices == [PerUnit(unit_amount=Decimal("0.11")), PerUnit(unit_amount=Decimal("0.095"))]
    assert len([charge for charge in terms.charges if isinstance(charge, RecurringCharge)]) == 1


WRONG = [
    (amendment(CHANGES.replace("$0.11", "$0.12")), "replaces 0.12 for minutes; the terms so far say 0.11"),
    (amendment("The Support Fee changes from $10 to $20 per month."), "no charge of the terms so far is that"),
    (amendment(more="Invoices are due net 60 days from the invoice date."), "says 60 for net days"),
    (amendment(more="Customer commits to and prepays $9,000 for calendar year 2026."), "enter it by hand"),
    (amendment("Everything stays as it is."), "No changed price was found"),
    (amendment(signed=""), "No signature"),
]


@pytest.mark.parametrize(("document", "says"), WRONG)
def test_an_amendment_that_does_not_fit_says_why(document: Document, says: str) -> None:
    proposal = proposed(document, base=base())
    assert any(says in problem for problem in proposal.problems), proposal.problems
    assert not proposal.ready


def test_a_change_without_its_day_is_asked_about() -> None:
    (question,) = proposed(amendment(starts=""), base=base()).questions
    assert question.id == "effective_from" and question.choices[0][0] == "2025-04-24"


def test_an_amendment_needs_something_to_amend() -> None:
    proposal = proposed(amendment())
    assert proposal.terms is None and "not confirmed" in proposal.problems[0]


def test_two_columns_without_a_head_are_not_read_as_a_change() -> None:
    proposal = proposed(amendment("Item   A   B\nUsage, per minute   $0.11   $0.095"), base=base())
    assert proposal.terms is None


def test_an_included_quantity_asks_what_becomes_of_it() -> None:
    included = "Customer pays $0.11 per minute above 20,000 minutes. 20,000 minutes are included."
    terms = proposed(paper(price=included)).terms
    proposal = proposed(amendment("The rate changes from $0.11 to $0.095 per minute."), base=terms)
    assert [question.id for question in proposal.questions] == ["tiers_on_change"]
