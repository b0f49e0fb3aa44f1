"""Statements: a month of one customer put through the calculator."""

from typing import Any

from langchain_core.tools import BaseTool

from billing.desk import Desk
from billing.invoices.statements import compute
from billing.views import LineView
from pricing.periods import Period
from tools.card import Card
from tools.door import Answer, Args, Asker, CustomerId, Month, door


class StatementArgs(Args):
    customer_id: CustomerId
    period: Month


def tools(desk: Desk) -> list[BaseTool]:
    return [door(desk, compute_statement, StatementArgs, "Computing the month")]


def compute_statement(desk: Desk, caller: Asker, customer_id: str, period: str) -> Answer:
    """Compute what a customer owes for a month, without drafting anything. `final` is false while the month runs:
    everything is 'so far' then. `total` is the month's worth, `due` is what is not billed yet."""
    view = compute(desk, customer_id, Period.month(period))
    data = view.model_dump(exclude={"id", "lines"}) | {"statement_id": view.id}
    data["lines"] = [line(one) for one in view.lines]
    return data, Card("statement", {"statement_id": view.id, "customer_id": customer_id, "period": period}, (view,))


def line(view: LineView) -> dict[str, Any]:
    """A line as a model should see it: with the id to ask about."""
    return view.model_dump(exclude={"id"}, exclude_none=True) | {"line_id": view.id}
