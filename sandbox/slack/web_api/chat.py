"""chat.*: posting, changing and deleting messages. Streams are in `streams.py`, later posts in `scheduled.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from sandbox.slack import posting
from sandbox.slack.records import Channel, Json, Message
from sandbox.slack.web_api import content, rooms
from sandbox.slack.web_api.args import ApiError, Args

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace


def post_message(ws: Workspace, args: Args) -> Json:
    room = rooms.target(ws, args.need("channel"))
    said = compose(ws, args, room)
    said.broadcast = bool(said.thread_ts) and args.flag("reply_broadcast")
    said.subtype = "thread_broadcast" if said.broadcast else None
    if room.is_im and not ws.manifest.messages_enabled:
        raise ApiError("messages_tab_disabled")
    posting.post(ws, said)
    return {"channel": room.id, "ts": said.ts, "message": ws.shown(said)}


def post_ephemeral(ws: Workspace, args: Args) -> Json:
    room = rooms.target(ws, args.need("channel"))
    user = args.need("user")
    if user not in room.members:
        raise ApiError("user_not_in_channel")
    said = compose(ws, args, room)
    said.ephemeral_for = user
    posting.post(ws, said)
    return {"message_ts": said.ts}


def update(ws: Workspace, args: Args) -> Json:
    said = rooms.own(ws, args.need("channel"), args.need("ts"), "cant_update_message")
    if said.stream and said.stream["state"] == "streaming":
        raise ApiError("streaming_state_conflict")
    posting.edit(ws, said, _changes(args))
    return {"channel": said.channel, "ts": said.ts, "text": said.text, "message": ws.shown(said)}


def delete(ws: Workspace, args: Args) -> Json:
    said = rooms.own(ws, args.need("channel"), args.need("ts"), "cant_delete_message")
    posting.delete(ws, said)
    return {"channel": said.channel, "ts": said.ts}


def get_permalink(ws: Workspace, args: Args) -> Json:
    said = rooms.message(ws, args.need("channel"), args.need("message_ts"))
    link = f"{ws.base_url}/archives/{said.channel}/p{said.ts.replace('.', '')}"
    if said.thread_ts:
        link += "?" + urlencode({"thread_ts": said.thread_ts, "cid": said.channel})
    return {"channel": said.channel, "permalink": link}


def compose(ws: Workspace, args: Args, room: Channel) -> Message:
    """The bot's message that the arguments describe, not posted yet."""
    read = content.read(args)
    thread_ts = rooms.thread(ws, room, args.text("thread_ts"))
    return Message(
        ts=ws.timeline.stamp(),
        channel=room.id,
        user=ws.bot.id,
        bot_id=ws.app["bot_id"],
        text=read.text,
        blocks=read.blocks,
        attachments=read.attachments,
        metadata=read.metadata or None,
        thread_ts=thread_ts,
    )


def _changes(args: Args) -> Json:
    """Text without blocks removes the blocks; metadata and attachments stay unless they are given."""
    changes: Json = {}
    if args.given.keys() & {"text", "blocks", "attachments", "markdown_text"}:
        read = content.read(args)
        changes |= {"text": read.text, "blocks": read.blocks, "edited": not read.blocks}
        if "attachments" in args:
            changes["attachments"] = read.attachments
    elif "metadata" not in args:
        raise ApiError("no_text")
    if "metadata" in args:
        changes["metadata"] = content.read_metadata(args) or None
    return changes
