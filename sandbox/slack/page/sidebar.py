"""The left column: channels, direct messages, apps, unread counts and presence.

Promises: pure functions of the workspace as one person sees it. Leaves out: what a click does (`tab.py`).
"""

from collections.abc import Container

from htpy import Element, Node, button, div, nav, span

from sandbox.slack.page import people
from sandbox.slack.records import Channel, User
from sandbox.slack.workspace import Workspace


def sidebar(workspace: Workspace, viewer: str, here: str, online: Container[str]) -> Element:
    """`here` is the open channel's id, or "home" for the app's home tab; `online` are people with an open page."""
    own = workspace.channels_of(viewer)
    shown = [each for each in own if not each.is_im and not each.is_archived]
    return nav(".sidebar", data_testid="sidebar")[
        heading("Channels"),
        (entry(workspace, viewer, each, here) for each in shown) if shown else empty("You are in no channel yet."),
        heading("Direct messages"),
        (
            direct(workspace, viewer, each, here, each.id in online)
            for each in workspace.users.values()
            if each.id != viewer and not each.is_bot and not each.deleted
        ),
        heading("Apps"),
        app(workspace, viewer, here),
    ]


def heading(words: str) -> Element:
    """The name of a group."""
    return div(".heading")[words]


def empty(words: str) -> Element:
    """What stands where nothing is."""
    return div(".none")[words]


def entry(workspace: Workspace, viewer: str, channel: Channel, here: str) -> Element:
    """A channel with its sign and unread count."""
    count = workspace.unread[viewer][channel.id]
    look = ["entry", "here" if channel.id == here else None, "unread" if count else None]
    return button(class_=look, type="button", data_go=channel.id, data_channel=channel.id, data_unread=count or None)[
        span(".sign")["🔒" if channel.is_private else "#"],
        span(".label")[channel.name],
        span(".shared", title="Shared with another company")["⧉"] if channel.is_ext_shared else None,
        badge(count),
    ]


def badge(count: int) -> Node:
    """The number of unread messages."""
    return span(".badge", data_testid="unread")[count] if count else None


def im_of(workspace: Workspace, viewer: str, other: str) -> Channel | None:
    """The direct message of two people, when there is one."""
    return next(
        (each for each in workspace.channels_of(viewer) if each.is_im and people.partner(each, viewer) == other), None
    )


def direct(workspace: Workspace, viewer: str, other: User, here: str, active: bool) -> Element:
    """A person; a click opens the direct message, which is made when there is none."""
    channel = im_of(workspace, viewer, other.id)
    count = workspace.unread[viewer][channel.id] if channel else 0
    look = ["entry", "here" if channel and channel.id == here else None, "unread" if count else None]
    return button(
        class_=look,
        type="button",
        data_go=f"im:{other.id}",
        data_channel=channel.id if channel else None,
        data_user=other.id,
        data_unread=count or None,
    )[
        span(".face")[people.avatar(other, "small"), people.presence(active)],
        span(".label")[other.real_name],
        badge(count),
    ]


def app(workspace: Workspace, viewer: str, here: str) -> Element:
    """The app, with its presence: whether it is connected."""
    channel = im_of(workspace, viewer, workspace.bot.id)
    count = workspace.unread[viewer][channel.id] if channel else 0
    open_now = here == "home" or bool(channel and channel.id == here)
    look = ["entry", "here" if open_now else None, "unread" if count else None]
    return button(
        class_=look,
        type="button",
        data_go="messages" if count else "home",
        data_testid="app",
        data_channel=channel.id if channel else None,
        data_unread=count or None,
    )[
        span(".face")[people.avatar(workspace.bot, "small"), people.presence(workspace.connected)],
        span(".label")[workspace.bot.real_name],
        badge(count),
    ]
