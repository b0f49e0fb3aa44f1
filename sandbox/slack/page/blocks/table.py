"""Tables of raw_text, raw_number and rich_text cells.

Promises: the first row is the head; alignment and wrapping follow `column_settings`, a column of numbers is
right-aligned when nothing is set. Leaves out: sorting and filtering.
"""

from htpy import Node, div, tbody, td, th, thead, tr
from htpy import table as table_tag

from sandbox.slack.page.blocks import rich
from sandbox.slack.page.blocks.text import Json
from sandbox.slack.page.context import Context


def table(block: Json, ctx: Context) -> Node:
    """A table block, scrolling sideways by itself when it is wider than the pane."""
    rows: list[list[Json]] = block.get("rows", [])
    settings: list[Json | None] = block.get("column_settings") or []
    if not rows:
        return div(".unknown")["An empty table"]
    head = tr[(th(class_=classes(settings, at))[cell(each, ctx)] for at, each in enumerate(rows[0]))]
    body = (
        tr[(td(class_=classes(settings, at, each))[cell(each, ctx)] for at, each in enumerate(row))] for row in rows[1:]
    )
    return div(".b-table")[table_tag[thead[head], tbody[body]]]


def classes(settings: list[Json | None], at: int, item: Json | None = None) -> list[str]:
    """The classes of a cell in column `at`."""
    chosen = (settings[at] if at < len(settings) else None) or {}
    usual = "right" if item and item.get("type") == "raw_number" else "left"
    return [f"align-{chosen.get('align') or usual}", "wrap" if chosen.get("is_wrapped") else "nowrap"]


def cell(item: Json, ctx: Context) -> Node:
    """What stands in one cell."""
    if item.get("type") == "rich_text":
        return rich.rich_text(item, ctx)
    if item.get("type") == "raw_number":
        return str(item.get("text", item.get("value", "")))
    return rich.lines(str(item.get("text", "")))
