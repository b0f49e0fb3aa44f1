"""Block Kit to HTML: one entry point for messages, the home tab and modals.

Promises: a pure function of the blocks and the context; each block stands in a `data-block-id` element; a block
this page does not know becomes a labelled grey box. Leaves out: where the blocks hang and what clicks do.
"""

from collections.abc import Sequence
from dataclasses import replace

from htpy import Node, Renderable, div, fragment, hr

from sandbox.slack.page.blocks import cards, layout, rich, table, tasks
from sandbox.slack.page.blocks.text import Json
from sandbox.slack.page.context import Context

DRAWN = {
    "section": layout.section,
    "header": layout.header,
    "context": layout.context,
    "actions": layout.actions,
    "context_actions": layout.actions,
    "image": layout.image,
    "file": layout.file,
    "markdown": layout.markdown,
    "input": layout.field,
    "rich_text": rich.rich_text,
    "table": table.table,
    "task_card": tasks.task_card,
    "plan": tasks.plan,
    "alert": tasks.alert,
    "card": cards.card,
    "carousel": cards.carousel,
}


def blocks(items: Sequence[Json], ctx: Context) -> Renderable:
    """HTML of a list of blocks."""
    return fragment[
        (
            div(class_=["block", f"is-{item.get('type')}"], data_block_id=item.get("block_id", ""))[block(item, ctx)]
            for item in items
        )
    ]


def block(item: Json, ctx: Context) -> Node:
    """HTML of one block."""
    kind = str(item.get("type"))
    if kind == "divider":
        return hr(".b-divider")
    if kind == "container":
        return cards.container(item, ctx, blocks)
    draw = DRAWN.get(kind)
    return draw(item, replace(ctx, block=str(item.get("block_id", "")))) if draw else layout.unknown(kind)
