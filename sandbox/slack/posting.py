"""Changes to a workspace that people and the app share: posting, editing, deleting, reacting, joining.

Each changes the state, tells the viewers, and sends the app the events that Slack would send. Who may do it is
checked by the callers (`acts/`, `web_api/`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.slack import payloads
from sandbox.slack.elements import with_ids
from sandbox.slack.ids import im_id
from sandbox.slack.records import Channel, Json, Message

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace


def emit(ws: Workspace, event: Json, room: Channel | None = None) -> None:
    """Send an event to the app, if it is one that happens where the app is."""
    if room is None or ws.bot.id in room.members:
        shared = room is not None and room.is_ext_shared
        ws.delivery.event(payloads.event_callback(ws.team, ws.app, event, shared))


def post(ws: Workspace, said: Message) -> Message:
    """Put a message into its channel. An ephemeral one is shown and never told to the app."""
    said.blocks = with_ids(said.blocks)
    ws.timeline.add(said)
    _share_files(ws, said)
    _count_unread(ws, said)
    if said.bot_id:
        ws.set_status(said.channel, said.thread_ts or said.ts, "")
    ws.changed("message", said.channel, said.ts, said.ephemeral_for)
    if not said.ephemeral_for:
        _announce(ws, said)
    return said


def edit(ws: Workspace, said: Message, changes: Json) -> None:
    """Set the fields in `changes` on a message."""
    before = ws.shown(said)
    if "blocks" in changes:
        changes["blocks"] = with_ids(changes["blocks"])
    for name, value in changes.items():
        setattr(said, name, value)
    ws.changed("message", said.channel, said.ts, said.ephemeral_for)
    if not said.ephemeral_for:
        room = ws.channels[said.channel]
        emit(ws, payloads.changed_event(ws.shown(said), before, room, ws.timeline.stamp()), room)


def delete(ws: Workspace, said: Message) -> None:
    """Remove a message. The root of a thread leaves a stone behind, as in Slack."""
    before = ws.shown(said)
    room = ws.channels[said.channel]
    if ws.timeline.replies(said.channel, said.ts):
        said.deleted, said.text, said.blocks, said.files = True, payloads.TOMBSTONE, [], []
    else:
        ws.timeline.drop(said)
    ws.changed("message", said.channel, said.ts, said.ephemeral_for)
    if not said.ephemeral_for:
        emit(ws, payloads.deleted_event(before, room, ws.timeline.stamp()), room)


def react(ws: Workspace, user: str, said: Message, name: str, add: bool) -> None:
    """Add or take back a reaction; the caller knows that it is not, or is, there."""
    people = said.reactions.setdefault(name, [])
    if add:
        people.append(user)
    else:
        people.remove(user)
        if not people:
            del said.reactions[name]
    ws.changed("reaction", said.channel, said.ts, user)
    event = {
        "type": "reaction_added" if add else "reaction_removed",
        "user": user,
        "reaction": name,
        "item": {"type": "message", "channel": said.channel, "ts": said.ts},
        "item_user": said.user,
        "event_ts": ws.timeline.stamp(),
    }
    emit(ws, event, ws.channels[said.channel])


def join(ws: Workspace, user: str, room: Channel, inviter: str) -> None:
    room.members.append(user)
    ws.changed("channel", room.id, user=user)
    event = {
        "type": "member_joined_channel",
        "user": user,
        "channel": room.id,
        "channel_type": "G" if room.is_private else "C",
        "team": ws.team["id"],
        "inviter": inviter,
        "event_ts": ws.timeline.stamp(),
    }
    emit(ws, event, room)


def direct(ws: Workspace, one: str, other: str) -> Channel:
    """The direct message of two people, made when there is none."""
    channel = im_id(one, other)
    if channel not in ws.channels:
        created = int(ws.now())
        ws.channels[channel] = Channel(channel, "", is_im=True, members=[one, other], created=created)
        ws.changed("channel", channel)
    return ws.channels[channel]


def _announce(ws: Workspace, said: Message) -> None:
    room = ws.channels[said.channel]
    shown = ws.shown(said)
    emit(ws, payloads.message_event(shown, room), room)
    for file in said.files:
        shared = {"file_id": file["id"], "file": {"id": file["id"]}, "user_id": said.user, "channel_id": room.id}
        emit(ws, {"type": "file_shared", **shared, "event_ts": ws.timeline.stamp()}, room)
    if f"<@{ws.bot.id}>" in said.text and said.user != ws.bot.id and not room.is_im:
        emit(ws, payloads.mention_event(shown, room), room)


def _share_files(ws: Workspace, said: Message) -> None:
    """Note in each file where it now is."""
    room = ws.channels[said.channel]
    places, scope = {"im": ("ims", "private"), "group": ("groups", "private"), "channel": ("channels", "public")}[
        room.kind
    ]
    for file in said.files:
        if room.id not in file[places]:
            file[places].append(room.id)
        file["is_public"] = file["is_public"] or room.kind == "channel"
        share = {"ts": said.ts, **({"thread_ts": said.thread_ts} if said.thread_ts else {})}
        file.setdefault("shares", {}).setdefault(scope, {}).setdefault(room.id, []).append(share)
        ws.files[file["id"]] = file


def _count_unread(ws: Workspace, said: Message) -> None:
    """A reply counts for those in its thread, anything else for the whole channel."""
    readers = set(ws.channels[said.channel].members)
    if said.ephemeral_for:
        readers = {said.ephemeral_for}
    elif said.thread_ts and not said.broadcast:
        root = ws.timeline.find(said.channel, said.thread_ts)
        readers &= {reply.user for reply in ws.timeline.replies(said.channel, said.thread_ts)}
        readers |= {root.user} if root else set()
    for reader in readers - {said.user, ws.bot.id}:
        ws.unread[reader][said.channel] += 1
