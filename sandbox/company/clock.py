"""Instants of the demo data: epoch milliseconds in, UTC text out.

Promises text that sorts as time does ('2025-11-03T14:05:09.123Z') and midnights of New York, where the demo
company keeps its calendar. Leaves out the story's own clock, which story.yaml and the local workspace hold.
"""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

NEW_YORK = ZoneInfo("America/New_York")
SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def midnight(day: date) -> int:
    """The epoch milliseconds at which `day` begins in New York."""
    return int(datetime(day.year, day.month, day.day, tzinfo=NEW_YORK).timestamp()) * SECOND


def days(first: date, until: date) -> list[date]:
    """The days of `[first, until)`."""
    return [first + timedelta(n) for n in range((until - first).days)]


def stamp(ms: int) -> str:
    """Epoch milliseconds as UTC text with milliseconds."""
    hour, rest = divmod(ms, HOUR)
    minute, rest = divmod(rest, MINUTE)
    return f"{_hour(hour)}{PAIRS[minute]}:{PAIRS[rest // 1000]}.{rest % 1000:03d}Z"


def instant(text: str) -> int:
    """The inverse of `stamp`; raises ValueError on any other shape of text."""
    moment = datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    return round(moment.timestamp() * SECOND)


# Two million stamps are written; formatting the hour once and looking pairs of digits up halves their time.
PAIRS = tuple(f"{n:02d}" for n in range(60))


@cache
def _hour(number: int) -> str:
    return datetime.fromtimestamp(number * 3600, UTC).strftime("%Y-%m-%dT%H:")
