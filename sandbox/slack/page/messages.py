"""One message to HTML: face, name, time, text or blocks, files, reactions and the link to its thread.

Promises: a pure function of the message and what surrounds it. Leaves out: the order of messages (`rows.py`) and
the toolbar, which `assets/page.js` puts on the message under the pointer.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from htpy import Element, Node, b, button, div, fragment, span

from sandbox.slack.page import mrkdwn, people
from sandbox.slack.page.blocks import render, tasks
from sandbox.slack.page.blocks.text import Json
from sandbox.slack.page.context import Context
from sandbox.slack.page.files import file_card
from sandbox.slack.page.times import exact, last_reply, moment, time_of_day
from sandbox.slack.records import Message, User

QUIET = frozenset(
    {
        "channel_join",
        "channel_leave",
        "group_join",
        "group_leave",
        "channel_topic",
        "channel_purpose",
        "channel_name",
        "tombstone",
    }
)


@dataclass(frozen=True)
class Around:
    """What surrounds a message: everybody by id, the time now, whether it stands in a thread pane."""

    users: Mapping[str, User]
    ctx: Context
    now: datetime
    in_thread: bool = False


def message(item: Message, around: Around, grouped: bool, replies: Sequence[Message]) -> Element:
    """HTML of a message. `grouped`: under one of the same person, so without face and name."""
    author, when = people.person(around.users, item.user), moment(item.ts, around.ctx.zone)
    look = [
        "message",
        "grouped" if grouped else None,
        "ephemeral" if item.ephemeral_for else None,
        "mine" if item.user == around.ctx.viewer else None,
    ]
    return div(
        class_=look,
        data_ts=item.ts,
        data_channel=item.channel,
        data_user=item.user,
        data_scope="message",
        data_testid="message",
        data_thread=item.thread_ts or item.ts,
    )[
        div(".gutter")[stamp(when) if grouped else people.avatar(author)],
        div(".main")[
            note(item),
            None if grouped else head(author, when),
            div(".content")[content(item, around.ctx)],
            reactions(item, around),
            None if around.in_thread or not replies else thread_link(item, replies, around),
        ],
    ]


def stamp(when: datetime) -> Element:
    """The time, with date and seconds in its tooltip."""
    return span(".time", title=exact(when))[time_of_day(when)]


def head(author: User, when: datetime) -> Element:
    """Name, badge and time."""
    return div(".head")[span(".name", data_user=author.id)[author.real_name], people.tag(author), stamp(when)]


def note(item: Message) -> Node:
    """What stands above the name: who else sees it, or that it is a reply."""
    if item.ephemeral_for:
        return div(".above")[
            "👁 Only visible to you · ", button(".linkish", type="button", data_act="dismiss")["Dismiss"]
        ]
    return div(".above")["↳ replied to a thread"] if item.thread_ts and item.broadcast else None


def content(item: Message, ctx: Context) -> Node:
    """Tasks, text or blocks, attachments and files."""
    if item.deleted:
        return span(".quiet")["This message was deleted."]
    live = (item.stream or {}).get("state") == "streaming"
    return fragment[
        tasks.streamed(item.stream, ctx) if item.stream else None,
        render.blocks(item.blocks, ctx) if item.blocks else words(item, ctx),
        span(".edited")["(edited)"] if item.edited else None,
        (attachment(each, ctx) for each in item.attachments),
        div(".files")[(file_card(each) for each in item.files)] if item.files else None,
        div(".live")[span(".dots"), button(".linkish", type="button", data_act="stop")["Stop"]] if live else None,
    ]


def words(item: Message, ctx: Context) -> Node:
    """The text of a message without blocks."""
    look = "quiet" if item.subtype in QUIET else "text"
    return div(class_=look)[mrkdwn.render(item.text, ctx)] if item.text else None


def attachment(item: Json, ctx: Context) -> Node:
    """An old-style attachment: a coloured line at its left."""
    tint = str(item.get("color", "")).lstrip("#")
    style = f"border-color:#{tint}" if re.fullmatch(r"[0-9a-fA-F]{6}", tint) else None
    return div(".attachment", style=style)[
        b[str(item["title"])] if item.get("title") else None,
        mrkdwn.render(str(item.get("text") or ""), ctx),
        render.blocks(item.get("blocks") or [], ctx),
    ]


def reactions(item: Message, around: Around) -> Node:
    """Chips with a sign and a count; the reader's own are marked."""
    if not item.reactions:
        return None
    return div(".reactions")[
        (
            button(
                class_=["reaction", "own" if around.ctx.viewer in who else None],
                type="button",
                data_act="react",
                data_name=name,
                title=f"{', '.join(people.person(around.users, each).real_name for each in who)} reacted with :{name}:",
            )[mrkdwn.with_emoji(f":{name}:"), b[len(who)]]
            for name, who in item.reactions.items()
            if who
        )
    ]


def thread_link(item: Message, replies: Sequence[Message], around: Around) -> Node:
    """'3 replies  Last reply today at 9:12 AM', with the faces of those who replied."""
    faces = list(dict.fromkeys(each.user for each in replies))[:4]
    latest = last_reply(moment(replies[-1].ts, around.ctx.zone), around.now)
    return button(".thread-link", type="button", data_act="thread", data_testid="thread-link")[
        (people.avatar(people.person(around.users, each), "small") for each in faces),
        b[f"{len(replies)} {'reply' if len(replies) == 1 else 'replies'}"],
        span(".quiet")[f"Last reply {latest}"],
    ]
