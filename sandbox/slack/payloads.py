"""Slack's JSON for people, channels, files, messages and events. Pure: records in, dicts out.

What a person's click or form sends is in `callbacks.py`.
"""

import mimetypes
import time
import uuid
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from sandbox.slack import rich_text
from sandbox.slack.ids import new_id
from sandbox.slack.records import SLACKBOT, Channel, Json, Message, User

_PRETTY = {
    "csv": "CSV",
    "docx": "Word Document",
    "jpg": "JPEG",
    "json": "JSON",
    "pdf": "PDF",
    "png": "PNG",
    "txt": "Plain Text",
    "xlsx": "Excel Spreadsheet",
    "zip": "Zip",
}
TOMBSTONE = "This message was deleted."


def user(person: User, team: Json, with_email: bool = True) -> Json:
    """A user as users.info gives it; Slack leaves the address out without users:read.email."""
    names = {"real_name": person.real_name, "display_name": person.name}
    profile = {"title": person.title, **names, "team": team["id"]}
    profile |= {f"{key}_normalized": value for key, value in names.items()}
    if with_email and person.email:
        profile["email"] = person.email
    offset = datetime.now(ZoneInfo(person.tz)).utcoffset()
    return {
        "id": person.id,
        "team_id": team["id"],
        "name": person.name,
        "real_name": person.real_name,
        "deleted": person.deleted,
        "color": person.color,
        "tz": person.tz,
        "tz_label": person.tz,
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "profile": profile,
        "is_admin": False,
        "is_owner": False,
        "is_restricted": person.is_restricted,
        "is_ultra_restricted": person.is_ultra_restricted,
        # Slack says of its own Slackbot that it is no bot.
        "is_bot": person.is_bot and person.id != SLACKBOT,
        "is_app_user": False,
        "updated": 1700000000,
    }


