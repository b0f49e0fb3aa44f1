"""Small pieces of Block Kit that all cards share: escaping first, limits second.

Slack's limits used here: header 150 characters, section text 3,000, table 100 rows of plain text, button value 2,000, and
about 12,000 characters in a message. What does not fit is counted in "and N more", never lost in silence.
"""

import html
import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

Block = dict[str, Any]
Thing = TypeVar("Thing")
MESSAGE = 11_500
TEXT = 2900
CELL = 200
ROWS = 98
HIDDEN = frozenset({"Cc", "Cf", "Cs"})
HALF = re.compile(r"(&[a-z]*|<[^<>]*)$")
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")  # fmt: skip


def visible(text: str) -> str:
    """Text from outside as one line, without characters that control, turn or hide what stands around them."""
    spaced = "".join(" " if char.isspace() else char for char in text)
    return " ".join("".join(char for char in spaced if unicodedata.category(char) not in HIDDEN).split())


def clean(text: str, limit: int = TEXT) -> str:
    """Text from outside for mrkdwn: one visible line in which Slack finds nothing to act on, of at most `limit` characters."""
    return cut(html.escape(visible(text), quote=False), limit)


def cut(mrkdwn: str, limit: int) -> str:
    """At most `limit` characters; no half of an entity or of a mention stays at the end."""
    return mrkdwn if len(mrkdwn) <= limit else HALF.sub("", mrkdwn[: limit - 1]) + "…"


def listing(lines: Sequence[str], limit: int = TEXT, between: str = "\n") -> str:
    """The lines that fit into `limit` characters, each of them shorter than that, and how many more there are."""
    room = limit - len(f"{between}and {len(lines)} more")
    shown = next(iter(packed(lines, room, lambda line: len(line) + len(between))), [])
    rest = len(lines) - len(shown)
    return between.join([*shown, *([f"and {rest} more"] if rest else [])])


def packed(things: Sequence[Thing], room: int, size: Callable[[Thing], int], most: int = 100) -> list[list[Thing]]:
    """In order, into as few packs as take at most `room` by `size`, and `most` things, each."""
    packs: list[list[Thing]] = []
    for one in things:
        if not packs or len(packs[-1]) == most or sum(map(size, packs[-1])) + size(one) > room:
            packs.append([])
        packs[-1].append(one)
    return packs


def person(user_id: str) -> str:
    """A mention for people; 'Ari' for itself."""
    return f"<@{user_id}>" if re.fullmatch(r"[UW][A-Z0-9]+", user_id) else clean(user_id, 50)


def header(text: str) -> Block:
    return {"type": "header", "text": plain(text, 150)}


def section(mrkdwn: str) -> Block:
    return {"type": "section", "text": _mrkdwn(mrkdwn, 3000)}


def fields(pairs: Sequence[tuple[str, str]]) -> Block:
    """Up to ten label and value pairs in two columns; values are mrkdwn already."""
    return {"type": "section", "fields": [_mrkdwn(f"*{label}*\n{value}", 2000) for label, value in pairs[:10]]}


def context(*mrkdwn: str) -> Block:
    """Up to ten small texts; at least one of them has to say something."""
    return {"type": "context", "elements": [_mrkdwn(text, 3000) for text in mrkdwn[:10] if text]}


def _mrkdwn(text: str, limit: int) -> Block:
    """Verbatim: Slack makes no links of addresses that merely stand in a contract or a name. It refuses empty texts."""
    return {"type": "mrkdwn", "text": cut(text, limit) if text.strip() else "–", "verbatim": True}


def divider() -> Block:
    return {"type": "divider"}


def quote(text: str, source: str) -> str:
    """A verbatim passage with where it stands."""
    return f">“{clean(text, 600)}”\n>_{clean(source, 150)}_"


def table(
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    right: Sequence[int] = (),
    total: Sequence[str] = (),
    limit: int = 4000,
) -> Block:
    """One per message. Cells are plain text; Slack refuses empty ones, so those get a dash. Rows beyond `limit` characters
    are counted in a row of their own; `total` is the last row, and always there."""
    body = _fitting([[visible(cell)[:CELL] or "–" for cell in row] for row in rows], limit)
    last = [[visible(cell)[:CELL] or "–" for cell in total]] if total else []
    return {
        "type": "table",
        "rows": [[{"type": "raw_text", "text": cell} for cell in row] for row in [list(head), *body, *last]],
        "column_settings": [
            {"align": "right" if place in right else "left", "is_wrapped": place not in right}
            for place in range(len(head))
        ],
    }


def _fitting(rows: list[list[str]], limit: int) -> list[list[str]]:
    shown = next(iter(packed(rows, limit, lambda row: sum(map(len, row)), ROWS - 1)), [])
    rest = len(rows) - len(shown)
    return [*shown, [f"and {rest} more", *["–"] * (len(rows[0]) - 1)]] if rest else shown


def button(action: str, text: str, value: str, style: str | None = None, confirm: Block | None = None) -> Block:
    block: Block = {"type": "button", "action_id": action, "text": plain(text, 75), "value": value[:2000]}
    return block | ({"style": style} if style else {}) | ({"confirm": confirm} if confirm else {})


def link(action: str, text: str, url: str) -> Block:
    return {"type": "button", "action_id": action, "text": plain(text, 75), "url": url}


def confirmation(title: str, text: str, yes: str, no: str = "Not yet", style: str = "primary") -> Block:
    """The dialog before a button acts: it repeats what is about to happen."""
    return {"title": plain(title, 100), "text": plain(text, 300), "confirm": plain(yes, 30), "deny": plain(no, 30),
            "style": style}  # fmt: skip


def actions(*elements: Block) -> Block:
    return {"type": "actions", "elements": list(elements)}


def plain(text: str, limit: int = 150) -> Block:
    """Plain text, which Slack refuses when it is empty."""
    short = visible(text) or "–"
    return {"type": "plain_text", "text": short if len(short) <= limit else short[: limit - 1] + "…", "emoji": True}


def length(blocks: Any) -> int:
    """All text in some blocks, as it counts towards what a message may hold."""
    if isinstance(blocks, dict):
        return sum(
            len(value) if key == "text" and isinstance(value, str) else length(value) for key, value in blocks.items()
        )
    return sum(map(length, blocks)) if isinstance(blocks, list) else 0


def month(period: str) -> str:
    """'2025-11' -> 'November 2025'; other periods as they are."""
    found = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", period)
    return f"{MONTHS[int(found[2]) - 1]} {found[1]}" if found else period
