"""The strips above the messages: the top bar, a conversation's header, the app's tabs, the banner.

Promises: pure functions. Leaves out: the clock's menu (`clock.py`).
"""

from htpy import Element, Node, a, b, button, div, fragment, h1, h2, nav, span

from sandbox.slack.page import mrkdwn, people
from sandbox.slack.page.context import Context
from sandbox.slack.page.links import safe_href
from sandbox.slack.page.sidebar import im_of
from sandbox.slack.records import Channel
from sandbox.slack.workspace import Workspace


def title(workspace: Workspace) -> str:
    """The name of the whole page."""
    return f"{workspace.team['name']} — local workspace"


def brand(workspace: Workspace) -> Node:
    """The left of the top bar: whose workspace this is."""
    return fragment[
        button(".icon.drawer", type="button", data_act="drawer", aria_label="Show the sidebar")["☰"],
        h1[str(workspace.team["name"]), span[" — local workspace"]],
    ]


def act_as(workspace: Workspace, viewer: str) -> Node:
    """The right of the top bar: the local Stripe, and the switcher that makes this tab another person's."""
    stripe = safe_href(str(workspace.config.get("stripe_url") or ""))
    humans = [each for each in workspace.users.values() if not each.is_bot and not each.deleted]
    me = people.person(workspace.users, viewer)
    return fragment[
        a(".pill", href=stripe, target="_blank", title="The local Stripe", data_testid="stripe")["Stripe ↗"]
        if stripe
        else None,
        button(".pill.me", type="button", popovertarget="act-as-menu", data_testid="act-as")[
            people.avatar(me, "small"), span(".label")["Acting as ", b[me.real_name]], span(".caret")["▾"]
        ],
        div("#act-as-menu.menu-box", popover="auto")[
            div(".heading")["Act as, in this browser tab"],
            (
                button(
                    ".option",
                    type="button",
                    data_act="as",
                    data_user=each.id,
                    aria_current="true" if each.id == viewer else None,
                )[
                    people.avatar(each, "small"),
                    span(".about")[span(".name")[each.real_name, people.tag(each)], span(".note")[each.title]],
                ]
                for each in humans
            ),
        ],
    ]


def conversation(workspace: Workspace, channel: Channel, viewer: str, ctx: Context) -> Element:
    """Name, topic and number of members."""
    if channel.is_im:
        other = people.person(workspace.users, people.partner(channel, viewer))
        return div(".header", data_testid="header")[
            people.avatar(other, "small"), h2[other.real_name], people.tag(other), span(".topic")[other.title]
        ]
    names = ", ".join(people.person(workspace.users, each).real_name for each in channel.members)
    return div(".header", data_testid="header")[
        h2[span(".sign")["🔒 " if channel.is_private else "# "], channel.name],
        span(".tag.warn")["Shared with another company"] if channel.is_ext_shared else None,
        span(".topic")[mrkdwn.render(channel.topic, ctx)],
        span(".members", title=names, data_testid="members")["👤 ", len(channel.members)],
    ]


def app_tabs(workspace: Workspace, viewer: str, here: str) -> Element:
    """The app's header with its tabs Home and Messages; `here` is "home" or "messages"."""
    channel = im_of(workspace, viewer, workspace.bot.id)
    unread = workspace.unread[viewer][channel.id] if channel else 0
    return div(".header.with-tabs", data_testid="header")[
        div(".line")[
            people.avatar(workspace.bot, "small"),
            h2[workspace.bot.real_name],
            people.tag(workspace.bot),
            span(".topic")[workspace.bot.title],
        ],
        nav(".tabs")[
            (
                button(
                    class_=["tab", "here" if name == here else None],
                    type="button",
                    data_go=name,
                    data_testid=f"tab-{name}",
                )[name.title(), span(".badge")[unread] if name == "messages" and unread and here != name else None]
                for name in ("home", "messages")
            )
        ],
    ]


def banner(workspace: Workspace) -> Node:
    """Says that the app is not connected, and how to connect it; gone as soon as it is."""
    if workspace.connected:
        return None
    name, problem = workspace.bot.real_name, workspace.connection_problem
    return div(".banner", role="status", data_testid="banner")[
        span(".dot.warn"),
        span[
            f"{name} is not connected yet. Messages are kept here, but nobody answers. Start {name} in another "
            "terminal; this notice goes away by itself.",
            f" ({problem})" if problem else None,
        ],
    ]


def thread(channel: Channel, title: str) -> Element:
    """The head of the thread pane; `title` is the name the app gave the thread, if any."""
    place = "Direct message" if channel.is_im else f"# {channel.name}"
    return div(".header")[
        h2[title or "Thread"],
        span(".topic")[place],
        span(".gap"),
        button(
            ".icon", type="button", data_act="close-thread", aria_label="Close the thread", data_testid="close-thread"
        )["✕"],
    ]
