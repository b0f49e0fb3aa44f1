"""Slack's door in HTTP mode: what Slack signed comes in, anything else is answered 4xx, and garbage breaks nothing."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier
from starlette.testclient import TestClient

from tests import world as worlds
from tests.jobs.office_kit import office
from web.server import build

SECRET = "slack-signing-secret"
CHALLENGE = json.dumps({"type": "url_verification", "challenge": "abc"})


@pytest.fixture(scope="module")
def http(tmp_path_factory: pytest.TempPathFactory, company: Path) -> Iterator[TestClient]:
    with (
        pytest.MonkeyPatch.context() as patch,
        worlds.opened(tmp_path_factory.mktemp("shared"), company, patch) as opened,
    ):
        client = WebClient("xoxb-x", base_url="http://127.0.0.1:1/api/")
        slack = App(client=client, signing_secret=SECRET, token_verification_enabled=False)
        yield TestClient(build(office(opened)[0], slack), raise_server_exceptions=False)


def headers(body: str, age: int = 0, secret: str = SECRET) -> dict[str, str]:
    stamp = str(int(time.time()) - age)
    made = str(SignatureVerifier(secret).generate_signature(timestamp=stamp, body=body))
    return {"content-type": "application/json", "x-slack-request-timestamp": stamp, "x-slack-signature": made}


def test_slack_can_verify_the_address(http: TestClient) -> None:
    answer = http.post("/slack/events", content=CHALLENGE, headers=headers(CHALLENGE))
    assert (answer.status_code, answer.json()) == (200, {"challenge": "abc"})


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({}, 401),
        (headers(CHALLENGE, secret="another"), 401),
        (headers(CHALLENGE, age=600), 401),
        (headers("other"), 401),
    ],
    ids=["unsigned", "other secret", "old", "other body"],
)
def test_what_slack_did_not_sign_just_now_is_refused(http: TestClient, given: dict[str, str], status: int) -> None:
    assert http.post("/slack/events", content=CHALLENGE, headers=given).status_code == status


@pytest.mark.parametrize("body", [b"{nope", b"\xff\xfe", b"payload=%7Bnope"])
@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded"])
def test_garbage_is_no_request(http: TestClient, body: bytes, kind: str) -> None:
    assert 400 <= http.post("/slack/events", content=body, headers={"content-type": kind}).status_code < 500


def test_only_posts_come_in(http: TestClient) -> None:
    assert http.get("/slack/events").status_code == 405
