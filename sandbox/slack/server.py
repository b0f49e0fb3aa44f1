"""The workspace over HTTP, as the app meets it: Web API, Socket Mode, files, response URLs; and the control API.

The browser pages are added by `page/`. Everything is meant for one machine: requests whose Host is not the loopback
are refused, so that no web page elsewhere can reach the workspace by a name of its own.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, FastAPI, Request, Response, WebSocket
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse
from starlette.middleware.trustedhost import TrustedHostMiddleware

from sandbox import clock
from sandbox.slack import control, sockets
from sandbox.slack.records import Json
from sandbox.slack.request_url import HttpLink
from sandbox.slack.saved import Saved
from sandbox.slack.web_api import dispatch, files, hooks, scheduled
from sandbox.slack.web_api.args import ApiError
from sandbox.slack.workspace import Workspace

SIGN_IN = "<!DOCTYPE html><html><head><title>Slack</title></head><body>Sign in to see this file.</body></html>"


def build(workspace: Workspace, saved: Saved | None = None) -> FastAPI:
    """The application that serves `workspace`, restoring it from `saved` and keeping it there when given."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with running(workspace, saved):
            yield

    app = FastAPI(lifespan=lifespan, title=f"{workspace.team['name']}, a local Slack workspace")
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])
    app.include_router(_api(workspace))
    app.include_router(_file_routes(workspace))
    app.include_router(control.router(workspace))
    if workspace.clock is not None:
        app.include_router(clock.router(workspace.clock))
    return app


@asynccontextmanager
async def running(workspace: Workspace, saved: Saved | None = None) -> AsyncIterator[None]:
    """Everything that happens without being asked: saving, scheduled posts, looking for the app's request URL."""
    if saved:
        saved.restore(workspace)
    end_saving = saved.follow(workspace) if saved else None
    workspace.delivery.spawn(scheduled.post_when_due(workspace))
    link = HttpLink(workspace.app, workspace.report_problem) if workspace.app.get("request_url") else None
    if link:
        workspace.delivery.spawn(link.watch(workspace.delivery))
    try:
        yield
    finally:
        await workspace.delivery.close()
        if link:
            await link.close()
        if end_saving:
            end_saving()


def _api(ws: Workspace) -> APIRouter:
    routes = APIRouter()

    @routes.api_route("/api/{method}", methods=["GET", "POST"])
    async def call(method: str, request: Request) -> JSONResponse:
        try:
            token, given = await _arguments(request)
        except ApiError as error:
            return JSONResponse(error.body)
        body, status, headers = dispatch.call(ws, method, token, given)
        return JSONResponse(body, status, headers)

    @routes.websocket("/link")
    async def link(socket: WebSocket, ticket: str = "") -> None:
        if not ws.tickets.redeem_socket(ticket):
            await socket.close(1008, "link_disabled")
            return
        await sockets.serve(socket, ws.delivery, ws.app)

    @routes.post("/hooks/{token}")
    async def hook(token: str, request: Request) -> PlainTextResponse:
        try:
            hooks.respond(ws, token, await _json(request))
        except ApiError as error:
            gone = error.body["error"] in ("no_such_hook", "expired_url", "used_url")
            return PlainTextResponse(error.body["error"], 404 if gone else 400)
        return PlainTextResponse("ok")

    @routes.get("/archives/{channel}/p{stamp}")
    async def permalink(channel: str, stamp: str) -> RedirectResponse:
        """A permalink leads people to the message on the page, in its thread if it has one."""
        ts = f"{stamp[:-6]}.{stamp[-6:]}"
        said = ws.timeline.find(channel, ts)
        root = said.thread_ts if said else None
        thread = root or (ts if ws.timeline.replies(channel, ts) else "")
        return RedirectResponse("/?" + urlencode({"at": channel, **({"thread": thread} if thread else {})}))

    return routes


def _file_routes(ws: Workspace) -> APIRouter:
    routes = APIRouter()

    @routes.post("/upload/v1/{file_id}")
    async def upload(file_id: str, request: Request) -> PlainTextResponse:
        content = await _uploaded(request)
        file = ws.uploads.get(file_id)
        if file is None or len(content) != file["size"]:
            return PlainTextResponse("unknown file, or not the length that was announced", 400)
        ws.blobs[file_id] = content
        return PlainTextResponse(f"OK - {len(content)}")

    @routes.get("/files/{file_id}/{name}")
    @routes.get("/files/{file_id}/download/{name}")
    async def download(file_id: str, name: str, request: Request) -> Response:
        """Without the app's token this answers 200 with a page, as Slack does: look at the bytes before using them."""
        file = ws.files.get(file_id)
        allowed = _bearer(request) == ws.app["bot_token"] and ws.manifest.allows("files:read")
        if not allowed or file is None or not files.visible_to_app(ws, file):
            return HTMLResponse(SIGN_IN)
        return Response(ws.blobs[file_id], media_type=file["mimetype"])

    return routes


async def _arguments(request: Request) -> tuple[str, Json]:
    """The caller's token and arguments, from wherever Slack lets them stand."""
    given: Json = dict(request.query_params)
    kind = request.headers.get("content-type", "")
    if "json" in kind:
        given |= await _json(request)
    elif "form" in kind:
        given |= {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    in_body = given.pop("token", "")
    return _bearer(request) or str(in_body), given


async def _json(request: Request) -> Json:
    body = await request.body()
    if not body:
        return {}
    try:
        parsed: Any = json.loads(body)
    except ValueError:
        raise ApiError("invalid_json") from None
    if not isinstance(parsed, dict):
        raise ApiError("json_not_object")
    return parsed


async def _uploaded(request: Request) -> bytes:
    """The bytes of an upload, posted as they are or as the first file of a form."""
    if "multipart" not in request.headers.get("content-type", ""):
        return await request.body()
    for part in (await request.form()).values():
        if not isinstance(part, str):
            return await part.read()
    return b""


def _bearer(request: Request) -> str:
    return request.headers.get("authorization", "").removeprefix("Bearer ").strip()
