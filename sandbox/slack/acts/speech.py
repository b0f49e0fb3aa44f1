"""What a person says: messages with or without files, edits, deletions, reactions, invitations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sandbox.slack import payloads, posting, rich_text
from sandbox.slack.acts import people
from sandbox.slack.ids import new_id
from sandbox.slack.records import SLACKBOT, ActError, Channel, Json, Message

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace

TEXT_LIMIT = 40_000


async def say(
    ws: Workspace,
    user: str,
    channel: str,
    text: str,
    thread_ts: str | None = None,
    files: Sequence[tuple[str, bytes, str]] = (),
) -> Message:
    room = people.room(ws, user, channel)
    _check(ws, room, text, files)
    if thread_ts is not None:
        parent = people.message(ws, user, channel, thread_ts)
        thread_ts = parent.thread_ts or parent.ts
    attached = [_file(ws, user, *file) for file in files]
    said = Message(ws.timeline.stamp(), channel, user, text=_encode(ws, text), thread_ts=thread_ts, files=attached)
    said.subtype = "file_share" if attached else None
    posting.post(ws, said)
    _tell_if_bot_is_absent(ws, said, room)
    return said


async def edit(ws: Workspace, user: str, channel: str, ts: str, text: str) -> Message:
    said = _own(ws, user, channel, ts)
    _check(ws, ws.channels[channel], text, said.files)
    posting.edit(ws, said, {"text": _encode(ws, text), "edited": True})
    return said


async def delete(ws: Workspace, user: str, channel: str, ts: str) -> None:
    said = people.message(ws, user, channel, ts)
    posting.delete(ws, said if said.ephemeral_for else _own(ws, user, channel, ts))


async def react(ws: Workspace, user: str, channel: str, ts: str, name: str) -> None:
    said = people.message(ws, user, channel, ts)
    if said.ephemeral_for:
        raise ActError("Only you see this message; it takes no reactions.")
    posting.react(ws, user, said, name.strip(":"), add=user not in said.reactions.get(name.strip(":"), []))


async def invite(ws: Workspace, user: str, channel: str, other: str) -> None:
    room = people.room(ws, user, channel)
    if room.is_im or other not in ws.users:
        raise ActError("Invite somebody of this workspace to a channel.")
    if other in room.members:
        raise ActError(f"{ws.users[other].real_name} is already in #{room.name}.")
    posting.join(ws, other, room, user)


async def open_im(ws: Workspace, user: str, other: str) -> Channel:
    people.person(ws, user)
    if other not in ws.users or other == user:
        raise ActError("Choose another person of this workspace.")
    return posting.direct(ws, user, other)


def _check(ws: Workspace, room: Channel, text: str, files: Sequence[object]) -> None:
    if room.is_archived:
        raise ActError(f"#{room.name} is archived.")
    if not text.strip() and not files:
        raise ActError("Write something or attach a file.")
    if len(text) > TEXT_LIMIT:
        raise ActError(f"A message holds at most {TEXT_LIMIT:,} characters.")
    if room.is_im and ws.bot.id in room.members and not ws.manifest.messages_enabled:
        raise ActError(f"Sending messages to {ws.app['name']} has been turned off.")


def _own(ws: Workspace, user: str, channel: str, ts: str) -> Message:
    said = people.message(ws, user, channel, ts)
    if said.user != user:
        raise ActError("You can only change your own messages.")
    return said


def _encode(ws: Workspace, text: str) -> str:
    return rich_text.encode(text.strip(), ws.users.values(), ws.named_channels(), ws.usergroups.values())


def _file(ws: Workspace, user: str, name: str, content: bytes, mimetype: str) -> Json:
    file_id = new_id("F", 10)
    ws.blobs[file_id] = content
    return payloads.file(file_id, name, len(content), user, ws.base_url, mimetype)


def _tell_if_bot_is_absent(ws: Workspace, said: Message, room: Channel) -> None:
    bot = f"<@{ws.bot.id}>"
    if bot in said.text and ws.bot.id not in room.members and not room.is_im:
        text = f"You mentioned {bot}, who is not in this channel and will not notice. `/invite @{ws.bot.name}` helps."
        hint = Message(ws.timeline.stamp(), said.channel, SLACKBOT, text=text, thread_ts=said.thread_ts)
        hint.ephemeral_for = said.user
        posting.post(ws, hint)
