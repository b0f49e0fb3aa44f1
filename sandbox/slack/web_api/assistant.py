"""assistant.threads.* and agents.sessions.*: what an agent shows around its messages.

A status disappears when the app posts in the thread, and after two minutes in any case.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from sandbox.slack.records import Json
from sandbox.slack.web_api import rooms
from sandbox.slack.web_api.args import ApiError, Args

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace

STATUS_SECONDS = 120
PROMPTS = 4
LOADING_MESSAGES = 10
SESSION_STATES = ("active", "processing", "suspended", "closed")
_STOP_EVENT = "agent_session_stopped"


def set_status(ws: Workspace, args: Args) -> Json:
    channel, thread_ts = _thread(ws, args)
    if not args.mentions("status"):
        raise ApiError("invalid_arguments", ["missing required field: status"])
    if len(args.words("loading_messages")) > LOADING_MESSAGES:
        raise ApiError("invalid_arguments", [f"no more than {LOADING_MESSAGES} items [json-pointer:/loading_messages]"])
    status = args.text("status")
    ws.set_status(channel, thread_ts, status)
    asyncio.get_running_loop().call_later(STATUS_SECONDS, ws.clear_status, channel, thread_ts, status)
    return {}


def set_title(ws: Workspace, args: Args) -> Json:
    channel, thread_ts = _thread(ws, args)
    ws.titles[channel, thread_ts] = args.need("title")
    ws.changed("status", channel, thread_ts)
    return {}


def set_suggested_prompts(ws: Workspace, args: Args) -> Json:
    room = rooms.room(ws, args.need("channel_id"))
    prompts = args.json("prompts") or []
    if not isinstance(prompts, list) or not all(_is_prompt(prompt) for prompt in prompts):
        raise ApiError("invalid_arguments", ["each prompt needs a title and a message [json-pointer:/prompts]"])
    if not 1 <= len(prompts) <= PROMPTS:
        raise ApiError("too_many_prompts" if prompts else "no_prompts")
    rooms.thread(ws, room, args.text("thread_ts"), "invalid_thread_ts")
    ws.suggested_prompts[room.id] = prompts
    ws.changed("prompts", room.id)
    return {}


def set_session_status(ws: Workspace, args: Args) -> Json:
    channel, thread_ts = _thread(ws, args)
    set_session(ws, channel, thread_ts, args.need("status"))
    if "title" in args:
        ws.titles[channel, thread_ts] = args.text("title")
    answer: Json = {"status": args.text("status")}
    if ws.manifest.given and _STOP_EVENT not in ws.manifest.events:
        answer["warning"] = "missing_agent_session_stopped_event_subscription"
    return answer


def set_session(ws: Workspace, channel: str, thread_ts: str, status: str) -> None:
    """Raises ApiError invalid_arguments for a state that Slack does not have."""
    if status not in SESSION_STATES:
        raise ApiError("invalid_arguments", [f"must be one of: {', '.join(SESSION_STATES)} [json-pointer:/status]"])
    ws.sessions[channel, thread_ts] = status
    ws.changed("status", channel, thread_ts)


def _thread(ws: Workspace, args: Args) -> tuple[str, str]:
    room = rooms.room(ws, args.need("channel_id"))
    root = rooms.thread(ws, room, args.need("thread_ts"), "invalid_thread_ts")
    return room.id, root or ""


def _is_prompt(prompt: object) -> bool:
    return isinstance(prompt, dict) and bool(prompt.get("title")) and bool(prompt.get("message"))
