"""One Web API call: whose token is it, may it do that, and what comes of it. Every call is remembered.

Answers are {"ok": true, …} or {"ok": false, "error": …}, always with HTTP 200; `faults` can make single calls fail.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from sandbox.slack.records import Json
from sandbox.slack.web_api import (
    assistant,
    chat,
    conversations,
    files,
    reactions,
    scheduled,
    streams,
    team,
    users,
    views,
)
from sandbox.slack.web_api.args import ApiError, Args
from sandbox.slack.web_api.faults import Fault

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace

APP_LEVEL = "apps.connections.open"
METHODS: dict[str, Callable[[Workspace, Args], Json]] = {
    "agents.sessions.rename": assistant.set_title,
    "agents.sessions.setStatus": assistant.set_session_status,
    "apps.connections.open": team.open_connection,
    "assistant.threads.setStatus": assistant.set_status,
    "assistant.threads.setSuggestedPrompts": assistant.set_suggested_prompts,
    "assistant.threads.setTitle": assistant.set_title,
    "auth.test": team.auth_test,
    "blocks.validate": team.validate_blocks,
    "bots.info": team.bot_info,
    "chat.appendStream": streams.append,
    "chat.delete": chat.delete,
    "chat.deleteScheduledMessage": scheduled.delete,
    "chat.getPermalink": chat.get_permalink,
    "chat.postEphemeral": chat.post_ephemeral,
    "chat.postMessage": chat.post_message,
    "chat.scheduleMessage": scheduled.schedule,
    "chat.scheduledMessages.list": scheduled.list_scheduled,
    "chat.startStream": streams.start,
    "chat.stopStream": streams.stop,
    "chat.update": chat.update,
    "conversations.history": conversations.history,
    "conversations.info": conversations.info,
    "conversations.list": conversations.list_conversations,
    "conversations.members": conversations.members,
    "conversations.open": conversations.open_conversation,
    "conversations.replies": conversations.replies,
    "files.completeUploadExternal": files.complete_upload,
    "files.getUploadURLExternal": files.get_upload_url,
    "files.info": files.info,
    "reactions.add": reactions.add,
    "reactions.remove": reactions.remove,
    "team.info": team.info,
    "usergroups.list": users.list_groups,
    "usergroups.users.list": users.list_group_users,
    "users.info": users.info,
    "users.list": users.list_users,
    "users.lookupByEmail": users.lookup_by_email,
    "views.open": views.open_view,
    "views.publish": views.publish,
    "views.push": views.push,
    "views.update": views.update,
}


def call(ws: Workspace, method: str, token: str, given: Json) -> tuple[Json, int, dict[str, str]]:
    """Answer a call: the body, the HTTP status, further headers."""
    args = Args(given)
    fault = ws.faults.next(method)
    status, headers = (fault.http_status, fault.headers()) if fault else (200, {})
    try:
        body = _answer(ws, method, token, args, fault)
    except ApiError as error:
        body = error.body
    # A copy: views and files live on and change, an answer does not.
    body = copy.deepcopy(body)
    ws.calls.append({"at": time.time(), "method": method, "args": given, "status": status, "answer": body})
    if ws.manifest.given:
        headers = {**headers, "x-oauth-scopes": ",".join(sorted(ws.manifest.scopes))}
    return body, status, headers


def _answer(ws: Workspace, method: str, token: str, args: Args, fault: Fault | None) -> Json:
    if fault:
        raise ApiError(fault.error)
    if method not in METHODS:
        raise ApiError("unknown_method", req_method=method)
    _check_token(ws, method, token)
    _check_scopes(ws, method, args)
    return {"ok": True, **METHODS[method](ws, args)}


def _check_token(ws: Workspace, method: str, token: str) -> None:
    right, other = ws.app["bot_token"], ws.app["app_token"]
    if method == APP_LEVEL:
        right, other = other, right
    if not token:
        raise ApiError("not_authed")
    if token != right:
        raise ApiError("not_allowed_token_type" if token == other else "invalid_auth")


def _check_scopes(ws: Workspace, method: str, args: Args) -> None:
    listing = method == "conversations.list"
    kinds = conversations.kinds_asked(args) if listing else conversations.kind_of(ws, args)
    if lacking := ws.manifest.lacking(method, kinds):
        provided = ",".join(sorted(ws.manifest.scopes))
        raise ApiError("missing_scope", needed=",".join(lacking), provided=provided)
