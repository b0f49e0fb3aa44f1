"""What Ari says without being asked: a limit that was passed, and the morning post. Silent when there is nothing."""

from collections.abc import Sequence

from billing.views import CrossingView, InvoiceView, Standing
from cards.parts import Block, clean, context, header, listing, month, person, section, table

NAME = 200


def crossing(view: CrossingView, standing: Standing | None) -> tuple[str, list[Block]]:
    """One message per customer, term, period and threshold."""
    sign, name, value = _sign(view), clean(view.customer, NAME), clean(view.value, 100)
    blocks = [section(f"{sign} *{name}* has passed *{view.threshold}* of {_what(view)}: {value} used.")]
    if standing:
        blocks.append(section(_so_far(standing)))
    blocks.append(context(f"As of {view.as_of} · the figures may lag usage by up to a minute"))
    return f"{sign} {name} has passed {view.threshold} of {_what(view)} ({value} used)", blocks


def _so_far(one: Standing) -> str:
    limit, over = clean(one.limit or "–", 200), f", {clean(one.over_by, 100)} over" if one.over_by else ""
    cost = one.cost_so_far or "–"
    return f"{month(one.period)} so far: *{clean(one.used, 100)}* of {limit}{over}; usage cost so far *{cost}*."


def _sign(view: CrossingView) -> str:
    return "🔴" if view.full else "🟠"


def _what(view: CrossingView) -> str:
    return clean(view.term.replace("_", " "), 100)


def morning(
    day: str, crossings: Sequence[CrossingView], near: Sequence[Standing], waiting: Sequence[InvoiceView]
) -> tuple[str, list[Block]] | None:
    """The morning post; None when there is nothing to say."""
    if not (crossings or near or waiting):
        return None
    blocks = [header(f"☀️ Morning post · {day}")]
    if crossings:
        blocks.append(section("*Limits passed*\n" + listing([_passed(one) for one in crossings])))
    if near:
        blocks += [section("*Over or near a limit*"), _near(near)]
    if waiting:
        blocks.append(section("*Waiting for approval*\n" + listing([_waits(one) for one in waiting])))
    if near:
        blocks.append(context(f"As of {near[0].as_of}"))
    return f"Morning post {day}", blocks


def _passed(one: CrossingView) -> str:
    name, value = clean(one.customer, NAME), clean(one.value, 100)
    return f"{_sign(one)} *{name}* passed {one.threshold} of {_what(one)}, now at {value}"


def _near(rows: Sequence[Standing]) -> Block:
    body = [[one.customer, one.used, one.limit or "–", one.percent or "–", one.cost_so_far or "–"] for one in rows]
    return table(["Customer", "Used", "Limit", "Share", "Usage cost"], body, right=(1, 3, 4))


def _waits(one: InvoiceView) -> str:
    name = clean(one.customer, NAME)
    return f"📝 {name}, {month(one.period)}, *{one.due}*, asked for by {person(one.requested_by)}"
