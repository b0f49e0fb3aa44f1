"""Clean calls: the ones that are billed.

Promises, for a slice, calls of its org that begin inside it and whose connected time adds up to it to the
millisecond, some of them exactly at the edges where a period turns. Leaves out everything that is not billed
(dirt.py). Same slice, same calls.
"""

from math import exp
from random import Random
from statistics import NormalDist
from typing import NamedTuple

from sandbox.company import inkwell
from sandbox.company.clock import HOUR, MINUTE, SECOND, days, instant, midnight, stamp
from sandbox.company.firms import Firm
from sandbox.company.volumes import Slice


class Call(NamedTuple):
    """One row of the calls table. Times are UTC text, durations milliseconds, the cost decimal text in dollars."""

    call_id: str
    org_id: str | None
    agent_id: str
    direction: str
    setup_at: str
    answered_at: str | None
    ended_at: str
    duration_ms: int
    transfer_ms: int
    country: str
    end_reason: str
    environment: str
    provider_cost_usd: str | None
    ingested_at: str
    updated_at: str
    metadata: str


# New York midnights of November and the millisecond before each; both 01:30s of the night the clocks went back;
# the midnight at which Gumdrop's amendment begins. Each with the seconds that the call lasts.
EDGES = (
    ("2025-11-01T03:59:59.999Z", 241), ("2025-11-01T04:00:00.000Z", 187),
    ("2025-11-02T05:30:00.000Z", 95), ("2025-11-02T06:30:00.000Z", 142),
    ("2025-11-16T04:52:11.400Z", 1023), ("2025-11-16T04:59:59.999Z", 64), ("2025-11-16T05:00:00.000Z", 77),
    ("2025-12-01T04:59:59.999Z", 318), ("2025-12-01T05:00:00.000Z", 209),
)  # fmt: skip
EDGE_FIRMS = {"acornhill", "brindlecat", "copperkettle", "elmfoot", "gumdrop", "lemonfish"}

# Call lengths are lognormal; drawing from a thousand quantiles is faster than drawing from the distribution.
LENGTHS = tuple(exp(0.6 * NormalDist().inv_cdf((n + 0.5) / 1000)) for n in range(1000))
REASONS = ("customer_hangup",) * 5 + ("agent_completed",) * 4 + ("transferred",)


def clean(part: Slice) -> list[Call]:
    """The billed calls of a slice, in no particular order."""
    rng = Random(f"calls/{part.org_id}/{part.first}")
    fixed = _edges(part)
    lengths = _lengths(part, rng, part.total_ms - sum(length for _, length in fixed))
    moments = fixed + list(zip(_starts(part, rng, len(lengths)), lengths, strict=True))
    return [row(rng, part.firm, part.org_id, start, length) for start, length in moments]


def spread(total: int, weights: list[float]) -> list[int]:
    """`total` in whole numbers in proportion to the weights; the largest takes what truncation left over."""
    scale = total / sum(weights)
    parts = [int(weight * scale) for weight in weights]
    parts[parts.index(max(parts))] += total - sum(parts)
    return parts


def row(rng: Random, firm: Firm, org_id: str | None, start: int, length: int) -> Call:
    """A live, answered call of `length` milliseconds that is answered at `start`."""
    end = start + length
    arrived = stamp(end + arrival_lag(rng, firm))
    reason = pick(rng, REASONS)
    return Call(
        call_id=new_id(rng),
        org_id=org_id,
        agent_id=pick(rng, firm.agents),
        direction="inbound" if rng.random() < firm.inbound else "outbound",
        setup_at=stamp(start - int(1_500 + 14_000 * rng.random())),
        answered_at=stamp(start),
        ended_at=stamp(end),
        duration_ms=length,
        transfer_ms=length // 4 if reason == "transferred" else 0,
        country=pick(rng, firm.countries),
        end_reason=reason,
        environment="live",
        provider_cost_usd=cost(length),
        ingested_at=arrived,
        updated_at=arrived,
        metadata=f'{{"campaign":"{pick(rng, firm.campaigns)}","schema":3}}',
    )


def pick(rng: Random, options: tuple[str, ...]) -> str:
    """One of the options. `Random.choice` does the same at four times the cost, two million times."""
    return options[int(rng.random() * len(options))]


def new_id(rng: Random, prefix: str = "call") -> str:
    """A fresh id in the vendor's style."""
    return f"{prefix}_{rng.getrandbits(64):016x}"


def cost(length: int) -> str:
    """What the carriers and models cost the vendor: $0.045 a minute, to six decimals."""
    micros = max(length, 0) * 3 // 4
    return f"{micros // 1_000_000}.{micros % 1_000_000:06d}"


def arrival_lag(rng: Random, firm: Firm) -> int:
    """Milliseconds from a call's end to its row: mostly under four minutes, at times hours."""
    hiccup = rng.random() < 0.01 and firm.key != "dapplewood"
    return int((5 * HOUR if hiccup else 4 * MINUTE) * rng.random()) + 3 * SECOND


def _lengths(part: Slice, rng: Random, total: int) -> list[int]:
    if total == inkwell.RAW_MS:
        return inkwell.lengths(rng, LENGTHS)
    count = round(total / (part.firm.minutes_a_call * MINUTE))
    return spread(total, rng.choices(LENGTHS, k=count))


def _starts(part: Slice, rng: Random, count: int) -> list[int]:
    mornings = days(part.first, part.until)
    weights = [part.firm.weekdays[day.weekday()] for day in mornings]
    chosen = rng.choices([midnight(day) for day in mornings], weights, k=count)
    hours = rng.choices(range(24), part.firm.hours, k=count)
    return [day + hour * HOUR + int(HOUR * rng.random()) for day, hour in zip(chosen, hours, strict=True)]


def _edges(part: Slice) -> list[tuple[int, int]]:
    if part.firm.key not in EDGE_FIRMS:
        return []
    begin, end = midnight(part.first), midnight(part.until)
    moments = [(instant(text), seconds * SECOND + 417) for text, seconds in EDGES]
    return [(start, length) for start, length in moments if begin <= start < end]
