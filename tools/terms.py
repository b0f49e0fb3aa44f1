"""Terms: what a customer's contract comes to, as confirmed or as still waiting for it."""

from langchain_core.tools import BaseTool

from billing.contracts.terms_view import terms_view
from billing.desk import Desk
from tools.card import Card
from tools.door import Answer, Args, Asker, CustomerId, door


class TermsArgs(Args):
    customer_id: CustomerId


def tools(desk: Desk) -> list[BaseTool]:
    return [door(desk, show_terms, TermsArgs, "Reading the terms")]


def show_terms(desk: Desk, caller: Asker, customer_id: str) -> Answer:
    """Show a customer's pricing terms, who confirmed them and which questions are open. A card with the contract's
    own words is posted beside your answer."""
    view = terms_view(desk, customer_id)
    data = view.model_dump(
        include={"customer_id", "customer", "version", "state", "effective_from", "currency", "problems",
                 "not_billable", "confirmed_by", "confirmed_at"}, exclude_none=True,
    )  # fmt: skip
    data["items"] = [{"label": item.label, "value": item.value, "mark": item.mark} for item in view.items]
    data["open_questions"] = [question.text for question in view.questions]
    return data, Card("terms", {"customer_id": customer_id}, (view,))
