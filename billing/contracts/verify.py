"""Whether a reading holds: each value against the words on the page, by code alone.

Promises a verdict for every field of a Reading, under the field's path ('usage.0.unit_price'). A value is verified when
its quote stands on that page in visible text, word for word, and when our own parsers derive the value from the quote.
Two places that disagree make a conflict with both candidates and no winner. Confidence is nobody's say.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, get_args

from pydantic import BaseModel

from billing.contracts.pdf import Document, numbers
from billing.contracts.reading import Form, Kind, Reading, Said, Stated
from billing.contracts.text import Searched, canonical
from billing.contracts.values import normal, supports

State = Literal["verified", "missing", "conflict", "not_found", "hidden", "not_derived"]
# Two wordings of one name or description are no contradiction; two prices are.
FREE_WORDS = ("name", "words", "beyond")
WHY = {
    "not_found": "these words do not stand on that page",
    "hidden": "these words stand on that page in text that nobody can see",
    "not_derived": "these words do not give that value",
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """One place that states a value: `value` is the plain one ('0.085', '2025-11-16')."""

    value: str
    page: int
    quote: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """`value`, `page` and `quote` are set when the field is verified; `note` says what is wrong otherwise."""

    state: State
    value: str | None = None
    page: int | None = None
    quote: str | None = None
    note: str = ""
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdicts:
    """`fields` by path. `warnings` are for the person who confirms; `unseen` are pages that no rule could read."""

    fields: Mapping[str, Verdict]
    warnings: tuple[str, ...] = ()
    unseen: tuple[int, ...] = ()

    def __getitem__(self, path: str) -> Verdict:
        return self.fields[path]

    def get(self, path: str) -> Verdict:
        return self.fields.get(path, Verdict("missing", note="the document has no such part"))


def verify(reading: Reading, document: Document) -> Verdicts:
    pages = [_Page(document, number) for number in range(1, len(document.pages) + 1)]
    fields = {path: _verdict(kind, field, pages) for path, kind, field in fields_of(reading)}
    return Verdicts(fields, tuple(_warnings(document)), (*document.pictures, *document.overlays))


def fields_of(form: Form, path: str = "") -> Iterator[tuple[str, Kind, Stated]]:
    """Every stated field of a reading with its path and kind; lists are numbered from 0."""
    for name, about in type(form).model_fields.items():
        value, here = getattr(form, name), f"{path}{name}"
        kind = next((mark for mark in about.metadata if mark in get_args(Kind)), None)
        if isinstance(value, Stated) and kind:
            yield here, kind, value
        elif isinstance(value, Form):
            yield from fields_of(value, f"{here}.")
        elif isinstance(value, tuple):
            yield from _items(value, here, kind)


def _items(items: tuple[BaseModel, ...], path: str, kind: Kind | None) -> Iterator[tuple[str, Kind, Stated]]:
    for place, item in enumerate(items):
        if isinstance(item, Said) and kind:
            yield f"{path}.{place}", kind, Stated(said=(item,))
        elif isinstance(item, Form):
            yield from fields_of(item, f"{path}.{place}.")


class _Page:
    """One page, ready to be searched: what is seen of it in each view, and what is hidden."""

    def __init__(self, document: Document, number: int) -> None:
        self.views = [Searched(view) for view in document.views(number)]
        self.hidden = Searched(document.hidden_on(number))


def _verdict(kind: Kind, field: Stated, pages: list[_Page]) -> Verdict:
    if not field.said:
        return Verdict("missing", note=field.reason or "the document does not say")
    checked = [_check(kind, said, pages) for said in field.said]
    good = [one for one in checked if one.value is not None]
    # One place that cannot be trusted does not spoil another that can, unless the page shows it and it is unreadable.
    spoiled = next((one for one in checked if one.state == "not_derived"), None)
    if not good or spoiled:
        return spoiled or checked[0]
    candidates = _different(kind, good)
    return _conflict(candidates) if len(candidates) > 1 else good[0]


def _check(kind: Kind, said: Said, pages: list[_Page]) -> Verdict:
    page = pages[said.page - 1] if said.page <= len(pages) else None
    if page is None or not any(view.holds(said.quote) for view in page.views):
        hidden = page is not None and page.hidden.holds(said.quote)
        return _refused("hidden" if hidden else "not_found", said)
    value = normal(kind, said.value)
    if kind == "beyond":
        return Verdict("verified", said.value, said.page, said.quote)
    if value is None or not supports(kind, said.quote, value, said.value):
        return _refused("not_derived", said)
    return Verdict("verified", value, said.page, said.quote)


def _refused(state: State, said: Said) -> Verdict:
    return Verdict(state, page=said.page, quote=said.quote, note=f"{said.value!r}: {WHY[state]}")


def _different(kind: Kind, good: list[Verdict]) -> tuple[Candidate, ...]:
    """The first place of each value; in free words the first alone."""
    if kind in FREE_WORDS:
        good = good[:1]
    found: dict[str, Candidate] = {}
    for one in good:
        value = one.value or ""
        key = str(Decimal(value).normalize()) if _figure(kind, value) else canonical(value)
        found.setdefault(key, Candidate(value, one.page or 0, one.quote or ""))
    return tuple(found.values())


def _figure(kind: Kind, value: str) -> bool:
    return kind in ("money", "percent") or (kind == "quantity" and value != "above")


def _conflict(candidates: tuple[Candidate, ...]) -> Verdict:
    said = " or ".join(f"{one.value} (page {one.page})" for one in candidates)
    return Verdict("conflict", note=f"the document says {said}", candidates=candidates)


def _warnings(document: Document) -> Iterator[str]:
    for number, hidden in enumerate(document.hidden, 1):
        if hidden:
            shown = " ".join(hidden.split())
            yield f"Page {number} holds text that nobody can see; Ari ignored it: {shown[:200]!r}"
    if document.pictures:
        yield f"Without text, and not read: page {numbers(document.pictures)}. Ari cannot read scans yet."
    if document.overlays:
        yield f"Typed over the page, and not read: form fields or notes on page {numbers(document.overlays)}."
