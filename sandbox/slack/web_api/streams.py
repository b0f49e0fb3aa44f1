"""chat.startStream, appendStream and stopStream: a message that grows before the reader's eyes.

Slack lets a stream lapse when nothing is appended for minutes; here it stays open until it is stopped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.slack import posting
from sandbox.slack.blocks import block_problems
from sandbox.slack.elements import with_ids
from sandbox.slack.records import Channel, Json, Message
from sandbox.slack.web_api import content, rooms
from sandbox.slack.web_api.args import ApiError, Args
from sandbox.slack.web_api.assistant import set_session

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace

STATUSES = ("pending", "in_progress", "complete", "error")


def start(ws: Workspace, args: Args) -> Json:
    room = rooms.target(ws, args.need("channel"))
    thread_ts = _thread(ws, room, args)
    display = args.text("task_display_mode") or "timeline"
    if display not in ("timeline", "plan"):
        raise ApiError("invalid_arguments", ["must be one of: timeline, plan [json-pointer:/task_display_mode]"])
    said = Message(ws.timeline.stamp(), room.id, ws.bot.id, bot_id=ws.app["bot_id"], thread_ts=thread_ts)
    said.stream = {"state": "streaming", "tasks": {}, "plan": None, "display": display, "chunk_blocks": []}
    _grow(said, _chunks(args))
    posting.post(ws, said)
    return {"channel": room.id, "ts": said.ts}


def append(ws: Workspace, args: Args) -> Json:
    said = _streaming(ws, args)
    chunks = _chunks(args)
    if not chunks:
        raise ApiError("no_text")
    _grow(said, chunks)
    ws.changed("message", said.channel, said.ts)
    return {"channel": said.channel, "ts": said.ts}


def stop(ws: Workspace, args: Args) -> Json:
    said = _streaming(ws, args)
    final = content.read_blocks(args)
    metadata = content.read_metadata(args)
    chunks = _chunks(args)
    if "session_status" in args:
        set_session(ws, said.channel, said.thread_ts or said.ts, args.text("session_status"))
    _grow(said, chunks)
    said.stream = {**(said.stream or {}), "state": "complete"}
    posting.edit(ws, said, {"blocks": [*said.blocks, *final], "metadata": metadata or said.metadata})
    return {"channel": said.channel, "ts": said.ts, "message": ws.shown(said)}


def _thread(ws: Workspace, room: Channel, args: Args) -> str | None:
    """In a direct message a stream must answer in a thread; in a channel it must say whom it answers."""
    if room.is_im:
        if "thread_ts" not in args:
            raise ApiError("invalid_thread_ts")
        return rooms.thread(ws, room, args.text("thread_ts"), "invalid_thread_ts")
    for name in ("recipient_team_id", "recipient_user_id"):
        if name not in args:
            raise ApiError(f"missing_{name}")
    if args.text("recipient_team_id") != ws.team["id"]:
        raise ApiError("team_not_found")
    if args.text("recipient_user_id") not in ws.users:
        raise ApiError("user_not_found")
    return rooms.thread(ws, room, args.text("thread_ts"), "invalid_thread_ts")


def _streaming(ws: Workspace, args: Args) -> Message:
    said = rooms.own(ws, args.need("channel"), args.need("ts"), "message_not_owned_by_app")
    if not said.stream or said.stream["state"] != "streaming":
        raise ApiError("message_not_in_streaming_state")
    return said


def _chunks(args: Args) -> list[Json]:
    """The chunks of a call, checked; `markdown_text` counts as the first of them."""
    markdown = content.read_markdown(args)
    chunks: Any = args.json("chunks") or []
    if not isinstance(chunks, list):
        raise ApiError("invalid_chunks")
    for index, chunk in enumerate(chunks):
        if problem := _problem(chunk):
            raise ApiError("invalid_chunks", [f"{problem} [json-pointer:/chunks/{index}]"])
    return [*([{"type": "markdown_text", "text": markdown}] if markdown else []), *chunks]


def _problem(chunk: Any) -> str:
    match chunk:
        case {"type": "markdown_text", "text": str(text)}:
            return "text is too long" if len(text) > content.MARKDOWN_LIMIT else ""
        case {"type": "plan_update", "title": str()}:
            return ""
        case {"type": "task_update", "id": str(task), "status": status} if task:
            return "" if status in STATUSES else f"status must be one of: {', '.join(STATUSES)}"
        case {"type": "blocks", "blocks": list(blocks)}:
            return "; ".join(block_problems(blocks))
    return "not a known chunk"


def _grow(said: Message, chunks: list[Json]) -> None:
    stream = said.stream or {}
    for chunk in chunks:
        match chunk["type"]:
            case "markdown_text":
                said.text += chunk["text"]
            case "plan_update":
                stream["plan"] = chunk["title"]
            case "task_update":
                stream["tasks"][chunk["id"]] = {**stream["tasks"].get(chunk["id"], {}), **chunk}
            case "blocks":
                stream["chunk_blocks"] += with_ids(chunk["blocks"])
    words = [{"type": "markdown", "block_id": "stream", "text": said.text}] if said.text else []
    said.blocks = [*words, *stream["chunk_blocks"]]
