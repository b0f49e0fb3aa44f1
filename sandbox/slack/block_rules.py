"""Block Kit rules for one block that slack_sdk's models do not have: text objects, options, inputs, tables.

Each function yields complaints that end in a JSON pointer.
"""

from collections.abc import Iterator
from typing import Any

from sandbox.slack.elements import STATEFUL
from sandbox.slack.records import Json

FIELD_TEXT = 2000
OPTION_TEXT = 75
OPTION_VALUE = 150
TABLE_ROWS = 100
TABLE_COLUMNS = 20


def at(complaint: str, path: str) -> str:
    return f"{complaint} [json-pointer:{path}]"


def own_rules(block: Json, path: str) -> Iterator[str]:
    """Complaints about one block, except for blocks nested in it."""
    if "text" in block and block["type"] != "markdown":
        yield from text_object(block["text"], f"{path}/text", plain=block["type"] == "header")
    for index, part in enumerate(block.get("fields") or []):
        yield from text_object(part, f"{path}/fields/{index}")
        if isinstance(part, dict) and len(part.get("text") or "") > FIELD_TEXT:
            yield at(f"must be less than {FIELD_TEXT + 1} characters", f"{path}/fields/{index}/text")
    if block["type"] == "input":
        yield from _input(block, path)
    if block["type"] == "table":
        yield from _table(block, path)
    if block["type"] in ("actions", "context", "context_actions") and not block.get("elements"):
        yield at("no fewer than 1 items allowed", f"{path}/elements")
    for index, element in enumerate(block.get("elements") or []):
        yield from _element(element, f"{path}/elements/{index}")
    for key in ("accessory", "element"):
        if block.get(key):
            yield from _element(block[key], f"{path}/{key}")


def text_object(text: Any, path: str, plain: bool = False) -> Iterator[str]:
    if not isinstance(text, dict) or text.get("type") not in ("plain_text", "mrkdwn"):
        yield at("must be a text object", path)
    elif plain and text["type"] != "plain_text":
        yield at("must be plain_text", f"{path}/type")
    elif not text.get("text"):
        yield at("must be more than 0 characters", f"{path}/text")


def _input(block: Json, path: str) -> Iterator[str]:
    for key in ("label", "element"):
        if not isinstance(block.get(key), dict):
            yield at(f"missing required field: {key}", path)
    if isinstance(block.get("label"), dict):
        yield from text_object(block["label"], f"{path}/label", plain=True)
    element = block.get("element")
    if isinstance(element, dict) and element.get("type") not in STATEFUL:
        yield at(f"unsupported type for an input: {element.get('type')}", f"{path}/element/type")


def _element(element: Any, path: str) -> Iterator[str]:
    if not isinstance(element, dict) or not element.get("type"):
        yield at("missing required field: type", path)
        return
    if element["type"] == "button":
        yield from text_object(element.get("text"), f"{path}/text", plain=True)
    if isinstance(element.get("placeholder"), dict):
        yield from text_object(element["placeholder"], f"{path}/placeholder", plain=True)
    yield from _options(element, path)


def _options(element: Json, path: str) -> Iterator[str]:
    plain = element["type"] not in ("checkboxes", "radio_buttons")
    offered = []
    for where, option in _offered(element):
        offered.append(option.get("value") if isinstance(option, dict) else None)
        yield from _option(option, f"{path}/{where}", plain)
    chosen = element.get("initial_options") or [element[key] for key in ("initial_option",) if element.get(key)]
    for option in chosen if offered else []:
        if not isinstance(option, dict) or option.get("value") not in offered:
            yield at("the initial option must be one of the options", path)


def _offered(element: Json) -> Iterator[tuple[str, Any]]:
    for index, option in enumerate(element.get("options") or []):
        yield f"options/{index}", option
    for group_index, group in enumerate(element.get("option_groups") or []):
        for index, option in enumerate(group.get("options") or [] if isinstance(group, dict) else []):
            yield f"option_groups/{group_index}/options/{index}", option


def _option(option: Any, path: str, plain: bool) -> Iterator[str]:
    if not isinstance(option, dict) or not isinstance(option.get("value"), str):
        yield at("must be an option with text and a string value", path)
        return
    yield from text_object(option.get("text"), f"{path}/text", plain)
    text = option.get("text")
    if isinstance(text, dict) and len(text.get("text") or "") > OPTION_TEXT:
        yield at(f"must be less than {OPTION_TEXT + 1} characters", f"{path}/text/text")
    if len(option["value"]) > OPTION_VALUE:
        yield at(f"must be less than {OPTION_VALUE + 1} characters", f"{path}/value")


def _table(block: Json, path: str) -> Iterator[str]:
    rows = block.get("rows")
    if not isinstance(rows, list) or len(rows) > TABLE_ROWS:
        yield at(f"must be an array of no more than {TABLE_ROWS} rows", f"{path}/rows")
        return
    for index, row in enumerate(rows):
        if not isinstance(row, list) or len(row) > TABLE_COLUMNS:
            yield at(f"must be an array of no more than {TABLE_COLUMNS} cells", f"{path}/rows/{index}")
            continue
        for column, cell in enumerate(row):
            if not isinstance(cell, dict) or cell.get("type") not in ("raw_text", "raw_number", "rich_text"):
                yield at("must be a raw_text, raw_number or rich_text cell", f"{path}/rows/{index}/{column}")
