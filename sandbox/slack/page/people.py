"""Faces and names: avatars, presence, and the drawing context of one reader.

Promises: an avatar is initials on a coloured square, no picture is ever fetched. Leaves out: messages.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo

from htpy import Element, Node, span

from sandbox.slack.page.context import Context
from sandbox.slack.records import Channel, User
from sandbox.slack.workspace import Workspace

NOBODY = User(id="", name="unknown", real_name="Unknown", color="868686")


def person(users: Mapping[str, User], user_id: str) -> User:
    """The user of that id, or a stand-in for one who is gone."""
    return users.get(user_id, NOBODY)


def avatar(user: User, size: str = "") -> Element:
    """Initials on a coloured square; size is "", "small" or "large"."""
    tint = user.color.lstrip("#")
    return span(
        class_=["avatar", size, "app" if user.is_bot else None],
        aria_hidden="true",
        style=f"background:#{tint}" if tint.isalnum() else None,
    )[user.initials or "?"]


def presence(active: bool) -> Element:
    """The dot beside a name."""
    return span(class_=["dot", "on" if active else "off"], title="Active" if active else "Away")


def tag(user: User) -> Node:
    """APP beside a bot, GUEST beside a guest."""
    word = "APP" if user.is_bot else "GUEST" if user.is_restricted or user.is_ultra_restricted else None
    return span(".tag")[word] if word else None


def partner(channel: Channel, viewer: str) -> str:
    """The other person of a direct message; oneself when there is no other."""
    return next((each for each in channel.members if each != viewer), viewer)


def zone_of(workspace: Workspace) -> tzinfo:
    """The business clock's zone when there is a clock, else this computer's."""
    now = workspace.clock.now() if workspace.clock else datetime.now().astimezone()
    return now.tzinfo or UTC


def now_in(workspace: Workspace) -> datetime:
    """Business time when there is a clock, else the time of this computer."""
    return workspace.clock.now() if workspace.clock else datetime.now().astimezone()


def context_of(workspace: Workspace, viewer: str) -> Context:
    """What drawing needs to know, as of now."""
    return Context(
        users={key: each.real_name for key, each in workspace.users.items()},
        channels={key: each.name for key, each in workspace.channels.items() if not each.is_im},
        groups={key: str(each.get("handle") or each.get("name", key)) for key, each in workspace.usergroups.items()},
        viewer=viewer,
        zone=zone_of(workspace),
    )
