"""Deliveries: signatures, retries, duplicates, delays; and the events behind them."""

import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import stripe

from sandbox.stripe.testing import Local, local_stripe

# Retries take their time; the long runs wait for them.
pytestmark = pytest.mark.long

SECRET = "whsec_first"
DELAYS = (0.0, 0.2, 0.2, 0.2)


class Receiver:
    """Collects verified deliveries; refuses the first `refuse` of them."""

    def __init__(self, url: str) -> None:
        self.url, self.refuse = url, 0
        self.got: list[Any] = []
        self.headers: list[str] = []

    def take(self, payload: bytes, header: str) -> int:
        self.headers.append(header)
        if self.refuse:
            self.refuse -= 1
            return 500
        self.got.append(stripe.Webhook.construct_event(payload, header, SECRET))
        return 200


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            payload = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(found.take(payload, self.headers["Stripe-Signature"]))
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = Receiver(f"http://127.0.0.1:{server.server_port}/hook")
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield found
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def local() -> Iterator[Local]:
    with local_stripe(delays=DELAYS) as running:
        yield running


@pytest.fixture(autouse=True)
def subscribed(local: Local, receiver: Receiver) -> Iterator[None]:
    local.control("POST", "webhooks", url=receiver.url, secrets=[SECRET])
    yield
    local.control("DELETE", "webhooks")
    local.control("POST", "webhooks/delivery", copies=1)


def until(met: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not met():
        assert time.monotonic() < deadline, "nothing came in twenty seconds"
        time.sleep(0.02)


def make(local: Local) -> str:
    return str(local.client.v1.customers.create({"name": "W"}).id)


def test_a_delivery_is_signed_and_whole(local: Local, receiver: Receiver) -> None:
    customer = make(local)
    until(lambda: len(receiver.got) == 1)
    event = receiver.got[0]
    assert (event.type, event.data.object["id"], event.livemode) == ("customer.created", customer, False)
    assert event.request.id == local.client.v1.events.retrieve(event.id).request.id
    until(lambda: local.client.v1.events.retrieve(event.id).pending_webhooks == 0)


def test_a_refused_delivery_comes_again(local: Local, receiver: Receiver) -> None:
    receiver.refuse = 2
    make(local)
    until(lambda: len(receiver.got) == 1)
    attempts = local.control("GET", f"webhooks/deliveries?event={receiver.got[0].id}")[0]["attempts"]
    until(lambda: len(receiver.headers) == 3)
    assert [each["outcome"] for each in attempts][:2] == ["500", "500"]


def test_it_gives_up_in_the_end(local: Local, receiver: Receiver) -> None:
    receiver.refuse = 99
    make(local)
    until(lambda: all(row["done"] for row in local.control("GET", "webhooks/deliveries")))
    assert len(receiver.headers) == len(DELAYS)
    assert local.client.v1.events.list({"limit": 1}).data[0].pending_webhooks == 1


def test_duplicates_and_resends(local: Local, receiver: Receiver) -> None:
    local.control("POST", "webhooks/delivery", copies=2)
    make(local)
    until(lambda: len(receiver.got) == 2)
    event = receiver.got[0].id
    local.control("POST", f"events/{event}/resend")
    until(lambda: len(receiver.got) == 3)
    assert {each.id for each in receiver.got} == {event}


def test_held_back_until_released(local: Local, receiver: Receiver) -> None:
    local.control("POST", "webhooks/delivery", held=True)
    make(local)
    time.sleep(0.3)
    assert receiver.headers == []
    local.control("POST", "webhooks/delivery", held=False)
    until(lambda: len(receiver.got) == 1)


def test_two_secrets_sign_twice(local: Local, receiver: Receiver) -> None:
    local.control("POST", "webhooks", url=receiver.url, secrets=["whsec_new", SECRET])
    make(local)
    until(lambda: len(receiver.got) == 1)
    assert receiver.headers[0].count("v1=") == 2


def test_only_what_was_asked_for(local: Local, receiver: Receiver) -> None:
    local.control("POST", "webhooks", url=receiver.url, secrets=[SECRET], events=["product.created"])
    make(local)
    local.client.v1.products.create({"name": "P"})
    until(lambda: len(receiver.got) == 1)
    assert receiver.got[0].type == "product.created"


def test_catching_up_from_the_last_event_seen(local: Local) -> None:
    v1 = local.client.v1
    make(local)
    last = v1.events.list({"limit": 1}).data[0].id
    made = [make(local) for _ in range(3)]
    missed = list(v1.events.list({"ending_before": last, "limit": 2}).auto_paging_iter())
    assert [event.data.object["id"] for event in missed] == made, "backwards paging goes from old to new"
    assert v1.events.list({"types": ["invoice.sent", "customer.*"], "limit": 3}).data[0].type == "customer.created"
    local.clock.pass_(days=31)
    assert v1.events.list().data == [], "the list goes back thirty days"
