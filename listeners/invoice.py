"""The buttons on an invoice card. Commit first, then acknowledge; no model is ever waited for."""

from typing import Any

from slack_bolt import Ack
from slack_sdk import WebClient

from billing.errors import Refused
from billing.invoices import approve, find
from billing.invoices.approve import Click
from billing.invoices.explain import explain
from billing.rights import may_read
from billing.views import InvoiceView
from cards import invoice as card
from cards import tables
from cards.invoice import Handle
from cards.parts import clean
from jobs.invoices import thread_of
from jobs.office import Office
from pricing.periods import Period

STRANGE = "I do not know this form; ask me to list the invoices and use the newest card."
COPY = "This is a copy of the card. Use the original one, in the channel where it was posted."


def approved(office: Office, ack: Ack, body: dict[str, Any]) -> None:
    """Approve and send."""
    outcome = approve.approve(office.desk, _click(body), office.people.actor(body["user"]["id"], anew=True))
    ack()
    if outcome.result in ("refused", "second"):
        _whisper(office, body, outcome.message)
    office.wake()


def reject_asked(office: Office, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
    """Reject: ask for the reason first."""
    ack()
    click = _click(body)
    try:
        invoice = find.one(office.desk, click.invoice_id)
    except Refused as refused:
        return _whisper(office, body, str(refused))
    if (invoice.channel, invoice.card_ts) != (click.channel, click.card_ts):
        return _whisper(office, body, COPY)
    client.views_open(trigger_id=body["trigger_id"], view=card.reject_modal(invoice))


def rejected(office: Office, ack: Ack, body: dict[str, Any]) -> None:
    """The reason came in. The form was opened from the card where it stands, so that is where the click counts."""
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
    office.wake()


def why(office: Office, ack: Ack, body: dict[str, Any]) -> None:
    """Post the working of every line into the card's thread, for those who may read; never where a copy was pressed."""
    ack()
    actor = office.people.actor(body["user"]["id"])
    try:
        may_read(office.desk.settings, actor.id, actor.groups, actor.stranger)
        _explain(office, find.one(office.desk, _click(body).invoice_id))
    except Refused as refused:
        _whisper(office, body, str(refused))


def _explain(office: Office, invoice: InvoiceView) -> None:
    with office.desk.db.read() as session:
        thread = thread_of(find.load(session, invoice.id))
    shown = {line.id for line in invoice.lines}
    for one in explain(office.desk, invoice.customer_id, Period.parse(invoice.period)):
        if one.line.id in shown:
            key = f"why:{invoice.id}:{one.line.id}"
            text = f"{clean(one.line.description)}: {clean(one.line.sentence)}"
            office.poster.post(key, invoice.channel or "", text, tables.explanation(one), thread)


def opened(ack: Ack) -> None:
    """A link button; Slack tells, and there is nothing to do."""
    ack()


def _click(body: dict[str, Any]) -> Click:
    """What was pressed and where. A value that no card of ours carries names no invoice, and is refused on the record
    like any other."""
    value = str(body["actions"][0].get("value", ""))
    handle = Handle.parse(value) or Handle(value[:60], "")
    place = body.get("container", {}).get("message_ts", "")
    return Click(handle.invoice_id, handle.digest, body.get("channel", {}).get("id", ""), place)


def _whisper(office: Office, body: dict[str, Any], text: str) -> None:
    channel = body.get("channel", {}).get("id")
    if channel:
        thread = body.get("container", {}).get("thread_ts")
        office.poster.whisper(channel, body["user"]["id"], text, thread)
