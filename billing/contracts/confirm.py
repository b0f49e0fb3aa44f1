"""Confirming terms: the only code that makes terms billable. Called by the button handlers and by nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from sqlmodel import Session, select

from billing import openings
from billing.contracts.amounts import number
from billing.contracts.propose import proposal_of, whole_evidence
from billing.contracts.terms_view import OPENING, questions_of, shown_digest, terms_view_of
from billing.desk import Desk
from billing.entered import Entered, openable, refusal
from billing.errors import Refused
from billing.invoices.policy import Actor, may_act
from billing.record import record
from billing.views import QuestionView, TermsView
from pricing.canonical import canonical, digest
from pricing.periods import Period
from pricing.terms import Terms
from settings import wall_now
from store import tasks
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
    entered = _openings(desk, version, proposal.terms, answers, actor)
    # Before anything is kept: a refusal ends in an outcome, not in a rollback.
    _check_openings(session, proposal.terms, entered)
    _keep_answers(desk, session, version, answers, actor)
    for one in entered:
        openings.enter(desk, session, one, f"{version.id} by {actor.id}")
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


def _openings(
    desk: Desk, version: TermsVersion, terms: Terms, answers: Mapping[str, str], actor: Actor
) -> list[Entered]:
    """What was left of each commitment, as typed. The card is the proposal: whoever confirms the terms, all of them,
    approves these figures with them."""
    period = Period.month_of(desk.clock.now(), terms.time_zone).key
    typed = {one.id: _amount(answers.get(f"{OPENING}{one.id}", "")) for one in terms.prepaid}
    return [
        Entered(contract=version.contract_id, form="balance", position=name, amount=amount, unit=openable(terms)["balance", name],
                period=period, evidence=f"typed by {actor.id} on the card of {version.id}")
        for name, amount in typed.items()
        if amount is not None
    ]  # fmt: skip


def _check_openings(session: Session, terms: Terms, entered: list[Entered]) -> None:
    """Raises Refused for an opening balance that the terms or the ledger rule out."""
    for one in entered:
        reason = refusal(session, terms, one)
        if reason:
            raise Refused(reason if reason[0].isupper() else f"{one.position} {reason}")


def _keep_answers(
    desk: Desk, session: Session, version: TermsVersion, answers: Mapping[str, str], actor: Actor
) -> None:
    """Each answer is a decision on the record: a ruling, or who bills a charge; openings go to the ledger."""
    now = desk.clock.now()
    for question, choice in answers.items():
        if question.startswith(OWNER):
            session.merge(ChargeOwner(contract_id=version.contract_id, charge_id=question.removeprefix(OWNER), owner=choice,
                                      from_date=version.effective_from, decided_by=actor.id, decided_at=now))  # fmt: skip
        elif not question.startswith(OPENING):
            session.add(Ruling(contract_id=version.contract_id, question=question, choice=choice,
                               body=canonical({"terms": version.id}), made_by=actor.id, made_at=now))  # fmt: skip
