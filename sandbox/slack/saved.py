"""Keeping a workspace across restarts: a JSON file and the uploaded files in one directory.

Written a moment after each change and once more at the end, each time as a whole and by renaming, so a crash loses
at most that moment. Open modals, trigger ids and response URLs are not kept.
"""

import asyncio
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from sandbox.slack.delivery import Envelope
from sandbox.slack.records import Change, Channel, Json, Message, User
from sandbox.slack.workspace import Workspace

_AFTER_SECONDS = 0.3


class Saved:
    def __init__(self, directory: Path) -> None:
        self._file = directory / "workspace.json"
        self._blobs = directory / "files"
        self._blobs.mkdir(parents=True, exist_ok=True)
        self._due: asyncio.TimerHandle | None = None

    def restore(self, ws: Workspace) -> None:
        """Fill `ws` with what was saved, over what its configuration says; nothing when nothing was."""
        if not self._file.exists():
            return
        state: Json = json.loads(self._file.read_text())
        ws.users |= {user["id"]: User(**user) for user in state["users"]}
        ws.channels |= {room["id"]: Channel(**room) for room in state["channels"]}
        for message in state["messages"]:
            ws.timeline.add(Message(**message))
        ws.files, ws.homes, ws.scheduled = state["files"], state["homes"], state["scheduled"]
        ws.suggested_prompts = state["suggested_prompts"]
        ws.titles = {(channel, ts): title for channel, ts, title in state["titles"]}
        for user, counts in state["unread"].items():
            ws.unread[user].update(counts)
        ws.blobs = {path.name: path.read_bytes() for path in self._blobs.iterdir()}
        ws.delivery.waiting.extend(Envelope("events_api", payload) for payload in state["waiting"])
        _link_files(ws)

    def save(self, ws: Workspace) -> None:
        state = {
            "users": [asdict(user) for user in ws.users.values()],
            "channels": [asdict(room) for room in ws.channels.values()],
            "messages": [asdict(message) for message in ws.timeline],
            "files": ws.files,
            "homes": ws.homes,
            "scheduled": ws.scheduled,
            "suggested_prompts": ws.suggested_prompts,
            "titles": [[*place, title] for place, title in ws.titles.items()],
            "unread": ws.unread,
            "waiting": [envelope.payload for envelope in ws.delivery.waiting],
        }
        for file_id in ws.files.keys() - {path.name for path in self._blobs.iterdir()}:
            (self._blobs / file_id).write_bytes(ws.blobs[file_id])
        fresh = self._file.with_suffix(".new")
        fresh.write_text(json.dumps(state))
        fresh.replace(self._file)

    def follow(self, ws: Workspace) -> Callable[[], None]:
        """Save after changes from now on. Returns the function that ends it and saves a last time."""

        def later(_: Change) -> None:
            if self._due is None:
                self._due = asyncio.get_running_loop().call_later(_AFTER_SECONDS, now)

        def now() -> None:
            self._due = None
            self.save(ws)

        def end() -> None:
            unsubscribe()
            if self._due is not None:
                self._due.cancel()
            now()

        unsubscribe = ws.subscribe(later)
        return end


def _link_files(ws: Workspace) -> None:
    """A file is one thing, known to the workspace and to every message that carries it."""
    for message in ws.timeline:
        message.files = [ws.files.get(file["id"], file) for file in message.files]
