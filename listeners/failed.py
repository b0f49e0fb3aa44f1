"""A click that failed: the log says why, and the person who clicked is told instead of left waiting.

An event that could not be written down has nobody to tell: it is not acknowledged, and Slack brings it again.
"""

import logging
from collections.abc import Callable
from typing import Any

from billing.errors import Refused
from cards.parts import clean
from jobs.office import Office

log = logging.getLogger(__name__)
SORRY = "That did not work just now. Please press it again; the log says why."


def failed(office: Office) -> Callable[..., None]:
    """A global Bolt error handler."""

    def handle(error: Exception, body: dict[str, Any]) -> None:
        log.error("%s failed", body.get("type"), exc_info=error)
        place, who = body.get("channel") or {}, body.get("user") or {}
        if "id" in place and "id" in who:
            text = clean(str(error)) if isinstance(error, Refused) else SORRY
            office.poster.whisper(place["id"], who["id"], text, body.get("container", {}).get("thread_ts"))

    return handle
