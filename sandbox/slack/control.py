"""Driving the workspace like a person, and looking inside: for tests and scripts, nothing of it is Slack's.

`POST /_act/NAME` takes the arguments of the act of that name in `Workspace` as JSON; people and channels may be given
by name ("wren", "#billing"), files as {name, base64, mimetype}. What a person may not do answers 409 with the reason.
`GET /_state/…` shows messages, threads, homes, modals, calls, deliveries and drops.
"""

import base64
import inspect
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Body, HTTPException
from fastapi.encoders import jsonable_encoder

from sandbox.slack.records import ActError, Json, Message
from sandbox.slack.web_api.faults import Fault
from sandbox.slack.workspace import Workspace

Act = Callable[..., Awaitable[Any]]


def router(ws: Workspace) -> APIRouter:
    routes = APIRouter()
    acts: dict[str, Act] = {
        act.__name__: act
        for act in (
            ws.say,
            ws.edit,
            ws.delete,
            ws.react,
            ws.invite,
            ws.open_im,
            ws.click,
            ws.click_view,
            ws.options,
            ws.slash,
            ws.shortcut,
            ws.stop_stream,
            ws.submit_view,
            ws.close_view,
            ws.open_home,
            ws.open_messages_tab,
        )
    }

    @routes.post("/_act/fault")
    async def fault(fault: Fault) -> Json:
        ws.faults.add(fault)
        return {"ok": True}

    @routes.post("/_act/{name}")
    async def act(name: str, body: Annotated[Json, Body()]) -> Any:
        if name not in acts:
            raise HTTPException(404, f"no such act; there are: {', '.join(acts)}, fault")
        try:
            bound = inspect.signature(acts[name]).bind(**_resolved(ws, body))
        except TypeError as error:
            raise HTTPException(422, f"{name}: {error}") from None
        try:
            return jsonable_encoder(await acts[name](*bound.args, **bound.kwargs))
        except ActError as error:
            raise HTTPException(409, str(error)) from None

    routes.include_router(_state(ws))
    return routes


def _state(ws: Workspace) -> APIRouter:
    routes = APIRouter(prefix="/_state")

    @routes.get("/messages/{channel}")
    async def messages(channel: str, viewer: str = "") -> Any:
        """Top-level messages as `viewer` sees them, or all of them."""
        room = _channel(ws, channel)
        if viewer:
            return _told(ws, ws.messages(room, _user(ws, viewer)))
        return _told(ws, [m for m in ws.timeline.of(room) if m.thread_ts is None or m.broadcast])

    @routes.get("/thread/{channel}/{ts}")
    async def thread(channel: str, ts: str, viewer: str = "") -> Any:
        room = _channel(ws, channel)
        if viewer:
            return _told(ws, ws.replies(room, ts, _user(ws, viewer)))
        return _told(ws, [m for m in ws.timeline.of(room) if ts in (m.ts, m.thread_ts)])

    @routes.get("/home/{user}")
    async def home(user: str) -> Any:
        return ws.homes.get(_user(ws, user))

    @routes.get("/views/{user}")
    async def views(user: str) -> Any:
        return ws.views[_user(ws, user)]

    @routes.get("/calls")
    async def calls() -> Any:
        return list(ws.calls)

    @routes.get("/deliveries")
    async def deliveries() -> Any:
        return [{"what": envelope.what, **jsonable_encoder(envelope)} for envelope in ws.delivery.log]

    @routes.get("/drops")
    async def drops() -> Any:
        return ws.drops

    @routes.get("/connected")
    async def connected() -> Any:
        return {
            "connected": ws.connected,
            "links": len(ws.delivery.links),
            "waiting": len(ws.delivery.waiting),
            "problem": "" if ws.connected else ws.connection_problem,
        }

    return routes


def _told(ws: Workspace, messages: list[Message]) -> list[Json]:
    """Messages in Slack's shape, with what only the sandbox knows about them."""
    return [{**ws.shown(m), "ephemeral_for": m.ephemeral_for, "stream": m.stream} for m in messages]


def _resolved(ws: Workspace, body: Json) -> Json:
    """The body with ids for names, bytes for base64, and a pair for [channel, ts]."""
    for key in ("user", "other"):
        if key in body:
            body[key] = _user(ws, body[key])
    if "channel" in body:
        body["channel"] = _channel(ws, body["channel"])
    if "files" in body:
        body["files"] = [(f["name"], base64.b64decode(f["base64"]), f.get("mimetype", "")) for f in body["files"]]
    if isinstance(body.get("place"), list):
        body["place"] = tuple(body["place"])
    return body


def _user(ws: Workspace, name: str) -> str:
    return next((user.id for user in ws.users.values() if name.removeprefix("@") == user.name), name)


def _channel(ws: Workspace, name: str) -> str:
    return next((room.id for room in ws.named_channels() if name.removeprefix("#") == room.name), name)
