"""files.*: the three steps of an upload, and what is known about a file. Bytes travel outside the Web API."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from sandbox.slack import payloads, posting
from sandbox.slack.ids import new_id
from sandbox.slack.records import Json, Message
from sandbox.slack.web_api import content, rooms
from sandbox.slack.web_api.args import ApiError, Args

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace


def get_upload_url(ws: Workspace, args: Args) -> Json:
    length = args.number("length", 0, 10**9, "invalid_arguments")
    name = args.need("filename")
    if not length:
        raise ApiError("invalid_arguments", ["length must be greater than 0 [json-pointer:/length]"])
    file_id = new_id("F", 10)
    ws.uploads[file_id] = payloads.file(file_id, name, length, ws.bot.id, ws.base_url)
    return {"file_id": file_id, "upload_url": f"{ws.base_url}/upload/v1/{file_id}"}


def complete_upload(ws: Workspace, args: Args) -> Json:
    wanted = args.json("files")
    if not isinstance(wanted, list) or not wanted:
        raise ApiError("invalid_arguments", ["missing required field: files"])
    files = [_uploaded(ws, each) for each in wanted]
    channels = args.words("channels") or args.words("channel_id")
    said = [_message(ws, channel, files, args) for channel in channels]
    for file in files:
        ws.files[file["id"]] = ws.uploads.pop(file["id"])
    # Slack answers before it shares: whoever wants the message's ts has to wait for the event.
    for message in said:
        asyncio.get_running_loop().call_soon(posting.post, ws, message)
    return {"files": files}


def info(ws: Workspace, args: Args) -> Json:
    found = ws.files.get(args.need("file"))
    if found is None or not visible_to_app(ws, found):
        raise ApiError("file_not_found")
    return {"file": found, "comments": [], "response_metadata": {"next_cursor": ""}}


def visible_to_app(ws: Workspace, file: Json) -> bool:
    """The app sees its own files and those shared where it is."""
    places = [*file["channels"], *file["groups"], *file["ims"]]
    return file["user"] == ws.bot.id or any(ws.bot.id in ws.channels[place].members for place in places)


def _uploaded(ws: Workspace, wanted: Json) -> Json:
    file = ws.uploads.get(wanted.get("id", "")) if isinstance(wanted, dict) else None
    if file is None or file["id"] not in ws.blobs:
        raise ApiError("file_not_found")
    file["title"] = wanted.get("title") or file["title"]
    return file


def _message(ws: Workspace, channel: str, files: list[Json], args: Args) -> Message:
    room = rooms.target(ws, channel)
    said = Message(ws.timeline.stamp(), room.id, ws.bot.id, bot_id=ws.app["bot_id"], subtype="file_share")
    said.thread_ts = rooms.thread(ws, room, args.text("thread_ts"))
    said.text, said.blocks = args.text("initial_comment"), content.read_blocks(args)
    said.files = files
    return said
