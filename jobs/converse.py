"""One turn of conversation: who asks, the mind's answer, and the cards beside it, each posted once."""

import logging
from typing import Any

from slack_sdk.errors import SlackApiError

from agent.caller import Caller
from agent.reply import Reply
from agent.step import Step
from billing.errors import Refused
from billing.rights import may_read
from cards import answer as answers
from jobs.history import about
from jobs.office import Office

log = logging.getLogger(__name__)


def thread_key(team: str, event: dict[str, Any]) -> str:
    """A thread in a channel is one conversation; a direct message outside threads belongs to that channel's one."""
    place = event.get("thread_ts") or ("dm" if event["channel"].startswith("D") else event["ts"])
    return f"{team}:{event['channel']}:{place}"


def answer(office: Office, event_id: str, payload: dict[str, Any]) -> None:
    """Answer the message in `payload`. Refusals are answers too; anything else that fails is tried again."""
    event = payload["event"]
    caller = _caller(office, payload)
    reply_to = event.get("thread_ts") or (None if event["channel"].startswith("D") else event["ts"])
    status = _Status(office, event)
    try:
        reply = _reply(office, event_id, payload, caller, status)
        _post(office, event_id, event["channel"], reply_to, reply)
    finally:
        status.clear()


def _caller(office: Office, payload: dict[str, Any]) -> Caller:
    event = payload["event"]
    actor = office.people.actor(event["user"])
    return Caller(
        user_id=actor.id, user_name=actor.name, team=payload["team_id"], channel=event["channel"],
        thread=event.get("thread_ts") or event["ts"], groups=actor.groups,
        channel_shared=bool(payload.get("is_ext_shared_channel")) or actor.stranger,
    )  # fmt: skip


def _reply(office: Office, event_id: str, payload: dict[str, Any], caller: Caller, status: "_Status") -> Reply:
    event = payload["event"]
    try:
        may_read(office.desk.settings, caller.user_id, caller.groups, caller.channel_shared)
    except Refused as refused:
        return Reply(str(refused))
    text = _without_mention(event.get("text") or "", payload)
    with about(event_id):
        return office.mind().answer(caller, thread_key(payload["team_id"], event), text, status.step)


def _without_mention(text: str, payload: dict[str, Any]) -> str:
    bots = [one["user_id"] for one in payload.get("authorizations") or []]
    for bot in bots:
        text = text.replace(f"<@{bot}>", " ")
    return " ".join(text.split()) or "hello"


def _post(office: Office, event_id: str, channel: str, thread_ts: str | None, reply: Reply) -> None:
    shown = answers.messages(reply.text, [(card.kind, card.views) for card in reply.cards])
    for place, (text, blocks) in enumerate(shown):
        office.poster.post(f"reply:{event_id}:{place}", channel, text, blocks, thread_ts)


class _Status:
    """The 'Ari is reading usage…' line under the thread. Decoration: when Slack refuses it, the answer still comes."""

    def __init__(self, office: Office, event: dict[str, Any]) -> None:
        self._client = office.poster.client
        self._channel, self._ts = event["channel"], event.get("thread_ts") or event["ts"]
        self._set("is thinking…")

    def step(self, step: Step) -> None:
        if step.state == "running":
            self._set(f"{step.title[:1].lower()}{step.title[1:]}…")

    def clear(self) -> None:
        self._set("")

    def _set(self, words: str) -> None:
        try:
            self._client.assistant_threads_setStatus(channel_id=self._channel, thread_ts=self._ts, status=words)
        except SlackApiError as error:
            log.info("status not shown: %s", error.response.get("error"))
