"""Kestrel's other meters: text messages, transcribed minutes, stored gigabytes and seats.

Promises, for October to December, the monthly quantities written here, with a little dirt in the messages.
Leaves out Kestrel's calls, which are like anybody's.
"""

from datetime import date
from decimal import Decimal
from random import Random
from typing import NamedTuple

from sandbox.company.calls import Call, new_id, spread
from sandbox.company.clock import DAY, HOUR, MINUTE, SECOND, days, midnight, stamp
from sandbox.company.firms import firm
from sandbox.company.volumes import month_span

Rows = list[tuple[object, ...]]


class Month(NamedTuple):
    """Billed quantities: whole minutes, messages, the average of the days' gigabytes, seats on the 1st."""

    transcribed: int
    messages: int
    gigabytes: str
    seats: int


MONTHS = {10: Month(30_112, 17_906, "801.3", 42), 11: Month(31_007, 18_243, "812.6", 42),
          12: Month(30_540, 17_480, "824.1", 45)}  # fmt: skip
SEATS_ADDED, SEATS_FROM = 3, date(2025, 11, 11)


def tables(month: int, calls: list[Call]) -> dict[str, Rows]:
    """Rows by table, for one month's clean calls of Kestrel."""
    if month not in MONTHS:
        return {}
    rng = Random(f"kestrel/{month}")
    return {
        "messages": _messages(rng, month),
        "transcripts": _transcripts(rng, MONTHS[month].transcribed, calls),
        "storage_daily": _storage(rng, month),
        "seats_daily": _seats(month),
    }


def _messages(rng: Random, month: int) -> Rows:
    count = MONTHS[month].messages
    sent = [_message(rng, month, "outbound", "delivered", "live") for _ in range(count)]
    dirt = [_message(rng, month, *kind) for kind in 160 * (("outbound", "failed", "live"),
            ("inbound", "received", "live"), ("outbound", "delivered", "test"))]  # fmt: skip
    rows = sent + dirt + rng.sample(sent, count // 300)
    return sorted(rows, key=lambda row: str(row[8]))


def _message(rng: Random, month: int, direction: str, status: str, environment: str) -> tuple[object, ...]:
    first, until = month_span(month)
    day = rng.choice(days(first, until))
    at = midnight(day) + 8 * HOUR + int(11 * HOUR * rng.random())
    arrived = stamp(at + int(90 * SECOND * rng.random()))
    owner = firm("kestrel").org_id
    return (new_id(rng, "msg"), owner, direction, "sms", rng.choice((1, 1, 1, 2)), stamp(at), status, environment,
            arrived, arrived)  # fmt: skip


def _transcripts(rng: Random, minutes: int, calls: list[Call]) -> Rows:
    """About three calls in four are transcribed, a little less than their whole length."""
    chosen = [call for call in calls if rng.random() < 0.75]
    seconds = spread(minutes * 60 - 37, [float(call.duration_ms) for call in chosen])
    return [
        (new_id(rng, "trs"), call.call_id, call.org_id, length, call.ingested_at, "live", call.ingested_at,
         call.ingested_at)
        for call, length in zip(chosen, seconds, strict=True)
    ]  # fmt: skip


def _storage(rng: Random, month: int) -> Rows:
    """Tenths of a gigabyte that grow through the month and average what the month says, exactly."""
    span = days(*month_span(month))
    average = int(Decimal(MONTHS[month].gigabytes) * 10)
    swings = [n * 3 + rng.randrange(-8, 9) for n in range(len(span))]
    tenths = [average + swing - sum(swings) // len(span) for swing in swings]
    tenths[-1] += average * len(span) - sum(tenths)
    owner = firm("kestrel").org_id
    return [(owner, day.isoformat(), f"{n // 10}.{n % 10}", _next_morning(day))
            for day, n in zip(span, tenths, strict=True)]  # fmt: skip


def _seats(month: int) -> Rows:
    owner = firm("kestrel").org_id
    added = {day: SEATS_ADDED if month == 11 and day >= SEATS_FROM else 0 for day in days(*month_span(month))}
    return [(owner, day.isoformat(), MONTHS[month].seats + more, _next_morning(day)) for day, more in added.items()]


def _next_morning(day: date) -> str:
    return stamp(midnight(day) + DAY + 2 * HOUR + 7 * MINUTE)
