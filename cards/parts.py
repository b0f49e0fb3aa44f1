"""Small pieces of Block Kit that all cards share: escaping first, limits second.

Slack's limits used here: header 150 characters, section text 3,000, table 100 rows, table cells plain text, button value
2,000, about 12,000 characters in a message.
"""

import re
from collections.abc import Sequence
from typing import Any

Block = dict[str, Any]
INVISIBLE = re.compile(r"[\u0000-\u0008\u000b-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def clean(text: str, limit: int = 2900) -> str:
    """For mrkdwn: the three characters that Slack parses are escaped, control and direction characters gone, cut at `limit`."""
    plain = INVISIBLE.sub("", text)
    short = plain if len(plain) <= limit else plain[: limit - 1] + "…"
    return short.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def person(user_id: str) -> str:
    """A mention for people; 'Ari' for itself."""
    return f"<@{user_id}>" if re.fullmatch(r"[UW][A-Z0-9]+", user_id) else clean(user_id)


def header(text: str) -> Block:
    return {"type": "header", "text": {"type": "plain_text", "text": INVISIBLE.sub("", text)[:150], "emoji": True}}


def section(mrkdwn: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": mrkdwn[:3000]}}


def fields(pairs: Sequence[tuple[str, str]]) -> Block:
    """Up to ten label and value pairs in two columns; values are mrkdwn already."""
    return {
        "type": "section",
        "fields": [{"type": "mrkdwn", "text": f"*{label}*\n{value}"[:2000]} for label, value in pairs[:10]],
    }


def context(*mrkdwn: str) -> Block:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text[:3000]} for text in mrkdwn[:10] if text]}


def divider() -> Block:
    return {"type": "divider"}


def quote(text: str, source: str) -> str:
    """A verbatim passage with where it stands."""
    lines = clean(" ".join(text.split()), 600)
    return f">“{lines}”\n>_{clean(source)}_"


def table(head: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> Block:
    """One per message. Cells are plain text; Slack refuses empty ones, so those get a dash."""
    body = [head, *rows[:99]]
    return {
        "type": "table",
        "rows": [[{"type": "raw_text", "text": INVISIBLE.sub("", cell)[:200] or "–"} for cell in row] for row in body],
        "column_settings": [
            {"align": "right" if place in right else "left", "is_wrapped": True} for place in range(len(head))
        ],
    }


def button(action: str, text: str, value: str, style: str | None = None, confirm: Block | None = None) -> Block:
    block: Block = {"type": "button", "action_id": action, "text": {"type": "plain_text", "text": text[:75], "emoji": True},
                    "value": value[:2000]}  # fmt: skip
    return block | ({"style": style} if style else {}) | ({"confirm": confirm} if confirm else {})


def link(action: str, text: str, url: str) -> Block:
    return {
        "type": "button",
        "action_id": action,
        "text": {"type": "plain_text", "text": text[:75], "emoji": True},
        "url": url,
    }


def confirmation(title: str, text: str, yes: str, no: str = "Not yet", style: str = "primary") -> Block:
    """The dialog before a button acts: it repeats what is about to happen."""
    return {
        "title": {"type": "plain_text", "text": title[:100]},
        "text": {"type": "plain_text", "text": INVISIBLE.sub("", text)[:300]},
        "confirm": {"type": "plain_text", "text": yes[:30]},
        "deny": {"type": "plain_text", "text": no[:30]},
        "style": style,
    }


def actions(*elements: Block) -> Block:
    return {"type": "actions", "elements": [one for one in elements if one]}


def plain(text: str) -> Block:
    return {"type": "plain_text", "text": INVISIBLE.sub("", text), "emoji": True}


def month(period: str) -> str:
    """'2025-11' -> 'November 2025'; other periods as they are."""
    names = (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    )
    found = re.fullmatch(r"(\d{4})-(\d{2})", period)
    return f"{names[int(found[2]) - 1]} {found[1]}" if found else period
