"""The buttons on a terms card, and the questions that come before a confirmation."""

from typing import Any

from slack_bolt import Ack
from slack_sdk import WebClient

from billing.contracts import confirm
from billing.contracts.confirm import Confirmation
from billing.contracts.terms_view import terms_view_by_id
from billing.errors import Refused
from cards import terms as card
from jobs.office import Office


def confirm_asked(office: Office, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
    """Confirm at once, or ask the open questions first."""
    terms_id, shown = _handle(body["actions"][0].get("value", ""))
    try:
        view = terms_view_by_id(office.desk, terms_id)
    except Refused as refused:
        ack()
        return _whisper(office, body, str(refused))
    if view.questions and view.state == "proposed":
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=card.questions_modal(view))
        return
    outcome = confirm.confirm(office.desk, terms_id, shown, {}, office.people.actor(body["user"]["id"], anew=True))
    ack()
    _after(office, body, outcome)


def answered(office: Office, ack: Ack, body: dict[str, Any]) -> None:
    """The answers came in: confirm with them, or show what is wrong under each."""
    view = body["view"]
    terms_id, shown = _handle(view["private_metadata"])
    answers = {block: _value(fields["choice"]) for block, fields in view["state"]["values"].items()}
    outcome = confirm.confirm(office.desk, terms_id, shown, answers, office.people.actor(body["user"]["id"], anew=True))
    if outcome.result == "refused":
        errors = dict(outcome.errors) or {next(iter(answers)): outcome.message}
        return ack(response_action="errors", errors=errors)
    ack()
    office.wake()


def declined(office: Office, ack: Ack, body: dict[str, Any]) -> None:
    """Not a contract."""
    terms_id, shown = _handle(body["actions"][0].get("value", ""))
    outcome = confirm.decline(office.desk, terms_id, shown, office.people.actor(body["user"]["id"], anew=True))
    ack()
    _after(office, body, outcome)


def _handle(value: str) -> tuple[str, str]:
    terms_id, _, shown = value.partition(":")
    return terms_id[:64], shown[:64]


def _value(field: dict[str, Any]) -> str:
    chosen = field.get("selected_option")
    return str(chosen["value"] if chosen else field.get("value") or "")


def _after(office: Office, body: dict[str, Any], outcome: Confirmation) -> None:
    """The card is drawn by a worker: its task was committed with the decision."""
    if outcome.result == "refused":
        _whisper(office, body, outcome.message)
    office.wake()


def _whisper(office: Office, body: dict[str, Any], text: str) -> None:
    office.poster.whisper(body["channel"]["id"], body["user"]["id"], text, body.get("container", {}).get("thread_ts"))
