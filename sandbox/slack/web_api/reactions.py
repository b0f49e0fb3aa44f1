"""reactions.*: the app's own reactions to messages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sandbox.slack import posting
from sandbox.slack.records import Json, Message
from sandbox.slack.web_api import rooms
from sandbox.slack.web_api.args import ApiError, Args

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace

_NAME = re.compile(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?")


def add(ws: Workspace, args: Args) -> Json:
    said, name = _asked(ws, args)
    if ws.bot.id in said.reactions.get(name, []):
        raise ApiError("already_reacted")
    posting.react(ws, ws.bot.id, said, name, add=True)
    return {}


def remove(ws: Workspace, args: Args) -> Json:
    said, name = _asked(ws, args)
    if ws.bot.id not in said.reactions.get(name, []):
        raise ApiError("no_reaction")
    posting.react(ws, ws.bot.id, said, name, add=False)
    return {}


def _asked(ws: Workspace, args: Args) -> tuple[Message, str]:
    name = args.need("name")
    if not _NAME.fullmatch(name):
        raise ApiError("invalid_name")
    return rooms.message(ws, args.need("channel"), args.need("timestamp")), name
