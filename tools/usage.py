"""Usage: where customers stand against what their contracts include."""

from collections import Counter

from langchain_core.tools import BaseTool

from billing.desk import Desk
from billing.usage.standing import standings
from billing.views import Standing
from pricing.periods import Period
from tools.card import Card
from tools.door import Answer, Args, Asker, CustomerId, Month, door

TOLD = 25
SHOWN = 50
NOTEWORTHY = ("over", "near", "not measured")


class StandingArgs(Args):
    period: Month
    customer_id: CustomerId | None


def tools(desk: Desk) -> list[BaseTool]:
    return [door(desk, usage_standing, StandingArgs, "Reading usage")]


def usage_standing(desk: Desk, caller: Asker, period: str, customer_id: str | None = None) -> Answer:
    """Show usage against limits in a month: of one customer, or of all who are over, near or not measured. A table of
    everybody is posted beside your answer."""
    month = Period.month(period)
    views = standings(desk, month, customer_id=customer_id) if customer_id else standings(desk, month)
    told = views if customer_id else [view for view in views if view.state in NOTEWORTHY]
    data = {
        "period": period,
        "as_of": views[0].as_of if views else None,
        "counts": dict(Counter(view.state for view in views)),
        "standings": [_short(view) for view in told[:TOLD]],
    }
    ids = {"period": period} | ({"customer_id": customer_id} if customer_id else {})
    return data, Card("standings", ids, tuple(views[:SHOWN]))


def _short(view: Standing) -> dict[str, str]:
    return view.model_dump(exclude={"period", "as_of"}, exclude_none=True)
