"""The Slack app's manifest asks for what Ari's code uses, and for nothing else.

The code is read, not run: every Web API method that is called somewhere, and every event that is handled.
"""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from slack_sdk import WebClient
from typer.testing import CliRunner

from cli.main import app
from jobs import hear, home

ROOT = Path(__file__).resolve().parent.parent
MANIFEST = ROOT / "manifest.yml"
OURS = ("agent", "billing", "cards", "cli", "jobs", "listeners", "tools", "web")
HISTORY = {"channels:history", "groups:history", "im:history"}
# As Slack's reference says. Ari works in channels, private channels and direct messages, so a method that asks for a
# scope by kind of conversation needs it for each kind that it is called on.
METHODS = {
    "assistant.threads.setStatus": {"assistant:write"},
    "assistant.threads.setSuggestedPrompts": {"assistant:write"},
    "auth.test": set(),
    "chat.getPermalink": set(),
    "chat.postEphemeral": {"chat:write"},
    "chat.postMessage": {"chat:write"},
    "chat.update": {"chat:write"},
    "conversations.history": HISTORY,
    "conversations.info": {"channels:read", "groups:read"},
    "conversations.replies": HISTORY,
    "files.info": {"files:read"},
    "usergroups.users.list": {"usergroups:read"},
    "users.info": {"users:read"},
    "views.open": set(),
    "views.publish": set(),
}
EVENTS = {
    "app_home_opened": {"app_home_opened": set()},
    "app_mention": {"app_mention": {"app_mentions:read"}},
    "file_shared": {"file_shared": {"files:read"}},
    "message": {
        "message.channels": {"channels:history"},
        "message.groups": {"groups:history"},
        "message.im": {"im:history"},
    },
}


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    return yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def called_methods() -> set[str]:
    """Slack's names of the WebClient methods that Ari's own code mentions."""
    return {name.replace("_", ".") for tree in _trees() for name in _attributes(tree) if _is_method(name)}


def _trees() -> Iterator[ast.Module]:
    files = [ROOT / "app.py", *(path for folder in OURS for path in (ROOT / folder).rglob("*.py"))]
    for path in files:
        yield ast.parse(path.read_text(encoding="utf-8"))


def _attributes(tree: ast.Module) -> Iterator[str]:
    return (node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute))


def _is_method(name: str) -> bool:
    return "_" in name.strip("_") and not name.startswith("_") and inspect.isfunction(getattr(WebClient, name, None))


def handled_events() -> set[str]:
    """The event types that jobs/hear.py compares with."""
    tree = ast.parse(inspect.getsource(hear.hear))
    compared = [node for node in ast.walk(tree) if isinstance(node, ast.Compare)]
    return {
        part.value
        for node in compared
        for part in (node.left, *node.comparators)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    }


def test_the_reading_of_the_code_finds_something() -> None:
    assert {"chat.postMessage", "views.open", "users.info"} <= called_methods()
    assert {"message", "app_mention"} <= handled_events()


def test_every_method_that_is_called_is_known_here() -> None:
    assert called_methods() == set(METHODS)


def test_every_event_that_is_handled_is_subscribed_and_no_other(manifest: dict[str, Any]) -> None:
    assert handled_events() == set(EVENTS)
    subscribed = {name for event in EVENTS.values() for name in event}
    assert set(manifest["settings"]["event_subscriptions"]["bot_events"]) == subscribed


def test_the_scopes_are_those_that_methods_and_events_need(manifest: dict[str, Any]) -> None:
    by_methods = [METHODS[name] for name in called_methods()]
    by_events = [scopes for event in EVENTS.values() for scopes in event.values()]
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == set().union(*by_methods, *by_events)


def test_nothing_acts_in_a_persons_name(manifest: dict[str, Any]) -> None:
    assert set(manifest["oauth_config"]["scopes"]) == {"bot"}


def test_buttons_the_home_tab_and_direct_messages_are_on(manifest: dict[str, Any]) -> None:
    assert manifest["settings"]["interactivity"]["is_enabled"]
    assert manifest["features"]["app_home"] == {
        "home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False,
    }  # fmt: skip


def test_texts_are_as_long_as_slack_takes(manifest: dict[str, Any]) -> None:
    about, agent = manifest["display_information"], manifest["features"]["agent_view"]
    assert len(about["name"]) <= 35
    assert len(about["description"]) <= 140
    assert 175 <= len(about["long_description"]) <= 4000
    assert len(agent["agent_description"]) <= 300
    assert 1 <= len(agent["suggested_prompts"]) <= 4
    assert 1 <= len(home.PROMPTS) <= 4


def test_it_is_for_socket_mode_and_names_no_address(manifest: dict[str, Any]) -> None:
    assert manifest["settings"]["socket_mode_enabled"] is True
    assert "request_url" not in MANIFEST.read_text(encoding="utf-8")


@pytest.mark.parametrize("given", ["https://ari.example.com", "https://ari.example.com/"])
def test_the_http_variant_differs_in_its_addresses_alone(manifest: dict[str, Any], given: str) -> None:
    printed = CliRunner().invoke(app, ["manifest", "--http", given])
    assert printed.exit_code == 0
    variant = yaml.safe_load(printed.stdout)
    settings, url = variant["settings"], "https://ari.example.com/slack/events"
    assert settings.pop("socket_mode_enabled") is False
    assert settings["event_subscriptions"].pop("request_url") == url
    assert settings["interactivity"].pop("request_url") == url
    manifest = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    assert manifest["settings"].pop("socket_mode_enabled") is True
    assert variant == manifest


def test_without_an_address_it_is_printed_as_it_is(manifest: dict[str, Any]) -> None:
    assert yaml.safe_load(CliRunner().invoke(app, ["manifest"]).stdout) == manifest
