"""What a person does in a tab, as the browser asks for it: an ask has a kind and a body, the answer is a dict.

Promises: whatever goes wrong comes back as {"error": text} and is shown; nothing fails unseen. Leaves out: the
browser's side (`assets/page.js`) and the acts themselves (`sandbox/slack/workspace.py`).
"""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from sandbox.slack.elements import find
from sandbox.slack.page import clock, people, transfers
from sandbox.slack.page.blocks import state
from sandbox.slack.page.context import Context
from sandbox.slack.page.sidebar import im_of
from sandbox.slack.page.tab import APP_TABS, Tab
from sandbox.slack.page.transfers import Uploads
from sandbox.slack.records import ActError, Channel, Json

Answer = dict[str, Any]
log = logging.getLogger(__name__)


class Asks:
    """Answers the asks of one tab."""

    def __init__(self, tab: Tab, uploads: Uploads) -> None:
        self.tab, self.workspace, self.uploads = tab, tab.workspace, uploads
        self.kinds: dict[str, Callable[[Json], Awaitable[Answer | None]]] = {
            "go": self.go,
            "thread": self.thread,
            "earlier": self.earlier,
            "say": self.say,
            "use": self.use,
            "options": self.options,
            "submit": self.submit,
            "close": self.close,
            "react": self.react,
            "edit": self.edit,
            "delete": self.delete,
            "stop": self.stop,
            "prompt": self.prompt,
            "jump": self.jump,
        }

    async def answer(self, kind: str, body: Json) -> Answer:
        """Carry out one ask."""
        try:
            return await self.kinds[kind](body) or {}
        except ActError as refusal:
            return {"error": str(refusal)}
        except Exception as problem:
            log.exception("the page could not do %r", kind)
            return {"error": f"The workspace failed at this: {problem!r}. Its log says more."}

    # -- going around

    async def go(self, body: Json) -> None:
        """`to` is a channel id, "home", "messages" or "im:" and a user id."""
        to, viewer = str(body["to"]), self.tab.viewer
        if to in APP_TABS:
            await self.go_app(to)
        elif to.startswith("im:"):
            channel = await self.workspace.open_im(viewer, to.removeprefix("im:"))
            self.tab.go(channel.id, channel)
        else:
            self.tab.go(to, self.workspace.channels[to])

    async def go_app(self, to: str) -> None:
        """The app's own place. The page is shown first: an app that is away must not hold it up."""
        viewer = self.tab.viewer
        if to == "messages":
            channel = im_of(self.workspace, viewer, self.workspace.bot.id)
            self.tab.go(to, channel or await self.workspace.open_im(viewer, self.workspace.bot.id))
            await self.workspace.open_messages_tab(viewer)
        else:
            self.tab.go(to, None)
            await self.workspace.open_home(viewer)

    async def thread(self, body: Json) -> None:
        """Open the thread at `ts`, or close it when there is none."""
        if body.get("ts"):
            self.tab.open_thread(str(body["ts"]))
        else:
            self.tab.close_thread()

    async def earlier(self, body: Json) -> None:
        """Show more of the past."""
        self.tab.main.timeline.widen()
        self.tab.main.draw(())

    # -- words

    async def say(self, body: Json) -> None:
        """Send the composer's text with its files; a text that begins with / is a command, as in Slack."""
        viewer, channel, thread = self.tab.viewer, str(body["channel"]), body.get("thread") or None
        text, keys = str(body.get("text", "")).strip(), [str(each) for each in body.get("uploads", [])]
        files = [transfers.sample(self.workspace, str(each)) for each in body.get("samples", [])]
        files += self.uploads.get(keys)
        command, _, rest = text.partition(" ")
        if command.startswith("/") and not thread and not files:
            await self.workspace.slash(viewer, channel, command, rest.strip())
            return
        await self.workspace.say(viewer, channel, text, thread, files)
        self.uploads.drop(keys)

    async def prompt(self, body: Json) -> None:
        """Send a suggested prompt's message."""
        channel = self._channel()
        offered = self.workspace.prompts(channel.id)[int(body["at"])]
        await self.workspace.say(self.tab.viewer, channel.id, str(offered["message"]))

    async def react(self, body: Json) -> None:
        """Give a reaction, or take it back."""
        await self.workspace.react(self.tab.viewer, str(body["channel"]), str(body["ts"]), str(body["name"]))

    async def edit(self, body: Json) -> None:
        """Change one's own message."""
        await self.workspace.edit(self.tab.viewer, str(body["channel"]), str(body["ts"]), str(body["text"]))

    async def delete(self, body: Json) -> None:
        """Delete one's own message, or dismiss an ephemeral one."""
        await self.workspace.delete(self.tab.viewer, str(body["channel"]), str(body["ts"]))

    async def stop(self, body: Json) -> None:
        """Stop a stream."""
        await self.workspace.stop_stream(self.tab.viewer, str(body["channel"]), str(body["ts"]))

    # -- blocks

    async def use(self, body: Json) -> None:
        """A button was pressed or a choice made, in a message or a view."""
        blocks, viewer = self._blocks(body), self.tab.viewer
        action = self._action(blocks, body)
        values = state.values(blocks, body.get("values") or {}, self._ctx())
        if body.get("view"):
            await self.workspace.click_view(viewer, str(body["view"]), action, values)
        else:
            await self.workspace.click(viewer, str(body["channel"]), str(body["ts"]), action, values)

    async def options(self, body: Json) -> Answer:
        """What the app offers for a query in an external select."""
        place = str(body["view"]) if body.get("view") else (str(body["channel"]), str(body["ts"]))
        action = self._action(self._blocks(body), body)
        return {"options": await self.workspace.options(self.tab.viewer, place, action, str(body["query"]))}

    async def submit(self, body: Json) -> Answer:
        """Submit the modal; errors come back by block id."""
        values = state.values(self._blocks(body), body.get("values") or {}, self._ctx())
        return await self.workspace.submit_view(self.tab.viewer, str(body["view"]), values)

    async def close(self, body: Json) -> None:
        """Close the modal, or with `all` the whole stack."""
        await self.workspace.close_view(self.tab.viewer, str(body["view"]), bool(body.get("all")))

    # -- time

    async def jump(self, body: Json) -> None:
        """Move the business clock."""
        await clock.move(self.workspace, str(body["at"]))
        await self.tab.draw_clock()

    # -- finding

    def _ctx(self) -> Context:
        return people.context_of(self.workspace, self.tab.viewer)

    def _channel(self) -> Channel:
        if self.tab.channel is None:
            raise ActError("Open a conversation first.")
        return self.tab.channel

    def _blocks(self, body: Json) -> list[Json]:
        """The blocks of the message or view an ask is about."""
        if body.get("view"):
            return list(self._view(str(body["view"])).get("blocks") or [])
        item = self.workspace.timeline.find(str(body["channel"]), str(body["ts"]))
        if item is None:
            raise ActError("That message is gone.")
        return item.blocks + [each for old in item.attachments for each in old.get("blocks") or []]

    def _view(self, view_id: str) -> Json:
        home = self.workspace.homes.get(self.tab.viewer)
        for view in [*self.workspace.views.get(self.tab.viewer, []), *([home] if home else [])]:
            if view["id"] == view_id:
                return view
        raise ActError("That window was closed or replaced in the meantime.")

    def _action(self, blocks: list[Json], body: Json) -> Json:
        place = find(blocks, str(body["action"]), str(body["block"]))
        if place is None:
            raise ActError("That control is no longer there; look at the message again.")
        item = place[1]
        return {**item, "block_id": body["block"], **state.value(item, body.get("picked") or [], self._ctx())}
