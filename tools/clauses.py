"""Clauses: where contracts speak of something. Quotes go to people by way of the card; the model sees only where."""

from typing import Any

from langchain_core.tools import BaseTool
from pydantic import Field

from billing.contracts.clauses import search
from billing.desk import Desk
from billing.views import ClauseView
from tools.card import Card
from tools.door import Answer, Args, Asker, CustomerId, Words, door


class SearchArgs(Args):
    words: Words = Field(description="What to look for, in a few words, such as: rounding of minutes.")
    customer_id: CustomerId | None


def tools(desk: Desk) -> list[BaseTool]:
    return [door(desk, search_contracts, SearchArgs, "Searching the contracts")]


def search_contracts(desk: Desk, caller: Asker, words: str, customer_id: str | None = None) -> Answer:
    """Search contract text. You are told where something was found; the words themselves are posted as quotes beside
    your answer."""
    clauses = search(desk, words, customer_id=customer_id)
    places = [place(one) for one in clauses]
    ids = {"customer_id": customer_id} if customer_id else {}
    return {"count": len(places), "clauses": places}, Card("clauses", ids, tuple(clauses)) if clauses else None


def place(clause: ClauseView) -> dict[str, Any]:
    """Where a clause stands, without its words."""
    return clause.model_dump(include={"document_id", "filename", "page", "field"})
