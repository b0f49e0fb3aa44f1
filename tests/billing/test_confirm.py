"""Confirming terms: by the right person, on the card as it stands, with every question answered and no other."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from sqlmodel import Session, select

from billing.contracts import propose
from billing.contracts.confirm import Confirmation, confirm, decline, wrong_answers
from billing.contracts.document import read_document
from billing.contracts.propose import Drop
from billing.contracts.terms_view import terms_view_by_id
from billing.invoices.policy import Actor
from billing.invoices.statements import compute
from billing.views import QuestionView, TermsView
from pricing.periods import Period
from pricing.terms import Terms
from store import log
from store.ids import new_id
from store.tables.balance import BalanceEntry
from store.tables.contract import ChargeOwner, Ruling, TermsVersion
from store.tables.document import Document
from store.tables.task import Task
from tests.billing import kit
from tests.world import ODO, WREN, TestWorld

PAPERS = {
    "acornhill": "acornhill-order-form", "dapplewood": "dapplewood-annual-commitment", "gumdrop": "gumdrop-order-form",
    "amendment": "gumdrop-amendment-1", "elmfoot": "elmfoot-letter-agreement",
}  # fmt: skip
TIBOR = Actor("U04TIBOR", "Tibor Vane")
FEE = {"who_bills.platform_fee": "stripe_subscription"}
LEFT = "opening.annual_commit"
Dropped = Callable[[str], str]


@pytest.fixture
def dropped(fresh: TestWorld, company: Path) -> Dropped:
    """Drops a paper of the demo company and reads it; returns the id of the proposed terms."""

    def drop(name: str) -> str:
        data = (company / "contracts" / f"{PAPERS[name]}.pdf").read_bytes()
        row, _ = propose.take_in(fresh.desk, data, Drop(f"{name}.pdf", "F1", "C02CONTRACTS", "1.1", WREN.id))
        return propose.read(fresh.desk, row.id, read_once)

    return drop


read_once = cache(read_document)


def shown(fresh: TestWorld, terms_id: str) -> str:
    return terms_view_by_id(fresh.desk, terms_id).digest


def answered(fresh: TestWorld, terms_id: str, answers: dict[str, str], actor: Actor = WREN) -> Confirmation:
    return confirm(fresh.desk, terms_id, shown(fresh, terms_id), answers, actor)


def version(fresh: TestWorld, terms_id: str) -> TermsVersion:
    with fresh.desk.db.read() as session:
        return session.get_one(TermsVersion, terms_id)


def nothing_kept(fresh: TestWorld) -> None:
    with fresh.desk.db.read() as session:
        for table in (ChargeOwner, Ruling, BalanceEntry):
            assert session.exec(select(table)).all() == []


def asked(view: TermsView) -> set[str]:
    return {question.id for question in view.questions}


def test_every_question_is_asked_and_each_answer_kept(fresh: TestWorld, dropped: Dropped) -> None:
    made = dropped("acornhill")
    view = terms_view_by_id(fresh.desk, made)
    answers = {question: FEE.get(question, "America/New_York") for question in asked(view)}
    assert set(FEE) <= set(answers)
    outcome = answered(fresh, made, answers)
    assert (outcome.result, outcome.terms and outcome.terms.state) == ("confirmed", "confirmed")
    kept = version(fresh, made)
    assert (kept.status, kept.confirmed_by, kept.questions) == ("confirmed", WREN.id, "[]")
    with fresh.desk.db.read() as session:
        assert [(row.charge_id, row.owner) for row in session.exec(select(ChargeOwner))] == [
            ("platform_fee", "stripe_subscription")
        ]
        assert session.exec(select(Task).where(Task.kind == "card.terms")).one().payload == {"terms": made}
    customer = outcome.terms.customer_id if outcome.terms else ""
    assert compute(fresh.desk, customer, kit.NOVEMBER).due == "$630.11"


@pytest.mark.parametrize(
    "actor",
    [
        TIBOR,
        replace(WREN, guest=True),
        replace(WREN, stranger=True),
        replace(WREN, deactivated=True),
        replace(WREN, bot=True),
    ],
)
def test_the_wrong_person_confirms_and_declines_nothing(fresh: TestWorld, dropped: Dropped, actor: Actor) -> None:
    made = dropped("elmfoot")
    for outcome in (answered(fresh, made, {}, actor), decline(fresh.desk, made, shown(fresh, made), actor)):
        assert outcome.result == "refused"
    assert version(fresh, made).status == "proposed"
    assert kit.logged(fresh, made)[-2:] == ["terms.refused", "terms.refused"]


@pytest.mark.parametrize("digest", ["", "0" * 64, "é" * 64, "x" * 2000])
def test_a_stale_or_forged_card_confirms_nothing(fresh: TestWorld, dropped: Dropped, digest: str) -> None:
    made = dropped("elmfoot")
    outcome = confirm(fresh.desk, made, digest, {}, ODO)
    assert (outcome.result, outcome.message) == ("refused", "This card is out of date; use the newest one.")
    assert confirm(fresh.desk, "terms-nobody" * 30, digest, {}, ODO).message == "I know no such terms."
    assert version(fresh, made).status == "proposed"


def test_a_changed_version_has_another_card(fresh: TestWorld, dropped: Dropped) -> None:
    made = dropped("elmfoot")
    before = shown(fresh, made)
    with fresh.desk.db.write() as session:
        session.get_one(TermsVersion, made).terms_sha = "0" * 64
    assert confirm(fresh.desk, made, before, {}, ODO).result == "refused"


@pytest.mark.parametrize(
    ("answers", "wrong"),
    [
        ({}, {"who_bills.platform_fee": "Choose"}),
        ({"who_bills.platform_fee": ""}, {"who_bills.platform_fee": "Choose"}),
        ({"who_bills.platform_fee": "the tooth fairy"}, {"who_bills.platform_fee": "Choose"}),
        ({**FEE, "who_bills.minutes": "stripe_subscription"}, {"who_bills.minutes": "not asked"}),
        ({**FEE, "opening.annual_commit": "5"}, {"opening.annual_commit": "not asked"}),
        ({**FEE, "rounding.mode": "half_even"}, {"rounding.mode": "not asked"}),
    ],
)
def test_missing_unknown_and_unasked_answers_are_named(
    fresh: TestWorld, dropped: Dropped, answers: dict[str, str], wrong: dict[str, str]
) -> None:
    made = dropped("acornhill")
    rest = dict.fromkeys(asked(terms_view_by_id(fresh.desk, made)) - set(FEE), "America/New_York")
    outcome = answered(fresh, made, rest | answers)
    assert outcome.result == "refused"
    assert set(outcome.errors) == set(wrong)
    assert all(words in outcome.errors[name] for name, words in wrong.items())
    assert version(fresh, made).status == "proposed"
    nothing_kept(fresh)


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("4,300.00", "4300.00"),
        ("4.300,00", "4300.00"),
        ("$4,300", "4300"),
        (" 4300 ", "4300"),
        ("0", "0"),
        ("120,000", "120000"),
    ],
)
def test_an_opening_balance_is_read_as_people_write_it(
    fresh: TestWorld, dropped: Dropped, typed: str, amount: str
) -> None:
    made = dropped("dapplewood")
    assert asked(terms_view_by_id(fresh.desk, made)) == {LEFT}
    assert answered(fresh, made, {LEFT: typed}).result == "confirmed"
    with fresh.desk.db.read() as session:
        entry = session.exec(select(BalanceEntry)).one()
    assert (entry.amount, entry.kind, entry.balance, entry.unit) == (Decimal(amount), "opening", "annual_commit", "USD")


@pytest.mark.parametrize(
    "typed",
    ["abc", "-5", "", "1.204", "4,300.00 USD or so", "1e9", "٤٣٠٠", "NaN", "Infinity", "--5", "4 300", "１００"],
)
def test_what_cannot_be_read_as_an_amount_is_no_answer(typed: str) -> None:
    question = QuestionView(id=LEFT, text="How much was left?", choices=(), free_amount=True)
    assert wrong_answers((question,), {LEFT: typed}) == {LEFT: "Write an amount such as 4,300.00."}


@pytest.mark.parametrize("typed", ["abc", "4300.005", "120,000.01", "1" * 30])
def test_what_is_no_balance_is_refused(fresh: TestWorld, dropped: Dropped, typed: str) -> None:
    made = dropped("dapplewood")
    outcome = answered(fresh, made, {LEFT: typed})
    assert outcome.result == "refused"
    assert outcome.errors or "paid ahead" in outcome.message or "finer" in outcome.message
    assert version(fresh, made).status == "proposed"
    nothing_kept(fresh)


def test_confirming_twice_counts_once(fresh: TestWorld, dropped: Dropped) -> None:
    made = dropped("dapplewood")
    card = shown(fresh, made)
    assert confirm(fresh.desk, made, card, {LEFT: "4,300"}, WREN).result == "confirmed"
    again = confirm(fresh.desk, made, card, {LEFT: "9,999"}, ODO)
    assert (again.result, again.message) == ("refused", "These terms are already confirmed.")
    assert decline(fresh.desk, made, card, ODO).result == "refused"
    with fresh.desk.db.read() as session:
        assert [entry.amount for entry in session.exec(select(BalanceEntry))] == [Decimal(4300)]


def test_a_declined_document_never_bills(fresh: TestWorld, dropped: Dropped) -> None:
    made = dropped("elmfoot")
    card = shown(fresh, made)
    assert decline(fresh.desk, made, card, WREN).result == "declined"
    assert confirm(fresh.desk, made, card, {}, WREN).message == "These terms are already rejected."
    assert kit.logged(fresh, made) == ["terms.proposed", "terms.declined", "terms.refused"]


def test_an_amendment_takes_the_place_of_what_it_amends(fresh: TestWorld, dropped: Dropped) -> None:
    base = dropped("gumdrop")
    first = answered(fresh, base, {})
    assert first.result == "confirmed"
    amendment = dropped("amendment")
    outcome = answered(fresh, amendment, {})
    assert outcome.result == "confirmed"
    assert (version(fresh, base).status, version(fresh, amendment).status) == ("superseded", "confirmed")
    assert outcome.terms is not None
    assert compute(fresh.desk, outcome.terms.customer_id, kit.NOVEMBER).due == "$6,592.50"
    october = compute(fresh.desk, outcome.terms.customer_id, Period.month("2025-10"))
    assert [line.amount for line in october.lines if line.id.startswith("platform_fee")] == ["$1,500.00"]
    with fresh.desk.db.read() as session:
        drawn = {task.payload["terms"] for task in session.exec(select(Task).where(Task.kind == "card.terms"))}
    assert drawn == {base, amendment}


def copied(fresh: TestWorld, terms_id: str) -> str:
    """The same paper, scanned once more: another file with the same words."""
    with fresh.desk.db.write() as session:
        old = session.get_one(TermsVersion, terms_id)
        document = session.get_one(Document, old.document_id)
        twin = Document.model_validate(document.model_dump() | {"id": new_id("document"), "sha256": "0" * 64})
        session.add(twin)
        return _next(session, old, twin)


def _next(session: Session, old: TermsVersion, document: Document) -> str:
    fields = {"id": new_id("terms"), "version": old.version + 1, "status": "proposed", "document_id": document.id}
    row = TermsVersion.model_validate(old.model_dump() | fields | {"confirmed_at": None, "confirmed_by": None})
    session.add(row)
    return row.id


def test_an_amendment_shown_before_another_was_confirmed_has_to_be_shown_again(
    fresh: TestWorld, dropped: Dropped
) -> None:
    assert answered(fresh, dropped("gumdrop"), {}).result == "confirmed"
    first = dropped("amendment")
    second = copied(fresh, first)
    card = shown(fresh, second)
    assert answered(fresh, first, {}).result == "confirmed"
    assert confirm(fresh.desk, second, card, {}, WREN).message == "This card is out of date; use the newest one."
    with fresh.desk.db.read() as session:
        assert second in {task.payload["terms"] for task in session.exec(select(Task).where(Task.kind == "card.terms"))}


def test_the_same_question_can_be_answered_again_by_a_later_paper(fresh: TestWorld, dropped: Dropped) -> None:
    first = dropped("acornhill")
    rest = dict.fromkeys(asked(terms_view_by_id(fresh.desk, first)) - set(FEE), "America/New_York")
    assert answered(fresh, first, rest | FEE).result == "confirmed"
    second = copied(fresh, first)
    assert answered(fresh, second, rest | {"who_bills.platform_fee": "ari"}).result == "confirmed"
    with fresh.desk.db.read() as session:
        assert [row.owner for row in session.exec(select(ChargeOwner))] == ["ari"]


def test_confirmed_terms_are_those_that_the_paper_says(fresh: TestWorld, dropped: Dropped) -> None:
    made = dropped("elmfoot")
    assert answered(fresh, made, {}, ODO).result == "confirmed"
    terms = Terms.model_validate_json(version(fresh, made).terms)
    assert (terms.effective_from, terms.minimums[0].amount) == (date(2025, 5, 1), Decimal(5000))
    assert log.verify(fresh.desk.db, b"k" * 32) == []
