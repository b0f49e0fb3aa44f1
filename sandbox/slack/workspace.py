"""The workspace: everything in it, who may see it, and what a person can do there.

Holds the state in memory and tells subscribers what changed. What an act does is in `acts/`, what the app may
call is in `web_api/`, how the app is reached is in `delivery.py`. Nothing here knows of a browser or a web server.
"""

import time
from collections import defaultdict, deque
from collections.abc import Callable, Sequence

from sandbox.clock import Clock
from sandbox.slack import payloads
from sandbox.slack.acts import interactions, modals, speech
from sandbox.slack.callbacks import Callbacks
from sandbox.slack.delivery import Delivery
from sandbox.slack.manifest import Manifest
from sandbox.slack.records import (
    SLACKBOT,
    ActError,
    Change,
    ChangeKind,
    Channel,
    Json,
    Message,
    User,
)
from sandbox.slack.tickets import Tickets
from sandbox.slack.timeline import Timeline
from sandbox.slack.web_api.faults import Faults

__all__ = ["ActError", "Change", "Channel", "Message", "User", "Workspace"]

Upload = tuple[str, bytes, str]


class Workspace:
    """A Slack workspace with one app in it.

    `config` is as in workspace.yaml: team, app, users, channels, usergroups, and optionally manifest (a path or the
    manifest itself). Times are those of `clock` when there is one, else wall time. `base_url` is where the workspace
    is served, without a slash at its end; it stands in every URL that the app gets.
    """

    def __init__(self, config: Json, base_url: str = "", clock: Clock | None = None) -> None:
        self.config = config
        self.clock = clock
        self.base_url = base_url
        self.team: Json = config["team"]
        self.app: Json = config["app"]
        self.users = {user.id: user for user in _users(config)}
        self.channels = {room.id: room for room in _channels(config)}
        self.usergroups: dict[str, Json] = {group["id"]: group for group in config.get("usergroups", [])}
        self.timeline = Timeline(self.now)
        self.files: dict[str, Json] = {}
        self.uploads: dict[str, Json] = {}
        self.blobs: dict[str, bytes] = {}
        self.views: dict[str, list[Json]] = defaultdict(list)
        self.homes: dict[str, Json] = {}
        self.statuses: dict[tuple[str, str], str] = {}
        self.sessions: dict[tuple[str, str], str] = {}
        self.titles: dict[tuple[str, str], str] = {}
        self.suggested_prompts: dict[str, list[Json]] = {}
        self.unread: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self.scheduled: dict[str, Json] = {}
        self.calls: deque[Json] = deque(maxlen=2000)
        self.faults = Faults()
        self.tickets = Tickets()
        self.manifest = Manifest(config.get("manifest"))
        self.callbacks = Callbacks(self.team, self.app, self.tickets, base_url)
        self.delivery = Delivery(self.app, self.manifest, lambda: self.changed("presence"))
        self.connection_problem = ""
        self._subscribers: list[Callable[[Change], None]] = []

    # -- what changed

    def subscribe(self, callback: Callable[[Change], None]) -> Callable[[], None]:
        """Call `callback` after every change, in the event loop's thread. Returns the function that ends it."""
        self._subscribers.append(callback)
        return lambda: self._subscribers.remove(callback)

    def changed(
        self, kind: ChangeKind, channel: str | None = None, ts: str | None = None, user: str | None = None
    ) -> None:
        for callback in list(self._subscribers):
            callback(Change(kind, channel, ts, user))

    # -- what there is to see

    def now(self) -> float:
        """Seconds since 1970 in business time."""
        return self.clock.now().timestamp() if self.clock else time.time()

    @property
    def connected(self) -> bool:
        """Whether the app holds a socket or answers at its request URL; `connection_problem` may say why not."""
        return bool(self.delivery.links)

    def report_problem(self, problem: str) -> None:
        """Note why the app cannot be reached; empty when it can."""
        if problem != self.connection_problem:
            self.connection_problem = problem
            self.changed("presence")

    @property
    def bot(self) -> User:
        return self.users[self.app["bot_user"]]

    @property
    def drops(self) -> list[Json]:
        """What the manifest kept from the app, and what overflowed: {at, kind, what, why, payload}."""
        return list(self.delivery.drops)

    def commands(self) -> list[Json]:
        """Slash commands of the manifest: {command, description, usage_hint}; empty without one."""
        return list(self.manifest.commands)

    def named_channels(self) -> list[Channel]:
        """Every channel that is not a direct message."""
        return [room for room in self.channels.values() if not room.is_im]

    def channels_of(self, user: str) -> list[Channel]:
        """Channels and direct messages that `user` is in, in the order they were made."""
        return [room for room in self.channels.values() if user in room.members]

    def messages(self, channel: str, viewer: str) -> list[Message]:
        """Top-level messages and broadcast replies, oldest first, without other people's ephemerals."""
        seen = self._seen(channel, viewer)
        return [message for message in seen if message.thread_ts is None or message.broadcast]

    def replies(self, channel: str, thread_ts: str, viewer: str) -> list[Message]:
        """The thread's root, when it is there, and its replies, oldest first."""
        return [message for message in self._seen(channel, viewer) if thread_ts in (message.ts, message.thread_ts)]

    def prompts(self, channel: str) -> list[Json]:
        """Suggested prompts {title, message} of a direct message with the app: its own, else the manifest's."""
        return self.suggested_prompts.get(channel) or self.manifest.prompts

    def file_bytes(self, file_id: str) -> bytes:
        """The content of a file; KeyError when there is none of that id."""
        return self.blobs[file_id]

    def shown(self, message: Message, metadata: bool = True) -> Json:
        """A message in Slack's JSON."""
        thread = self.timeline.replies(message.channel, message.ts)
        root = self.timeline.find(message.channel, message.thread_ts) if message.thread_ts else None
        return payloads.message(message, self.team, self.app, thread, root, metadata)

    def mark_read(self, user: str, channel: str) -> None:
        """Set the unread count of `channel` to zero for `user`."""
        if self.unread[user].pop(channel, 0):
            self.changed("channel", channel, user=user)

    def set_status(self, channel: str, thread_ts: str, status: str) -> None:
        """What the app says that it is doing in a thread; an empty text takes it away."""
        before = self.statuses.pop((channel, thread_ts), "")
        if status:
            self.statuses[channel, thread_ts] = status
        if status != before:
            self.changed("status", channel, thread_ts)

    def clear_status(self, channel: str, thread_ts: str, status: str) -> None:
        """Take a status away if it is still that one."""
        if self.statuses.get((channel, thread_ts)) == status:
            self.set_status(channel, thread_ts, "")

    # -- what a person can do; each raises ActError with a text for that person

    async def say(
        self, user: str, channel: str, text: str, thread_ts: str | None = None, files: Sequence[Upload] = ()
    ) -> Message:
        """Post as a person; `files` are (name, bytes, mimetype). "@name", "#channel" and URLs become links."""
        return await speech.say(self, user, channel, text, thread_ts, files)

    async def edit(self, user: str, channel: str, ts: str, text: str) -> Message:
        """Change one's own message."""
        return await speech.edit(self, user, channel, ts, text)

    async def delete(self, user: str, channel: str, ts: str) -> None:
        """Delete one's own message, or dismiss an ephemeral one."""
        await speech.delete(self, user, channel, ts)

    async def react(self, user: str, channel: str, ts: str, name: str) -> None:
        """Add the reaction, or take it back when the person had already given it."""
        await speech.react(self, user, channel, ts, name)

    async def invite(self, user: str, channel: str, other: str) -> None:
        """Bring `other` into a channel that `user` is in."""
        await speech.invite(self, user, channel, other)

    async def open_im(self, user: str, other: str) -> Channel:
        """The direct message of two people, made when there is none yet."""
        return await speech.open_im(self, user, other)

    async def click(self, user: str, channel: str, ts: str, action: Json, values: Json | None = None) -> None:
        """Use an element of a message. `action` is the element with its current value or selected_…;
        `values` is the state of the message's inputs, {block_id: {action_id: {...}}}."""
        await interactions.click(self, user, channel, ts, action, values)

    async def click_view(self, user: str, view_id: str, action: Json, values: Json | None = None) -> None:
        """Use an element of an open modal or of the user's home tab."""
        await interactions.click_view(self, user, view_id, action, values)

    async def options(self, user: str, place: str | tuple[str, str], action: Json, query: str) -> list[Json]:
        """Options of an external select; `place` is a view id or (channel, ts). Groups come flattened."""
        return await interactions.options(self, user, place, action, query)

    async def slash(self, user: str, channel: str, command: str, text: str, thread_ts: str | None = None) -> None:
        """Run a slash command. As in Slack, not inside a thread."""
        await interactions.slash(self, user, channel, command, text, thread_ts)

    async def shortcut(self, user: str, callback_id: str, channel: str | None = None, ts: str | None = None) -> None:
        """Run a global shortcut, or one on a message when `channel` and `ts` are given."""
        await interactions.shortcut(self, user, callback_id, channel, ts)

    async def stop_stream(self, user: str, channel: str, ts: str) -> None:
        """Press Stop on a message that is still being streamed."""
        await interactions.stop_stream(self, user, channel, ts)

    async def submit_view(self, user: str, view_id: str, values: Json) -> Json:
        """Submit a modal with {block_id: {action_id: {...}}}. Returns {} or {"errors": {block_id: text}}."""
        return await modals.submit_view(self, user, view_id, values)

    async def close_view(self, user: str, view_id: str, everything: bool = False) -> None:
        """Close a modal: back to the one below it, or with `everything` (the X) the whole stack."""
        await modals.close_view(self, user, view_id, everything)

    async def open_home(self, user: str) -> None:
        """Look at the app's Home tab."""
        await modals.open_home(self, user)

    async def open_messages_tab(self, user: str) -> Channel:
        """Look at the app's Messages tab. Returns the direct message with the app."""
        return await modals.open_messages_tab(self, user)

    def _seen(self, channel: str, viewer: str) -> list[Message]:
        return [message for message in self.timeline.of(channel) if message.ephemeral_for in (None, viewer)]


def _users(config: Json) -> list[User]:
    """The people of the configuration, the app's bot, and Slackbot, who is everywhere."""
    app = config["app"]
    bot = User(app["bot_user"], app.get("bot_name", app["name"].lower()), app["name"], is_bot=True, color="6d28d9")
    slackbot = User(SLACKBOT, "slackbot", "Slackbot", is_bot=True)
    return [*(User(**user) for user in config["users"]), bot, slackbot]


def _channels(config: Json) -> list[Channel]:
    return [Channel(**room) for room in config["channels"]]
