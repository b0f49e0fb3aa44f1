"""conversations.*: what the app can list and read, and direct messages it can open.

Left out: direct messages of several people, creating, renaming and archiving.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.slack import payloads, posting
from sandbox.slack.records import Channel, Json, Message
from sandbox.slack.web_api import pages, rooms
from sandbox.slack.web_api.args import ApiError, Args

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace

KINDS = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}


def list_conversations(ws: Workspace, args: Args) -> Json:
    kinds = kinds_asked(args)
    found = [
        room
        for room in ws.channels.values()
        if room.kind in kinds
        and (room.kind == "channel" or ws.bot.id in room.members)
        and not (room.is_archived and args.flag("exclude_archived"))
    ]
    shown, metadata = pages.page(found, lambda room: room.id, args, 100)
    return {"channels": [payloads.channel(room, ws.bot.id) for room in shown], "response_metadata": metadata}


def info(ws: Workspace, args: Args) -> Json:
    room = rooms.room(ws, args.need("channel"), member=False)
    shown = payloads.channel(room, ws.bot.id)
    if not args.flag("include_num_members"):
        shown.pop("num_members", None)
    return {"channel": shown}


def members(ws: Workspace, args: Args) -> Json:
    room = rooms.room(ws, args.need("channel"), member=False)
    shown, metadata = pages.page(room.members, str, args, 100)
    return {"members": shown, "response_metadata": metadata}


def history(ws: Workspace, args: Args) -> Json:
    """The newest first, without the replies of threads."""
    room = rooms.room(ws, args.need("channel"))
    said = [m for m in ws.timeline.of(room.id) if not m.ephemeral_for and (not m.thread_ts or m.broadcast)]
    return _messages(ws, _within(said[::-1], args), args, 100)


def replies(ws: Workspace, args: Args) -> Json:
    """The root, then its replies, oldest first; the ts of a reply gives that reply alone, as in Slack."""
    room = rooms.room(ws, args.need("channel"))
    root = ws.timeline.find(room.id, args.need("ts"))
    if root is None or root.ephemeral_for:
        raise ApiError("thread_not_found")
    thread = _within(ws.timeline.replies(room.id, root.ts), args)
    return _messages(ws, [root, *thread], args, 1000)


def open_conversation(ws: Workspace, args: Args) -> Json:
    if "channel" in args:
        room = rooms.room(ws, args.text("channel"))
        already = True
    else:
        user = _one_user(ws, args)
        before = len(ws.channels)
        room = posting.direct(ws, ws.bot.id, user)
        already = len(ws.channels) == before
    shown = payloads.channel(room, ws.bot.id) if args.flag("return_im") else {"id": room.id}
    return {"channel": shown, **({"no_op": True, "already_open": True} if already else {})}


def kinds_asked(args: Args) -> list[str]:
    """The channel types that conversations.list asks for."""
    kinds = args.words("types") or ["public_channel"]
    if unknown := set(kinds) - set(KINDS):
        raise ApiError("invalid_types", [f"unknown: {', '.join(sorted(unknown))}"])
    return [KINDS[kind] for kind in kinds]


def _one_user(ws: Workspace, args: Args) -> str:
    users = args.words("users")
    if not users:
        raise ApiError("users_list_not_supplied")
    if any(user not in ws.users for user in users):
        raise ApiError("user_not_found")
    if len(users) > 1:
        raise ApiError("too_many_users")
    if users[0] == ws.bot.id or ws.users[users[0]].deleted:
        raise ApiError("cannot_dm_bot" if users[0] == ws.bot.id else "user_disabled")
    return users[0]


def _within(said: list[Message], args: Args) -> list[Message]:
    """Messages between `oldest` and `latest`, including those moments only when `inclusive` is given."""
    oldest, latest = _moment(args, "oldest"), _moment(args, "latest")
    inclusive = args.flag("inclusive")

    def inside(message: Message) -> bool:
        at = _micro(message.ts)
        if inclusive and at in (oldest, latest):
            return True
        return (oldest is None or at > oldest) and (latest is None or at < latest)

    return [message for message in said if inside(message)]


def _moment(args: Args, name: str) -> int | None:
    text = args.text(name)
    if not text or text == "now":
        return None
    if not text.replace(".", "", 1).isdigit():
        raise ApiError(f"invalid_ts_{name}")
    return _micro(text) or None


def _micro(ts: str) -> int:
    seconds, _, fraction = ts.partition(".")
    return int(seconds or 0) * 1_000_000 + int(fraction.ljust(6, "0")[:6])


def _messages(ws: Workspace, said: list[Message], args: Args, limit: int) -> Json:
    shown, metadata = pages.page(said, lambda message: message.ts, args, limit)
    with_metadata = args.flag("include_all_metadata")
    return {
        "messages": [ws.shown(message, metadata=with_metadata) for message in shown],
        "has_more": bool(metadata["next_cursor"]),
        "pin_count": 0,
        "response_metadata": metadata,
    }


def kind_of(ws: Workspace, args: Args) -> list[str]:
    """The channel type that a conversations.* call is about; nothing when there is no such channel."""
    found: Channel | None = ws.channels.get(args.text("channel"))
    return [found.kind] if found else []
