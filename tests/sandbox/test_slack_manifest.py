"""With a manifest the workspace lets an app do what the manifest declares, and lists what it kept back."""

from typing import Any

import pytest

from sandbox.slack.records import ActError
from sandbox.slack.workspace import Workspace
from tests.sandbox import slack_kit as kit
from tests.sandbox.slack_kit import BILLING, WREN, act, call

HOME = {"type": "home", "blocks": [{"type": "divider"}]}
MANIFEST: dict[str, Any] = {
    "features": {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "slash_commands": [{"command": "/ari", "description": "Ask", "should_escape": True}],
        "agent_view": {"suggested_prompts": [{"title": "Over?", "message": "who is over?"}]},
    },
    "oauth_config": {"scopes": {"bot": ["chat:write", "channels:history", "app_mentions:read", "users:read"]}},
    "settings": {
        "event_subscriptions": {"bot_events": ["message.channels", "app_mention", "message.im"]},
        "interactivity": {"is_enabled": True},
    },
}


def without(*path: str) -> dict[str, Any]:
    """The manifest without one of its parts."""
    if len(path) == 1:
        return {key: value for key, value in MANIFEST.items() if key != path[0]}
    inner = {key: value for key, value in MANIFEST[path[0]].items() if key != path[1]}
    return {**MANIFEST, path[0]: inner}


@pytest.fixture
def ws() -> Workspace:
    return kit.workspace(MANIFEST)


@pytest.mark.parametrize(
    ("method", "args", "needed"),
    [
        ("reactions.add", {"channel": BILLING, "timestamp": "1.1", "name": "eyes"}, "reactions:write"),
        ("conversations.open", {"users": WREN}, "im:write"),
        ("conversations.info", {"channel": BILLING}, "channels:read"),
        ("conversations.history", {"channel": kit.LEADS}, "groups:history"),
        ("conversations.list", {"types": "im"}, "im:read"),
        ("conversations.list", {"types": "mpim"}, "mpim:read"),
        ("usergroups.list", {}, "usergroups:read"),
        ("files.info", {"file": "F1"}, "files:read"),
        ("assistant.threads.setTitle", {"channel_id": BILLING}, "assistant:write"),
    ],
)
def test_a_method_needs_its_scope(ws: Workspace, method: str, args: dict[str, Any], needed: str) -> None:
    answer = call(ws, method, **args)
    assert (answer["error"], answer["needed"]) == ("missing_scope", needed)
    assert answer["provided"] == "app_mentions:read,channels:history,chat:write,users:read"


def test_what_is_granted_works(ws: Workspace) -> None:
    assert call(ws, "chat.postMessage", channel=BILLING, text="x")["ok"]
    assert call(ws, "conversations.history", channel=BILLING)["ok"]
    profile = call(ws, "users.info", user=WREN)["user"]["profile"]
    assert "email" not in profile, "the address needs users:read.email"


def test_undeclared_events_are_dropped_and_listed(ws: Workspace) -> None:
    act(ws.say(WREN, BILLING, "@ari look", files=[("a.pdf", b"%PDF", "")]))
    act(ws.say(kit.ODO, kit.LEADS, "private"))
    room = act(ws.open_messages_tab(WREN))
    act(ws.say(WREN, room.id, "direct"))
    assert [event["type"] for event in kit.waiting(ws)] == ["message", "app_mention"]
    assert [(drop["what"], drop["why"].split()[0]) for drop in ws.drops] == [
        ("file_shared", "file_shared"),
        ("message", "message.groups"),
        ("app_home_opened", "app_home_opened"),
        ("message", "message.im"),
    ]
    assert ws.drops[-1]["why"] == "message.im needs the scope im:history"


def test_an_undeclared_command_is_refused(ws: Workspace) -> None:
    with pytest.raises(ActError, match="/bill"):
        act(ws.slash(WREN, BILLING, "/bill", ""))
    assert ws.drops[0]["kind"] == "slash_commands"
    assert [command["command"] for command in ws.commands()] == ["/ari"]


def test_clicks_need_interactivity() -> None:
    ws = kit.workspace(without("settings", "interactivity"))
    button = {"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "x"}}
    ts = call(ws, "chat.postMessage", channel=BILLING, text="x", blocks=[{"type": "actions", "elements": [button]}])[
        "ts"
    ]
    with pytest.raises(ActError, match="manifest"):
        act(ws.click(WREN, BILLING, ts, {"action_id": "a"}))


def test_the_home_tab_must_be_enabled(ws: Workspace) -> None:
    assert call(ws, "views.publish", user_id=WREN, view=HOME)["ok"]
    disabled = kit.workspace(without("features", "app_home"))
    assert call(disabled, "views.publish", user_id=WREN, view=HOME)["error"] == "not_enabled"


def test_the_messages_tab_must_be_enabled(ws: Workspace) -> None:
    room = act(ws.open_messages_tab(WREN))
    act(ws.say(WREN, room.id, "hello"))
    disabled = kit.workspace(without("features"))
    room = act(disabled.open_messages_tab(WREN))
    with pytest.raises(ActError, match="turned off"):
        act(disabled.say(WREN, room.id, "hello"))


def test_prompts_of_the_manifest_are_the_default(ws: Workspace) -> None:
    room = act(ws.open_messages_tab(WREN))
    assert ws.prompts(room.id)[0]["title"] == "Over?"
