"""Text objects: `plain_text` and `mrkdwn`.

Promises: a missing text draws as nothing, a bare string as plain text. Leaves out: rich_text, which is a block.
"""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from sandbox.slack.page import mrkdwn
from sandbox.slack.page.context import Context

Json = Mapping[str, Any]


def text(obj: Json | str | None, ctx: Context) -> Markup:
    """HTML of a text object."""
    if not obj:
        return Markup("")
    if isinstance(obj, str):
        return mrkdwn.plain(obj)
    draw = mrkdwn.render(obj.get("text", ""), ctx) if obj.get("type") == "mrkdwn" else None
    return mrkdwn.plain(obj.get("text", "")) if draw is None else draw


def words(obj: Json | str | None) -> str:
    """A text object as bare words, for labels and attributes."""
    return mrkdwn.with_emoji(obj if isinstance(obj, str) else (obj or {}).get("text", ""))
