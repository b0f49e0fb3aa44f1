"""What if: a month under other terms or other usage. What is changed is chosen from a closed list, the figure comes by
reference from what a person typed; nothing is kept and nothing is drafted."""

from typing import Annotated, Any

from langchain_core.tools import BaseTool
from pydantic import Field

from billing.desk import Desk
from billing.errors import Refused
from billing.ideas import Figure, How, Idea, What, Word
from billing.what_if import what_if
from billing.what_if_views import CustomerChange, Replaced, WhatIfView
from pricing.periods import Period
from tools.card import Card
from tools.clauses import place
from tools.door import ULID, Answer, Args, Asker, Month, Words, door

TOLD = 25
REFERENCE = "msg:fig"

Whom = Annotated[str, Field(pattern=f"^(all|customer-{ULID})$", description="As find_customer returns it, or all.")]
To = Annotated[
    str,
    Field(
        pattern=rf"^({REFERENCE}[1-9][0-9]{{0,3}}|none|unlimited|graduated|volume)$",
        description="A typed figure by its reference, such as msg:fig1, or one of: none, unlimited, graduated, volume.",
    ),
]


class WhatIfArgs(Args):
    customer_id: Whom
    period: Month
    what: What
    how: How = Field(description="set to the figure, or more or less by it.")
    to: To
    words: Words | None = Field(description="The person's message: it tells several charges of one contract apart.")


def tools(desk: Desk) -> list[BaseTool]:
    return [door(desk, try_what_if, WhatIfArgs, "Trying it out")]


def try_what_if(
    desk: Desk, caller: Asker, customer_id: str, period: str, what: What, how: How, to: str, words: str | None = None
) -> Answer:  # fmt: skip
    """Compute what a month would come to with one change of the terms or the usage, for one customer or all, beside
    what it comes to. The line by line table and the clauses replaced are posted beside your answer."""
    idea = Idea(what, how, _to(caller, to), words or "")
    view = what_if(desk, idea, Period.month(period), None if customer_id == "all" else customer_id)
    asked = {"customer_id": customer_id, "period": period, "what": what, "how": how, "to": to}
    return _short(view), Card("what_if", asked, (view,))


def _to(caller: Asker, to: str) -> Figure | Word:
    """Raises Refused for a reference to a figure that nobody typed."""
    match to:
        case "none" | "unlimited" | "graduated" | "volume":
            return to
    number = int(to.removeprefix(REFERENCE))
    if number > len(caller.figures):
        raise Refused(f"Nobody typed a figure {to} in this thread; ask the person for it.")
    return caller.figures[number - 1]


def _short(view: WhatIfView) -> dict[str, Any]:
    """As a model should see it: without quotes, and lines only for one customer."""
    data = view.model_dump(include={"period", "change", "as_of"})
    data["results"] = [_result(one, lines=not view.everybody) for one in view.results[:TOLD]]
    if not view.everybody:
        return data | {"customer_id": view.results[0].customer_id, "customer": view.results[0].customer}
    data["sums"] = [one.model_dump() for one in view.sums]
    data["untried_count"] = len(view.untried)
    return data | {"untried": [one.model_dump() for one in view.untried[:TOLD]]}


def _result(one: CustomerChange, lines: bool) -> dict[str, Any]:
    kept = {"customer_id", "customer", "currency", "before", "after", "difference", "tax_difference", "notes", "final"}
    data = one.model_dump(include=kept, exclude_none=True)
    if lines:
        data["lines"] = [line.model_dump(exclude_none=True) for line in one.lines]
        data["replaced"] = [_replaced(term) for term in one.replaced]
    return data


def _replaced(one: Replaced) -> dict[str, Any]:
    data: dict[str, Any] = one.model_dump(include={"label", "before", "after"})
    return data | ({"clause": place(one.clause)} if one.clause else {})
