"""The list of messages in the browser: one NiceGUI element a row, of which only the changed ones are sent.

Promises: with any number of messages a change costs the rows it touches; at most a window of the latest rows is in
the page. Leaves out: what a row looks like (`messages.py`, `rows.py`).
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from htpy import Node, button, div, fragment, span
from nicegui import ui

from sandbox.slack.page.messages import Around, message
from sandbox.slack.page.rows import Row, rows
from sandbox.slack.records import Message

WINDOW = 200


def put(place: ui.html, drawn: Node) -> None:
    """Show something in a place; nothing is sent when it is what stands there."""
    place.content = str(fragment[drawn])


def html(classes: str = "") -> ui.html:
    """A place for our own HTML, which is escaped where it is made."""
    return ui.html(sanitize=False).classes(classes)


class Timeline:
    """The messages of a conversation, or of a thread when `root` is given to `draw`."""

    def __init__(self) -> None:
        with ui.element("div").classes("scroll"), ui.element("div").classes("list") as self._list:
            self._top = html()
        self._rows: dict[str, tuple[Row, ui.html]] = {}
        self._window = WINDOW

    def clear(self) -> None:
        """Forget the rows, before another conversation is shown."""
        for _, place in self._rows.values():
            place.delete()
        self._rows = {}
        self._window = WINDOW

    def widen(self) -> None:
        """Take more of the earlier messages into the page."""
        self._window += WINDOW

    def draw(
        self,
        items: Sequence[Message],
        threads: Mapping[str, Sequence[Message]],
        around: Around,
        intro: Node,
        stale: Collection[str] | None = None,
        root: str = "",
    ) -> None:
        """Bring the page up to date. `stale`: time stamps of what changed, None for everything."""
        hidden = 0 if root else max(0, len(items) - self._window)
        put(self._top, earlier(hidden) if hidden else intro)
        found = {item.ts: item for item in items}
        wanted = list(rows(items[hidden:], around.ctx, _today(around), root))
        self._drop({row.key for row in wanted})
        for index, row in enumerate(wanted, start=1):
            fresh = self._place(row, index)
            if fresh or stale is None or row.ts in stale:
                item = found.get(row.ts)
                drawn = message(item, around, row.grouped, threads.get(row.ts, ())) if item else divider(row)
                put(self._rows[row.key][1], drawn)

    def _drop(self, keep: Collection[str]) -> None:
        for key in [each for each in self._rows if each not in keep]:
            self._rows.pop(key)[1].delete()

    def _place(self, row: Row, index: int) -> bool:
        """Make sure that the row has its element; True when it has to be drawn."""
        known = self._rows.get(row.key)
        if known and known[0] == row:
            return False
        place = known[1] if known else self._insert(index)
        self._rows[row.key] = (row, place)
        return True

    def _insert(self, index: int) -> ui.html:
        with self._list:
            place = html("post")
        if index < len(self._list.default_slot.children) - 1:
            place.move(target_index=index)
        return place


def _today(around: Around) -> date:
    return around.now.date()


def divider(row: Row) -> Node:
    """A line with words: a day, or the number of replies."""
    return div(".divider")[span[row.words]]


def earlier(hidden: int) -> Node:
    """The button that brings back what the window left out."""
    return button(".btn.earlier", type="button", data_act="earlier", data_testid="earlier")[
        f"Show earlier messages ({hidden})"
    ]
