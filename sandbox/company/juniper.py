"""Juniper's outcomes: appointments that a call booked, some of them reversed afterwards.

Promises the bookings and reversals written here, on the two sides of the tenth of the next month, where a reversal
stops counting. Leaves out the calls themselves, of which every booking names one.
"""

from datetime import date
from random import Random
from typing import NamedTuple

from sandbox.company.calls import Call, new_id
from sandbox.company.clock import DAY, HOUR, MINUTE, instant, midnight, stamp
from sandbox.company.volumes import month_span

Rows = list[tuple[object, ...]]


class Month(NamedTuple):
    """Booked appointments, how many of them were reversed in time, and how many too late to count."""

    booked: int
    reversed: int
    too_late: int


MONTHS = {10: Month(2_014, 31, 5), 11: Month(2_143, 37, 9), 12: Month(1_956, 12, 0)}
OTHER_TYPES = ("callback_requested", "transferred_to_store", "no_slot")


def outcomes(month: int, calls: list[Call]) -> Rows:
    """Rows of the outcomes table for one month's clean calls of Juniper."""
    if month not in MONTHS:
        return []
    rng = Random(f"juniper/{month}")
    shuffled = rng.sample(calls, len(calls))
    booked, others = shuffled[: MONTHS[month].booked], shuffled[MONTHS[month].booked :]
    moments = _reversals(rng, month)
    rows = [_row(rng, call, "appointment_booked", moments.pop() if moments else None) for call in booked]
    tests = [(*row[:7], "test", *row[8:]) for row in _renamed(rng, rows[-25:])]
    rows += [_row(rng, call, rng.choice(OTHER_TYPES), None) for call in others]
    return sorted(rows + tests + rng.sample(rows, 6), key=lambda row: str(row[8]))


def _reversals(rng: Random, month: int) -> list[int]:
    """The instants of reversal; the last that counts and the first that does not are a millisecond apart."""
    following = month_span(month)[1]
    limit = midnight(date(2025, following.month, 11)) if month < 12 else midnight(following)
    plan = MONTHS[month]
    inside = [limit - 1 - int(20 * DAY * rng.random()) for _ in range(plan.reversed - 1)]
    after = [limit + int(5 * DAY * rng.random()) for _ in range(max(plan.too_late - 1, 0))]
    return inside + [limit - 1] + after + [limit] * (plan.too_late > 0)


def _row(rng: Random, call: Call, kind: str, reversed_ms: int | None) -> tuple[object, ...]:
    arrived = instant(call.ingested_at)
    undone = None if reversed_ms is None else stamp(max(reversed_ms, arrived + HOUR))
    status = "reversed" if undone else "done"
    return (new_id(rng, "out"), call.call_id, call.org_id, kind, status, call.answered_at, undone, "live",
            stamp(arrived + MINUTE), undone or stamp(arrived + MINUTE))  # fmt: skip


def _renamed(rng: Random, rows: Rows) -> Rows:
    return [(new_id(rng, "out"), *row[1:]) for row in rows]
