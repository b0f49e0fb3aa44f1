"""A click that fails is told to who clicked; an event that fails is not acknowledged."""

from typing import Any

import pytest
from slack_bolt import App, BoltRequest
from slack_sdk import WebClient

from billing.errors import Refused
from listeners.failed import SORRY, failed
from tests.jobs.office_kit import Said, office, press
from tests.sandbox.slack_kit import BOT, Served
from tests.world import WREN, TestWorld


@pytest.fixture
def bolt(shared: TestWorld, slack: Served) -> tuple[App, Said]:
    made, said = office(shared)
    app = App(client=WebClient(BOT, base_url=f"{slack.url}/api/"), token_verification_enabled=False)
    app.error(failed(made))
    return app, said


def send(app: App, body: dict[str, Any]) -> int:
    return app.dispatch(BoltRequest(mode="socket_mode", body=body)).status


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (RuntimeError("password=hunter2"), SORRY),
        (Refused("I know no <such> invoice."), "I know no &lt;such&gt; invoice."),
    ],
)
def test_a_click_that_fails_is_told_without_internals(bolt: tuple[App, Said], error: Exception, told: str) -> None:
    app, said = bolt

    @app.action("x")
    def fail() -> None:
        raise error

    click = press("v", WREN.id, "C1", "1.1") | {"type": "block_actions"}
    click["actions"][0] |= {"action_id": "x", "type": "button"}
    assert send(app, click) == 500
    assert said.whispers == [(WREN.id, told)]


def test_an_event_that_cannot_be_written_down_is_not_acknowledged(bolt: tuple[App, Said]) -> None:
    app, said = bolt

    @app.middleware
    def record() -> None:
        raise OSError("disk full")

    assert send(app, {"type": "event_callback", "event": {"type": "app_mention", "user": WREN.id}}) == 500
    assert said.whispers == []
