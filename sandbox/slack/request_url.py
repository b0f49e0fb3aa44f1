"""HTTP mode: signed requests to the app's request URL, and a watch that notices when it comes and goes."""

import asyncio
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import httpx

from sandbox.slack.delivery import Delivery, Envelope, NoAnswer
from sandbox.slack.records import Json

FORM = "application/x-www-form-urlencoded"


class HttpLink:
    """Posts what Slack would post. `report` is told why the app cannot be reached, or an empty text when it can."""

    def __init__(self, app: Json, report: Callable[[str], None]) -> None:
        self._url: str = app["request_url"]
        self._secret: str = app["signing_secret"]
        self._every = float(app.get("probe_seconds", 1.0))
        # A proxy of the environment must not get between two processes on one machine.
        self._client = httpx.AsyncClient(trust_env=False)
        self._gone = asyncio.Event()
        self._report = report

    async def send(self, envelope: Envelope, timeout: float) -> Any:
        body, content_type = _encode(envelope)
        retry = {}
        if envelope.attempts:
            retry = {
                "x-slack-retry-num": str(len(envelope.attempts)),
                "x-slack-retry-reason": envelope.retry_reason,
            }
        response = await self._post(body, content_type, timeout, retry)
        if not response.is_success:
            raise NoAnswer("http_error", final=response.headers.get("x-slack-no-retry") == "1")
        return _answer(response)

    async def watch(self, delivery: Delivery) -> None:
        """Attach to `delivery` while the app answers Slack's challenge; ask again when it has gone."""
        while True:
            problem = await self._problem()
            self._report(problem)
            if not problem:
                self._gone.clear()
                delivery.attach(self)
                await self._gone.wait()
                delivery.detach(self)
            await asyncio.sleep(self._every)

    async def close(self) -> None:
        await self._client.aclose()

    async def _problem(self) -> str:
        """Ask the app to repeat a challenge, as Slack does when a request URL is entered."""
        challenge = secrets.token_hex(16)
        body = json.dumps({"type": "url_verification", "token": "local", "challenge": challenge})
        try:
            response = await self._post(body, "application/json", 3.0, {})
        except NoAnswer as failure:
            return f"{self._url}: {failure.reason}"
        if response.is_success and challenge in response.text:
            return ""
        hint = " (is its signing secret the one of this workspace?)" if response.status_code == 401 else ""
        return f"{self._url} answered HTTP {response.status_code} to Slack's challenge{hint}"

    async def _post(self, body: str, content_type: str, timeout: float, retry: dict[str, str]) -> httpx.Response:
        headers = {"content-type": content_type, **signature(self._secret, body), **retry}
        try:
            return await self._client.post(self._url, content=body, headers=headers, timeout=timeout)
        except httpx.TimeoutException:
            raise NoAnswer("http_timeout") from None
        except httpx.HTTPError:
            self._gone.set()
            raise NoAnswer("connection_failed") from None


def signature(secret: str, body: str) -> dict[str, str]:
    """The headers by which an app knows that a request is Slack's. Signed with wall time, whatever the story's is."""
    now = str(int(time.time()))
    digest = hmac.new(secret.encode(), f"v0:{now}:{body}".encode(), hashlib.sha256).hexdigest()
    return {"x-slack-request-timestamp": now, "x-slack-signature": f"v0={digest}"}


def _encode(envelope: Envelope) -> tuple[str, str]:
    if envelope.kind == "events_api":
        return json.dumps(envelope.payload), "application/json"
    if envelope.kind == "slash_commands":
        return urlencode(envelope.payload), FORM
    return urlencode({"payload": json.dumps(envelope.payload)}), FORM


def _answer(response: httpx.Response) -> Any:
    if not response.text:
        return None
    try:
        return response.json()
    except ValueError:
        return {"text": response.text}
