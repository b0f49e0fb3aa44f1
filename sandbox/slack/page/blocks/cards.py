"""Boxes around other content: card, carousel and container.

Promises: a container folds when it says so. Leaves out: what stands inside a container, drawn by the caller.
"""

from collections.abc import Callable

from htpy import Node, details, div, span, strong, summary

from sandbox.slack.page.blocks import elements, layout, rich
from sandbox.slack.page.blocks.text import Json, text
from sandbox.slack.page.context import Context


def card(block: Json, ctx: Context) -> Node:
    """A box with a picture, title, subtitle, body and buttons, each optional."""
    hero, icon, acts = block.get("hero_image"), block.get("icon"), block.get("actions") or []
    return div(".b-card")[
        div(".hero")[elements.image(hero)] if hero else None,
        div(".top")[
            elements.image(icon) if icon else None,
            div[strong[text(block.get("title"), ctx)], div(".subtitle")[text(block.get("subtitle"), ctx)]],
        ],
        div(".body")[text(block["body"], ctx)] if block.get("body") else None,
        div(".b-actions")[(layout.element(each, ctx) for each in acts)] if acts else None,
    ]


def carousel(block: Json, ctx: Context) -> Node:
    """Cards side by side."""
    return div(".b-carousel", tabindex="0")[
        (
            div(data_block_id=each.get("block_id") or block.get("block_id"))[card(each, ctx)]
            for each in block.get("elements", [])
        )
    ]


def container(block: Json, ctx: Context, inside: Callable[[list[Json], Context], Node]) -> Node:
    """A titled group of blocks."""
    top = [
        elements.image(block["icon"]) if block.get("icon") else None,
        span(".titles")[
            rich.rich_text(block["rich_text_title"], ctx)
            if block.get("rich_text_title")
            else strong[text(block.get("title"), ctx)],
            span(".subtitle")[text(block.get("subtitle"), ctx)] if block.get("subtitle") else None,
        ],
    ]
    ruled = "ruled" if block.get("has_header_divider") else None
    look = ["b-container", str(block.get("width", "standard")), ruled]
    content = div(".inside")[inside(block.get("child_blocks", []), ctx)]
    if block.get("is_collapsible"):
        return details(class_=look, open=not block.get("default_collapsed"))[summary[top], content]
    return div(class_=look)[div(".top")[top], content]
