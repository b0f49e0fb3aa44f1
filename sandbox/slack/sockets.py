"""Socket Mode: the web socket that an app holds, and the envelopes that travel on it."""

import asyncio
import time
import uuid
from typing import Any

from fastapi import WebSocket, WebSocketDisconnect

from sandbox.slack.delivery import Delivery, Envelope, NoAnswer
from sandbox.slack.records import Json


class SocketLink:
    """One connection of the app. Answers are matched to envelopes by id; an answer after the timeout is ignored."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket
        self._answers: dict[str, asyncio.Future[Any]] = {}

    async def send(self, envelope: Envelope, timeout: float) -> Any:
        envelope_id = str(uuid.uuid4())
        answer = self._answers[envelope_id] = asyncio.get_running_loop().create_future()
        try:
            await self._socket.send_json(_frame(envelope_id, envelope))
            return await asyncio.wait_for(answer, timeout)
        except TimeoutError:
            raise NoAnswer("timeout") from None
        except (WebSocketDisconnect, RuntimeError):
            # Starlette reports a socket that was closed under its sender as a RuntimeError.
            raise NoAnswer("connection_failed") from None
        finally:
            del self._answers[envelope_id]

    def take(self, frame: Json) -> None:
        """An acknowledgement: {envelope_id, payload?}."""
        answer = self._answers.get(frame.get("envelope_id", ""))
        if answer is not None and not answer.done():
            answer.set_result(frame.get("payload"))

    def lost(self) -> None:
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(NoAnswer("connection_failed"))


async def serve(socket: WebSocket, delivery: Delivery, app: Json) -> None:
    """Hold a connection until the app leaves it. `app` may set refresh_seconds, after which it is asked to renew."""
    await socket.accept()
    link = SocketLink(socket)
    await socket.send_json(_hello(app, len(delivery.links) + 1))
    delivery.attach(link)
    if seconds := app.get("refresh_seconds"):
        delivery.spawn(_refresh(socket, link, delivery, float(seconds)))
    try:
        while True:
            link.take(await socket.receive_json())
    except WebSocketDisconnect:
        return
    finally:
        delivery.detach(link)
        link.lost()


async def _refresh(socket: WebSocket, link: SocketLink, delivery: Delivery, seconds: float) -> None:
    await asyncio.sleep(seconds)
    if link in delivery.links:
        await socket.send_json({"type": "disconnect", "reason": "refresh_requested", "debug_info": {}})


def _hello(app: Json, connections: int) -> Json:
    return {
        "type": "hello",
        "num_connections": connections,
        "connection_info": {"app_id": app["id"]},
        "debug_info": {"host": "sandbox", "started": time.strftime("%Y-%m-%d %H:%M:%S"), "build_number": 1},
    }


def _frame(envelope_id: str, envelope: Envelope) -> Json:
    event = envelope.kind == "events_api"
    frame = {
        "envelope_id": envelope_id,
        "type": envelope.kind,
        "payload": envelope.payload,
        "accepts_response_payload": not event,
    }
    if event:
        frame |= {"retry_attempt": len(envelope.attempts), "retry_reason": envelope.retry_reason}
    return frame
