"""From a verified reading to proposed terms, with what is still open.

Promises that nothing bills from here: a proposal is for a person to confirm. Terms exist once every question that they
need is answered; a problem means that they must not bill at all, whatever is answered.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from billing.contracts.amend import amended
from billing.contracts.draft import Choices, Draft, Inputs, MetricInfo, Question
from billing.contracts.evidence import Evidence
from billing.contracts.mapping import whole
from billing.contracts.pdf import numbers
from billing.contracts.reading import NotBillable, Reading
from billing.contracts.verify import Verdicts
from pricing.terms import Terms

__all__ = ["MetricInfo", "Proposal", "Question", "answer", "propose_terms"]

AMOUNTS: Choices = (("none", "None of them is billed"), ("some", "At least one is"))
UNSEEN: Choices = (
    ("nothing", "I have looked: nothing on them changes what is billed"), ("something", "They hold terms"),
)  # fmt: skip


@dataclass(frozen=True)
class Proposal:
    """`kind` is order_form, amendment or other; `effective_from` the first day of these terms or of the change.

    There are no terms beside a problem, but for one: a document without signatures shows what it would say.
    """

    terms: Terms | None
    evidence: Evidence
    questions: tuple[Question, ...]
    problems: tuple[str, ...]
    warnings: tuple[str, ...]
    customer: str | None
    kind: str
    effective_from: date | None
    signed: bool
    not_billable: tuple[NotBillable, ...]
    inputs: Inputs

    @property
    def ready(self) -> bool:
        """Whether a person may confirm these terms."""
        return self.terms is not None and not self.questions and not self.problems


def propose_terms(
    reading: Reading,
    verdicts: Verdicts,
    *,
    rulings: Mapping[str, str],
    base: Terms | None,
    metrics: Mapping[str, MetricInfo],
    answers: Mapping[str, str] | None = None,
    document: str | None = None,
) -> Proposal:
    """`rulings` are the house's, by question id; `answers` a person's for this document alone, and they go first.
    `base` are the confirmed terms that an amendment changes; `document` is the id that evidence refers to."""
    return _propose(Inputs(reading, verdicts, rulings, base, metrics, answers or {}, document))


def answer(proposal: Proposal, choices: Mapping[str, str]) -> Proposal:
    """The proposal made again with questions answered. Raises ValueError for an unknown question or choice."""
    open_questions = {question.id: question for question in proposal.questions}
    for key, value in choices.items():
        if key not in open_questions:
            raise ValueError(f"there is no open question {key!r}; open are: {', '.join(open_questions) or 'none'}")
        allowed = [choice for choice, _ in open_questions[key].choices]
        if value not in allowed:
            raise ValueError(f"{value!r} is no answer to {key!r}; choose one of: {', '.join(allowed)}")
    return _propose(replace(proposal.inputs, answers={**proposal.inputs.answers, **choices}))


def _propose(inputs: Inputs) -> Proposal:
    draft = Draft(inputs, warnings=list(inputs.verdicts.warnings))
    kind = inputs.verdicts.get("document").value or "other"
    signed = _signed(draft)
    _unread(draft)
    terms = amended(draft, inputs.base) if kind == "amendment" else whole(draft)
    begins = draft.evidence.get("amended_from" if kind == "amendment" else "effective_from")
    return Proposal(
        terms=terms if set(draft.problems) <= {"unsigned"} else None,
        evidence=draft.evidence,
        questions=tuple({question.id: question for question in draft.questions}.values()),
        problems=tuple(draft.problems.values()),
        warnings=tuple(draft.warnings),
        customer=draft.take("customer", "customer", "the customer's name"),
        kind=kind,
        effective_from=date.fromisoformat(begins.value) if begins and begins.value else None,
        signed=signed,
        not_billable=inputs.reading.not_billable,
        inputs=inputs,
    )


def _signed(draft: Draft) -> bool:
    """By both parties: one signature is an offer."""
    missing = [
        party
        for party in ("customer", "vendor")
        if draft.take(f"signatures.{party}", f"signatures.{party}", f"the signature of the {party}") is None
    ]
    if missing:
        who = " and ".join(missing)
        text = f"No signature of the {who} was found, so this document must not bill. Upload the signed copy."
        draft.problem("unsigned", text)
    return not missing


def _unread(draft: Draft) -> None:
    """Whatever the terms cannot hold, and whatever nobody understood."""
    for said in draft.inputs.reading.beyond:
        text = f"The contract has {said.value} (page {said.page}: “{said.quote}”), which Ari cannot bill yet."
        draft.problem(f"beyond.{said.value.replace(' ', '_')}", text)
    _amounts(draft)
    pages = draft.inputs.verdicts.unseen
    if pages:
        text = f"Ari could not read page {numbers(pages)}. Does anything there change what is billed?"
        if draft.ask("unseen_pages", "document.pages", text, UNSEEN) == "something":
            draft.problem("unseen_pages", f"Enter what page {numbers(pages)} says by hand.")


def _amounts(draft: Draft) -> None:
    """A figure that no rule knows may be a price; terms without it would bill too little."""
    unknown = [one for one in draft.inputs.reading.not_billable if not one.understood]
    draft.warnings.extend(f"Page {one.page}: {one.amount} was not understood: “{one.quote}”" for one in unknown)
    if unknown:
        listed = ", ".join(dict.fromkeys(one.amount for one in unknown))
        text = f"These amounts were not understood: {listed}. Is any of them billed?"
        if draft.ask("other_amounts", "document.amounts", text, AMOUNTS) == "some":
            draft.problem("other_amounts", f"Enter what {listed} stand for by hand.")
