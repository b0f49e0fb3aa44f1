"""Inkwell & Otter's November: calls that are billed one by one, in six-second steps of at least thirty seconds.

Promises lengths of 4,120 calls that come to 10,318.0 minutes when each is rounded so, and to 9,871.4 as they are.
Leaves out when the calls happen (calls.py).
"""

from collections.abc import Sequence
from random import Random

STEP = 6_000
CALLS, STEPS, RAW_MS = 4_120, 103_180, 592_284_000
SHORT, STEPS_AT_LEAST = 1_360, 5
LONG = CALLS - SHORT


def lengths(rng: Random, shape: Sequence[float]) -> list[int]:
    """The lengths in milliseconds, in no order; `shape` is what the longer calls draw their proportions from."""
    short = [rng.randrange(5_000, 29_000) for _ in range(SHORT)]
    long = _steps(rng.choices(shape, k=LONG))
    shaved = _shaves(rng, sum(long) - (RAW_MS - sum(short)), len(long))
    mixed = short + [whole - less for whole, less in zip(long, shaved, strict=True)]
    return rng.sample(mixed, CALLS)


def _steps(weights: list[float]) -> list[int]:
    """Whole steps for the long calls, each at least one step above the minimum, in milliseconds."""
    left = STEPS - SHORT * STEPS_AT_LEAST - len(weights) * (STEPS_AT_LEAST + 1)
    scale = left / sum(weights)
    steps = [int(weight * scale) for weight in weights]
    steps[0] += left - sum(steps)
    return [(step + STEPS_AT_LEAST + 1) * STEP for step in steps]


def _shaves(rng: Random, total: int, count: int) -> list[int]:
    """`total` cut into `count` parts of less than a step each, uneven in pairs."""
    each, rest = divmod(total, count)
    reach = min(each, STEP - 10 - each)
    swings = [rng.randrange(reach) for _ in range(count // 2)]
    paired = [part for swing in swings for part in (each + swing, each - swing)]
    return [part + (n < rest) for n, part in enumerate(paired)]