def channel(room: Channel, viewer: str) -> Json:
    """A conversation as `viewer` (the bot's user id) gets it."""
    if room.is_im:
        other = next((member for member in room.members if member != viewer), viewer)
        return {"id": room.id, "created": room.created, "is_im": True, "user": other, "is_archived": False}
    return {
        "id": room.id,
        "name": room.name,
        "name_normalized": room.name,
        "created": room.created,
        "is_channel": not room.is_private,
        "is_group": False,
        "is_im": False,
        "is_mpim": False,
        "is_private": room.is_private,
        "is_archived": room.is_archived,
        "is_general": room.name == "general",
        "is_member": viewer in room.members,
        "is_shared": room.is_ext_shared,
        "is_ext_shared": room.is_ext_shared,
        "is_org_shared": False,
        "topic": {"value": room.topic, "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "num_members": len(room.members),
    }


def file(file_id: str, name: str, size: int, owner: str, base_url: str, mimetype: str = "", title: str = "") -> Json:
    """A file that is in no channel yet. Its type comes from `mimetype`, else from its name."""
    mimetype = mimetype or mimetypes.guess_type(name)[0] or "application/octet-stream"
    suffix = name.rpartition(".")[2].lower() if "." in name else "binary"
    now = int(time.time())
    return {
        "id": file_id,
        "created": now,
        "timestamp": now,
        "name": name,
        "title": title or name,
        "mimetype": mimetype,
        "filetype": suffix,
        "pretty_type": _PRETTY.get(suffix, suffix.upper()),
        "user": owner,
        "size": size,
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": False,
        "public_url_shared": False,
        "display_as_bot": False,
        "editable": False,
        "url_private": f"{base_url}/files/{file_id}/{quote(name)}",
        "url_private_download": f"{base_url}/files/{file_id}/download/{quote(name)}",
        # For people, who have no token: the page of this workspace shows it.
        "permalink": f"{base_url}/page/files/{file_id}",
        "channels": [],
        "groups": [],
        "ims": [],
        "file_access": "visible",
    }


def message(
    said: Message,
    team: Json,
    app: Json,
    thread: Sequence[Message] = (),
    root: Message | None = None,
    metadata: bool = True,
) -> Json:
    """A message as history, events and clicks carry it. `thread` are its replies when it is a root, `root` is the
    root when it is a reply."""
    shown: Json = {"type": "message", "user": said.user, "text": said.text, "ts": said.ts, "team": team["id"]}
    if said.subtype:
        shown["subtype"] = said.subtype
    if said.deleted:
        shown |= {"subtype": "tombstone", "text": TOMBSTONE, "hidden": True}
    if said.bot_id:
        shown |= {"bot_id": said.bot_id, "app_id": app["id"], "bot_profile": bot(team, app)}
    elif not said.files:
        shown["client_msg_id"] = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{said.channel}/{said.ts}"))
    if blocks := said.blocks or _typed(said):
        shown["blocks"] = blocks
    if said.files:
        shown |= {"files": said.files, "upload": True, "display_as_bot": False}
    if said.attachments:
        shown["attachments"] = said.attachments
    if said.metadata and metadata:
        shown["metadata"] = said.metadata
    if said.edited:
        shown["edited"] = {"user": said.user, "ts": said.ts}
    if said.reactions:
        shown["reactions"] = [
            {"name": name, "users": users, "count": len(users)} for name, users in said.reactions.items()
        ]
    return shown | _thread(said, thread, root)


def bot(team: Json, app: Json) -> Json:
    return {
        "id": app["bot_id"],
        "app_id": app["id"],
        "name": app["name"],
        "user_id": app["bot_user"],
        "team_id": team["id"],
        "deleted": False,
        "updated": 1700000000,
        "icons": {},
    }


def event_callback(team: Json, app: Json, event: Json, shared: bool = False) -> Json:
    """The envelope of an event, with a new event id."""
    authorization = {
        "enterprise_id": None,
        "team_id": team["id"],
        "user_id": app["bot_user"],
        "is_bot": True,
        "is_enterprise_install": False,
    }
    return {
        "token": "local-verification-token",
        "team_id": team["id"],
        "context_team_id": team["id"],
        "context_enterprise_id": None,
        "api_app_id": app["id"],
        "event": event,
        "type": "event_callback",
        "event_id": new_id("Ev", 10),
        "event_time": int(float(event["event_ts"])),
        "authorizations": [authorization],
        "is_ext_shared_channel": shared,
        "event_context": f"4-{new_id('', 32)}",
    }


def message_event(shown: Json, room: Channel) -> Json:
    """The `message` event for a message in Slack's shape."""
    return {**shown, "channel": room.id, "channel_type": room.kind, "event_ts": shown["ts"]}


def mention_event(shown: Json, room: Channel) -> Json:
    kept = ("user", "text", "ts", "team", "blocks", "files", "thread_ts", "parent_user_id", "client_msg_id")
    return {
        "type": "app_mention",
        **{key: shown[key] for key in kept if key in shown},
        "channel": room.id,
        "event_ts": shown["ts"],
    }


def changed_event(now: Json, before: Json, room: Channel, ts: str) -> Json:
    return _hidden("message_changed", room, ts) | {"message": now, "previous_message": before}


def deleted_event(before: Json, room: Channel, ts: str) -> Json:
    return _hidden("message_deleted", room, ts) | {"deleted_ts": before["ts"], "previous_message": before}


def _hidden(subtype: str, room: Channel, ts: str) -> Json:
    return {
        "type": "message",
        "subtype": subtype,
        "hidden": True,
        "channel": room.id,
        "channel_type": room.kind,
        "ts": ts,
        "event_ts": ts,
    }


def _typed(said: Message) -> list[Json]:
    """Slack adds a rich_text block to what a person types."""
    typed = said.text and not said.bot_id and not said.deleted
    return [rich_text.block(said.text, said.ts[-5:])] if typed else []


def _thread(said: Message, thread: Sequence[Message], root: Message | None) -> Json:
    if said.thread_ts:
        return {"thread_ts": said.thread_ts, **({"parent_user_id": root.user} if root else {})}
    if not thread:
        return {}
    people = list(dict.fromkeys(reply.user for reply in thread))
    return {
        "thread_ts": said.ts,
        "reply_count": len(thread),
        "reply_users": people,
        "reply_users_count": len(people),
        "latest_reply": thread[-1].ts,
        "is_locked": False,
        "subscribed": False,
    }
