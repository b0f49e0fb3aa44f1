"""chat.scheduleMessage and its kin. Times are business time, so moving the clock forward sends what has become due."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from sandbox.slack import posting
from sandbox.slack.ids import new_id
from sandbox.slack.records import Json, Message
from sandbox.slack.web_api import chat, pages, rooms
from sandbox.slack.web_api.args import ApiError, Args

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace

FURTHEST_SECONDS = 120 * 86_400
_LOOK_EVERY_SECONDS = 0.5


def schedule(ws: Workspace, args: Args) -> Json:
    room = rooms.target(ws, args.need("channel"))
    args.need("post_at")
    post_at = args.number("post_at", 0, 10**11, "invalid_time")
    if post_at <= ws.now():
        raise ApiError("time_in_past")
    if post_at > ws.now() + FURTHEST_SECONDS:
        raise ApiError("time_too_far")
    said = chat.compose(ws, args, room)
    scheduled_id = new_id("Q", 10)
    ws.scheduled[scheduled_id] = {
        "id": scheduled_id,
        "channel_id": room.id,
        "post_at": post_at,
        "date_created": int(ws.now()),
        "text": said.text,
        "blocks": said.blocks,
        "attachments": said.attachments,
        "metadata": said.metadata,
        "thread_ts": said.thread_ts,
    }
    ws.changed("channel", room.id)
    return {
        "channel": room.id,
        "scheduled_message_id": scheduled_id,
        "post_at": post_at,
        "message": {"text": said.text, "type": "delayed_message", "user": ws.bot.id, "bot_id": ws.app["bot_id"]},
    }


def delete(ws: Workspace, args: Args) -> Json:
    waiting = ws.scheduled.get(args.need("scheduled_message_id"))
    if waiting is None or waiting["channel_id"] != args.need("channel"):
        raise ApiError("invalid_scheduled_message_id")
    del ws.scheduled[waiting["id"]]
    ws.changed("channel", waiting["channel_id"])
    return {}


def list_scheduled(ws: Workspace, args: Args) -> Json:
    waiting = sorted(ws.scheduled.values(), key=lambda each: (each["post_at"], each["id"]))
    if "channel" in args:
        waiting = [each for each in waiting if each["channel_id"] == args.text("channel")]
    shown, metadata = pages.page(waiting, lambda each: each["id"], args, 100)
    kept = ("id", "channel_id", "post_at", "date_created", "text")
    listed = [{key: each[key] for key in kept} for each in shown]
    return {"scheduled_messages": listed, "response_metadata": metadata}


async def post_when_due(ws: Workspace) -> None:
    """Post scheduled messages as their time comes; runs for as long as the workspace does."""
    while True:
        for waiting in [each for each in ws.scheduled.values() if each["post_at"] <= ws.now()]:
            del ws.scheduled[waiting["id"]]
            said = Message(ws.timeline.stamp(), waiting["channel_id"], ws.bot.id, bot_id=ws.app["bot_id"])
            for key in ("text", "blocks", "attachments", "metadata", "thread_ts"):
                setattr(said, key, waiting[key])
            posting.post(ws, said)
        await asyncio.sleep(_LOOK_EVERY_SECONDS)
