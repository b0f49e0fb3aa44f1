"""Block Kit as strictly as Slack takes it: the limits of single parts through slack_sdk's models and `block_rules`,
the rules that span several blocks here. Every complaint ends in a JSON pointer to the part it is about.

Left out: block types that slack_sdk has no model for (data_table, data_visualization) are hardly checked.
"""

import copy
import json
from collections.abc import Iterator
from typing import Any, Literal

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.basic_objects import JsonObject
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from sandbox.slack.block_rules import at, own_rules, text_object
from sandbox.slack.elements import all_blocks, elements
from sandbox.slack.records import Json

Surface = Literal["message", "modal", "home"]

UNMODELLED = frozenset({"data_table", "data_visualization"})
MESSAGES_ONLY = frozenset({"table", "context_actions", "task_card", "plan"})
MODALS_ONLY = frozenset({"alert"})
MARKDOWN_TOTAL = 12_000
TEXT_TOTAL = 13_200
VIEW_BYTES = 250_000
_MOST = {"message": 50, "modal": 100, "home": 100}
# What the models raise, besides their own error, when a part has the wrong JSON type or lacks a field.
_MALFORMED = (SlackObjectFormationError, TypeError, ValueError, AttributeError, KeyError)


def block_problems(blocks: Any, surface: Surface = "message") -> list[str]:
    """Complaints about a list of blocks; empty when Slack would take it."""
    if not isinstance(blocks, list):
        return [at("must be an array", "/blocks")]
    found = [at(f"no more than {_MOST[surface]} items allowed", "/blocks")] * (len(blocks) > _MOST[surface])
    for index, block in enumerate(blocks):
        found += _one_block(block, surface, f"/blocks/{index}")
    return found or [*_duplicate_blocks(blocks), *_duplicate_actions(blocks), *_totals(blocks)]


def view_problems(view: Any) -> list[str]:
    """Complaints about a modal or home view; empty when Slack would take it."""
    if not isinstance(view, dict) or view.get("type") not in ("modal", "home"):
        return [at("must be one of: modal, home", "/view/type")]
    found = list(_view_rules(view))
    try:
        View(**{**copy.deepcopy(view), "blocks": [{"type": "divider"}]}).validate_json()
    except _MALFORMED as error:
        found.append(at(str(error), "/view"))
    return found + block_problems(view.get("blocks"), view["type"])


def too_long(blocks: list[Json]) -> bool:
    """Slack refuses messages whose blocks hold more text than this, though each of them is short enough."""
    return sum(len(text) for text in _texts(blocks)) > TEXT_TOTAL


def view_too_large(view: Json) -> bool:
    return len(json.dumps(view).encode()) > VIEW_BYTES


def _one_block(block: Any, surface: Surface, path: str) -> list[str]:
    if not isinstance(block, dict) or not isinstance(block.get("type"), str):
        return [at("missing required field: type", path)]
    kind = block["type"]
    if (kind in MODALS_ONLY and surface != "modal") or (kind in MESSAGES_ONLY and surface != "message"):
        return [at(f"unsupported block on this surface: {kind}", path)]
    found = _modelled(block, path) + list(own_rules(block, path))
    for index, child in enumerate(block.get("child_blocks") or []):
        found += own_rules(child, f"{path}/child_blocks/{index}") if isinstance(child, dict) else []
    return found


def _modelled(block: Json, path: str) -> list[str]:
    """What slack_sdk's models say of a block. They parse deeply but validate one level, so every part is asked."""
    if block["type"] in UNMODELLED:
        return []
    try:
        model = Block.parse(copy.deepcopy(block))
    except _MALFORMED as error:
        return [at(f"invalid block: {error}", path)]
    if model is None:
        return [at(f"unsupported type: {block['type']}", path)]
    found = []
    for part, where in _parts(model, path):
        try:
            part.validate_json()
        except _MALFORMED as error:
            found.append(at(str(error), where))
    return found


def _parts(model: JsonObject, path: str) -> Iterator[tuple[JsonObject, str]]:
    yield model, path
    for name, value in vars(model).items():
        for index, part in enumerate(value) if isinstance(value, list | tuple) else [(None, value)]:
            if isinstance(part, JsonObject):
                where = f"{path}/{name.lstrip('_')}" + ("" if index is None else f"/{index}")
                yield from _parts(part, where)


def _duplicate_blocks(blocks: list[Json]) -> Iterator[str]:
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        for part in all_blocks([block]):
            block_id = part.get("block_id")
            if block_id and block_id in seen:
                yield at(f"block_id already exists: {block_id}", f"/blocks/{index}/block_id")
            seen.add(block_id or "")


def _duplicate_actions(blocks: list[Json]) -> Iterator[str]:
    for index, block in enumerate(blocks):
        seen: set[tuple[int, str]] = set()
        for part, element in elements([block]):
            action = id(part), element.get("action_id") or ""
            if action[1] and action in seen:
                yield at(f"action_id already exists: {action[1]}", f"/blocks/{index}/elements")
            seen.add(action)


def _totals(blocks: list[Json]) -> Iterator[str]:
    markdown = sum(len(block["text"]) for block in all_blocks(blocks) if block["type"] == "markdown")
    if markdown > MARKDOWN_TOTAL:
        yield at(f"markdown blocks hold {markdown} characters, {MARKDOWN_TOTAL} are allowed", "/blocks")
    if sum(block["type"] == "table" for block in all_blocks(blocks)) > 1:
        yield at("only_one_table_allowed", "/blocks")


def _view_rules(view: Json) -> Iterator[str]:
    blocks = view["blocks"] if isinstance(view.get("blocks"), list) else []
    if view["type"] == "modal":
        if not view.get("title"):
            yield at("missing required field: title", "/view")
        has_input = any(isinstance(block, dict) and block.get("type") == "input" for block in blocks)
        if has_input and not view.get("submit"):
            yield at("missing required field: submit (the view has an input)", "/view")
    for key in ("title", "submit", "close"):
        if view.get(key):
            yield from text_object(view[key], f"/view/{key}", plain=True)
    if len(view.get("external_id") or "") > 255:
        yield at("must be less than 256 characters", "/view/external_id")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "text" and isinstance(inner, str):
                yield inner
            else:
                yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
