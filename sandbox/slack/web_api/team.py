"""The app and the workspace themselves: auth.test, apps.connections.open, team.info, bots.info, blocks.validate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.slack import payloads
from sandbox.slack.blocks import block_problems, view_problems
from sandbox.slack.records import Json
from sandbox.slack.web_api.args import ApiError, Args

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace


def auth_test(ws: Workspace, args: Args) -> Json:
    return {
        "url": f"{ws.base_url}/",
        "team": ws.team["name"],
        "user": ws.bot.name,
        "team_id": ws.team["id"],
        "user_id": ws.bot.id,
        "bot_id": ws.app["bot_id"],
        "is_enterprise_install": False,
    }


def open_connection(ws: Workspace, args: Args) -> Json:
    base = ws.base_url.replace("http", "ws", 1)
    return {"url": f"{base}/link?ticket={ws.tickets.socket()}&app_id={ws.app['id']}"}


def info(ws: Workspace, args: Args) -> Json:
    return {"team": {"id": ws.team["id"], "name": ws.team["name"], "domain": ws.team["domain"], "icon": {}}}


def bot_info(ws: Workspace, args: Args) -> Json:
    if args.text("bot") not in ("", ws.app["bot_id"]):
        raise ApiError("bot_not_found")
    return {"bot": payloads.bot(ws.team, ws.app)}


def validate_blocks(ws: Workspace, args: Args) -> Json:
    given = args.given.keys() & {"blocks", "message", "view"}
    if len(given) != 1:
        raise ApiError("invalid_arguments", ["give exactly one of blocks, message and view"])
    if "view" in args:
        problems = view_problems(args.json("view"))
    else:
        problems = block_problems(args.json("blocks") if "blocks" in args else args.json("message").get("blocks"))
    if problems:
        raise ApiError("invalid_blocks", problems)
    return {}
