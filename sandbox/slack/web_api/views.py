"""views.*: opening, stacking and changing modals, and publishing home tabs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.slack import view_store
from sandbox.slack.blocks import view_problems, view_too_large
from sandbox.slack.records import Json
from sandbox.slack.tickets import TicketError
from sandbox.slack.web_api.args import ApiError, Args

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace


def open_view(ws: Workspace, args: Args) -> Json:
    view = _view(args, "modal")
    _check_external_id(ws, view)
    return {"view": view_store.open_root(ws, _redeem(ws, args), view)}


def push(ws: Workspace, args: Args) -> Json:
    view = _view(args, "modal")
    _check_external_id(ws, view)
    user = _redeem(ws, args)
    if not ws.views[user]:
        raise ApiError("not_found")
    if len(ws.views[user]) >= view_store.STACK:
        raise ApiError("push_limit_reached")
    return {"view": view_store.push(ws, user, view)}


def update(ws: Workspace, args: Args) -> Json:
    view = _view(args)
    if "view_id" not in args and "external_id" not in args:
        raise ApiError("invalid_arguments", ["missing required field: view_id or external_id"])
    found = view_store.find(ws, args.text("view_id"), args.text("external_id"))
    if found is None:
        raise ApiError("not_found")
    user, current = found
    if view["type"] != current["type"]:
        raise ApiError("invalid_arguments", [f"the view is a {current['type']} [json-pointer:/view/type]"])
    _check_hash(args, current)
    return {"view": view_store.replace(ws, user, current, view)}


def publish(ws: Workspace, args: Args) -> Json:
    view = _view(args, "home")
    user = args.need("user_id")
    if user not in ws.users or ws.users[user].deleted:
        raise ApiError("invalid_arguments", ["invalid `user_id`"])
    if not ws.manifest.home_enabled:
        raise ApiError("not_enabled")
    if user in ws.homes:
        _check_hash(args, ws.homes[user])
    return {"view": view_store.publish(ws, user, view)}


def _view(args: Args, kind: str = "") -> Json:
    if "view" not in args:
        raise ApiError("invalid_arguments", ["missing required field: view"])
    view: Any = args.json("view")
    if problems := view_problems(view):
        raise ApiError("invalid_arguments", problems)
    if kind and view["type"] != kind:
        raise ApiError("invalid_arguments", [f"must be {kind} [json-pointer:/view/type]"])
    if view_too_large(view):
        raise ApiError("view_too_large")
    return dict(view)


def _redeem(ws: Workspace, args: Args) -> str:
    try:
        return ws.tickets.redeem_trigger(args.need("trigger_id"))
    except TicketError as error:
        raise ApiError(str(error)) from None


def _check_external_id(ws: Workspace, view: Json) -> None:
    if view.get("external_id") in view_store.external_ids(ws):
        raise ApiError("duplicate_external_id")


def _check_hash(args: Args, current: Json) -> None:
    if "hash" in args and args.text("hash") != current["hash"]:
        raise ApiError("hash_conflict")
