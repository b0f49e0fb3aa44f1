"""Explanations: why a line is what it is, down to the clause and the usage rows."""

from typing import Any

from langchain_core.tools import BaseTool

from billing.desk import Desk
from billing.invoices.explain import explain
from billing.views import Explanation
from pricing.periods import Period
from tools.card import Card
from tools.clauses import place
from tools.door import Answer, Args, Asker, CustomerId, LineId, Month, door
from tools.statements import line


class ExplainArgs(Args):
    customer_id: CustomerId
    period: Month
    line_id: LineId | None


def tools(desk: Desk) -> list[BaseTool]:
    return [door(desk, explain_line, ExplainArgs, "Tracing the amount")]


def explain_line(desk: Desk, caller: Asker, customer_id: str, period: str, line_id: str | None = None) -> Answer:
    """Explain one line of a customer's month, or all of them when line_id is null: the working, where the contract
    says so, and the usage it rests on. To explain an amount a person named, first find its line in the statement."""
    found = explain(desk, customer_id, Period.month(period), line_id)
    ids = {"customer_id": customer_id, "period": period} | ({"line_id": line_id} if line_id else {})
    data = {"customer_id": customer_id, "period": period, "explanations": [_short(one) for one in found]}
    return data, Card("explanation", ids, tuple(found))


def _short(one: Explanation) -> dict[str, Any]:
    data: dict[str, Any] = {"line": line(one.line), "working": one.working, "terms_version": one.terms_version}
    data["clauses"] = [place(clause) for clause in one.clauses]
    data |= one.model_dump(include={"confirmed_by", "confirmed_at"}, exclude_none=True)
    if one.usage:
        data["usage"] = one.usage.model_dump(include={"metric", "rows", "excluded", "first", "last", "as_of"})
    return data
