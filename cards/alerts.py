"""What Ari says without being asked: a limit that was passed, and the morning post. Silent when there is nothing."""

from collections.abc import Sequence

from billing.views import CrossingView, InvoiceView, Standing
from cards.parts import Block, clean, context, header, month, person, section, table


def crossing(view: CrossingView, standing: Standing | None) -> tuple[str, list[Block]]:
    """One message per customer, term, period and threshold."""
    sign = "🔴" if view.full else "🟠"
    text = f"{sign} {view.customer} has passed {view.threshold} of {_what(view)} ({view.value} used)"
    blocks = [
        section(f"{sign} *{clean(view.customer)}* has passed *{view.threshold}* of {_what(view)}: {view.value} used.")
    ]
    if standing:
        over = f", {standing.over_by} over" if standing.over_by else ""
        blocks.append(
            section(
                f"{month(view.period)} so far: *{standing.used}* of {clean(standing.limit or '–')}{over}; usage cost so far *{standing.cost_so_far}*."
            )
        )
    return text, [*blocks, context(f"As of {view.as_of} · the figures may lag usage by up to a minute")]


def _what(view: CrossingView) -> str:
    return clean(view.term.replace("_", " "))


def morning(
    day: str, crossings: Sequence[CrossingView], near: Sequence[Standing], waiting: Sequence[InvoiceView]
) -> tuple[str, list[Block]] | None:
    """The morning post; None when there is nothing to say."""
    if not (crossings or near or waiting):
        return None
    blocks = [header(f"☀️ Morning post · {day}")]
    if crossings:
        blocks.append(section("*Limits passed*\n" + "\n".join(
            f"{'🔴' if one.full else '🟠'} *{clean(one.customer)}* passed {one.threshold} of {_what(one)}, now at {one.value}" for one in crossings)))  # fmt: skip
    if near:
        rows = [[one.customer, one.used, one.limit or "–", one.percent or "–", one.cost_so_far or "–"] for one in near]
        blocks += [
            section("*Over or near a limit*"),
            table(["Customer", "Used", "Limit", "Share", "Usage cost"], rows, right=(1, 3, 4)),
        ]
    if waiting:
        blocks.append(section("*Waiting for approval*\n" + "\n".join(
            f"📝 {clean(one.customer)}, {month(one.period)}, *{one.due}*, asked for by {person(one.requested_by)}" for one in waiting[:20])))  # fmt: skip
    if near:
        blocks.append(context(f"As of {near[0].as_of}"))
    return f"Morning post {day}", blocks
