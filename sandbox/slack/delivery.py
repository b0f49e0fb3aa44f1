"""Brings events, interactions and commands to the app, and brings its answers back.

An event that is not acknowledged is sent again, with the same event id, after each of `retry_delays`. An interaction
is sent once. While no app is there, up to a thousand events wait and are delivered, in order, when one comes: this is
kinder than Slack, which gives up after its retries, because a demo may start in either order. What did not fit is
listed among the drops. How bytes travel is the links' business (`sockets.py`, `request_url.py`).
"""

import asyncio
import copy
import time
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from sandbox.slack.manifest import Manifest
from sandbox.slack.records import Json

Kind = Literal["events_api", "interactive", "slash_commands"]
_WAITING = 1000


class NoAnswer(Exception):
    """The app did not take the envelope. `reason` is a word for a machine; `final` forbids another try."""

    def __init__(self, reason: str, final: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.final = final


@dataclass
class Envelope:
    """Something on its way to the app, and what became of it. Each attempt is {ack_ms} or {error}.

    The payload is a copy: what is sent again is what was sent before, whatever has changed since.
    """

    kind: Kind
    payload: Json
    at: float = field(default_factory=time.time)
    attempts: list[Json] = field(default_factory=list)
    response: Any = None

    def __post_init__(self) -> None:
        self.payload = copy.deepcopy(self.payload)

    @property
    def what(self) -> str:
        event = self.payload.get("event", self.payload)
        return str(event.get("type") or event.get("command"))

    @property
    def retry_reason(self) -> str:
        return str(self.attempts[-1]["error"]) if self.attempts else ""


class Link(Protocol):
    """One way to reach the app."""

    async def send(self, envelope: Envelope, timeout: float) -> Any:
        """The app's answer, None for a bare acknowledgement. Raises NoAnswer."""


class Delivery:
    """`app` may set ack_timeout (seconds) and retry_delays (seconds before each retry); `presence` is called when
    the app comes or goes."""

    def __init__(self, app: Json, manifest: Manifest, presence: Callable[[], None]) -> None:
        self._timeout = float(app.get("ack_timeout", 3.0))
        self._delays = [float(delay) for delay in app.get("retry_delays", (1, 60, 300))]
        self._manifest = manifest
        self._presence = presence
        self._turn = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self.links: list[Link] = []
        self.waiting: deque[Envelope] = deque()
        self.log: deque[Envelope] = deque(maxlen=2000)
        self.drops: deque[Json] = deque(maxlen=2000)

    def event(self, payload: Json) -> None:
        """Send an event now, or once an app is there. Returns at once."""
        envelope = Envelope("events_api", payload)
        if reason := self._manifest.refusal("events_api", payload):
            self._drop(envelope, reason)
            return
        self.log.append(envelope)
        self._start(envelope)

    async def ask(self, kind: Kind, payload: Json) -> Any:
        """Send an interaction or a command once and return the app's answer. Raises NoAnswer."""
        envelope = Envelope(kind, payload)
        if reason := self._manifest.refusal(kind, payload):
            self._drop(envelope, reason)
            raise NoAnswer("undeclared")
        self.log.append(envelope)
        if not self.links:
            envelope.attempts.append({"error": "not_connected"})
            raise NoAnswer("not_connected")
        await self._attempt(envelope)
        return envelope.response

    def attach(self, link: Link) -> None:
        """From now on send through `link` too, beginning with what has waited."""
        self.links.append(link)
        self._presence()
        while self.waiting:
            self._start(self.waiting.popleft())

    def detach(self, link: Link) -> None:
        if link in self.links:
            self.links.remove(link)
            self._presence()

    async def close(self) -> None:
        """Stop every delivery under way; events that were not acknowledged wait again."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run `work` beside everything else until it ends or `close` is called."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _start(self, envelope: Envelope) -> None:
        if self.links:
            self.spawn(self._deliver(envelope))
            return
        if len(self.waiting) == _WAITING:
            self._drop(self.waiting.popleft(), "no app connected and the queue was full")
        self.waiting.append(envelope)

    async def _deliver(self, envelope: Envelope) -> None:
        while self.links:
            try:
                if await self._tried(envelope):
                    return
            except asyncio.CancelledError:
                self.waiting.append(envelope)
                raise
        self._start(envelope)

    async def _tried(self, envelope: Envelope) -> bool:
        """One attempt and the pause after it; True when there is to be no other."""
        try:
            await self._attempt(envelope)
        except NoAnswer as failure:
            if failure.final or len(envelope.attempts) > len(self._delays):
                return True
            await asyncio.sleep(self._delays[len(envelope.attempts) - 1])
            return False
        return True

    async def _attempt(self, envelope: Envelope) -> None:
        self._turn += 1
        link = self.links[self._turn % len(self.links)]
        began = time.monotonic()
        try:
            envelope.response = await link.send(envelope, self._timeout)
        except NoAnswer as failure:
            envelope.attempts.append({"error": failure.reason})
            raise
        envelope.attempts.append({"ack_ms": round((time.monotonic() - began) * 1000)})

    def _drop(self, envelope: Envelope, why: str) -> None:
        drop = {"at": envelope.at, "kind": envelope.kind, "what": envelope.what, "why": why}
        self.drops.append({**drop, "payload": envelope.payload})
