"""A list of messages as rows: day dividers, groups, and which of them share one face.

Promises: pure; a row says all that its drawing depends on beside the message, so that an unchanged row need not be
drawn again. Leaves out: drawing (`messages.py`) and the browser (`timeline.py`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sandbox.slack.page.context import Context
from sandbox.slack.page.messages import QUIET
from sandbox.slack.page.times import day_label, moment
from sandbox.slack.records import Message

TOGETHER = 300
"""Seconds within which messages of one person share a face."""


@dataclass(frozen=True)
class Row:
    """A divider with its words, or the message `ts`."""

    key: str
    ts: str = ""
    grouped: bool = False
    words: str = ""


def rows(items: Sequence[Message], ctx: Context, today: date, root: str = "") -> Iterator[Row]:
    """The rows of a channel, or of a thread when `root` is the time stamp it hangs on."""
    before: Message | None = None
    for item in items:
        day = moment(item.ts, ctx.zone).date()
        if not root and (before is None or moment(before.ts, ctx.zone).date() != day):
            yield Row(key=f"day-{day}", words=day_label(day, today))
            before = None
        yield Row(key=item.ts, ts=item.ts, grouped=before is not None and together(before, item))
        if item.ts == root and (count := len(items) - 1):
            yield Row(key="replies", words=f"{count} {'reply' if count == 1 else 'replies'}")
        before = None if item.ts == root else item


def together(before: Message, item: Message) -> bool:
    """Whether two neighbours share a face."""
    return (
        before.user == item.user
        and before.ephemeral_for == item.ephemeral_for
        and not (before.subtype in QUIET or item.subtype in QUIET or item.broadcast)
        and float(item.ts) - float(before.ts) < TOGETHER
    )
