"""The demo company's own PDFs, read from the file to the terms that a person would write."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from billing.contracts.document import read_document
from billing.contracts.proposal import Proposal, answer, propose_terms
from billing.contracts.verify import verify
from pricing.terms import Terms
from tests.contracts.papers import METRICS
from tests.demo_terms import DEMO

contracts = pytest.importorskip("sandbox.company.pdf.contracts")
PAPERS = {
    "acornhill": "acornhill-order-form", "brindlecat": "brindlecat-service-order", "elmfoot": "elmfoot-letter-agreement",
    "copperkettle": "copperkettle-order-form", "dapplewood": "dapplewood-annual-commitment", "gumdrop": "gumdrop-order-form",
}  # fmt: skip
QUESTIONS = {"acornhill": {"time_zone": "America/New_York", "who_bills.platform_fee": "stripe_subscription"}}
EFFECTIVE = {"dapplewood": (2025, 1), "copperkettle": (2025, 7), "gumdrop": (2025, 6)}


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("papers")
    contracts.render(folder)
    return folder


def proposal_of(papers: Path, name: str, base: Terms | None = None) -> Proposal:
    document, reading = read_document((papers / f"{name}.pdf").read_bytes())
    return propose_terms(reading, verify(reading, document), rulings={}, base=base, metrics=METRICS)


def priced(terms: Terms) -> dict[str, Any]:
    """What decides an amount: wording, dates of the paper and what is not counted aside."""
    body = terms.model_dump(include={"currency", "time_zone", "rounding", "charges", "minimums", "prepaid"})
    body["net_days"], body["metrics"] = (
        terms.billing.net_days,
        [(one.id, one.unit, one.rounding) for one in terms.metrics],
    )
    for part in (*body["charges"], *body["minimums"], *body["prepaid"]):
        part.pop("description")
    return body


@pytest.mark.parametrize("name", PAPERS)
def test_the_paper_becomes_the_terms_that_a_person_wrote(papers: Path, name: str) -> None:
    proposal = proposal_of(papers, PAPERS[name])
    asked = QUESTIONS.get(name, {})
    assert {question.id for question in proposal.questions} == set(asked)
    proposal = answer(proposal, asked) if asked else proposal
    if name == "gumdrop":
        proposal = proposal_of(papers, "gumdrop-amendment-1", proposal.terms)
    assert proposal.terms and proposal.ready and not proposal.warnings
    assert priced(proposal.terms) == priced(DEMO[name])


@pytest.mark.parametrize("name", PAPERS)
def test_dates_and_parties_of_the_paper(papers: Path, name: str) -> None:
    proposal = proposal_of(papers, PAPERS[name])
    year, month = EFFECTIVE.get(name, (2025, 5))
    assert proposal.effective_from == date(year, month, 1) and proposal.signed
    assert proposal.customer is not None and proposal.customer.casefold().startswith(name)


def test_every_figure_of_the_terms_stands_on_its_page(papers: Path) -> None:
    for name in PAPERS.values():
        proposal = proposal_of(papers, name)
        assert all(entry.verified for entry in proposal.evidence.values() if entry.state == "stated")
        assert not any(entry.state == "conflicting" for entry in proposal.evidence.values())


def test_amounts_that_are_no_prices_are_shown_with_reasons(papers: Path) -> None:
    listed = {item.amount: item.reason for item in proposal_of(papers, PAPERS["acornhill"]).not_billable}
    assert listed == {
        "$170.00": "an illustration", "$250.00": "a remedy, not a price", "$1,000,000": "a limit of liability",
        "$60,000": "a limit of liability", "$0.09": "a price of an earlier paper",
    }  # fmt: skip
