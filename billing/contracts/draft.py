"""A draft of terms: values taken from verified fields, with evidence, and what remains to be asked.

Promises that a value comes from a verified quote, a person's answer or a house ruling, in that order, and that each
leaves its entry in the evidence. What none of them gives is a question or a problem, never a default.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from billing.contracts.evidence import Entry, Evidence, State
from billing.contracts.reading import Reading
from billing.contracts.verify import Verdict, Verdicts
from pricing.terms import Terms

Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class MetricInfo:
    """A metric that is measured here: `words` are what contracts call one of its units ('minute'), `unit` is Ari's."""

    id: str
    words: tuple[str, ...]
    unit: str


@dataclass(frozen=True, slots=True)
class Question:
    """Something the document leaves open. `choices` are (value, label); `page` and `quote` show where to look."""

    id: str
    path: str
    text: str
    choices: Choices
    page: int | None = None
    quote: str | None = None


@dataclass(frozen=True)
class Inputs:
    """Everything a proposal is made from; made again with one more answer, it gives the next proposal."""

    reading: Reading
    verdicts: Verdicts
    rulings: Mapping[str, str]
    base: Terms | None
    metrics: Mapping[str, MetricInfo]
    answers: Mapping[str, str]
    document: str | None


@dataclass
class Draft:
    """`problems` by id: reasons why these terms must not bill until the document, not an answer, changes."""

    inputs: Inputs
    evidence: Evidence = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def take(self, name: str, path: str, what: str) -> str | None:
        """The verified value of field `name`, noted under `path`; None when it is silent, unverified or in conflict."""
        verdict = self.inputs.verdicts.get(name)
        if verdict.state == "verified":
            self._note(path, "stated", verdict.value, page=verdict.page, quote=verdict.quote, verified=True)
            return verdict.value
        if verdict.state == "conflict":
            return self._settle(path, what, verdict)
        self._note(path, "missing", None, page=verdict.page, quote=verdict.quote, note=verdict.note)
        if verdict.state != "missing":
            text = f"The reading of {what} could not be confirmed on page {verdict.page}: {verdict.note}."
            self.problem(f"unverified.{path}", f"{text} Enter it by hand.")
        return None

    def said(self, name: str) -> bool:
        """Whether the document says something of `name`, verified or not."""
        return self.inputs.verdicts.get(name).state != "missing"

    def ask(self, key: str, path: str, text: str, choices: Choices, field: str = "") -> str | None:
        """A silence: answered for this contract, by a house ruling, or not yet."""
        for source, given in (("answer", self.inputs.answers), ("house", self.inputs.rulings)):
            if key in given:
                self._note(path, "by_ruling", given[key], ruling=f"{source}:{key}")
                return given[key]
        seen = self.inputs.verdicts.get(field)
        self._note(path, "missing", None, note=text)
        self.questions.append(Question(key, path, text, choices, seen.page, seen.quote))
        return None

    def infer(self, path: str, value: str, note: str) -> str:
        self._note(path, "inferred", value, note=note)
        return value

    def problem(self, key: str, text: str) -> None:
        """One problem a key: the first place that shows it is enough."""
        self.problems.setdefault(key, text)

    def forget(self, path: str) -> None:
        """A silence that no bill depends on needs no evidence."""
        self.evidence.pop(path, None)

    def _settle(self, path: str, what: str, verdict: Verdict) -> str | None:
        """Two places that disagree: only a person says which holds; no house rule can."""
        key = f"conflict.{path}"
        if key in self.inputs.answers:
            self._note(path, "by_ruling", self.inputs.answers[key], ruling=f"answer:{key}", note=verdict.note)
            return self.inputs.answers[key]
        self._note(path, "conflicting", None, note=verdict.note)
        text = f"The document contradicts itself on {what}: {verdict.note}. Which holds?"
        choices = tuple((one.value, f"{one.value} (page {one.page})") for one in verdict.candidates)
        first = verdict.candidates[0]
        self.questions.append(Question(key, path, text, choices, first.page, first.quote))
        return None

    def _note(
        self, path: str, state: State, value: str | None, *, page: int | None = None, quote: str | None = None,
        verified: bool = False, note: str = "", ruling: str | None = None,
    ) -> None:  # fmt: skip
        self.evidence[path] = Entry(
            state=state, value=value, document=self.inputs.document, page=page, quote=quote, verified=verified,
            note=note, ruling=ruling,
        )  # fmt: skip
