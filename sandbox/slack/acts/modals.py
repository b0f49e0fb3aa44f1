"""What a person does with the app's views: submitting and closing modals, looking at the Home and Messages tabs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.slack import forms, posting, view_store
from sandbox.slack.acts import people
from sandbox.slack.blocks import view_problems
from sandbox.slack.records import ActError, Channel, Json

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace


async def submit_view(ws: Workspace, user: str, view_id: str, values: Json) -> Json:
    view = people.view(ws, user, view_id)
    state = forms.state(view["blocks"], values)
    if problems := forms.problems(view["blocks"], state):
        return {"errors": problems}
    view["state"] = {"values": state}
    answer = await people.ask(ws, "interactive", ws.callbacks.submission(ws.users[user], view))
    return _apply(ws, user, view, answer or {})


async def close_view(ws: Workspace, user: str, view_id: str, everything: bool) -> None:
    people.view(ws, user, view_id)
    stack = ws.views[user]
    at = next(index for index, open_view in enumerate(stack) if open_view["id"] == view_id)
    closed, ws.views[user] = (stack, []) if everything else (stack[at:], stack[:at])
    ws.changed("view", user=user)
    for view in reversed(closed):
        if view["notify_on_close"]:
            await people.ask(ws, "interactive", ws.callbacks.closed(ws.users[user], view, everything))


async def open_home(ws: Workspace, user: str) -> None:
    _opened(ws, user, "home", {"view": ws.homes[user]} if user in ws.homes else {})


async def open_messages_tab(ws: Workspace, user: str) -> Channel:
    return _opened(ws, user, "messages", {})


def _opened(ws: Workspace, user: str, tab: str, extra: Json) -> Channel:
    people.person(ws, user)
    room = posting.direct(ws, user, ws.bot.id)
    event = {"type": "app_home_opened", "user": user, "channel": room.id, "tab": tab, **extra}
    posting.emit(ws, {**event, "event_ts": ws.timeline.stamp()})
    return room


def _apply(ws: Workspace, user: str, view: Json, answer: Any) -> Json:
    """Do what the app's answer to a submission says; without one the modal closes."""
    match answer.get("response_action"):
        case None:
            ws.views[user] = [other for other in ws.views[user] if other["id"] != view["id"]]
        case "clear":
            ws.views[user] = []
        case "errors":
            return {"errors": _errors(ws, view, answer)}
        case "update":
            view_store.replace(ws, user, view, _valid(ws, answer))
        case "push":
            if len(ws.views[user]) >= view_store.STACK:
                raise ActError(f"{ws.app['name']} tried to open a fourth form above this one; Slack allows three.")
            view_store.push(ws, user, _valid(ws, answer))
        case other:
            raise ActError(f"{ws.app['name']} answered with the unknown response_action {other!r}.")
    ws.changed("view", user=user)
    return {}


def _errors(ws: Workspace, view: Json, answer: Json) -> Json:
    """Slack drops the whole answer when an error names a block that is no input of the view."""
    inputs = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
    unknown = sorted(set(answer.get("errors") or {}) - inputs)
    if unknown or not answer.get("errors"):
        what = f"blocks without input: {', '.join(unknown)}" if unknown else "no block"
        raise ActError(f"{ws.app['name']} reported errors for {what}.")
    return dict(answer["errors"])


def _valid(ws: Workspace, answer: Json) -> Json:
    view = answer.get("view")
    if problems := view_problems(view):
        raise ActError(f"{ws.app['name']} answered with a view that Slack refuses: {'; '.join(problems)}")
    return dict(view or {})
