"""Invoices: what was drafted, what waits, what was sent. Reads only."""

from typing import Any, Literal

from langchain_core.tools import BaseTool

from billing.desk import Desk
from billing.invoices.find import invoices, waiting_for
from billing.views import InvoiceView
from pricing.periods import Period
from tools.card import Card
from tools.door import Answer, Args, Asker, CustomerId, Month, door

State = Literal[
    "planned", "drafted", "awaiting", "approved", "finalized", "sent", "paid", "void", "uncollectible", "rejected",
    "expired", "stale", "needs_human",
]  # fmt: skip
SHOWN = 25


class ListArgs(Args):
    customer_id: CustomerId | None
    period: Month | None
    state: State | None


class WaitingArgs(Args):
    pass


def tools(desk: Desk) -> list[BaseTool]:
    return [
        door(desk, list_invoices, ListArgs, "Looking up invoices"),
        door(desk, waiting_for_me, WaitingArgs, "Looking at the queue"),
    ]


def list_invoices(
    desk: Desk, caller: Asker, customer_id: str | None = None, period: str | None = None, state: State | None = None
) -> Answer:
    """List invoices and drafts with their states, of one customer, month or state, or all."""
    month = Period.month(period) if period else None
    found = invoices(desk, customer_id=customer_id, period=month, states=[state] if state else None)
    return _listed(found)


def waiting_for_me(desk: Desk, caller: Asker) -> Answer:
    """List the drafts that wait for the approval of the person who is asking."""
    return _listed(waiting_for(desk, caller.user_id))


def short(view: InvoiceView) -> dict[str, Any]:
    """An invoice as a model should see it: no recipients, no addresses, no digest."""
    kept = {"customer_id", "customer", "period", "kind", "state", "total", "due", "currency", "requested_by",
            "approved_by", "stripe_number", "note", "as_of"}  # fmt: skip
    return {"invoice_id": view.id} | view.model_dump(include=kept, exclude_none=True)


def _listed(found: list[InvoiceView]) -> Answer:
    data = {"count": len(found), "invoices": [short(view) for view in found[:SHOWN]]}
    return data, Card("invoices", {}, tuple(found)) if found else None
