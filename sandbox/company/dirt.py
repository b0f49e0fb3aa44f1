"""What real call tables also hold: rows that must not be billed, and rows that come late.

Promises dirt around a slice's clean calls that leaves the slice's billed total alone: redeliveries, calls nobody
answered, zero and negative lengths, test calls, internal calls, corrections in place, an org that is missing.
Leaves out how anybody should notice; the tests count each kind by hand.
"""

from collections.abc import Callable
from datetime import date
from random import Random
from typing import Any

from sandbox.company.calls import Call, cost, new_id, row
from sandbox.company.clock import DAY, HOUR, MINUTE, SECOND, instant, midnight, stamp
from sandbox.company.volumes import Slice

UNANSWERED = ("no_answer", "no_answer", "no_answer", "busy", "failed")
ELMFOOT_GAP = date(2025, 11, 19)
ELMFOOT_BACKFILL = "2025-11-21T13:20:00.000Z"
GUMDROP_BACKLOG = "2025-12-09T15:05:00.000Z"
GUMDROP_LATE_DAYS = (9, 12, 14, 17, 18, 20, 22, 25, 27, 28, 29)


def soiled(part: Slice, clean: list[Call]) -> list[Call]:
    """The clean calls as the table holds them, with the slice's dirt among them."""
    rng = Random(f"dirt/{part.org_id}/{part.first}")
    rows = _delayed(part, _corrected(rng, clean))
    dirt = [kind(rng, part, each) for kind, share in _kinds(part) for each in _some(rng, rows, share)]
    return rows + dirt + _some(rng, rows, 0.002) + _late(rng, part)


def _kinds(part: Slice) -> list[tuple[Callable[[Random, Slice, Call], Call], float]]:
    internal = 0.02 if part.firm.key == "brindlecat" else 0.0
    return [(_unanswered, 0.05), (_test, 0.006), (_zero, 0.002), (_negative, 0.0015), (_ownerless, 0.001),
            (_internal, internal)]  # fmt: skip


def _some(rng: Random, calls: list[Call], share: float) -> list[Call]:
    """That share of the calls, at least one unless the share is zero."""
    return rng.sample(calls, max(1, round(len(calls) * share))) if share else []


def _like(rng: Random, part: Slice, call: Call, **changes: Any) -> Call:
    """Another call of the same org and length, a little earlier or later, with changes."""
    start = instant(call.answered_at or call.ended_at) + int(20 * MINUTE * (rng.random() - 0.5))
    return row(rng, part.firm, part.org_id, start, call.duration_ms)._replace(**changes)


def _unanswered(rng: Random, part: Slice, call: Call) -> Call:
    other = _like(rng, part, call, answered_at=None, duration_ms=0, transfer_ms=0)
    ended = stamp(instant(other.setup_at) + int(35 * SECOND * rng.random()))
    return other._replace(ended_at=ended, end_reason=rng.choice(UNANSWERED), provider_cost_usd=cost(0))


def _test(rng: Random, part: Slice, call: Call) -> Call:
    return _like(rng, part, call, environment="test", metadata='{"campaign":"smoke","schema":3}')


def _zero(rng: Random, part: Slice, call: Call) -> Call:
    other = _like(rng, part, call, duration_ms=0, transfer_ms=0, end_reason="media_error")
    return other._replace(ended_at=other.answered_at or "", provider_cost_usd=cost(0))


def _negative(rng: Random, part: Slice, call: Call) -> Call:
    """Two hosts whose clocks disagree: the call ends before it is answered."""
    other = _like(rng, part, call, transfer_ms=0)
    skew = int(2 * SECOND + 90 * SECOND * rng.random())
    ended = stamp(instant(other.answered_at or "") - skew)
    return other._replace(ended_at=ended, duration_ms=-skew, provider_cost_usd=cost(0))


def _ownerless(rng: Random, part: Slice, call: Call) -> Call:
    return _like(rng, part, call, org_id=None)


def _internal(rng: Random, part: Slice, call: Call) -> Call:
    return _like(rng, part, call, direction="internal", metadata='{"campaign":"practice-to-practice","schema":3}')


def _corrected(rng: Random, calls: list[Call]) -> list[Call]:
    """The same calls, a few with a length that was wrong at first and was put right in place, hours later."""
    rows = list(calls)
    for index in rng.sample(range(len(rows)), max(1, len(rows) // 400)):
        call = rows[index]
        later = stamp(instant(call.ingested_at) + HOUR + int(20 * HOUR * rng.random()))
        first = call.duration_ms + int(3 * MINUTE * rng.random()) + SECOND
        note = f'{{"corrected_from_ms":{first},"schema":3}}'
        rows[index] = call._replace(updated_at=later, metadata=note)
    return rows


def _delayed(part: Slice, calls: list[Call]) -> list[Call]:
    """Elmfoot's calls of one day, whose export failed, arrive together two days later."""
    if part.firm.key != "elmfoot":
        return calls
    begin, end = stamp(midnight(ELMFOOT_GAP)), stamp(midnight(ELMFOOT_GAP) + DAY)
    start = instant(ELMFOOT_BACKFILL)
    return [
        call._replace(ingested_at=stamp(start + n * 7), updated_at=stamp(start + n * 7))
        if begin <= (call.answered_at or "") < end
        else call
        for n, call in enumerate(calls)
    ]


def _late(rng: Random, part: Slice) -> list[Call]:
    """Gumdrop's November calls that a carrier kept back until 9 December."""
    if part.firm.key != "gumdrop":
        return []
    mornings = [date(2025, 11, day) for day in GUMDROP_LATE_DAYS]
    arrived = stamp(instant(GUMDROP_BACKLOG))
    return [
        row(rng, part.firm, part.org_id, midnight(day) + int(9 * HOUR + 9 * HOUR * rng.random()),
            int(MINUTE * (3 + 9 * rng.random())))._replace(call_id=new_id(rng), ingested_at=arrived, updated_at=arrived)
        for day in mornings
        if part.first <= day < part.until
    ]  # fmt: skip
