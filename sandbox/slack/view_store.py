"""The views that are open: a stack of at most three modals for each person, and one home tab.

A view is kept as Slack would send it to the app, ids, hash and state included. Checking what the app sent is done
before (`blocks.view_problems`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sandbox.slack import forms
from sandbox.slack.elements import with_ids
from sandbox.slack.ids import new_id
from sandbox.slack.records import Json

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace

STACK = 3


def open_root(ws: Workspace, user: str, view: Json) -> Json:
    """Open a modal; one that was open before is gone."""
    opened = _made(ws, view)
    opened["root_view_id"] = opened["id"]
    ws.views[user] = [opened]
    ws.changed("view", user=user)
    return opened


def push(ws: Workspace, user: str, view: Json) -> Json:
    """Lay a modal over the one on top."""
    stack = ws.views[user]
    opened = _made(ws, view)
    opened["root_view_id"], opened["previous_view_id"] = stack[0]["id"], stack[-1]["id"]
    stack.append(opened)
    ws.changed("view", user=user)
    return opened


def replace(ws: Workspace, user: str, view: Json, new: Json) -> Json:
    """Give an open modal new content. What the person has typed stays where block_id and action_id stay."""
    kept = {key: view[key] for key in ("id", "root_view_id", "previous_view_id", "external_id")}
    typed = view["state"]["values"]
    view.clear()
    view.update({**_made(ws, new, typed), **kept})
    ws.changed("view", user=user)
    return view


def publish(ws: Workspace, user: str, view: Json) -> Json:
    """Set a person's home tab; it keeps its id."""
    made = _made(ws, view)
    if user in ws.homes:
        made["id"] = ws.homes[user]["id"]
    made["root_view_id"] = made["id"]
    ws.homes[user] = made
    ws.changed("home", user=user)
    return made


def find(ws: Workspace, view_id: str, external_id: str = "") -> tuple[str, Json] | None:
    """The owner and the view of that id or external id."""
    for user, view in _all(ws):
        if view["id"] == view_id or (external_id and view["external_id"] == external_id):
            return user, view
    return None


def external_ids(ws: Workspace) -> set[str]:
    return {view["external_id"] for _, view in _all(ws) if view["external_id"]}


def _all(ws: Workspace) -> Iterator[tuple[str, Json]]:
    yield from ws.homes.items()
    for user, stack in ws.views.items():
        yield from ((user, view) for view in stack)


def _made(ws: Workspace, view: Json, typed: Json | None = None) -> Json:
    blocks = with_ids(view["blocks"])
    return {
        "id": new_id("V", 10),
        "team_id": ws.team["id"],
        "type": view["type"],
        "title": view.get("title"),
        "submit": view.get("submit"),
        "close": view.get("close"),
        "blocks": blocks,
        "private_metadata": view.get("private_metadata") or "",
        "callback_id": view.get("callback_id") or "",
        "external_id": view.get("external_id") or "",
        "state": {"values": forms.state(blocks, typed)},
        "hash": f"{int(ws.now())}.{new_id('', 8).lower()}",
        "clear_on_close": bool(view.get("clear_on_close")),
        "notify_on_close": bool(view.get("notify_on_close")),
        "submit_disabled": bool(view.get("submit_disabled")),
        "root_view_id": None,
        "previous_view_id": None,
        "app_id": ws.app["id"],
        "app_installed_team_id": ws.team["id"],
        "bot_id": ws.app["bot_id"],
    }
