"""Two functions timed in turns, so that whatever else the machine does hits both."""

import time
from collections.abc import Callable
from statistics import median


def ratio(ours: Callable[[], object], bare: Callable[[], object], rounds: int = 9) -> tuple[float, float, float]:
    """Median seconds of `ours`, of `bare`, and the median of the paired ratios."""
    pairs = [(once(ours), once(bare)) for _ in range(rounds)]
    return median(a for a, _ in pairs), median(b for _, b in pairs), median(a / b for a, b in pairs)


def once(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def line(name: str, measured: tuple[float, float, float], unit: str) -> str:
    ours, bare, times = measured
    return f"{name:<44} {ours * 1000:9.2f} ms   bare {bare * 1000:9.2f} ms   ratio {times:6.2f}   ({unit})"
