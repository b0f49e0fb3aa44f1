"""Elements that hold a choice or a text: selects, dates, radio buttons, checkboxes and text inputs.

Promises: each carries `data-action-id`, `data-kind` and its current value; menus carry their options as
`data-options`, which `assets/picker.js` opens. Leaves out: sending the value, which is `assets/page.js`.
"""

import json
from collections.abc import Iterable
from typing import Any

from htpy import Node, button, div, fragment, input, label, small, span, textarea

from sandbox.slack.page.blocks.elements import confirm
from sandbox.slack.page.blocks.text import Json, text, words
from sandbox.slack.page.context import Context
from sandbox.slack.page.times import moment

Choice = dict[str, str]
TEXTS = {"plain_text_input": "text", "email_text_input": "email", "url_text_input": "url", "number_input": "text"}
DATES = {"datepicker": "date", "timepicker": "time", "datetimepicker": "datetime-local"}


def choice(option: Json, group: str = "") -> Choice:
    """An option as the menu needs it."""
    found = {
        "text": words(option.get("text")),
        "value": str(option.get("value", "")),
        "group": group,
        "note": words(option.get("description")),
    }
    return {key: value for key, value in found.items() if value}


def choices(item: Json, ctx: Context) -> list[Choice]:
    """The options of a menu, groups flattened, people and channels by name."""
    kind = str(item.get("type"))
    if "users" in kind:
        return people(ctx.users.items())
    if "channels" in kind or "conversations" in kind:
        return people((key, f"#{name}") for key, name in ctx.channels.items())
    grouped = [
        choice(option, words(group.get("label")))
        for group in item.get("option_groups") or []
        for option in group.get("options", [])
    ]
    return grouped + [choice(option) for option in item.get("options") or []]


def people(pairs: Iterable[tuple[str, str]]) -> list[Choice]:
    """Names by id as options."""
    return [{"text": name, "value": key} for key, name in pairs]


def initial(item: Json) -> list[str]:
    """The values chosen before anybody touched the element."""
    single: Any = (
        item.get("initial_option")
        or item.get("initial_user")
        or item.get("initial_channel")
        or item.get("initial_conversation")
    )
    many: list[Any] = (
        item.get("initial_options")
        or item.get("initial_users")
        or item.get("initial_channels")
        or item.get("initial_conversations")
        or []
    )
    return [str(each["value"]) if isinstance(each, dict) else str(each) for each in ([single] if single else many)]


def select(item: Json, ctx: Context) -> Node:
    """Every kind of menu: single, multiple, of people, of channels, with options from the app, overflow."""
    kind, offered, chosen = str(item["type"]), choices(item, ctx), initial(item)
    known = offered + [choice(each) for each in item.get("initial_options") or [item.get("initial_option") or {}]]
    picked = [
        next((each for each in known if each.get("value") == value), {"text": value, "value": value})
        for value in chosen
    ]
    hint = "⋯" if kind == "overflow" else words(item.get("placeholder")) or "Select an option"
    return fragment[
        button(
            class_=["select", {"overflow": kind == "overflow"}],
            type="button",
            aria_haspopup="listbox",
            aria_label="More actions" if kind == "overflow" else hint,
            data_kind=kind,
            data_action_id=item.get("action_id"),
            data_hint=hint,
            data_options=json.dumps(offered),
            data_chosen=json.dumps(picked),
            data_remote="external" in kind,
            data_many=kind.startswith("multi"),
            data_min=item.get("min_query_length", 0),
            data_most=item.get("max_selected_items"),
        )[span(class_=["chosen", {"empty": not picked}])[", ".join(each["text"] for each in picked) or hint]],
        confirm(item, ctx),
    ]


def date(item: Json, ctx: Context) -> Node:
    """A date, a time, or both (in the reader's zone)."""
    kind = str(item["type"])
    start = item.get("initial_date") or item.get("initial_time")
    if item.get("initial_date_time"):
        start = f"{moment(item['initial_date_time'], ctx.zone):%Y-%m-%dT%H:%M}"
    return fragment[
        input(
            ".field.date",
            type=DATES[kind],
            value=start,
            data_kind=kind,
            data_action_id=item.get("action_id"),
            aria_label=words(item.get("placeholder")) or "Date",
        ),
        confirm(item, ctx),
    ]


def ticks(item: Json, ctx: Context) -> Node:
    """Radio buttons or checkboxes. Those of one name exclude each other, and an action id is unique in its block only."""
    kind, chosen = str(item["type"]), initial(item)
    shape = "radio" if kind == "radio_buttons" else "checkbox"
    return fragment[
        div(".ticks", data_kind=kind, data_action_id=item.get("action_id"))[
            (
                label[
                    input(
                        type=shape,
                        value=option.get("value"),
                        name=f"{ctx.block}/{item.get('action_id')}",
                        checked=str(option.get("value")) in chosen,
                    ),
                    span[text(option.get("text"), ctx), small[text(option.get("description"), ctx)]],
                ]
                for option in item.get("options", [])
            )
        ],
        confirm(item, ctx),
    ]


def text_input(item: Json) -> Node:
    """A line or an area of text; numbers stay text so that no digit is lost on the way."""
    kind = str(item["type"])
    value = None if item.get("initial_value") is None else str(item["initial_value"])
    shared = {
        "data-kind": kind,
        "data-action-id": item.get("action_id"),
        "placeholder": words(item.get("placeholder")),
        "minlength": item.get("min_length"),
        "maxlength": item.get("max_length"),
        "autofocus": bool(item.get("focus_on_load")),
        "autocomplete": "off",
    }
    if item.get("multiline"):
        return textarea(".field", shared, rows=4)[value]
    return input(
        ".field", shared, type=TEXTS[kind], value=value, inputmode="decimal" if kind == "number_input" else None
    )
