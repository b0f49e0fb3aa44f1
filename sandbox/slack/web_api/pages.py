"""Cursors: a long list in pages, each of which names the next.

A cursor names the item that comes next, so what is added or removed in between does not shift the pages.
"""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import TypeVar

from sandbox.slack.records import Json
from sandbox.slack.web_api.args import ApiError, Args

Item = TypeVar("Item")


def page(
    items: Sequence[Item], key: Callable[[Item], str], args: Args, default: int, most: int = 1000
) -> tuple[list[Item], Json]:
    """The page that `limit` and `cursor` ask for, and the answer's response_metadata."""
    limit = args.number("limit", default, most)
    start = _start([key(item) for item in items], args.text("cursor"))
    end = start + limit
    cursor = _encode(key(items[end])) if end < len(items) else ""
    return list(items[start:end]), {"next_cursor": cursor}


def _start(keys: list[str], cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return keys.index(base64.b64decode(cursor, validate=True).decode().removeprefix("next:"))
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise ApiError("invalid_cursor") from None


def _encode(key: str) -> str:
    return base64.b64encode(f"next:{key}".encode()).decode()
