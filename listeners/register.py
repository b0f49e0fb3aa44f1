"""Which handler answers what. The names are those that the cards write."""

from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from cards import home as home_card
from cards import invoice as invoice_card
from cards import terms as terms_card
from jobs.office import Office
from listeners import invoice, terms
from listeners.failed import failed
from listeners.record import recorder

Handler = Callable[[Office, Ack, dict[str, Any]], None]
Opener = Callable[[Office, Ack, dict[str, Any], WebClient], None]


def register(app: App, office: Office) -> None:
    """Put every listener of Ari on the Bolt app."""
    app.use(recorder(office))
    app.error(failed(office))
    for action, handler in (
        (invoice_card.APPROVE, invoice.approved),
        (invoice_card.WHY, invoice.why),
        (terms_card.DECLINE, terms.declined),
    ):
        app.action(action)(_plain(office, handler))
    app.action(invoice_card.REJECT)(_opening(office, invoice.reject_asked))
    app.action(terms_card.CONFIRM)(_opening(office, terms.confirm_asked))
    for link in (invoice_card.OPEN, home_card.OPEN_CARD):
        app.action(link)(invoice.opened)
    app.view(invoice_card.REJECT_VIEW)(_plain(office, invoice.rejected))
    app.view(terms_card.CONFIRM_VIEW)(_plain(office, terms.answered))


def _plain(office: Office, handler: Handler) -> Callable[..., None]:
    def handle(ack: Ack, body: dict[str, Any]) -> None:
        handler(office, ack, body)

    return handle


def _opening(office: Office, handler: Opener) -> Callable[..., None]:
    def handle(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        handler(office, ack, body, client)

    return handle
