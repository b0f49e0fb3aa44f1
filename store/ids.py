"""Ari's own ids: 'draft-01k9x3…', a noun, a hyphen and a lower-case ULID.

Promises ids that sort by creation, strictly rising within a process even when the clock steps back, and that cannot be
taken for Stripe's (underscore) or Slack's (capitals). Nothing may be read out of an id but its noun.
"""

import os
import re
import threading
import time

from ulid import ULID

NOUN = re.compile(r"[a-z]+(?:_[a-z]+)*", re.ASCII)
TAIL = re.compile(r"[0-7][0-9a-hjkmnp-tv-z]{25}", re.ASCII)


class _Rising:
    """ULIDs as numbers, each larger than the one before, whichever thread asks."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def next(self) -> int:
        with self._lock:
            fresh = (time.time_ns() // 1_000_000 << 80) | int.from_bytes(os.urandom(10))
            self._last = max(fresh, self._last + 1)
            return self._last


_rising = _Rising()


def new_id(noun: str) -> str:
    """A new id such as 'draft-01k9x3…'. `noun` is lower-case letters, words joined by underscores; else ValueError."""
    if not NOUN.fullmatch(noun):
        raise ValueError(f"{noun!r} cannot start an id; use lower-case letters, such as 'draft'")
    return f"{noun}-{str(ULID.from_int(_rising.next())).lower()}"


def is_id(text: str, noun: str) -> bool:
    """Whether `text` is exactly an id of that noun. Says nothing about whether the thing exists."""
    head, _, tail = text.partition("-")
    return head == noun and TAIL.fullmatch(tail) is not None
