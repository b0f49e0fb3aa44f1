"""Confirming terms: the only code that makes terms billable. Called by the button handlers and by nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from sqlmodel import Session, select

from billing import words
from billing.contracts.amounts import number
from billing.contracts.propose import proposal_of, whole_evidence
from billing.contracts.terms_view import OPENING, questions_of, shown_digest, terms_view_of
from billing.desk import Desk
from billing.errors import Refused
from billing.invoices.policy import Actor, may_act
from billing.record import record
from billing.views import QuestionView, TermsView
from pricing.canonical import canonical, digest
from pricing.money import Money
from pricing.periods import Period
from pricing.terms import Terms
from settings import wall_now
from store import balances, tasks
from store.tables.balance import BalanceEntry
from store.tables.contract import ChargeOwner, Ruling, TermsVersion

OWNER = "who_bills."


@dataclass(frozen=True, slots=True)
class Confirmation:
    """`errors` maps question ids to what is wrong with their answers; nothing was stored then."""

    result: Literal["confirmed", "declined", "refused"]
    message: str
    terms: TermsView | None
    errors: Mapping[str, str]


def confirm(desk: Desk, terms_id: str, shown: str, answers: Mapping[str, str], actor: Actor) -> Confirmation:
    """Make a proposed version the one that bills, with a person's answers to its open questions and to no others.

    `shown` is the digest of the card that the person saw. Refusals and wrong answers are outcomes, not exceptions.
    """
    answers = {name: value.strip() for name, value in answers.items()}
    with desk.db.write() as session:
        try:
            version = _open(desk, session, terms_id, shown, actor)
            errors = wrong_answers(questions_of(desk, session, version), answers)
            if errors:
                return Confirmation("refused", "Some answers are missing or cannot be read.", None, errors)
            _confirm(desk, session, version, answers, actor)
        except Refused as refused:
            record(desk, session, "terms.refused", actor.id, terms_id[:60], {"reason": str(refused)})
            return Confirmation("refused", str(refused), None, {})
        return Confirmation("confirmed", "Confirmed.", terms_view_of(desk, session, version), {})


def decline(desk: Desk, terms_id: str, shown: str, actor: Actor) -> Confirmation:
    """Leave a document aside: it is no contract, or not one to bill by."""
    with desk.db.write() as session:
        try:
            version = _open(desk, session, terms_id, shown, actor)
        except Refused as refused:
            record(desk, session, "terms.refused", actor.id, terms_id[:60], {"reason": str(refused)})
            return Confirmation("refused", str(refused), None, {})
        version.status = "rejected"
        _redraw(session, version)
        record(desk, session, "terms.declined", actor.id, version.id, {"terms": version.terms_sha})
        return Confirmation(
            "declined", "Left aside; nothing is billed from it.", terms_view_of(desk, session, version), {}
        )


def wrong_answers(questions: tuple[QuestionView, ...], answers: Mapping[str, str]) -> dict[str, str]:
    """A sentence for each answer that is missing, not among the choices, no amount, or to nothing that was asked: an
    answer becomes a ruling, and nobody rules on what no card showed."""
    asked = {one.id for one in questions}
    wrong = {name: "This was not asked; open the newest card." for name in answers if name not in asked}
    for one in questions:
        given = answers.get(one.id, "")
        if one.free_amount and _amount(given) is None:
            wrong[one.id] = "Write an amount such as 4,300.00."
        elif not one.free_amount and given not in {value for value, _ in one.choices}:
            wrong[one.id] = "Choose one of the answers."
    return wrong


def _amount(text: str) -> Decimal | None:
    found = number(text.strip().removeprefix("$").strip())
    return found if found is not None and found >= 0 else None


def _open(desk: Desk, session: Session, terms_id: str, shown: str, actor: Actor) -> TermsVersion:
    verdict = may_act(desk.settings.file.policy.confirm_terms, actor)
    if verdict.outcome == "refused":
        raise Refused(verdict.reason)
    version = session.get(TermsVersion, terms_id)
    if version is None or version.status != "proposed":
        raise Refused(f"These terms are already {version.status}." if version else "I know no such terms.")
    if shown != shown_digest(session, version):
        raise Refused("This card is out of date; use the newest one.")
    return version


def _confirm(desk: Desk, session: Session, version: TermsVersion, answers: Mapping[str, str], actor: Actor) -> None:
    given = {name: value for name, value in answers.items() if not name.startswith(OPENING)}
    proposal = proposal_of(desk, session, version, given)
    evidence = whole_evidence(session, version, proposal)
    if proposal.problems:
        raise Refused(" ".join(proposal.problems))
    if proposal.terms is None:
        raise Refused("A question that the bill depends on is still open.")
    _check_openings(proposal.terms, answers)
    _keep_answers(desk, session, version, proposal.terms, answers, actor)
    for older in session.exec(
        select(TermsVersion).where(TermsVersion.contract_id == version.contract_id, TermsVersion.status == "confirmed")
    ):
        older.status = "superseded"
        _redraw(session, older)
    version.terms, version.terms_sha = canonical(proposal.terms), digest(canonical(proposal.terms))
    version.evidence, version.questions = canonical(evidence), canonical([])
    version.status, version.confirmed_by, version.confirmed_at = "confirmed", actor.id, desk.clock.now()
    _redraw(session, version)
    _redraw_others(session, version)
    record(
        desk, session, "terms.confirmed", actor.id, version.id, {"terms": version.terms_sha, "answers": dict(answers)}
    )


def _redraw(session: Session, version: TermsVersion) -> None:
    """Queue the card in the same transaction: whatever happens to this process, people see what was decided."""
    tasks.add(session, "card.terms", f"{version.id}:{version.status}", {"terms": version.id}, wall_now())


def _redraw_others(session: Session, version: TermsVersion) -> None:
    """Amendments that wait change these terms from now on, so their cards show something else."""
    query = select(TermsVersion).where(
        TermsVersion.contract_id == version.contract_id, TermsVersion.status == "proposed"
    )
    for waiting in session.exec(query):
        tasks.add(session, "card.terms", f"{waiting.id}:{version.id}", {"terms": waiting.id}, wall_now())


def _check_openings(terms: Terms, answers: Mapping[str, str]) -> None:
    """Raises Refused for an opening balance above what was paid ahead, or finer than the currency goes."""
    for prepaid in terms.prepaid:
        left = _amount(answers.get(f"{OPENING}{prepaid.id}", ""))
        if left is not None and left > prepaid.amount:
            raise Refused(
                f"No more than {words.amount(prepaid.amount, terms.currency)} was paid ahead, so no more can be left."
            )
        if left is not None and left != Money(left, terms.currency).rounded().amount:
            raise Refused(f"{left} {terms.currency} is finer than {terms.currency} goes; write what can be paid.")


def _keep_answers(
    desk: Desk, session: Session, version: TermsVersion, terms: Terms, answers: Mapping[str, str], actor: Actor
) -> None:
    """Each answer is a decision on the record: a ruling, who bills a charge, or an opening balance."""
    now = desk.clock.now()
    for question, choice in answers.items():
        if question.startswith(OWNER):
            session.merge(ChargeOwner(contract_id=version.contract_id, charge_id=question.removeprefix(OWNER), owner=choice,
                                      from_date=version.effective_from, decided_by=actor.id, decided_at=now))  # fmt: skip
        elif question.startswith(OPENING):
            entry = _opening(desk, version, terms, question.removeprefix(OPENING), choice, actor)
            balances.post(session, entry)
        else:
            session.add(Ruling(contract_id=version.contract_id, question=question, choice=choice,
                               body=canonical({"terms": version.id}), made_by=actor.id, made_at=now))  # fmt: skip


def _opening(desk: Desk, version: TermsVersion, terms: Terms, balance: str, typed: str, actor: Actor) -> BalanceEntry:
    now = desk.clock.now()
    amount = _amount(typed)
    assert amount is not None
    return BalanceEntry(contract_id=version.contract_id, balance=balance, kind="opening", unit=terms.currency, amount=amount,
                        period=Period.month_of(now, terms.time_zone).key, source=f"{version.id} by {actor.id}", at=now)  # fmt: skip
