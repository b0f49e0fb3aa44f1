"""Customers: who is meant, and who there is."""

from typing import Any

from langchain_core.tools import BaseTool
from pydantic import Field

from billing.contracts.customers import all_customers
from billing.desk import Desk
from billing.views import CustomerView
from tools.door import Answer, Args, Asker, Words, door
from tools.names import Mention, mentions

SHOWN = 50


class FindArgs(Args):
    words: Words = Field(description="The name as the person wrote it, or the person's whole message.")


class ListArgs(Args):
    pass


def tools(desk: Desk) -> list[BaseTool]:
    return [
        door(desk, find_customer, FindArgs, "Finding the customer"),
        door(desk, list_customers, ListArgs, "Listing customers"),
    ]


def find_customer(desk: Desk, caller: Asker, words: str) -> Answer:
    """Find the customers that a message names. `found` is certain. `unclear` lists candidates: ask the person which
    one is meant, never choose."""
    said = mentions(words, all_customers(desk))
    found = [mention.candidates[0] for mention in said if mention.sure]
    return {"found": [_short(one) for one in found], "unclear": [_unclear(one) for one in said if not one.sure]}, None


def list_customers(desk: Desk, caller: Asker) -> Answer:
    """List all customers with their ids and whether they can be billed yet."""
    everybody = all_customers(desk)
    return {"count": len(everybody), "customers": [_short(one) for one in everybody[:SHOWN]]}, None


def _unclear(mention: Mention) -> dict[str, Any]:
    return {"words": mention.words, "candidates": [_short(one) for one in mention.candidates[:SHOWN]]}


def _short(customer: CustomerView) -> dict[str, str]:
    return {"customer_id": customer.id, "customer": customer.name, "status": customer.status}
