"""Stripe's webhook door: only what Stripe signed just now comes in, once; anything else is answered 4xx and kept nowhere."""

import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlmodel import select
from starlette.testclient import TestClient

from jobs.office import Office
from store.database import Database
from store.tables.inbox import Inbox
from tests import world as worlds
from tests.jobs.office_kit import office
from web.server import build

SECRET = "whsec_local"
EVENT = {"id": "evt_1", "type": "invoice.paid", "created": 1764700000, "livemode": False,
         "data": {"object": {"id": "in_1", "object": "invoice", "customer_email": "x@y.example"}}}  # fmt: skip


@pytest.fixture
def desk(shared: worlds.TestWorld, tmp_path: Path) -> Iterator[Office]:
    db = Database(f"sqlite:///{tmp_path / 'ari.db'}")
    db.migrate()
    yield office(replace(shared, desk=replace(shared.desk, db=db)))[0]
    db.close()


@pytest.fixture
def http(desk: Office) -> TestClient:
    """Errors come back as a 500, as they would to Stripe."""
    return TestClient(build(desk, None), raise_server_exceptions=False)


def signed(body: bytes, at: float | None = None, secret: str = SECRET, scheme: str = "v1") -> str:
    stamp = int(time.time() if at is None else at)
    mac = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={stamp},{scheme}={mac}"


def post(http: TestClient, body: bytes, signature: str | None) -> int:
    headers = {} if signature is None else {"stripe-signature": signature}
    return int(http.post("/stripe/webhook", content=body, headers=headers).status_code)


def kept(desk: Office) -> list[Inbox]:
    with desk.desk.db.read() as session:
        return list(session.exec(select(Inbox)))


def body(**changes: Any) -> bytes:
    return json.dumps(EVENT | changes).encode()


def test_a_signed_event_is_kept_as_its_gist(http: TestClient, desk: Office) -> None:
    assert post(http, body(), signed(body())) == 200
    [row] = kept(desk)
    assert (row.id, row.kind, row.lane, row.status) == ("evt_1", "stripe.event", "stripe:in_1", "new")
    assert "x@y.example" not in json.dumps(row.payload)


def test_the_same_event_again_is_acknowledged_and_not_kept_again(http: TestClient, desk: Office) -> None:
    assert [post(http, body(), signed(body())) for _ in range(3)] == [200, 200, 200]
    assert post(http, body(type="invoice.void"), signed(body(type="invoice.void"))) == 200
    assert [row.payload["type"] for row in kept(desk)] == ["invoice.paid"]


NOW = time.time()
WRONG: dict[str, str | None] = {
    "missing": None,
    "empty": "",
    "nonsense": "nonsense",
    "no time": signed(body()).partition(",")[2],
    "no mac": f"t={int(NOW)}",
    "empty mac": f"t={int(NOW)},v1=",
    "other secret": signed(body(), secret="whsec_other"),
    "no secret": signed(body(), secret=""),
    "other body": signed(body(id="evt_2")),
    "old": signed(body(), NOW - 301),
    "very old": signed(body(), 0),
    "future": signed(body(), NOW + 3600),
    "hidden future": signed(body(), NOW + 3600) + f",t={int(NOW)}",
    "other scheme": signed(body(), scheme="v0"),
    "not a time": "t=soon,v1=" + "0" * 64,
    "no equals": f"t={int(NOW)},v1={'0' * 64},v2",
    "latin": f"t={int(NOW)},v1=" + "\xe9" * 64,
    "huge": "t=1," + "v1=0," * 1000,
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_signature_is_refused(http: TestClient, desk: Office, name: str) -> None:
    signature = WRONG[name]
    sent = signature.encode("latin-1") if signature else signature
    assert post(http, body(), sent) == 400  # type: ignore[arg-type]
    assert kept(desk) == []


@pytest.mark.parametrize(
    "garbage",
    [
        b"", b"{}", b"[]", b"null", b"5", b'"text"', b"\xff\xfe", b"{", b'{"id": "evt_1"}',
        body(data={}), body(data=None), body(data={"object": None}), body(data={"object": []}), body(created="soon"),
        json.dumps({key: value for key, value in EVENT.items() if key != "id"}).encode(),
        b'{"id": "evt_1", "type": "v1.billing.meter.error_report_triggered", "related_object": {"id": "mtr_1"}}',
    ],
)  # fmt: skip
def test_what_is_no_event_is_refused_though_it_is_signed(http: TestClient, desk: Office, garbage: bytes) -> None:
    assert post(http, garbage, signed(garbage)) == 400
    assert kept(desk) == []


def test_within_five_minutes_a_clock_may_be_wrong(http: TestClient) -> None:
    for n, off in enumerate((-290, 290)):
        one = body(id=f"evt_{n}")
        assert post(http, one, signed(one, time.time() + off)) == 200


def test_other_methods_and_paths_are_refused(http: TestClient) -> None:
    assert http.get("/stripe/webhook").status_code == 405
    assert http.post("/slack/events", content=b"{}").status_code == 404, "in socket mode there is no such door"


def test_without_a_secret_nothing_is_believed(shared: worlds.TestWorld, desk: Office) -> None:
    settings = desk.desk.settings
    for secret in (None, SecretStr("")):
        env = settings.env.model_copy(update={"stripe_webhook_secret": secret})
        bare = replace(desk, desk=replace(desk.desk, settings=replace(settings, env=env)))
        http = TestClient(build(bare, None), raise_server_exceptions=False)
        assert post(http, body(), signed(body(), secret="")) in (400, 503)
    assert kept(desk) == []


def test_health_says_the_business_time(http: TestClient, shared: worlds.TestWorld) -> None:
    assert http.get("/health").json() == {"ok": True, "business_time": shared.clock.at.isoformat()}
