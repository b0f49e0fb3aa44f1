"""What every act of a person begins with: who is it, what do they see, and how does the app answer them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.slack.delivery import Kind, NoAnswer
from sandbox.slack.records import ActError, Channel, Json, Message, User

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace


def person(ws: Workspace, user: str) -> User:
    """A person who can act: known, not deactivated, not a bot."""
    found = ws.users.get(user)
    if found is None:
        raise ActError(f"There is nobody with the id {user} in this workspace.")
    if found.deleted or found.is_bot:
        raise ActError(f"{found.real_name} cannot do anything here.")
    return found


def room(ws: Workspace, user: str, channel: str) -> Channel:
    """A channel that the person is in."""
    person(ws, user)
    found = ws.channels.get(channel)
    if found is None or user not in found.members:
        raise ActError("You are not in that channel.")
    return found


def message(ws: Workspace, user: str, channel: str, ts: str) -> Message:
    """A message that the person sees."""
    room(ws, user, channel)
    found = ws.timeline.find(channel, ts)
    if found is None or found.deleted or found.ephemeral_for not in (None, user):
        raise ActError("That message is no longer there.")
    return found


def view(ws: Workspace, user: str, view_id: str) -> Json:
    """A modal that is open for the person, or their home tab."""
    person(ws, user)
    home = ws.homes.get(user)
    found = [view for view in [*ws.views[user], *([home] if home else [])] if view["id"] == view_id]
    if not found:
        raise ActError("That form is no longer open.")
    return found[0]


async def ask(ws: Workspace, kind: Kind, payload: Json) -> Any:
    """Bring an interaction to the app; what the app's silence means is told to the person."""
    try:
        return await ws.delivery.ask(kind, payload)
    except NoAnswer as failure:
        raise ActError(_told(ws.app["name"], failure.reason, payload)) from None


def _told(app: str, reason: str, payload: Json) -> str:
    match reason:
        case "not_connected" | "connection_failed":
            return f"{app} is not connected. Start it and try again."
        case "timeout" | "http_timeout":
            return f"{app} did not answer in time. Try again."
        case "undeclared":
            return f"{payload.get('command', 'This')} is not something that {app}'s manifest declares."
        case _:
            return f"{app} answered with an error. Look at its log."
