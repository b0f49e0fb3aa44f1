"""What Slack refuses, checked without Slack: its own models' validators, the limits they leave out, and our rule that
text from outside stays text. Every check gives sentences; none means that Slack would take it.
"""

import json
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from slack_sdk.models.blocks import Block as Model

Json = dict[str, Any]
MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100
MESSAGE_TEXT = 12_000
LIMITS = {"header": 150, "section": 3000, "context": 3000, "field": 2000, "button": 75, "label": 2000, "option": 75}
MENTION = re.compile(r"<@[UW][A-Z0-9]+>")
ENTITY = re.compile(r"&(amp|lt|gt);")


def message_problems(text: str, blocks: list[Json]) -> list[str]:
    """Of one message as it is posted: fallback text and blocks."""
    found = list(_common(blocks, MESSAGE_BLOCKS))
    if sum(block["type"] == "table" for block in blocks) > 1:
        found.append("more than one table")
    if sum(map(len, texts(blocks))) >= MESSAGE_TEXT:
        found.append("more text than a message takes")
    if not text.strip() or len(text) > 3000:
        found.append("the fallback text is empty or too long")
    return [*found, *_markup(text)]


def view_problems(view: Json) -> list[str]:
    """Of a modal or a Home tab."""
    found = list(_common(view["blocks"], VIEW_BLOCKS))
    found += ["a table outside a message" for block in view["blocks"] if block["type"] == "table"]
    for part in ("title", "submit", "close"):
        if view["type"] == "modal" and not 0 < len(view[part]["text"]) <= 24:
            found.append(f"{part} is empty or longer than 24")
    if len(view.get("private_metadata", "")) > 3000 or len(view.get("callback_id", "")) > 255:
        found.append("metadata or callback id too long")
    return found


def texts(thing: Any) -> Iterator[str]:
    """Every text that people see somewhere in `thing`."""
    if isinstance(thing, dict):
        yield from (thing["text"],) if isinstance(thing.get("text"), str) else ()
        thing = list(thing.values())
    for inner in thing if isinstance(thing, list) else ():
        yield from texts(inner)


def _common(blocks: list[Json], most: int) -> Iterator[str]:
    json.dumps(blocks, ensure_ascii=False).encode()
    if not 0 < len(blocks) <= most:
        yield f"{len(blocks)} blocks"
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    if len(ids) != len(set(ids)):
        yield "a block_id twice"
    for place, block in enumerate(blocks):
        yield from (f"{place} {block['type']}: {problem}" for problem in _block(block))


def _block(block: Json) -> Iterator[str]:
    try:
        model = Model.parse(json.loads(json.dumps(block)))
        assert model is not None, "unknown to slack_sdk"
        for one in (model, *(getattr(model, "elements", None) or [])):
            if hasattr(one, "validate_json"):
                one.validate_json()
    except Exception as refused:
        yield str(refused)
    for text in texts(block):
        if not text.strip():
            yield "an empty text"
        if any(unicodedata.category(char) in ("Cf", "Cs") for char in text):
            yield "characters that nobody sees"
    yield from {"section": _section, "header": _header, "context": _context, "actions": _actions, "table": _table,
                "input": _input, "divider": lambda _: iter(())}[block["type"]](block)  # fmt: skip


def _header(block: Json) -> Iterator[str]:
    yield from _text(block["text"], "header", "plain_text")


def _section(block: Json) -> Iterator[str]:
    if "text" in block:
        yield from _text(block["text"], "section", "mrkdwn")
    if len(block.get("fields", ())) > 10 or not ("text" in block or block.get("fields")):
        yield "neither text nor one to ten fields"
    for one in block.get("fields", ()):
        yield from _text(one, "field", "mrkdwn")


def _context(block: Json) -> Iterator[str]:
    if not 0 < len(block["elements"]) <= 10:
        yield "no elements, or more than ten"
    for one in block["elements"]:
        yield from _text(one, "context", "mrkdwn")


def _actions(block: Json) -> Iterator[str]:
    if not 0 < len(block["elements"]) <= 25:
        yield "no elements, or more than 25"
    for one in block["elements"]:
        yield from _text(one["text"], "button", "plain_text")
        if len(one.get("value", "")) > 2000 or len(one.get("url", "")) > 3000 or len(one["action_id"]) > 255:
            yield "value, url or action_id too long"
        limits = {"title": 100, "text": 300, "confirm": 30, "deny": 30}
        for part, limit in limits.items() if "confirm" in one else ():
            if not 0 < len(one["confirm"][part]["text"]) <= limit:
                yield f"the confirmation's {part} is empty or too long"


def _table(block: Json) -> Iterator[str]:
    rows = block["rows"]
    if len(rows) > 100 or {len(row) for row in rows} != {len(block["column_settings"])} or len(rows[0]) > 20:
        yield "rows of different lengths, or too many rows or cells"
    if any(cell["type"] != "raw_text" for row in rows for cell in row):
        yield "a cell that is not plain text"


def _input(block: Json) -> Iterator[str]:
    yield from _text(block["label"], "label", "plain_text")
    element, options = block["element"], block["element"].get("options", [])
    most = {"radio_buttons": 10, "static_select": 100}.get(element["type"], 0)
    if len(options) > most or (most and not options):
        yield "no options, or too many"
    for one in options:
        yield from _text(one["text"], "option", "plain_text")
        if len(one["value"]) > 150:
            yield "an option's value is too long"


def _text(one: Json, kind: str, form: str) -> Iterator[str]:
    if one["type"] != form:
        yield f"{one['type']} where {form} is due"
    if len(one["text"]) > LIMITS[kind]:
        yield f"{kind} text of {len(one['text'])}"
    if form == "mrkdwn":
        yield from _markup(one["text"])
        if one.get("verbatim") is not True:
            yield "addresses in data become links"


def _markup(text: str) -> Iterator[str]:
    """Mentions of people and the quote sign at the start of a line are ours; all else that Slack parses is escaped."""
    rest = re.sub(r"(?m)^>", "", MENTION.sub("", ENTITY.sub("", text)))
    if set(rest) & set("<>&"):
        yield f"markup that is not ours: {rest[:80]!r}"
