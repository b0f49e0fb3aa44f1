"""The invoice card: what a person approves, and afterwards what became of it. Drawn from the stored content alone."""

from dataclasses import dataclass

from billing.views import InvoiceView
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
    link,
    listing,
    month,
    person,
    plain,
    section,
    table,
)

APPROVE, REJECT, WHY, OPEN = "invoice_approve", "invoice_reject", "invoice_why", "invoice_open"
REJECT_VIEW = "invoice_reject_view"

TITLE = {
    "planned": "⏳ Drafting",
    "drafted": "⏳ Drafting",
    "awaiting": "📝 Draft invoice",
    "approved": "📤 Approved, sending",
    "finalized": "📤 Finalized, sending",
    "sent": "✅ Invoice sent",
    "paid": "💚 Invoice paid",
    "void": "⚪ Invoice void",
    "uncollectible": "⚪ Uncollectible",
    "rejected": "🚫 Draft rejected",
    "expired": "⌛ Draft expired",
    "stale": "♻️ Draft out of date",
    "needs_human": "⚠️ Needs a person",
}


@dataclass(frozen=True, slots=True)
class Handle:
    """What a button carries: the invoice and the digest of what was shown, and nothing else."""

    invoice_id: str
    digest: str

    def __str__(self) -> str:
        return f"{self.invoice_id}:{self.digest}"

    @classmethod
    def parse(cls, value: str) -> "Handle | None":
        """None for anything that this module did not write."""
        invoice_id, _, digest = value.partition(":")
        shape = invoice_id.startswith("invoice-") and len(invoice_id) == 34 and len(digest) == 64
        return cls(invoice_id, digest) if shape and (invoice_id + digest).replace("-", "").isalnum() else None


def text(view: InvoiceView) -> str:
    """The fallback that notifications show."""
    return f"{TITLE[view.state]}: {clean(view.customer, 200)}, {month(view.period)}, {view.due}"


def card(view: InvoiceView) -> list[Block]:
    blocks = [header(f"{TITLE[view.state]} · {view.customer}"), fields(_facts(view)), _lines(view), *_working(view)]
    if view.note:
        blocks.append(section(f"⚠️ {clean(view.note, 1000)}"))
    blocks.append(context(_provenance(view), _people(view)))
    return [*blocks, *_buttons(view)]


def _facts(view: InvoiceView) -> list[tuple[str, str]]:
    facts = [("To be sent" if view.state == "awaiting" else "Amount", f"*{view.due}*"), ("Period", month(view.period))]
    facts += [("Recipient", clean(", ".join(view.recipients), 500)), ("Due", f"net {view.net_days} days")]
    if view.total != view.due:
        facts.append(("Contract total", f"{view.total} (the rest is billed elsewhere)"))
    if view.stripe_number:
        facts.append(("Invoice number", clean(view.stripe_number, 100)))
    return facts


def _lines(view: InvoiceView) -> Block:
    rows = [[line.description, line.quantity or "–", line.due] for line in view.lines]
    return table(["Line", "Quantity", "Amount"], rows, right=(1, 2), total=["Total", "", view.due])


def _working(view: InvoiceView) -> list[Block]:
    steps = listing([f"• {clean(line.sentence, 500)}" for line in view.lines])
    return [context(f"*How it was computed*\n{steps}")] if steps else []


def _provenance(view: InvoiceView) -> str:
    return f"Usage as recorded at {view.as_of} · no tax, no discounts · {clean(view.memo, 500)}"


def _people(view: InvoiceView) -> str:
    words = f"Asked for by {person(view.requested_by)}"
    if view.approved_by:
        words += " · approved by " + ", ".join(person(one) for one in view.approved_by)
    if view.state == "awaiting" and view.approved_by:
        words += " · *waiting for a second person*"
    return words


def _buttons(view: InvoiceView) -> list[Block]:
    handle = str(Handle(view.id, view.digest))
    why, reject = button(WHY, "Why?", handle), button(REJECT, "Reject", handle, "danger")
    if view.state == "awaiting":
        sure = confirmation(
            f"Send {view.due} to {view.customer}?",
            f"Stripe finalizes the invoice for {month(view.period)} and e-mails it to {', '.join(view.recipients)}, due in "
            f"{view.net_days} days.", "Approve and send",
        )  # fmt: skip
        return [actions(button(APPROVE, "Approve and send", handle, "primary", sure), reject, why)]
    if view.state == "needs_human" and not view.stripe_number:
        return [actions(reject, why)]
    if view.hosted_url and view.state in ("sent", "paid", "finalized", "uncollectible"):
        return [actions(link(OPEN, "Open in Stripe", view.hosted_url), why)]
    return []


def reject_modal(view: InvoiceView) -> Block:
    """Asks for the reason; private_metadata carries the button's handle."""
    name = clean(view.customer, 500)
    return {
        "type": "modal",
        "callback_id": REJECT_VIEW,
        "private_metadata": str(Handle(view.id, view.digest)),
        "title": plain("Reject draft"),
        "submit": plain("Reject"),
        "close": plain("Keep it"),
        "blocks": [
            section(f"*{name}*, {month(view.period)}, *{view.due}*. Nothing is sent; the draft at Stripe is deleted."),
            divider(),
            {
                "type": "input",
                "block_id": "reason",
                "label": plain("Why?"),
                "element": {"type": "plain_text_input", "action_id": "text", "multiline": True, "min_length": 3, "max_length": 500,
                            "placeholder": plain("Kept with the invoice, for whoever asks later")},
            },
        ],
    }  # fmt: skip
