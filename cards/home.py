"""App Home: what waits for this person, where customers stand, and what Ari rests on."""

from collections.abc import Sequence

from billing.views import InvoiceView, Standing
from cards import tables
from cards.parts import Block, actions, clean, context, divider, header, link, listing, month, person, section

OPEN_CARD = "home_open_card"
LINES = 20


def view(waiting: Sequence[tuple[InvoiceView, str | None]], rows: Sequence[Standing], as_of: str) -> Block:
    """A Home tab; `waiting` pairs each draft with the link to its card."""
    blocks = [header("Waiting for you"), *_waiting(waiting), divider(), header("Where customers stand")]
    blocks.append(_standings(rows) if rows else _start())
    blocks += [divider(), context(f"As of {as_of}. Drop a contract PDF into a channel that I am in, or ask me: "
                                  "“who is over this month?”, “draft November for …”, “why?”.")]  # fmt: skip
    return {"type": "home", "blocks": blocks}


def nothing(reason: str) -> Block:
    """What somebody without reading rights sees."""
    return {"type": "home", "blocks": [section(clean(reason))]}


def _start() -> Block:
    return section(
        "No contract yet. Drop a signed contract as a PDF into a channel that I am in; I read it and ask you to confirm its terms."
    )


def _waiting(waiting: Sequence[tuple[InvoiceView, str | None]]) -> list[Block]:
    if not waiting:
        return [section("Nothing waits for your approval. 🎉")]
    blocks: list[Block] = []
    for invoice, url in waiting[:LINES]:
        blocks.append(section(_draft(invoice)))
        if url:
            blocks.append(actions(link(OPEN_CARD, "Open the card", url)))
    if len(waiting) > LINES:
        blocks.append(context(f"and {len(waiting) - LINES} more; ask me what waits for you"))
    return blocks


def _draft(one: InvoiceView) -> str:
    name, who = clean(one.customer, 200), person(one.requested_by)
    return f"*{name}* · {month(one.period)} · *{one.due}* · asked for by {who}"


def _standings(rows: Sequence[Standing]) -> Block:
    """Tables are for messages only, so each customer is a line of text."""
    lines = [f"{tables.STATE[one.state]} · *{clean(one.customer, 200)}* — {_figures(one)}" for one in rows]
    return section(listing(lines))


def _figures(one: Standing) -> str:
    if one.state == "not measured":
        return clean(one.note or "no figures", 200)
    limit = f" of {clean(one.limit, 200)} ({one.percent})" if one.limit else ""
    return f"{clean(one.used, 100)}{limit}, {one.cost_so_far or '–'} so far"
