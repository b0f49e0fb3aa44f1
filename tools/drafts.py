"""Drafts: proposing an invoice. What it becomes is decided by people, on its card."""

from langchain_core.tools import BaseTool

from billing.desk import Desk
from billing.invoices.draft import propose
from pricing.periods import Period
from tools.card import Card
from tools.door import Answer, Args, Asker, CustomerId, Month, door
from tools.invoices import short
from tools.statements import line


class DraftArgs(Args):
    customer_id: CustomerId
    period: Month


def tools(desk: Desk) -> list[BaseTool]:
    return [door(desk, draft_invoice, DraftArgs, "Preparing the draft")]


def draft_invoice(desk: Desk, caller: Asker, customer_id: str, period: str) -> Answer:
    """Draft a customer's invoice for a month that has ended, only when the person asked for a draft. Nothing is sent:
    the draft appears as a card with its own buttons. Asking twice returns the same draft."""
    channel, thread = _place(desk, caller)
    view = propose(desk, customer_id, Period.month(period), caller.user_id, channel, thread)
    where = "in this thread" if view.channel == caller.channel else "in the billing channel"
    data = short(view) | {"card": where, "lines": [line(one) for one in view.lines]}
    return data, Card("draft", {"invoice_id": view.id, "customer_id": customer_id, "period": period}, (view,))


def _place(desk: Desk, caller: Asker) -> tuple[str, str | None]:
    """Where the card goes: not into a direct message, where nobody else could approve it."""
    if caller.channel.startswith("D"):
        return desk.settings.file.channels.billing, None
    return caller.channel, caller.thread
