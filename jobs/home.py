"""The App Home tab and the messages tab, drawn when somebody opens them."""

from typing import Any

from slack_sdk.errors import SlackApiError

from billing import words
from billing.errors import Refused
from billing.invoices import find
from billing.rights import may_read
from billing.usage.standing import standings
from billing.views import InvoiceView
from cards import home
from cards.parts import Block
from jobs.office import Office
from pricing.periods import Period

PROMPTS = (
    ("Who is over?", "Who is over this month?"),
    ("What waits for me?", "What waits for me?"),
    ("Draft last month", "Draft last month for "),
    ("What can you do?", "What can you do?"),
)


def opened(office: Office, event: dict[str, Any]) -> None:
    if event.get("tab") == "messages":
        prompts = [{"title": title, "message": message} for title, message in PROMPTS]
        office.poster.client.assistant_threads_setSuggestedPrompts(channel_id=event["channel"], prompts=prompts)
        return
    office.poster.client.views_publish(user_id=event["user"], view=_view(office, event["user"]))


def _view(office: Office, user: str) -> Block:
    desk, actor = office.desk, office.people.actor(user)
    try:
        may_read(desk.settings, user, actor.groups, actor.stranger)
    except Refused as refused:
        return home.nothing(str(refused))
    now = desk.clock.now()
    rows = standings(desk, Period.month_of(now, desk.settings.file.company.time_zone))
    waiting = [(invoice, _link(office, invoice)) for invoice in find.waiting_for(desk, user)]
    return home.view(waiting, rows, words.moment(now, desk.settings.zone))


def _link(office: Office, invoice: InvoiceView) -> str | None:
    if not (invoice.channel and invoice.card_ts):
        return None
    try:
        found = office.poster.client.chat_getPermalink(channel=invoice.channel, message_ts=invoice.card_ts)
    except SlackApiError:
        return None
    return str(found["permalink"])
