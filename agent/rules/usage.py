"""Usage rules: who is over or near, and how one customer stands."""

from typing import Any

from agent.periods import spoken
from agent.rules.look import look
from agent.rules.request import Request, period, this_month
from agent.rules.scene import Scene
from agent.rules.subject import named, one_or_more

NAMED_IN_TEXT = 12
STATES = {
    "over": "is over its limit",
    "near": "is near its limit",
    "within": "is within its limit",
    "no limit": "has no limit to pass",
    "not measured": "could not be measured",
}


def over(scene: Scene, request: Request) -> str:
    if named(scene):
        return standing(scene, request)
    month = period(scene, request, about_the_thread=False) or this_month(scene)
    data = look(scene, "usage_standing", period=month)
    parts = [_group(data, state, month) for state in ("over", "near", "not measured")]
    told = [part for part in parts if part]
    if not told:
        told = [f"Nobody is over or near a limit in {spoken(month)}."]
    return "\n".join([*told, *_as_of(data)])


def standing(scene: Scene, request: Request) -> str:
    subjects = one_or_more(scene)
    month = period(scene, request, about_the_thread=not named(scene)) or this_month(scene)
    told = []
    for subject in subjects:
        data = look(scene, "usage_standing", period=month, customer_id=subject.customer_id)
        nothing = f"I see no usage of {subject.customer} in {spoken(month)}."
        told += [_line(one, month) for one in data["standings"]] or [nothing]
    return "\n".join([*told, *_as_of(data)])


def _group(data: dict[str, Any], state: str, month: str) -> str:
    members = [one for one in data["standings"] if one["state"] == state]
    if not members:
        return ""
    more = " and more in the table" if len(members) > NAMED_IN_TEXT else ""
    title = f"*{state.capitalize()} in {spoken(month)}:*"
    return f"{title} {'; '.join(_brief(one) for one in members[:NAMED_IN_TEXT])}{more}."


def _brief(one: dict[str, Any]) -> str:
    if one["state"] == "not measured":
        return f"{one['customer']} ({one.get('note') or one['item']})"
    by = f", over by {one['over_by']}" if one.get("over_by") else ""
    cost = f", {one['cost_so_far']} so far" if one.get("cost_so_far") else ""
    return f"{one['customer']} ({_used(one)}{by}{cost})"


def _line(one: dict[str, Any], month: str) -> str:
    state = STATES[one["state"]]
    used = "" if one["state"] == "not measured" else f": {_used(one)}"
    by = f", over by {one['over_by']}" if one.get("over_by") else ""
    cost = f"; {one['cost_so_far']} so far" if one.get("cost_so_far") else ""
    note = f" {_sentence(one['note'])}" if one.get("note") else ""
    return f"{one['customer']} {state} in {spoken(month)}{used}{by}{cost}.{note}"


def _used(one: dict[str, Any]) -> str:
    share = f", {one['percent']}" if one.get("percent") else ""
    return f"{one['used']} of {one['limit']}{share}" if one.get("limit") else one["used"]


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _as_of(data: dict[str, Any]) -> list[str]:
    return [f"As of {data['as_of']}."] if data.get("as_of") else []
