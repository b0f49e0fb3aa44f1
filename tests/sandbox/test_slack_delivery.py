"""How events reach an app: retries with the same id, a queue while it is away, one of several sockets, signatures."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.sandbox import slack_kit as kit
from tests.sandbox.slack_kit import Served, until

# Retries take their time; the long runs wait for them.
pytestmark = pytest.mark.long


@pytest.fixture
def served() -> Iterator[Served]:
    with kit.serve(kit.config(ack_timeout=0.2)) as running:
        yield running


@contextmanager
def socket_of(served: Served) -> Iterator[ClientConnection]:
    url = served.client.apps_connections_open(app_token=kit.APP_TOKEN)["url"]
    with connect(url, proxy=None) as link:
        assert json.loads(link.recv(5))["type"] == "hello"
        yield link


def take(link: ClientConnection, ack: bool = True) -> dict[str, Any]:
    envelope: dict[str, Any] = json.loads(link.recv(5))
    if ack:
        link.send(json.dumps({"envelope_id": envelope["envelope_id"]}))
    return envelope


def say(served: Served, text: str) -> None:
    served.act("say", user="wren", channel="billing", text=text)


def test_an_event_without_ack_comes_again_with_the_same_id(served: Served) -> None:
    with socket_of(served) as link:
        say(served, "hello")
        first, second, third = take(link, ack=False), take(link, ack=False), take(link)
    attempts = [(e["retry_attempt"], e["retry_reason"]) for e in (first, second, third)]
    assert attempts == [(0, ""), (1, "timeout"), (2, "timeout")]
    assert len({e["payload"]["event_id"] for e in (first, second, third)}) == 1
    assert len({e["envelope_id"] for e in (first, second, third)}) == 3
    sent = served.state("deliveries")[0]["attempts"]
    assert [attempt.get("error") for attempt in sent] == ["timeout", "timeout", None]


def test_an_event_is_given_up_after_three_retries(served: Served) -> None:
    with socket_of(served) as link:
        say(served, "hello")
        last = [take(link, ack=False) for _ in range(4)][-1]
        assert last["retry_attempt"] == 3
        until(lambda: len(served.state("deliveries")[0]["attempts"]) == 4, "the last timeout")
        with pytest.raises(TimeoutError):
            link.recv(0.3)


def test_events_wait_for_an_app_in_their_order(served: Served) -> None:
    for number in range(5):
        say(served, f"while away {number}")
    assert served.state("connected") == {"connected": False, "links": 0, "waiting": 5, "problem": ""}
    with socket_of(served) as link:
        heard = [take(link)["payload"]["event"]["text"] for _ in range(5)]
    assert heard == [f"while away {number}" for number in range(5)]


def test_an_event_lost_with_its_socket_comes_on_the_next_one(served: Served) -> None:
    with socket_of(served) as link:
        say(served, "hello")
        lost = take(link, ack=False)
    with socket_of(served) as link:
        again = take(link)
    assert again["payload"]["event_id"] == lost["payload"]["event_id"]


def test_each_envelope_goes_to_one_of_the_sockets(served: Served) -> None:
    with socket_of(served) as one, socket_of(served) as two:
        for number in range(4):
            say(served, f"message {number}")
        heard = [[take(link)["payload"]["event"]["text"] for _ in range(2)] for link in (one, two)]
    assert sorted(heard[0] + heard[1]) == [f"message {number}" for number in range(4)]


def test_pings_are_answered(served: Served) -> None:
    with socket_of(served) as link:
        assert link.ping().wait(5)


@pytest.mark.parametrize("used", [True, False], ids=["used", "unknown"])
def test_a_socket_needs_a_fresh_ticket(served: Served, used: bool) -> None:
    url = served.client.apps_connections_open(app_token=kit.APP_TOKEN)["url"]
    if used:
        with connect(url, proxy=None):
            pass
    with pytest.raises(InvalidStatus, match="403"), connect(url if used else f"{url}&ticket=x", proxy=None):
        pass


def test_a_connection_is_asked_to_renew_itself() -> None:
    with kit.serve(kit.config(refresh_seconds=0.1)) as served, socket_of(served) as link:
        assert json.loads(link.recv(5))["reason"] == "refresh_requested"


class Endpoint:
    """An app behind a request URL that answers events with what `answers` holds, then with 200."""

    def __init__(self, *answers: Response) -> None:
        self.requests: list[tuple[dict[str, str], str]] = []
        self._answers = list(answers)

    async def take(self, request: Request) -> Response:
        body = (await request.body()).decode()
        if '"url_verification"' in body:
            return PlainTextResponse(json.loads(body)["challenge"])
        self.requests.append((dict(request.headers), body))
        return self._answers.pop(0) if self._answers else PlainTextResponse("")


@contextmanager
def behind_url(endpoint: Endpoint) -> Iterator[Served]:
    port = kit.free_port()
    url = f"http://127.0.0.1:{port}/slack/events"
    routes = [Route("/slack/events", endpoint.take, methods=["POST"])]
    with kit.serve(kit.config(request_url=url)) as served, kit.running(Starlette(routes=routes), port):
        until(lambda: served.state("connected")["connected"], "the app")
        yield served


def test_http_retries_are_signed_and_keep_the_event_id() -> None:
    endpoint = Endpoint(PlainTextResponse("no", 500), Response(status_code=302, headers={"location": "/else"}))
    with behind_url(endpoint) as served:
        say(served, "hello")
        until(lambda: len(endpoint.requests) == 3, "two retries")
    retries = [(h.get("x-slack-retry-num"), h.get("x-slack-retry-reason")) for h, _ in endpoint.requests]
    assert retries == [(None, None), ("1", "http_error"), ("2", "http_error")]
    assert len({json.loads(body)["event_id"] for _, body in endpoint.requests}) == 1
    for headers, body in endpoint.requests:
        assert SignatureVerifier(kit.SECRET).is_valid_request(body, headers)
        assert not SignatureVerifier("another").is_valid_request(body, headers)


def test_http_no_retry_is_respected() -> None:
    endpoint = Endpoint(PlainTextResponse("no", 500, {"x-slack-no-retry": "1"}))
    with behind_url(endpoint) as served:
        say(served, "first")
        until(lambda: served.state("deliveries")[0]["attempts"], "the first answer")
        say(served, "second")
        until(lambda: len(endpoint.requests) == 2, "the second message")
    assert ["first" in body for _, body in endpoint.requests] == [True, False]


def test_http_says_what_is_wrong_with_the_request_url() -> None:
    port = kit.free_port()
    with kit.serve(kit.config(request_url=f"http://127.0.0.1:{port}/slack/events")) as served:
        until(lambda: "connection_failed" in served.state("connected")["problem"], "the refusal")
        app = kit.bolt(served.url, secret="another-secret")
        with kit.http_mode(app, port):
            until(lambda: "signing secret" in served.state("connected")["problem"], "the hint")
            say(served, "hello")
            assert served.state("connected")["waiting"] == 1
