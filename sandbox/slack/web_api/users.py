"""users.* and usergroups.*: who is here. E-mail addresses need users:read.email."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.slack import payloads
from sandbox.slack.records import Json, User
from sandbox.slack.web_api import pages
from sandbox.slack.web_api.args import ApiError, Args

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace


def info(ws: Workspace, args: Args) -> Json:
    found = ws.users.get(args.need("user"))
    if found is None:
        raise ApiError("user_not_found")
    return {"user": _shown(ws, found)}


def list_users(ws: Workspace, args: Args) -> Json:
    shown, metadata = pages.page(list(ws.users.values()), lambda user: user.id, args, 1000)
    return {"members": [_shown(ws, user) for user in shown], "cache_ts": int(ws.now()), "response_metadata": metadata}


def lookup_by_email(ws: Workspace, args: Args) -> Json:
    wanted = args.need("email").lower()
    for user in ws.users.values():
        if user.email and user.email.lower() == wanted and not user.deleted:
            return {"user": _shown(ws, user)}
    raise ApiError("users_not_found")


def list_groups(ws: Workspace, args: Args) -> Json:
    groups = [_group(ws, group, args.flag("include_users")) for group in ws.usergroups.values()]
    return {"usergroups": groups}


def list_group_users(ws: Workspace, args: Args) -> Json:
    group = ws.usergroups.get(args.need("usergroup"))
    if group is None:
        raise ApiError("no_such_subteam")
    return {"users": group["users"]}


def _shown(ws: Workspace, user: User) -> Json:
    return payloads.user(user, ws.team, ws.manifest.allows("users:read.email"))


def _group(ws: Workspace, group: Json, include_users: bool) -> Json:
    shown = {
        "id": group["id"],
        "team_id": ws.team["id"],
        "is_usergroup": True,
        "is_subteam": True,
        "name": group["name"],
        "handle": group["handle"],
        "description": group.get("description", ""),
        "is_external": False,
        "date_delete": 0,
        "user_count": len(group["users"]),
    }
    return {**shown, **({"users": group["users"]} if include_users else {})}
