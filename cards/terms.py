"""The terms card: what Ari read, the words it rests on, what it asks, and the button with which a person answers for it."""

from collections.abc import Sequence
from itertools import groupby

from billing.views import QuestionView, TermItem, TermsView
from cards.parts import (
    Block,
    actions,
    button,
    clean,
    confirmation,
    context,
    divider,
    fields,
    header,
    length,
    listing,
    packed,
    person,
    plain,
    quote,
    section,
)

CONFIRM, DECLINE, CONFIRM_VIEW = "terms_confirm", "terms_decline", "terms_confirm_view"
MARK = {"verified": "✅", "ruled": "⚖️", "asked": "❓", "inferred": "🔎", "unverified": "⚠️"}
TITLE = {
    "proposed": "📄 Terms to confirm",
    "confirmed": "✅ Terms confirmed",
    "superseded": "🗂 Terms superseded",
    "rejected": "🚫 Not taken over",
    "undone": "↩️ Confirmation undone",
}
PASSAGES = 25
ROOM = 5500
RADIOS, INPUTS = 10, 98


def text(view: TermsView) -> str:
    return f"{TITLE[view.state]}: {clean(view.customer, 200)}, {clean(view.filename, 200)}"


def handle(view: TermsView) -> str:
    """Terms version and the digest of what was shown."""
    return f"{view.id}:{view.digest}"


def card(view: TermsView) -> list[Block]:
    blocks = [header(f"{TITLE[view.state]} · {view.customer}"), fields(_facts(view))]
    if view.problems:
        blocks.append(section(listing([f"⛔ {clean(problem, 500)}" for problem in view.problems], 1200)))
    blocks += [divider(), *_shown(view)]
    if view.questions and view.state == "proposed":
        asked = listing([f"❓ {clean(one.text, 400)}" for one in view.questions], 1200)
        blocks += [divider(), section(f"*Ari asks*\n{asked}")]
    if view.not_billable:
        seen = listing([clean(one, 200) for one in view.not_billable], 800, "; ")
        blocks.append(context(f"*Seen, not billed:* {seen}"))
    return [*blocks, context(_footer(view)), *_buttons(view)]


def rest(view: TermsView) -> list[list[Block]]:
    """What does not fit on the card, as messages to stand beside it: nobody confirms what was not shown."""
    return _paged(view.items)[1:]


def pages(view: TermsView) -> list[list[Block]]:
    """The terms for an answer: the same passages, no buttons, in as many messages as it takes."""
    first, *more = _paged(view.items)
    return [[header(f"Terms · {view.customer}"), fields(_facts(view)), *first, context(_footer(view))], *more]


def _facts(view: TermsView) -> list[tuple[str, str]]:
    return [
        ("Document", clean(view.filename, 200)),
        ("Kind", clean(view.kind, 100)),
        ("In force from", clean(view.effective_from, 100)),
        ("Version", f"{view.version}, in {clean(view.currency, 50)}"),
    ]


def _shown(view: TermsView) -> list[Block]:
    first, *more = _paged(view.items)
    left = sum(map(len, more))
    return [*first, context(f"and {left} more passages, in the messages beside this one")] if left else first


def _passages(items: Sequence[TermItem]) -> list[Block]:
    """One block per passage: neighbours that rest on the same words share the quote, as long as they fit above it."""
    groups = (list(group) for _, group in groupby(items, key=_words))
    return [_passage(part) for group in groups for part in packed(group, 2000, lambda item: len(_line(item)) + 1)]


def _words(item: TermItem) -> object:
    return (item.clause.filename, item.clause.page, item.clause.quote) if item.clause else item.label


def _passage(items: Sequence[TermItem]) -> Block:
    words, first = "\n".join(_line(item) for item in items), items[0]
    if first.clause:
        return section(f"{words}\n{quote(first.clause.quote, f'{first.clause.filename}, page {first.clause.page}')}")
    return section(words + (f"\n_{clean(first.note, 500)}_" if first.note else ""))


def _line(item: TermItem) -> str:
    return f"{MARK[item.mark]} *{clean(item.label, 200)}:* {clean(item.value, 500)}"


def _paged(items: Sequence[TermItem]) -> list[list[Block]]:
    """Passages by message: so many, and so much text, as leave room for what else a card says."""
    return packed(_passages(items), ROOM, length, PASSAGES) or [[]]


def _footer(view: TermsView) -> str:
    legend = (
        "✅ the words were found on the page and the value derived from them · ⚖️ ruled by a person or the house · "
        "🔎 inferred · ⚠️ not verified"
    )
    if view.confirmed_by:
        return f"Confirmed by {person(view.confirmed_by)}, {clean(view.confirmed_at or '', 100)} · {legend}"
    return legend + " · nothing is billed before a person confirms"


def _buttons(view: TermsView) -> list[Block]:
    if view.state != "proposed":
        return []
    kept = f"{view.filename} is kept, and nothing is billed from it."
    aside = confirmation("Leave it aside?", kept, "Leave it aside")
    decline = button(DECLINE, "Not a contract", handle(view), "danger", aside)
    if view.problems:
        return [actions(decline)]
    sure = confirmation(
        "Confirm these terms?", f"{view.customer} is billed by them from {view.effective_from}.", "Confirm"
    )
    label = "Answer and confirm…" if view.questions else "Confirm terms"
    return [actions(button(CONFIRM, label, handle(view), "primary", None if view.questions else sure), decline)]


def questions_modal(view: TermsView) -> Block:
    """One input per open question; what is chosen is stored as a ruling with who and when."""
    return {
        "type": "modal",
        "callback_id": CONFIRM_VIEW,
        "private_metadata": handle(view),
        "title": plain("Confirm terms"),
        "submit": plain("Confirm terms"),
        "close": plain("Not yet"),
        "blocks": [
            section(f"*{clean(view.customer, 500)}*: the contract leaves this to you, and the bill depends on it."),
            *[_input(one) for one in view.questions[:INPUTS]],
        ],
    }


def _input(question: QuestionView) -> Block:
    label = plain(question.text, 2000)
    return {"type": "input", "block_id": question.id[:255], "label": label, "element": _element(question)}


def _element(question: QuestionView) -> Block:
    if question.free_amount:
        example = plain("for example 4,300.00")
        return {"type": "plain_text_input", "action_id": "choice", "placeholder": example, "max_length": 30}
    options = [{"text": plain(label, 75), "value": value} for value, label in question.choices[:100]]
    few = len(options) <= RADIOS
    return {"type": "radio_buttons" if few else "static_select", "action_id": "choice", "options": options}
