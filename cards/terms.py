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
ITEMS = 25


def text(view: TermsView) -> str:
    return f"{TITLE[view.state]}: {view.customer}, {view.filename}"


def handle(view: TermsView) -> str:
    """Terms version and the digest of what was shown."""
    return f"{view.id}:{view.digest}"


def card(view: TermsView) -> list[Block]:
    blocks = [header(f"{TITLE[view.state]} · {view.customer}"), fields(_facts(view))]
    blocks += [section(f"⛔ {clean(problem)}") for problem in view.problems[:5]]
    blocks += [divider(), *_items(view.items)]
    if view.questions and view.state == "proposed":
        blocks += [divider(), section("*Ari asks*\n" + "\n".join(f"❓ {clean(one.text)}" for one in view.questions))]
    if view.not_billable:
        blocks.append(context("*Seen, not billed:* " + "; ".join(clean(one, 200) for one in view.not_billable[:8])))
    return [*blocks, context(_footer(view)), *_buttons(view)]


def summary(view: TermsView) -> list[Block]:
    """The terms in force, for an answer: the same items, no buttons."""
    return [
        header(f"Terms · {view.customer}"),
        fields(_facts(view)),
        *_items(view.items),
        context(_footer(view)),
    ]


def _facts(view: TermsView) -> list[tuple[str, str]]:
    return [
        ("Document", clean(view.filename)),
        ("Kind", clean(view.kind)),
        ("In force from", clean(view.effective_from)),
        ("Version", f"{view.version}, in {clean(view.currency)}"),
    ]


def _items(items: Sequence[TermItem]) -> list[Block]:
    """One block per passage: neighbours that rest on the same words share the quote."""
    groups = [
        list(group)
        for _, group in groupby(
            items, key=lambda item: (item.clause and (item.clause.page, item.clause.quote)) or item.label
        )
    ]
    shown = [_passage(group) for group in groups[:ITEMS]]
    if len(groups) > ITEMS:
        shown.append(context(f"and {len(groups) - ITEMS} more passages; ask me for the terms"))
    return shown


def _passage(items: Sequence[TermItem]) -> Block:
    words = "\n".join(f"{MARK[item.mark]} *{clean(item.label, 200)}:* {clean(item.value, 500)}" for item in items)
    first = items[0]
    if first.clause:
        return section(f"{words}\n{quote(first.clause.quote, f'{first.clause.filename}, page {first.clause.page}')}")
    return section(words + (f"\n_{clean(first.note, 500)}_" if first.note else ""))


def _footer(view: TermsView) -> str:
    legend = "✅ the words were found on the page and the value derived from them · ⚖️ house ruling · 🔎 inferred · ⚠️ not verified"
    if view.confirmed_by:
        return f"Confirmed by {person(view.confirmed_by)}, {clean(view.confirmed_at or '')} · {legend}"
    return legend + " · nothing is billed before a person confirms"


def _buttons(view: TermsView) -> list[Block]:
    if view.state != "proposed":
        return []
    decline = button(DECLINE, "Not a contract", handle(view), "danger",
                     confirmation("Leave it aside?", f"{view.filename} is kept, and nothing is billed from it.", "Leave it aside"))  # fmt: skip
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
            section(f"*{clean(view.customer)}*: the contract is silent on this, and the bill depends on it."),
            *[_input(one) for one in view.questions],
        ],
    }


def _input(question: QuestionView) -> Block:
    if question.free_amount:
        element: Block = {
            "type": "plain_text_input",
            "action_id": "choice",
            "placeholder": plain("for example 4,300.00"),
            "max_length": 30,
        }
    else:
        element = {"type": "radio_buttons", "action_id": "choice",
                   "options": [{"text": plain(label[:75]), "value": value[:150]} for value, label in question.choices[:10]]}  # fmt: skip
    return {"type": "input", "block_id": question.id[:255], "label": plain(question.text[:2000]), "element": element}
