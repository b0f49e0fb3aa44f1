"""The values of inputs: what a view's state holds, what a person may not submit, and what a click tells the app."""

import re
from decimal import Decimal, InvalidOperation

from sandbox.slack.elements import STATEFUL, elements, find
from sandbox.slack.records import ActError, Json

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_URL = re.compile(r"https?://\S+")


def state(blocks: list[Json], values: Json | None = None) -> Json:
    """{block_id: {action_id: {"type", key: value}}} of every input: the given value, else the initial one."""
    filled: Json = {}
    for block, element in elements(blocks):
        if element["type"] not in STATEFUL:
            continue
        key, initial, empty = STATEFUL[element["type"]]
        given = (values or {}).get(block["block_id"], {}).get(element["action_id"])
        value = element.get(initial, empty) if given is None else given.get(key, empty)
        filled.setdefault(block["block_id"], {})[element["action_id"]] = {"type": element["type"], key: value}
    return filled


def problems(blocks: list[Json], values: Json) -> dict[str, str]:
    """What Slack's client itself would complain about before it submits, by block id; `values` as from `state`."""
    found = {}
    for block in blocks:
        if block["type"] != "input":
            continue
        element = block["element"]
        value = values[block["block_id"]][element["action_id"]][STATEFUL[element["type"]][0]]
        complaint = _complaint(element, value, bool(block.get("optional")))
        if complaint:
            found[block["block_id"]] = complaint
    return found


def action(blocks: list[Json], given: Json, ts: str) -> Json:
    """One entry of `actions` for the element that `given` names by action_id (and block_id). Raises ActError."""
    place = find(blocks, given["action_id"], given.get("block_id"))
    if place is None:
        raise ActError("That control is no longer there; look at the message again.")
    block, element = place
    base = {"type": element["type"], "action_id": element["action_id"], "block_id": block["block_id"]}
    return {**base, **_chosen(element, given), "action_ts": ts}


def _chosen(element: Json, given: Json) -> Json:
    match element["type"]:
        case "button" | "icon_button" | "workflow_button":
            return {key: element[key] for key in ("text", "value", "style") if key in element}
        case "feedback_buttons":
            sides = [element["positive_button"], element["negative_button"]]
            button = next((side for side in sides if side.get("value") == given.get("value")), None)
            if button is None:
                raise ActError("Choose one of the two feedback buttons.")
            return {"text": button["text"], "value": button["value"]}
        case "overflow":
            return {"selected_option": _option(element, given.get("selected_option"))}
        case kind:
            key, _, empty = STATEFUL[kind]
            value = given.get(key, empty)
            if key == "selected_option" and "options" in element and value is not None:
                value = _option(element, value)
            return {key: value}


def _option(element: Json, chosen: Json | None) -> Json:
    """The element's own option of the chosen value: a click can only carry what was offered."""
    for option in element["options"]:
        if chosen is not None and option.get("value") == chosen.get("value"):
            return dict(option)
    raise ActError("Choose one of the options.")


def _complaint(element: Json, value: object, optional: bool) -> str:
    if value in (None, "", []):
        return "" if optional else "Please complete this required field."
    match element["type"]:
        case "plain_text_input":
            return _length(element, str(value))
        case "number_input":
            return _number(element, str(value))
        case "email_text_input":
            return "" if _EMAIL.fullmatch(str(value)) else "Enter a valid email address."
        case "url_text_input":
            return "" if _URL.fullmatch(str(value)) else "Enter a valid URL, with http:// or https://."
    return ""


def _length(element: Json, value: str) -> str:
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if len(value) < least:
        return f"Enter at least {least} characters."
    return f"Enter at most {most} characters." if len(value) > most else ""


def _number(element: Json, value: str) -> str:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return "Enter a number."
    if not element.get("is_decimal_allowed") and number != number.to_integral_value():
        return "Enter a whole number."
    if "min_value" in element and number < Decimal(element["min_value"]):
        return f"Enter {element['min_value']} or more."
    if "max_value" in element and number > Decimal(element["max_value"]):
        return f"Enter {element['max_value']} or less."
    return ""
