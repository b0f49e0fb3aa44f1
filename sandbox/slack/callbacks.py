"""Slack's JSON for what people do with an app: clicks, forms, commands, shortcuts, searches in a select.

Pure, except that every callback takes fresh tickets: a trigger id always, a response URL where Slack gives one.
"""

from typing import Literal

from sandbox.slack.records import Channel, Json, Message, User
from sandbox.slack.tickets import Tickets


class Callbacks:
    """Builds callbacks for one team and app; `base_url` is where response URLs lead."""

    def __init__(self, team: Json, app: Json, tickets: Tickets, base_url: str) -> None:
        self._team = team
        self._app = app
        self._tickets = tickets
        self._base_url = base_url

    def message_actions(
        self, person: User, said: Message, room: Channel, shown: Json, action: Json, values: Json
    ) -> Json:
        """block_actions on a message. As in Slack, one on an ephemeral message does not carry the message."""
        container = {
            "type": "message",
            "message_ts": said.ts,
            "channel_id": room.id,
            "is_ephemeral": bool(said.ephemeral_for),
            **({"thread_ts": said.thread_ts} if said.thread_ts else {}),
        }
        return {
            **self._base("block_actions", person),
            "container": container,
            "channel": _channel(room),
            **({} if said.ephemeral_for else {"message": shown}),
            "state": {"values": values},
            "response_url": self.response_url(room.id, person.id, said.ts, said.thread_ts),
            "actions": [action],
        }

    def view_actions(self, person: User, view: Json, action: Json) -> Json:
        return {
            **self._base("block_actions", person),
            "container": {"type": "view", "view_id": view["id"]},
            "view": view,
            "actions": [action],
        }

    def submission(self, person: User, view: Json) -> Json:
        return {
            **self._base("view_submission", person),
            "view": view,
            "response_urls": self._response_urls(person, view),
        }

    def closed(self, person: User, view: Json, is_cleared: bool) -> Json:
        closed = {**self._base("view_closed", person), "view": view, "is_cleared": is_cleared}
        # Closing gives an app nothing to open another modal with.
        del closed["trigger_id"]
        return closed

    def suggestion(self, person: User, block: Json, element: Json, query: str, place: Json) -> Json:
        """block_suggestion; `place` is {"view": …} or {"message": …, "channel": …, "container": …}."""
        asked = {"action_id": element["action_id"], "block_id": block["block_id"], "value": query}
        suggestion = {**self._base("block_suggestion", person), **asked, **place}
        del suggestion["trigger_id"]
        return suggestion

    def command(self, person: User, room: Channel, command: str, text: str) -> Json:
        """A slash command: a flat form, so every value is a string."""
        return {
            "token": "local-verification-token",
            "team_id": self._team["id"],
            "team_domain": self._team["domain"],
            "channel_id": room.id,
            "channel_name": _channel(room)["name"],
            "user_id": person.id,
            "user_name": person.name,
            "command": command,
            "text": text,
            "api_app_id": self._app["id"],
            "is_enterprise_install": "false",
            "response_url": self.response_url(room.id, person.id),
            "trigger_id": self._tickets.trigger(person.id),
        }

    def shortcut(self, person: User, callback_id: str, ts: str) -> Json:
        return {**self._base("shortcut", person), "callback_id": callback_id, "action_ts": ts}

    def message_shortcut(
        self, person: User, callback_id: str, ts: str, said: Message, room: Channel, shown: Json
    ) -> Json:
        return {
            **self._base("message_action", person),
            "callback_id": callback_id,
            "action_ts": ts,
            "message_ts": said.ts,
            "message": shown,
            "channel": _channel(room),
            "response_url": self.response_url(room.id, person.id, None, said.thread_ts),
        }

    def response_url(self, channel: str, user: str, ts: str | None = None, thread_ts: str | None = None) -> str:
        return f"{self._base_url}/hooks/{self._tickets.hook(channel, user, ts, thread_ts)}"

    def _response_urls(self, person: User, view: Json) -> list[Json]:
        """One for each conversation chosen in an input that asked for it with response_url_enabled."""
        urls = []
        for block in view["blocks"]:
            element = block.get("element", {})
            chosen = view["state"]["values"].get(block["block_id"], {}).get(element.get("action_id"), {})
            channel = chosen.get("selected_conversation") or chosen.get("selected_channel")
            if element.get("response_url_enabled") and channel:
                place = {"block_id": block["block_id"], "action_id": element["action_id"], "channel_id": channel}
                urls.append({**place, "response_url": self.response_url(channel, person.id)})
        return urls

    def _base(
        self,
        kind: Literal[
            "block_actions", "block_suggestion", "message_action", "shortcut", "view_closed", "view_submission"
        ],
        person: User,
    ) -> Json:
        team = {"id": self._team["id"], "domain": self._team["domain"]}
        return {
            "type": kind,
            "token": "local-verification-token",
            "api_app_id": self._app["id"],
            "team": team,
            "user": {"id": person.id, "username": person.name, "name": person.name, "team_id": team["id"]},
            "enterprise": None,
            "is_enterprise_install": False,
            "trigger_id": self._tickets.trigger(person.id),
        }


def _channel(room: Channel) -> Json:
    """A direct message has no name of its own, nor does Slack tell a private channel's."""
    name = "directmessage" if room.is_im else "privategroup" if room.is_private else room.name
    return {"id": room.id, "name": name}
