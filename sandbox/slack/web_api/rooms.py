"""Finding what a method is called on: the conversation, the message, the thread, as far as the app sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.slack import posting
from sandbox.slack.records import Channel, Message
from sandbox.slack.web_api.args import ApiError

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace


def room(ws: Workspace, channel: str, member: bool = True) -> Channel:
    """A conversation by id. The app does not learn of private ones it is not in, and reads only where it is."""
    found = ws.channels.get(channel)
    inside = found is not None and ws.bot.id in found.members
    if found is None or (found.kind != "channel" and not inside):
        raise ApiError("channel_not_found")
    if member and not inside:
        raise ApiError("not_in_channel")
    return found


def target(ws: Workspace, channel: str) -> Channel:
    """Where to post: an id, a channel's name with or without #, or a user's id for the direct message."""
    if channel in ws.users and channel != ws.bot.id:
        if ws.users[channel].deleted:
            raise ApiError("channel_not_found")
        return posting.direct(ws, ws.bot.id, channel)
    named = {known.name: known.id for known in ws.named_channels()}
    found = room(ws, named.get(channel.removeprefix("#"), channel))
    if found.is_archived:
        raise ApiError("is_archived")
    return found


def message(ws: Workspace, channel: str, ts: str) -> Message:
    """A message that everybody in the conversation sees."""
    found = ws.timeline.find(room(ws, channel).id, ts)
    if found is None or found.ephemeral_for or found.deleted:
        raise ApiError("message_not_found")
    return found


def own(ws: Workspace, channel: str, ts: str, error: str) -> Message:
    """A message that the app itself posted; `error` when it is somebody else's."""
    found = message(ws, channel, ts)
    if found.user != ws.bot.id:
        raise ApiError(error)
    return found


def thread(ws: Workspace, where: Channel, thread_ts: str, error: str = "thread_not_found") -> str | None:
    """The root of the thread to post in; the ts of a reply leads to its root. None when none is asked for."""
    if not thread_ts:
        return None
    found = ws.timeline.find(where.id, thread_ts)
    if found is None or found.ephemeral_for:
        raise ApiError(error)
    return found.thread_ts or found.ts
