"""HTTP mode, as in production behind a public URL: signed requests, and refusals for everything else."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from slack_sdk.signature import SignatureVerifier

from tests.e2e.kit import Demo, running
from tests.e2e.people import BILLING, PAPERS, confirm, terms_card, words

SECRET = "ari-local-signing-secret"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, company: Path) -> Iterator[Demo]:
    with running(tmp_path_factory.mktemp("demo"), company, http=True) as started:
        yield started


def post(demo: Demo, body: str, headers: dict[str, str]) -> httpx.Response:
    json_body = {"content-type": "application/json"}
    return httpx.post(f"{demo.ari_url}/slack/events", content=body, headers=json_body | headers, trust_env=False)


def test_health_tells_the_business_time(demo: Demo) -> None:
    told = httpx.get(f"{demo.ari_url}/health", trust_env=False).json()
    assert told["ok"] and told["business_time"].startswith("2025-11-13T13:5")


def test_a_message_is_answered_and_a_button_works(demo: Demo) -> None:
    confirm(demo, "wren", terms_card(demo, PAPERS["Elmfoot"]))
    asked = demo.say("wren", BILLING, "@Ari who is over this month?")
    [answer] = demo.wait(lambda: demo.thread(asked), "an answer")
    assert "Elmfoot Utilities" in words(answer)
    assert demo.state("drops") == []


def test_an_event_that_comes_twice_is_answered_once(demo: Demo) -> None:
    said = demo.say("wren", BILLING, "@Ari what can you do?")
    demo.wait(lambda: demo.thread(said), "an answer")
    [sent] = [one for one in demo.state("deliveries") if one["payload"].get("event", {}).get("ts") == said["ts"]
              and one["what"] == "app_mention"]  # fmt: skip
    body = json.dumps(sent["payload"])
    assert post(demo, body, signed(body=body)).status_code == 200
    demo.settle()
    assert len(demo.thread(said)) == 1


def signed(age: int = 0, secret: str = SECRET, body: str = "{}") -> dict[str, str]:
    """The headers of a request that was signed `age` seconds ago."""
    stamp = str(int(time.time()) - age)
    made = SignatureVerifier(secret).generate_signature(timestamp=stamp, body=body)
    return {"x-slack-request-timestamp": stamp, "x-slack-signature": str(made)}


@pytest.mark.parametrize(
    "headers",
    [signed(secret="another secret"), signed(body='{"a": 1}'), signed(age=3600), {}],
    ids=["another secret", "another body", "an hour old", "none"],
)
def test_what_slack_did_not_sign_is_refused(demo: Demo, headers: dict[str, str]) -> None:
    before = demo.rows("SELECT count(*) FROM inbox WHERE kind = 'slack.event'")
    assert post(demo, "{}", headers).status_code == 401
    assert demo.rows("SELECT count(*) FROM inbox WHERE kind = 'slack.event'") == before


def test_what_stripe_did_not_sign_is_refused(demo: Demo) -> None:
    forged = {"stripe-signature": f"t={int(time.time())},v1=00"}
    answer = httpx.post(f"{demo.ari_url}/stripe/webhook", content="{}", headers=forged, trust_env=False)
    assert answer.status_code == 400
