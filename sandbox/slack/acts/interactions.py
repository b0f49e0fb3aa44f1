"""What a person does with the app's controls: buttons and selects, slash commands, shortcuts, the Stop button."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.slack import forms, posting, rich_text
from sandbox.slack.acts import people, speech
from sandbox.slack.elements import find
from sandbox.slack.records import ActError, Json, Message

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace


async def click(ws: Workspace, user: str, channel: str, ts: str, action: Json, values: Json | None) -> None:
    said = people.message(ws, user, channel, ts)
    _check_visible(said.blocks, action, user)
    done = forms.action(said.blocks, action, ws.timeline.stamp())
    payload = ws.callbacks.message_actions(
        ws.users[user], said, ws.channels[channel], ws.shown(said), done, forms.state(said.blocks, values)
    )
    await people.ask(ws, "interactive", payload)


async def click_view(ws: Workspace, user: str, view_id: str, action: Json, values: Json | None) -> None:
    view = people.view(ws, user, view_id)
    _check_visible(view["blocks"], action, user)
    done = forms.action(view["blocks"], action, ws.timeline.stamp())
    if values is not None:
        view["state"] = {"values": forms.state(view["blocks"], values)}
    await people.ask(ws, "interactive", ws.callbacks.view_actions(ws.users[user], view, done))


async def options(ws: Workspace, user: str, place: str | tuple[str, str], action: Json, query: str) -> list[Json]:
    if isinstance(place, str):
        view = people.view(ws, user, place)
        blocks, where = view["blocks"], {"view": view, "container": {"type": "view", "view_id": place}}
    else:
        channel, ts = place
        said = people.message(ws, user, channel, ts)
        container = {"type": "message", "message_ts": ts, "channel_id": channel}
        where = {"message": ws.shown(said), "channel": {"id": channel}, "container": container}
        blocks = said.blocks
    found = find(blocks, action["action_id"], action.get("block_id"))
    if found is None:
        raise ActError("That list is no longer there.")
    if len(query) < found[1].get("min_query_length", 3):
        return []
    payload = ws.callbacks.suggestion(ws.users[user], *found, query, where)
    return _flat(await people.ask(ws, "interactive", payload))


async def slash(ws: Workspace, user: str, channel: str, command: str, text: str, thread_ts: str | None) -> None:
    room = people.room(ws, user, channel)
    if thread_ts is not None:
        raise ActError(f"{command} is not supported in threads. Sorry!")
    if command == "/invite":
        await speech.invite(ws, user, channel, _named(ws, text))
        return
    declared = next((known for known in ws.manifest.commands if known["command"] == command), {})
    if declared.get("should_escape"):
        text = rich_text.encode(text, ws.users.values(), ws.named_channels(), ws.usergroups.values())
    payload = ws.callbacks.command(ws.users[user], room, command, text.strip())
    _answer_command(ws, user, channel, await people.ask(ws, "slash_commands", payload))


async def shortcut(ws: Workspace, user: str, callback_id: str, channel: str | None, ts: str | None) -> None:
    person = people.person(ws, user)
    stamp = ws.timeline.stamp()
    if channel is None or ts is None:
        payload = ws.callbacks.shortcut(person, callback_id, stamp)
    else:
        said = people.message(ws, user, channel, ts)
        room = ws.channels[channel]
        payload = ws.callbacks.message_shortcut(person, callback_id, stamp, said, room, ws.shown(said))
    await people.ask(ws, "interactive", payload)


async def stop_stream(ws: Workspace, user: str, channel: str, ts: str) -> None:
    """Slack stops the stream itself and tells the app; the session's status is the app's to change."""
    said = people.message(ws, user, channel, ts)
    if said.stream is None or said.stream["state"] != "streaming":
        raise ActError("There is nothing to stop any more.")
    said.stream["state"] = "complete"
    ws.changed("message", channel, ts)
    event = {
        "type": "agent_session_stopped",
        "channel": channel,
        "user": user,
        "thread_ts": said.thread_ts or said.ts,
        "streaming_message_ts": [ts],
        "event_ts": ws.timeline.stamp(),
    }
    posting.emit(ws, event, ws.channels[channel])


def _check_visible(blocks: list[Json], action: Json, user: str) -> None:
    found = find(blocks, action["action_id"], action.get("block_id"))
    if found and user not in (found[1].get("visible_to_user_ids") or [user]):
        raise ActError("That button is not for you.")


def _flat(answer: Any) -> list[Json]:
    groups = (answer or {}).get("option_groups") or [answer or {}]
    return [option for group in groups for option in group.get("options", [])]


def _named(ws: Workspace, text: str) -> str:
    name = text.strip().removeprefix("<").removesuffix(">").removeprefix("@")
    found = [user.id for user in ws.users.values() if name in (user.id, user.name, user.real_name)]
    if not found:
        raise ActError(f"There is nobody called {name} here.")
    return found[0]


def _answer_command(ws: Workspace, user: str, channel: str, answer: Any) -> None:
    """An acknowledgement may carry a message: for the person alone unless it says in_channel."""
    answer = {"text": answer} if isinstance(answer, str) else answer or {}
    if not answer.get("text") and not answer.get("blocks"):
        return
    said = Message(ws.timeline.stamp(), channel, ws.bot.id, bot_id=ws.app["bot_id"])
    said.text, said.blocks = answer.get("text", ""), answer.get("blocks", [])
    said.ephemeral_for = None if answer.get("response_type") == "in_channel" else user
    posting.post(ws, said)
