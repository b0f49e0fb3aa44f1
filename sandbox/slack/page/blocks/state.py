"""From what the browser sends back to what Slack would send: the values of elements in Slack's shape.

Promises: pure functions; an option comes back as the app wrote it. Leaves out: reading the page's inputs, which
is `assets/page.js`, and walking through blocks, which is `sandbox/slack/elements.py`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sandbox.slack.elements import STATEFUL, elements
from sandbox.slack.page.context import Context
from sandbox.slack.records import Json

Picked = Sequence[Mapping[str, str]]
"""What the browser sends for one element: [{"value": …, "text": …}]; empty for nothing."""


def value(item: Json, picked: Picked, ctx: Context) -> Json:
    """The value of one element: {"type", its key: its value}; a plain button has no value of its own."""
    kind, first = str(item["type"]), picked[0]["value"] if picked else None
    key = "selected_option" if kind == "overflow" else STATEFUL.get(kind, ("value",))[0]
    if kind in ("button", "icon_button"):
        return {"type": kind}
    if key == "selected_option":
        return {"type": kind, key: option(item, picked[0]) if picked else None}
    if key == "selected_options":
        return {"type": kind, key: [option(item, each) for each in picked]}
    if kind.startswith("multi_"):
        return {"type": kind, key: [each["value"] for each in picked]}
    if kind == "datetimepicker":
        return {"type": kind, key: seconds(first, ctx) if first else None}
    return {"type": kind, key: first}


def option(item: Json, picked: Mapping[str, str]) -> Json:
    """The option the app wrote, or for options it served on demand one with the same text and value."""
    offered: list[Json] = [*(item.get("options") or []), *(item.get("initial_options") or [])]
    offered += [each for group in item.get("option_groups") or [] for each in group.get("options", [])]
    offered += [item["initial_option"]] if item.get("initial_option") else []
    made = {"text": {"type": "plain_text", "text": picked.get("text", ""), "emoji": True}, "value": picked["value"]}
    return next((each for each in offered if each.get("value") == picked["value"]), made)


def seconds(local: str, ctx: Context) -> int:
    """Seconds since 1970 of a date and time written in the reader's zone."""
    return int(datetime.fromisoformat(local).replace(tzinfo=ctx.zone).timestamp())


def values(blocks: list[Json], raw: Mapping[str, Mapping[str, Picked]], ctx: Context) -> dict[str, Any]:
    """`state.values` of the blocks: {block_id: {action_id: state}}, of the elements that hold a value."""
    result: dict[str, Any] = {}
    for block, item in elements(blocks):
        picked = raw.get(block["block_id"], {}).get(item["action_id"])
        if picked is not None and item["type"] in STATEFUL:
            result.setdefault(block["block_id"], {})[item["action_id"]] = value(item, picked, ctx)
    return result
