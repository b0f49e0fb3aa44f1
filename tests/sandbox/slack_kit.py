"""A served workspace, a small Bolt app beside it, and ways to wait for what they do to each other."""

import asyncio
import base64
import socket
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import uvicorn
import yaml
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.adapter.starlette import SlackRequestHandler
from slack_sdk import WebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.clock import Clock
from sandbox.slack import __main__ as command
from sandbox.slack import server
from sandbox.slack.web_api import dispatch
from sandbox.slack.workspace import Workspace

BOT, APP_TOKEN, SECRET = "xoxb-ari-local", "xapp-ari-local", "ari-local-signing-secret"
WREN, ODO, TIBOR, PIM, ARI = "U01WREN", "U02ODO", "U04TIBOR", "U05PIM", "U0ARI"
BILLING, CONTRACTS, GENERAL, LEADS = "C01BILLING", "C02CONTRACTS", "C03GENERAL", "C04FINLEADS"


def config(**app: Any) -> dict[str, Any]:
    """The shipped configuration, quick to retry; `app` overrides settings of the app."""
    read: dict[str, Any] = yaml.safe_load(command.DEFAULT_CONFIG.read_text())
    read["app"] |= {"retry_delays": [0.05, 0.05, 0.05], "probe_seconds": 0.05, **app}
    return read


def workspace(manifest: dict[str, Any] | None = None, clock: Clock | None = None) -> Workspace:
    """A workspace that nobody serves and no app is connected to."""
    read = config()
    if manifest is not None:
        read["manifest"] = manifest
    return Workspace(read, "http://127.0.0.1:1", clock)


def until(check: Callable[[], Any], what: str = "", seconds: float = 5.0) -> Any:
    """The first truthy result of `check`; fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := check():
            return found
        time.sleep(0.01)
    raise AssertionError(f"waited {seconds} s in vain for {what or check}")


def call(ws: Workspace, method: str, token: str = BOT, **args: Any) -> dict[str, Any]:
    """The answer to a Web API call, without a server."""

    async def ask() -> dict[str, Any]:
        answer = dispatch.call(ws, method, token, args)[0]
        # What the method put off until after its answer has to happen too.
        await asyncio.sleep(0)
        return answer

    return asyncio.run(ask())


def act(doing: Coroutine[Any, Any, Any]) -> Any:
    """What an act of a person returns, without a server."""
    return asyncio.run(doing)


def waiting(ws: Workspace) -> list[dict[str, Any]]:
    """The events that a workspace without an app holds back."""
    return [envelope.payload["event"] for envelope in ws.delivery.waiting]


class Served:
    """A workspace over HTTP, driven through its control API."""

    def __init__(self, port: int, ws: Workspace) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.ws = ws
        self.http = httpx.Client(base_url=self.url, trust_env=False)
        self.client = WebClient(token=BOT, base_url=f"{self.url}/api/")

    def act(self, act: str, status: int = 200, /, **body: Any) -> Any:
        answer = self.http.post(f"/_act/{act}", json=body)
        assert answer.status_code == status, answer.text
        return answer.json()

    def state(self, path: str) -> Any:
        return self.http.get(f"/_state/{path}").json()

    def thread(self, channel: str, ts: str) -> list[dict[str, Any]]:
        """The replies of a thread, without its root."""
        return [said for said in self.state(f"thread/{channel}/{ts}") if said["ts"] != ts]

    def wait_reply(self, said: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = until(lambda: self.thread(said["channel"], said["ts"]), "a reply")[0]
        return found

    def events(self, name: str) -> list[dict[str, Any]]:
        """Deliveries of that event type so far."""
        return [sent for sent in self.state("deliveries") if sent["what"] == name]


@contextmanager
def serve(read: dict[str, Any], state: Path | None = None, port: int = 0) -> Iterator[Served]:
    """A workspace with this configuration, on a free port unless one is given."""
    port = port or free_port()
    ws, saved = command.assemble(read, f"http://127.0.0.1:{port}", state)
    with running(server.build(ws, saved), port):
        yield Served(port, ws)


@contextmanager
def socket_mode(app: App) -> Iterator[None]:
    handler = SocketModeHandler(app, APP_TOKEN, ping_interval=0.3)
    handler.connect()
    try:
        yield
    finally:
        handler.close()


@contextmanager
def http_mode(app: App, port: int) -> Iterator[None]:
    handler = SlackRequestHandler(app)

    async def take(request: Request) -> Response:
        return await handler.handle(request)

    with running(Starlette(routes=[Route("/slack/events", take, methods=["POST"])]), port):
        yield


def bolt(url: str, secret: str = SECRET) -> App:
    return App(token=BOT, signing_secret=secret, client=WebClient(token=BOT, base_url=f"{url}/api/"))


def upload(name: str, content: bytes, mimetype: str = "application/pdf") -> dict[str, str]:
    return {"name": name, "base64": base64.b64encode(content).decode(), "mimetype": mimetype}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(app: Any, port: int) -> Iterator[None]:
    web = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning", timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=web.run)
    thread.start()
    until(lambda: web.started, "the server")
    try:
        yield
    finally:
        web.should_exit = True
        thread.join()
