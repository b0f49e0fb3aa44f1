"""One browser tab: who it acts as, what it shows, and bringing that up to date when the workspace changes.

Promises: a change redraws only what it touches; tabs do not disturb each other. Leaves out: what a person does
(`asks.py`).
"""

import asyncio
import json
from collections import Counter
from urllib.parse import urlencode

from nicegui import Client, ui

from sandbox.slack.page import clock, header, modal, people, sidebar
from sandbox.slack.page.pane import Pane
from sandbox.slack.page.timeline import html, put
from sandbox.slack.records import Change, Channel, Json
from sandbox.slack.workspace import Workspace

APP_TABS = ("home", "messages")
MOVED = 60
"""Seconds between two readings of the clock that only a person's hand explains."""


class Tab:
    """The page of one person. `here` is "home", "messages" or a channel id."""

    def __init__(self, workspace: Workspace, client: Client, viewer: str, online: Counter[str]) -> None:
        self.workspace, self.client, self.viewer = workspace, client, viewer
        self.here = ""
        self._reading: clock.Reading | None = None
        self._online = online
        self._pending: list[Change] = []
        self._build()
        self._unsubscribe = workspace.subscribe(self._on_change)

    # -- the parts of the page

    def _build(self) -> None:
        with ui.element("div").classes("slack"):
            with ui.element("header").classes("top-bar"):
                self._brand, self._pill, self._menu, self._me = html("brand"), html(), html(), html()
            with ui.element("div").classes("frame"):
                self._sidebar = html("side")
                with ui.element("main").classes("pane main-pane"):
                    self._header, self._banner = html(), html()
                    self._home = html("home-box")
                    with ui.element("div").classes("conversation") as self._conversation:
                        self.main = Pane(self.workspace, self.viewer)
                with ui.element("aside").classes("pane thread-pane").props('data-testid="thread"') as self._side_pane:
                    self._thread_header = html()
                    with ui.element("div").classes("conversation"):
                        self.thread = Pane(self.workspace, self.viewer)
        with ui.element("dialog").classes("modal-host"):
            self._modal = html()
        put(self._brand, header.brand(self.workspace))
        put(self._me, header.act_as(self.workspace, self.viewer))

    # -- navigation

    @property
    def channel(self) -> Channel | None:
        """The conversation that is open; None on the home tab."""
        return self.main.channel

    def go(self, here: str, channel: Channel | None) -> None:
        """Show a conversation, or with None the app's home."""
        self.here = here
        self.close_thread()
        self._conversation.set_visibility(channel is not None)
        self._home.set_visibility(channel is None)
        self.main.open(channel)
        if channel:
            self.workspace.mark_read(self.viewer, channel.id)
        self.draw_frame()
        self.draw_view()

    def open_thread(self, root: str) -> None:
        """Show a thread of the open conversation at the right."""
        if self.channel is None:
            return
        self.thread.open(self.channel, root)
        put(self._thread_header, header.thread(self.channel, self.workspace.titles.get((self.channel.id, root), "")))
        self._side_pane.classes(add="open")
        self._remember()

    def close_thread(self) -> None:
        """Put the thread away."""
        self.thread.open(None)
        self._side_pane.classes(remove="open")
        self._remember()

    def _remember(self) -> None:
        """Keep the place in the address, so that a reload comes back to it."""
        place = {"as": self.viewer, "at": self.here, "thread": self.thread.root}
        query = urlencode({key: value for key, value in place.items() if value})
        self.client.run_javascript(f"history.replaceState(null, '', '?{query}')")

    # -- drawing

    def draw_frame(self) -> None:
        """Everything around the messages."""
        shown = self.channel.id if self.channel else self.here
        put(self._sidebar, sidebar.sidebar(self.workspace, self.viewer, shown, +self._online))
        put(self._banner, header.banner(self.workspace))
        if self.here in APP_TABS:
            put(self._header, header.app_tabs(self.workspace, self.viewer, self.here))
        elif self.channel:
            ctx = people.context_of(self.workspace, self.viewer)
            put(self._header, header.conversation(self.workspace, self.channel, self.viewer, ctx))

    def draw_view(self) -> None:
        """The modal on top, and the home tab when it is open."""
        ctx, stack = people.context_of(self.workspace, self.viewer), self.workspace.views.get(self.viewer) or []
        put(self._modal, modal.modal(stack[-1], len(stack), ctx) if stack else None)
        if self.here == "home":
            view = self.workspace.homes.get(self.viewer)
            put(self._home, modal.home(view, self.workspace.bot, self.workspace.connected, ctx))

    async def draw_clock(self) -> None:
        """The clock, which moves by itself and may have been moved by somebody else."""
        before, reading = self._reading, await clock.read(self.workspace)
        self._reading = reading
        put(self._pill, clock.pill(reading))
        if reading and (before is None or abs(reading.now - before.now).total_seconds() > MOVED):
            put(self._menu, clock.menu(reading))
            self.main.draw()
            self.thread.draw()

    # -- live

    def _on_change(self, change: Change) -> None:
        """Collect what one turn of the loop brings: a stream sends many small changes."""
        if not self._pending:
            asyncio.get_running_loop().call_soon(self._catch_up)
        self._pending.append(change)

    def _catch_up(self) -> None:
        changes, self._pending = self._pending, []
        if self.client.is_deleted:
            return
        for pane in (self.main, self.thread):
            self._update(pane, changes)
        kinds = {change.kind for change in changes if change.user in (None, self.viewer)}
        if self.channel and any(change.channel == self.channel.id for change in changes):
            self.workspace.mark_read(self.viewer, self.channel.id)
        if {change.kind for change in changes} & {"message", "channel", "presence"}:
            self.draw_frame()
        if kinds & {"view", "home", "presence"}:
            self.draw_view()

    def _update(self, pane: Pane, changes: list[Change]) -> None:
        if pane.channel is None:
            return
        mine = [change for change in changes if change.channel == pane.channel.id]
        stale = {change.ts for change in mine if change.ts and change.kind in ("message", "reaction")}
        if stale:
            pane.draw(stale | self._roots(pane.channel.id, stale))
        elif mine:
            pane.draw_status()

    def _roots(self, channel: str, stamps: set[str]) -> set[str]:
        """Roots of changed replies: they show how many there are. A reply that is gone makes every root stale."""
        found = [self.workspace.timeline.find(channel, ts) for ts in stamps]
        if None in found:
            return {each.thread_ts for each in self.workspace.timeline.of(channel) if each.thread_ts}
        return {each.thread_ts for each in found if each and each.thread_ts}

    def reply(self, ask_id: int, answer: Json) -> None:
        """Answer an ask of this browser tab."""
        self.client.run_javascript(f"slackPage.answer({ask_id}, {json.dumps(answer)})")

    def end(self) -> None:
        """The tab was closed."""
        self._unsubscribe()
