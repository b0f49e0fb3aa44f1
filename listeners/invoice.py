"""The buttons on an invoice card. Commit first, then acknowledge; no model is ever waited for."""

from typing import Any

from slack_bolt import Ack
from slack_sdk import WebClient

from billing.invoices import approve, find
from billing.invoices.approve import Click, Outcome
from billing.invoices.explain import explain
from cards import invoice as card
from cards import tables
from cards.invoice import Handle
from jobs import invoices
from jobs.office import Office
from pricing.periods import Period

STRANGE = "I do not know this button; ask me to list the invoices and use the newest card."


def approved(office: Office, ack: Ack, body: dict[str, Any]) -> None:
    """Approve and send."""
    click = _click(body)
    if click is None:
        ack()
        return _whisper(office, body, STRANGE)
    outcome = approve.approve(office.desk, click, office.people.actor(body["user"]["id"], anew=True))
    ack()
    _after(office, body, outcome)


def reject_asked(office: Office, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
    """Reject: ask for the reason first."""
    ack()
    handle = Handle.parse(body["actions"][0].get("value", ""))
    if handle is None:
        return _whisper(office, body, STRANGE)
    client.views_open(trigger_id=body["trigger_id"], view=card.reject_modal(find.one(office.desk, handle.invoice_id)))


def rejected(office: Office, ack: Ack, body: dict[str, Any]) -> None:
    """The reason came in."""
    view = body["view"]
    handle = Handle.parse(view["private_metadata"])
    if handle is None:
        return ack(response_action="errors", errors={"reason": STRANGE})
    invoice = find.one(office.desk, handle.invoice_id)
    click = Click(handle.invoice_id, handle.digest, invoice.channel or "", invoice.card_ts or "")
    reason = view["state"]["values"]["reason"]["text"]["value"] or ""
    outcome = approve.reject(office.desk, click, office.people.actor(body["user"]["id"], anew=True), reason)
    if outcome.result == "refused":
        return ack(response_action="errors", errors={"reason": outcome.message})
    ack()
    invoices.draw(office, handle.invoice_id)
    office.wake()


def why(office: Office, ack: Ack, body: dict[str, Any]) -> None:
    """Post the working of every line into the card's thread."""
    ack()
    handle = Handle.parse(body["actions"][0].get("value", ""))
    if handle is None:
        return _whisper(office, body, STRANGE)
    invoice = find.one(office.desk, handle.invoice_id)
    shown = {line.id for line in invoice.lines}
    for one in explain(office.desk, invoice.customer_id, Period.parse(invoice.period)):
        if one.line.id in shown:
            key = f"why:{invoice.id}:{one.line.id}"
            text = f"{one.line.description}: {one.line.sentence}"
            office.poster.post(key, body["channel"]["id"], text, tables.explanation(one), invoice.card_ts)


def opened(ack: Ack) -> None:
    """A link button; Slack tells, and there is nothing to do."""
    ack()


def _click(body: dict[str, Any]) -> Click | None:
    handle = Handle.parse(body["actions"][0].get("value", ""))
    where = body.get("container", {})
    if handle is None or "channel" not in body:
        return None
    return Click(handle.invoice_id, handle.digest, body["channel"]["id"], where.get("message_ts", ""))


def _after(office: Office, body: dict[str, Any], outcome: Outcome) -> None:
    if outcome.changed and outcome.invoice:
        invoices.draw(office, outcome.invoice.id)
    if outcome.result in ("refused", "second"):
        _whisper(office, body, outcome.message)
    office.wake()


def _whisper(office: Office, body: dict[str, Any], text: str) -> None:
    channel = body.get("channel", {}).get("id")
    if channel:
        thread = body.get("container", {}).get("thread_ts")
        office.poster.whisper(channel, body["user"]["id"], text, thread)
