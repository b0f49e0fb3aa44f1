"""A conversation on the screen: its messages, what the app says it is doing, prompts, and the composer.

Promises: the same pane serves a channel, a direct message and a thread. Leaves out: headers and navigation.
"""

from collections import defaultdict
from collections.abc import Collection

from htpy import Node, div, fragment, h2, p, span

from sandbox.slack.page import composer, messages, modal, people
from sandbox.slack.page.timeline import Timeline, html, put
from sandbox.slack.records import Channel, Message, User
from sandbox.slack.workspace import Workspace


class Pane:
    """Shows `channel`, or the thread `root` in it. Nothing is shown until `open`."""

    def __init__(self, workspace: Workspace, viewer: str) -> None:
        self._workspace, self._viewer = workspace, viewer
        self.channel: Channel | None = None
        self.root = ""
        self.timeline = Timeline()
        self._prompts, self._status, self._composer = html(), html("status"), html("foot")
        html("drop-hint").content = "<b>Drop files to attach them</b>"

    def open(self, channel: Channel | None, root: str = "") -> None:
        """Show another conversation, or none."""
        self.channel, self.root = channel, root
        self.timeline.clear()
        if channel:
            put(self._composer, composer.composer(self._workspace, channel, self._viewer, root))
            self.draw()

    def draw(self, stale: Collection[str] | None = None) -> None:
        """Bring everything up to date; `stale` as in `Timeline.draw`."""
        if self.channel is None:
            return
        around = messages.Around(
            self._workspace.users,
            people.context_of(self._workspace, self._viewer),
            people.now_in(self._workspace),
            in_thread=bool(self.root),
        )
        self.timeline.draw(self._items(), self._threads(), around, self._intro(), stale, self.root)
        self.draw_status()

    def draw_status(self) -> None:
        """What the app is doing, and what it offers to be asked."""
        if self.channel is None:
            return
        put(self._status, status(self._workspace, self.channel, self.root))
        with_app = self.channel.is_im and self._workspace.bot.id in self.channel.members
        put(self._prompts, composer.prompts(self._workspace, self.channel) if with_app and not self.root else None)

    def _items(self) -> list[Message]:
        assert self.channel is not None
        if self.root:
            return self._workspace.replies(self.channel.id, self.root, self._viewer)
        return self._workspace.messages(self.channel.id, self._viewer)

    def _threads(self) -> dict[str, list[Message]]:
        """Replies by their root, read once for all rows."""
        assert self.channel is not None
        found: dict[str, list[Message]] = defaultdict(list)
        for item in self._workspace.timeline.of(self.channel.id):
            if item.thread_ts and not item.ephemeral_for and not item.deleted:
                found[item.thread_ts].append(item)
        return found

    def _intro(self) -> Node:
        if self.root or self.channel is None:
            return None
        if self.channel.is_im:
            other = people.person(self._workspace.users, people.partner(self.channel, self._viewer))
            return modal.blank(other, other.real_name, im_words(other.id == self._viewer, other), "intro")
        bot, here = self._workspace.bot, self.channel
        return div(".intro", data_testid="intro")[
            h2["🔒 " if here.is_private else "# ", here.name],
            p[f"This is the very beginning of #{here.name}."],
            p[f"Mention @{bot.real_name} to ask something, or drop a file anywhere here."]
            if bot.id in here.members
            else None,
        ]


def im_words(own: bool, other: User) -> str:
    """The first words of a direct message that has none."""
    if own:
        return "This is your space. Keep notes here; nobody else sees them."
    if other.is_bot:
        return f"This is your conversation with {other.real_name}. Ask a question, or drop a contract here."
    return f"This conversation is just between {other.real_name} and you."


def status(workspace: Workspace, channel: Channel, root: str) -> Node:
    """'Ari is reading…' for this thread, or in a channel for any of its threads."""
    found = [
        words
        for (where, thread), words in workspace.statuses.items()
        if where == channel.id and words and (not root or thread == root)
    ]
    if not found:
        return None
    return fragment[
        span(".dots", aria_hidden="true"),
        span(role="status", data_testid="status")[f"{workspace.bot.real_name} {found[0]}"],
    ]
