"""What the page's tests stand on: a server in a process of its own, a small Bolt app, and names for what is seen.

The server runs apart because NiceGUI keeps its pages in globals.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import yaml
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler

import sandbox.slack
from tests.sandbox.slack_kit import APP_TOKEN, BILLING, ODO, bolt, config, free_port, until

PDF = b"%PDF-1.4\n%%EOF\n"
ROOT = Path(sandbox.slack.__file__).parents[2]


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def button(action: str, **more: Any) -> dict[str, Any]:
    return {"type": "button", "action_id": action, "text": plain(action), **more}


CONFIRM = {
    "title": plain("Send it?"),
    "text": {"type": "mrkdwn", "text": "For *6,592.50*."},
    "confirm": plain("Send"),
    "deny": plain("Not yet"),
}
MODAL = {
    "type": "modal",
    "callback_id": "reject",
    "title": plain("Reject"),
    "submit": plain("Reject"),
    "blocks": [
        {
            "type": "input",
            "block_id": "why",
            "label": plain("Why?"),
            "element": {"type": "plain_text_input", "action_id": "v", "multiline": True},
        },
        {
            "type": "input",
            "block_id": "kind",
            "label": plain("Kind"),
            "element": {
                "type": "static_select",
                "action_id": "v",
                "options": [
                    {"text": plain("Wrong price"), "value": "price"},
                    {"text": plain("Other"), "value": "other"},
                ],
            },
        },
    ],
}


def stand_in(url: str) -> App:
    """An app with a card, a modal and a home tab."""
    app = bolt(url)
    client = app.client

    @app.action("approve")
    def approve(ack: Any, body: Any) -> None:
        ack()
        client.chat_update(
            channel=body["channel"]["id"],
            ts=body["message"]["ts"],
            blocks=[],
            text=f"Approved by <@{body['user']['id']}>",
        )

    @app.action("reject")
    def reject(ack: Any, body: Any) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=MODAL)

    @app.view("reject")
    def rejected(ack: Any, body: Any) -> None:
        given = body["view"]["state"]["values"]
        if "PO" not in given["why"]["v"]["value"]:
            ack(response_action="errors", errors={"why": "Name the PO."})
            return
        ack()
        kind = given["kind"]["v"]["selected_option"]["value"]
        client.chat_postMessage(channel=BILLING, text=f"Rejected as {kind}: {given['why']['v']['value']}")

    @app.action("why")
    def why(ack: Any, body: Any) -> None:
        ack()
        client.chat_postEphemeral(channel=body["channel"]["id"], user=body["user"]["id"], text="Because of clause 2.")

    @app.event("app_home_opened")
    def home(event: Any) -> None:
        if event["tab"] == "home" and event["user"] == ODO:
            blocks = [
                {"type": "header", "text": plain("Waiting for you")},
                {"type": "actions", "elements": [button("open")]},
            ]
            client.views_publish(user_id=ODO, view={"type": "home", "blocks": blocks})

    @app.event("message")
    def heard() -> None:
        """Events that this app does not act on still have to be answered."""

    app.event("app_mention")(heard)
    app.event("file_shared")(heard)
    return app


@contextmanager
def connected(url: str) -> Iterator[None]:
    """The stand-in, connected."""
    handler = SocketModeHandler(stand_in(url), APP_TOKEN)
    handler.connect()
    try:
        until(lambda: httpx.get(f"{url}/_state/connected", trust_env=False).json()["connected"], "the app", 10)
        yield
    finally:
        handler.close()


@contextmanager
def served_page(folder: Path) -> Iterator[str]:
    """The address of a running workspace with one sample file."""
    (folder / "samples").mkdir()
    (folder / "samples" / "Gumdrop Amendment.pdf").write_bytes(PDF)
    read = config(ack_timeout=1)
    read |= {"sample_files": str(folder / "samples"), "stripe_url": "http://127.0.0.1:4999/"}
    (folder / "workspace.yaml").write_text(yaml.safe_dump(read))
    port = free_port()
    command = [sys.executable, "-m", "sandbox.slack", "--port", str(port), "--config", str(folder / "workspace.yaml")]
    # NiceGUI behaves differently when it sees pytest's variables.
    env = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST", "NICEGUI"))}
    with subprocess.Popen(command, cwd=ROOT, env=env) as server:
        try:
            until(lambda: answers(f"http://127.0.0.1:{port}/_state/connected"), "the server", 30)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def answers(address: str) -> bool:
    try:
        return httpx.get(address, trust_env=False).is_success
    except httpx.TransportError:
        return False


def hook(page: Any, testid: str) -> Any:
    """What carries that data-testid."""
    return page.locator(f"[data-testid={testid}]")


def say(page: Any, text: str, composer: str = "composer") -> None:
    """Type and press Enter."""
    box = hook(page, composer).locator("textarea")
    box.fill(text)
    box.press("Enter")


def message(page: Any, text: str) -> Any:
    """The message with those words."""
    return hook(page, "message").filter(has_text=text)
