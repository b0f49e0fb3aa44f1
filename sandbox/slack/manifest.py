"""What the app's manifest lets it do: scopes per method, events, commands, shortcuts, home and messages tab.

Without a manifest everything is allowed. The manifest itself is not checked against Slack's schema here.
"""

from collections.abc import Sequence
from pathlib import Path

import yaml

from sandbox.slack.records import Json

_WRITE = frozenset({"chat:write"})
_ASSISTANT = frozenset({"assistant:write"})

METHOD_SCOPES: dict[str, frozenset[str]] = {
    "agents.sessions.rename": _WRITE,
    "agents.sessions.setStatus": _WRITE,
    "assistant.threads.setStatus": _WRITE | _ASSISTANT,
    "assistant.threads.setSuggestedPrompts": _ASSISTANT,
    "assistant.threads.setTitle": _ASSISTANT,
    "bots.info": frozenset({"users:read"}),
    "chat.appendStream": _WRITE,
    "chat.delete": _WRITE,
    "chat.deleteScheduledMessage": _WRITE,
    "chat.postEphemeral": _WRITE,
    "chat.postMessage": _WRITE,
    "chat.scheduleMessage": _WRITE,
    "chat.startStream": _WRITE,
    "chat.stopStream": _WRITE,
    "chat.update": _WRITE,
    "conversations.open": frozenset({"im:write"}),
    "files.completeUploadExternal": frozenset({"files:write"}),
    "files.getUploadURLExternal": frozenset({"files:write"}),
    "files.info": frozenset({"files:read"}),
    "reactions.add": frozenset({"reactions:write"}),
    "reactions.remove": frozenset({"reactions:write"}),
    "team.info": frozenset({"team:read"}),
    "usergroups.list": frozenset({"usergroups:read"}),
    "usergroups.users.list": frozenset({"usergroups:read"}),
    "users.info": frozenset({"users:read"}),
    "users.list": frozenset({"users:read"}),
    "users.lookupByEmail": frozenset({"users:read.email"}),
}
# These need a scope for the kind of conversation they are called on.
CONVERSATION_SCOPES = {
    "conversations.history": "history",
    "conversations.info": "read",
    "conversations.list": "read",
    "conversations.members": "read",
    "conversations.replies": "history",
}
EVENT_SCOPES: dict[str, frozenset[str]] = {
    "app_mention": frozenset({"app_mentions:read"}),
    "file_shared": frozenset({"files:read"}),
    "member_joined_channel": frozenset({"channels:read", "groups:read"}),
    "message.channels": frozenset({"channels:history"}),
    "message.groups": frozenset({"groups:history"}),
    "message.im": frozenset({"im:history"}),
    "reaction_added": frozenset({"reactions:read"}),
    "reaction_removed": frozenset({"reactions:read"}),
}
PREFIX = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}


class Manifest:
    """Reads the parts of a manifest that Slack enforces at run time. `source` is a path, the dict itself, or None."""

    def __init__(self, source: str | Path | Json | None) -> None:
        data: Json = source if isinstance(source, dict) else {}
        if isinstance(source, str | Path):
            data = yaml.safe_load(Path(source).read_text())
        self.given = source is not None
        features, settings = data.get("features", {}), data.get("settings", {})
        self.scopes = frozenset(data.get("oauth_config", {}).get("scopes", {}).get("bot", []))
        self.events = frozenset(settings.get("event_subscriptions", {}).get("bot_events", []))
        self.commands: list[Json] = features.get("slash_commands", [])
        self.prompts: list[Json] = features.get("agent_view", {}).get("suggested_prompts", [])
        self._shortcuts = {shortcut["callback_id"] for shortcut in features.get("shortcuts", [])}
        self._interactive = bool(settings.get("interactivity", {}).get("is_enabled"))
        self._tabs: Json = features.get("app_home", {})
        self._agent = "agent_view" in features

    def allows(self, scope: str) -> bool:
        return not self.given or scope in self.scopes

    def lacking(self, method: str, kinds: Sequence[str]) -> list[str]:
        """The scopes, any of which would do, that `method` needs and has not; `kinds` are channel types."""
        if not self.given:
            return []
        needs = [METHOD_SCOPES[method]] if method in METHOD_SCOPES else []
        if verb := CONVERSATION_SCOPES.get(method):
            needs = [frozenset({f"{PREFIX[kind]}:{verb}"}) for kind in kinds]
        return next((sorted(need) for need in needs if not need & self.scopes), [])

    def refusal(self, kind: str, payload: Json) -> str:
        """Why Slack would not send this to the app; empty when it would."""
        if not self.given:
            return ""
        if kind == "events_api":
            return self._event_refusal(payload["event"])
        if kind == "slash_commands":
            declared = {command["command"] for command in self.commands}
            name = payload["command"]
            return "" if name in declared else f"{name} is not among features.slash_commands"
        if not self._interactive:
            return "settings.interactivity.is_enabled is not true"
        callback = payload.get("callback_id")
        if payload["type"] in ("shortcut", "message_action") and callback not in self._shortcuts:
            return f"{callback} is not among features.shortcuts"
        return ""

    @property
    def home_enabled(self) -> bool:
        return not self.given or bool(self._tabs.get("home_tab_enabled"))

    @property
    def messages_enabled(self) -> bool:
        """Whether a person may write to the app; an agent's messages tab is always there."""
        enabled = self._tabs.get("messages_tab_enabled") and not self._tabs.get("messages_tab_read_only_enabled")
        return not self.given or self._agent or bool(enabled)

    def _event_refusal(self, event: Json) -> str:
        name = event["type"]
        if name == "message":
            name = f"message.{PREFIX[event['channel_type']]}"
        if name not in self.events:
            return f"{name} is not among settings.event_subscriptions.bot_events"
        needs = EVENT_SCOPES.get(name)
        if needs and not needs & self.scopes:
            return f"{name} needs the scope {' or '.join(sorted(needs))}"
        return ""
