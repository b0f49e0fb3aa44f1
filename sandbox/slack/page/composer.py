"""The box to write in, for a channel, a direct message or a thread.

Promises: pure HTML that carries what completion needs (people, commands, sample files). Leaves out: keys, drag and
drop and uploads, which are `assets/composer.js`.
"""

import json

from htpy import Element, Node, button, div, input, span, textarea

from sandbox.slack.page import people, transfers
from sandbox.slack.records import Channel
from sandbox.slack.workspace import Workspace


def composer(workspace: Workspace, channel: Channel, viewer: str, thread: str = "") -> Element:
    """`thread` is the root's time stamp for the composer of a thread."""
    files = [path.name for path in transfers.samples(workspace)]
    return div(
        ".composer",
        data_testid="thread-composer" if thread else "composer",
        data_channel=channel.id,
        data_thread=thread or None,
        data_people=json.dumps(mentionable(workspace, channel)),
        data_commands=json.dumps([] if thread else workspace.commands()),
        data_samples=json.dumps(files),
    )[
        div(".chips"),
        textarea(rows=1, placeholder=hint(workspace, channel, viewer, thread), aria_label="Message"),
        div(".tools")[
            tool("attach", "Attach a file", "+"),
            tool("mention", "Mention someone", "@"),
            button(".samples", type="button", data_tool="samples", data_testid="samples")["📄 Sample contracts"]
            if files
            else None,
            span(".gap"),
            span(".keys")["Shift + Enter for a new line"],
            button(".send", type="button", data_tool="send", data_testid="send", aria_label="Send", disabled=True)["➤"],
        ],
        input(type="file", multiple=True, hidden=True, data_testid="file-input"),
    ]


def tool(name: str, words: str, sign: str) -> Element:
    """A small round button under the text."""
    return button(".icon", type="button", data_tool=name, title=words, aria_label=words)[sign]


def hint(workspace: Workspace, channel: Channel, viewer: str, thread: str) -> str:
    """The placeholder."""
    if thread:
        return "Reply…"
    if channel.is_im:
        return f"Message {people.person(workspace.users, people.partner(channel, viewer)).real_name}"
    return f"Message #{channel.name}"


def mentionable(workspace: Workspace, channel: Channel) -> list[dict[str, str]]:
    """Everybody who can be mentioned: the app first, then members of the channel, then the others."""
    bot = workspace.bot.id
    known = [each for each in workspace.users.values() if each.id == bot or not (each.is_bot or each.deleted)]
    known.sort(key=lambda user: (user.id != bot, user.id not in channel.members))
    return [{"name": each.name, "real": each.real_name, "title": each.title} for each in known]


def prompts(workspace: Workspace, channel: Channel) -> Node:
    """The app's suggested prompts as chips."""
    offered = workspace.prompts(channel.id)
    return (
        div(".prompts", data_testid="prompts")[
            (
                button(".prompt", type="button", data_act="prompt", data_at=str(at))[str(each.get("title", ""))]
                for at, each in enumerate(offered)
            )
        ]
        if offered
        else None
    )
