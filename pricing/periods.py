"""Billing periods: half-open date ranges read in a contract's time zone.

A period is two calendar dates; it becomes instants only together with a zone, so that daylight saving never adds or
loses a day. Quarterly and yearly constructs are left to the calculator's rules, which count in months.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])", re.ASCII)


class PeriodError(ValueError):
    """A period that cannot be read, or that ends before it starts."""


@lru_cache(maxsize=65536)
def midnight(day: date, zone: str) -> datetime:
    """The instant, in UTC, at which `day` begins in `zone`."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Calendar dates `[start, end)`."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise PeriodError(f"the period {self.start} to {self.end} is empty; the end must come after the start")

    @classmethod
    def month(cls, text: str) -> "Period":
        """'2025-11' -> 1 November up to, not including, 1 December. Raises PeriodError."""
        found = MONTH.fullmatch(text)
        if not found:
            raise PeriodError(f"{text!r} is not a month; write it as 2025-11")
        start = date(int(found[1]), int(found[2]), 1)
        return cls(start, (start + timedelta(days=31)).replace(day=1))

    @classmethod
    def month_of(cls, instant: datetime, zone: str) -> "Period":
        """The calendar month in which `instant` falls in `zone`."""
        return cls.month(instant.astimezone(ZoneInfo(zone)).strftime("%Y-%m"))

    def previous(self) -> "Period":
        """The calendar month before this one's start."""
        return Period.month((self.start.replace(day=1) - timedelta(days=1)).strftime("%Y-%m"))

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    @property
    def key(self) -> str:
        """'2025-11' for a calendar month, '2025-11-16/2025-12-01' for anything else."""
        month = self.start.strftime("%Y-%m")
        return month if self == Period.month(month) else f"{self.start}/{self.end}"

    @classmethod
    def parse(cls, key: str) -> "Period":
        """The inverse of `key`."""
        if "/" not in key:
            return cls.month(key)
        try:
            start, end = key.split("/")
            return cls(date.fromisoformat(start), date.fromisoformat(end))
        except ValueError as bad:
            raise PeriodError(f"{key!r} is not a period; write 2025-11 or 2025-11-16/2025-12-01") from bad

    def bounds(self, zone: str) -> tuple[datetime, datetime]:
        """The instants `[start, end)` in UTC."""
        return midnight(self.start, zone), midnight(self.end, zone)

    def overlap(self, start: date | None, end: date | None) -> "Period | None":
        """What this period shares with `[start, end)`, where None is open; None when nothing."""
        first = max(self.start, start) if start else self.start
        last = min(self.end, end) if end else self.end
        return Period(first, last) if first < last else None
