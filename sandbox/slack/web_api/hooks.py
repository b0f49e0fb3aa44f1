"""Response URLs: what an app posts to the address that came with a click or a command.

The text is for the person alone unless it says in_channel; replace_original and delete_original act on the message
that was clicked, also when that one is ephemeral.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.slack import posting
from sandbox.slack.records import Json, Message
from sandbox.slack.tickets import Hook, TicketError
from sandbox.slack.web_api import content, rooms
from sandbox.slack.web_api.args import ApiError, Args

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace


def respond(ws: Workspace, token: str, given: Json) -> None:
    """Carry out one post to a response URL. Raises ApiError."""
    args = Args(given)
    try:
        hook = ws.tickets.redeem_hook(token)
    except TicketError as error:
        raise ApiError(str(error)) from None
    original = ws.timeline.find(hook.channel, hook.ts) if hook.ts else None
    if args.flag("delete_original"):
        posting.delete(ws, _there(original))
    elif args.flag("replace_original"):
        read = content.read(args)
        changes: Json = {"text": read.text, "blocks": read.blocks, "attachments": read.attachments}
        if read.metadata is not None:
            changes["metadata"] = read.metadata or None
        posting.edit(ws, _there(original), changes)
    else:
        posting.post(ws, _said(ws, hook, args))


def _there(original: Message | None) -> Message:
    if original is None or original.deleted:
        raise ApiError("message_not_found")
    return original


def _said(ws: Workspace, hook: Hook, args: Args) -> Message:
    """As in Slack, an answer lands in the thread only when it says so with thread_ts."""
    read = content.read(args)
    said = Message(ws.timeline.stamp(), hook.channel, ws.bot.id, bot_id=ws.app["bot_id"])
    said.text, said.blocks, said.attachments = read.text, read.blocks, read.attachments
    said.metadata = read.metadata or None
    said.thread_ts = rooms.thread(ws, ws.channels[hook.channel], args.text("thread_ts"))
    said.ephemeral_for = None if args.text("response_type") == "in_channel" else hook.user
    return said
