"""Block Kit: what Slack takes passes, what it refuses is refused with a pointer to the place."""

from typing import Any

import pytest

from sandbox.slack.blocks import block_problems, too_long, view_problems


def plain(text: str = "x") -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str = "x") -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


def button(text: str = "x", **more: Any) -> dict[str, Any]:
    return {"type": "button", "text": plain(text), "action_id": "a", **more}


def section(text: str = "x", **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": mrkdwn(text), **more}


def actions(*elements: Any) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def option(text: str = "x", value: str = "v") -> dict[str, Any]:
    return {"text": plain(text), "value": value}


def select(*options: Any, **more: Any) -> dict[str, Any]:
    return {"type": "static_select", "action_id": "s", "options": list(options), **more}


def entry(element: Any = None, **more: Any) -> dict[str, Any]:
    element = element or {"type": "plain_text_input", "action_id": "t"}
    return {"type": "input", "label": plain(), "element": element, **more}


def table(*rows: Any) -> dict[str, Any]:
    return {"type": "table", "rows": list(rows)}


CELL = {"type": "raw_text", "text": "1"}
CONFIRM = {"title": plain(), "text": mrkdwn(), "confirm": plain(), "deny": plain()}
CARD = {"type": "card", "title": mrkdwn(), "body": mrkdwn(), "actions": [button()]}
TASK = {"type": "task_card", "task_id": "1", "title": "Read", "status": "complete"}
FEEDBACK = {
    "type": "feedback_buttons",
    "action_id": "fb",
    "positive_button": {"text": plain(), "value": "+"},
    "negative_button": {"text": plain(), "value": "-"},
}

TAKEN = {
    "section": [section(accessory=button(confirm=CONFIRM))],
    "fields": [{"type": "section", "fields": [mrkdwn(), plain()]}],
    "header": [{"type": "header", "text": plain("x" * 150)}],
    "context": [{"type": "context", "elements": [mrkdwn(), {"type": "image", "image_url": "u", "alt_text": "a"}]}],
    "actions": [actions(button(), select(option(), initial_option=option()))],
    "overflow": [actions({"type": "overflow", "action_id": "o", "options": [option()]})],
    "checkboxes": [actions({"type": "checkboxes", "action_id": "c", "options": [{"text": mrkdwn(), "value": "1"}]})],
    "markdown": [{"type": "markdown", "text": "**x**"}],
    "table": [table([CELL, CELL], [CELL, {"type": "rich_text", "elements": []}])],
    "container": [{"type": "container", "title": plain(), "child_blocks": [section()], "is_collapsible": True}],
    "feedback": [{"type": "context_actions", "elements": [FEEDBACK]}],
    "card": [CARD],
    "carousel": [{"type": "carousel", "elements": [CARD]}],
    "plan": [{"type": "plan", "title": "Plan", "tasks": [TASK]}],
    "input": [entry(), entry({"type": "datepicker", "action_id": "d", "initial_date": "2025-11-30"})],
    "fifty": [{"type": "divider"}] * 50,
    "same action_id in two blocks": [actions(button()), actions(button())],
}
REFUSED = {
    "no list": ("x", "/blocks"),
    "no type": ([{}], "/blocks/0"),
    "unknown type": ([{"type": "marquee"}], "/blocks/0"),
    "51 blocks": ([{"type": "divider"}] * 51, "/blocks"),
    "empty section": ([{"type": "section"}], "/blocks/0"),
    "section text a string": ([{"type": "section", "text": "x"}], "/blocks/0/text"),
    "section text empty": ([section("")], "/blocks/0/text/text"),
    "section text 3001": ([{"type": "divider"}, section("x" * 3001)], "/blocks/1"),
    "11 fields": ([{"type": "section", "fields": [mrkdwn()] * 11}], "/blocks/0"),
    "field 2001": ([{"type": "section", "fields": [mrkdwn("x" * 2001)]}], "/blocks/0/fields/0/text"),
    "header 151": ([{"type": "header", "text": plain("x" * 151)}], "/blocks/0"),
    "header mrkdwn": ([{"type": "header", "text": mrkdwn()}], "/blocks/0/text/type"),
    "11 context elements": ([{"type": "context", "elements": [mrkdwn()] * 11}], "/blocks/0"),
    "no actions": ([actions()], "/blocks/0/elements"),
    "26 actions": ([actions(*(button(action_id=str(n)) for n in range(26)))], "/blocks/0"),
    "button text 76": ([actions(button("x" * 76))], "/blocks/0/elements/0"),
    "button text mrkdwn": ([actions({**button(), "text": mrkdwn()})], "/blocks/0/elements/0/text/type"),
    "button without text": ([actions({"type": "button", "action_id": "a"})], "/blocks/0"),
    "button value 2001": ([actions(button(value="x" * 2001))], "/blocks/0/elements/0"),
    "button url 3001": ([actions(button(url="x" * 3001))], "/blocks/0/elements/0"),
    "button style": ([actions(button(style="green"))], "/blocks/0/elements/0"),
    "action_id 256": ([actions(button(action_id="x" * 256))], "/blocks/0/elements/0"),
    "block_id 256": ([{"type": "divider", "block_id": "x" * 256}], "/blocks/0"),
    "same block_id": ([{"type": "divider", "block_id": "b"}] * 2, "/blocks/1/block_id"),
    "same action_id": ([actions(button(), button())], "/blocks/0/elements"),
    "confirm title 101": ([section(accessory=button(confirm=CONFIRM | {"title": plain("x" * 101)}))], "/confirm"),
    "confirm button 31": ([section(accessory=button(confirm=CONFIRM | {"deny": plain("x" * 31)}))], "/confirm"),
    "option text 76": ([actions(select(option("x" * 76)))], "/blocks/0/elements/0/options/0/text/text"),
    "option value 151": ([actions(select(option("x", "v" * 151)))], "/blocks/0/elements/0/options/0/value"),
    "101 options": ([actions(select(*[option()] * 101))], "/blocks/0/elements/0"),
    "initial option of none": ([actions(select(option(), initial_option=option(value="w")))], "/blocks/0/elements/0"),
    "6 overflow options": (
        [actions({"type": "overflow", "action_id": "o", "options": [option()] * 6})],
        "/blocks/0/elements/0",
    ),
    "input without label": ([{k: v for k, v in entry().items() if k != "label"}], "/blocks/0"),
    "input of a button": ([entry(button())], "/blocks/0/element/type"),
    "markdown 12001": ([{"type": "markdown", "text": "x" * 12_001}], "/blocks/0"),
    "markdown 12001 in two": ([{"type": "markdown", "text": "x" * 6_001}] * 2, "/blocks"),
    "two tables": ([table([CELL]), table([CELL])], "/blocks"),
    "101 rows": ([table(*[[CELL]] * 101)], "/blocks/0/rows"),
    "21 cells": ([table([CELL] * 21)], "/blocks/0/rows/0"),
    "cell a string": ([table(["1"])], "/blocks/0/rows/0/0"),
    "long text in a container": (
        [{"type": "container", "title": plain(), "child_blocks": [section("x" * 3001)]}],
        "/blocks/0/child_blocks/0",
    ),
    "11 in a container": ([{"type": "container", "title": plain(), "child_blocks": [section()] * 11}], "/blocks/0"),
    "11 cards": ([{"type": "carousel", "elements": [CARD] * 11}], "/blocks/0"),
    "card body 201": ([CARD | {"body": mrkdwn("x" * 201)}], "/blocks/0"),
    "task status": ([TASK | {"status": "done"}], "/blocks/0"),
    "alert in a message": ([{"type": "alert", "text": mrkdwn()}], "/blocks/0"),
}


@pytest.mark.parametrize("blocks", TAKEN.values(), ids=TAKEN)
def test_taken(blocks: Any) -> None:
    assert block_problems(blocks) == []


@pytest.mark.parametrize(("blocks", "pointer"), REFUSED.values(), ids=REFUSED)
def test_refused(blocks: Any, pointer: str) -> None:
    problems = block_problems(blocks)
    assert problems, "Slack refuses this"
    assert any(f"{pointer}]" in problem and "[json-pointer:/" in problem for problem in problems), problems


def modal(**more: Any) -> dict[str, Any]:
    return {"type": "modal", "title": plain(), "blocks": [section()], **more}


VIEWS_TAKEN = {
    "modal": modal(),
    "form": modal(submit=plain(), blocks=[entry()], private_metadata="x" * 3000),
    "home": {"type": "home", "blocks": [section()] * 100},
    "alert": modal(blocks=[{"type": "alert", "text": mrkdwn()}]),
}
VIEWS_REFUSED = {
    "no view": (None, "modal, home"),
    "other type": ({"type": "workflow_step", "blocks": []}, "modal, home"),
    "no title": ({"type": "modal", "blocks": [section()]}, "title"),
    "title 25": (modal(title=plain("x" * 25)), "title"),
    "title mrkdwn": (modal(title=mrkdwn()), "plain_text"),
    "submit 25": (modal(submit=plain("x" * 25)), "submit"),
    "input without submit": (modal(blocks=[entry()]), "submit"),
    "metadata 3001": (modal(private_metadata="x" * 3001), "private_metadata"),
    "callback_id 256": (modal(callback_id="x" * 256), "callback_id"),
    "external_id 256": (modal(external_id="x" * 256), "external_id"),
    "101 blocks": (modal(blocks=[section()] * 101), "100"),
    "home with submit": ({"type": "home", "blocks": [section()], "submit": plain()}, "home"),
    "table in a modal": (modal(blocks=[table([CELL])]), "table"),
    "bad block": (modal(blocks=[section("")]), "/blocks/0/text/text"),
}


@pytest.mark.parametrize("view", VIEWS_TAKEN.values(), ids=VIEWS_TAKEN)
def test_views_taken(view: Any) -> None:
    assert view_problems(view) == []


@pytest.mark.parametrize(("view", "naming"), VIEWS_REFUSED.values(), ids=VIEWS_REFUSED)
def test_views_refused(view: Any, naming: str) -> None:
    assert any(naming in problem for problem in view_problems(view)), view_problems(view)


def test_many_short_blocks_can_be_too_long_together() -> None:
    assert not too_long([section("x" * 2600)] * 5)
    assert too_long([section("x" * 2700)] * 5)
