"""Statements per second on one core: five charges, three tiers, an allowance, a minimum and a percentage discount, with
the whole working, against the bare Decimal arithmetic of the same lines in the same run."""

import sys
import tracemalloc
from collections.abc import Iterator
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from bench.timing import line, once, ratio
from pricing.canonical import canonical
from pricing.periods import Period
from pricing.rate import rate
from pricing.statement import Slice, Statement, Usage
from pricing.terms import Terms
from pricing.working import sentence

COUNT = 1000
NOVEMBER = Period.month("2025-11")
ZONE = "America/New_York"
TIERS = ((Decimal(10000), Decimal("0.12")), (Decimal(50000), Decimal("0.10")), (None, Decimal("0.08")))
VOLUME = ((Decimal(1000), Decimal("0.0150")), (Decimal(20000), Decimal("0.0125")), (None, Decimal("0.0100")))
COUNTED = ("fee", "calls", "transcripts", "messages", "storage")
CENT = Decimal("0.01")
# Raw quantities as they are measured: milliseconds, seconds, messages, and a level.
CALLS, TRANSCRIBED, MESSAGES, STORED = Decimal(3674970000), Decimal(1860420), Decimal(18243), Decimal("812.6")


def statements() -> str:
    contracts, usages = list(_terms(COUNT)), list(_usages(COUNT))
    assert _bare(0, CALLS)[1] == rate(contracts[0], usages[0], NOVEMBER).total, "both must come to the same"
    measured = ratio(lambda: _rate_all(contracts, usages), lambda: _bare_all(COUNT))
    per_second = f"{COUNT / measured[0]:,.0f} statements/s"
    return line(f"{COUNT} statements, five charges, three tiers", measured, f"with steps / bare Decimal; {per_second}")


def readings() -> str:
    """The same, with every line's sentence and the statement's canonical JSON written out as well."""
    contracts, usages = list(_terms(COUNT // 5)), list(_usages(COUNT // 5))
    measured = ratio(lambda: _tell_all(contracts, usages), lambda: _bare_all(COUNT // 5), rounds=5)
    return line(f"{COUNT // 5} statements, written out", measured, "rated, sentences, canonical JSON / bare Decimal")


def growth() -> str:
    """Seconds per contract and peak memory from 1,000 to 30,000 contracts, rated one after the other."""
    few, many = (once(lambda count=count: _run(count)) / count for count in (1000, 30000))
    peaks = f"peak {_peak(1000) / 1e6:.1f} MB, then {_peak(5000) / 1e6:.1f} MB"
    each = f"{few * 1e6:9.1f} µs   then {many * 1e6:9.1f} µs   ratio {many / few:6.2f}"
    return f"{'per contract, 1,000 then 30,000 contracts':<44} {each}   ({peaks})"


# One after the other, as a sweep does: nothing is kept, on either side.
def _rate_all(contracts: list[Terms], usages: list[Usage]) -> None:
    for terms, usage in zip(contracts, usages, strict=True):
        rate(terms, usage, NOVEMBER)


def _tell_all(contracts: list[Terms], usages: list[Usage]) -> None:
    for terms, usage in zip(contracts, usages, strict=True):
        _told(rate(terms, usage, NOVEMBER))


def _bare_all(count: int) -> None:
    for number in range(count):
        _bare(number, CALLS + number)


def _run(count: int) -> None:
    for terms, usage in zip(_terms(count), _usages(count), strict=True):
        rate(terms, usage, NOVEMBER)


def _peak(count: int) -> int:
    tracemalloc.start()
    _run(count)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def _told(statement: Statement) -> int:
    return len(canonical(statement)) + sum(len(sentence(one, "USD")) for one in statement.lines)


def _terms(count: int) -> Iterator[Terms]:
    """Contracts that differ, so that nothing can be remembered from one to the next."""
    tiers = tuple({"up_to": end, "unit_amount": price} for end, price in TIERS)
    volume = tuple({"up_to": end, "unit_amount": price} for end, price in VOLUME)
    names = (
        ("calls", "min", "up"),
        ("transcripts", "min", "half_up"),
        ("messages", "msg", "none"),
        ("storage", "GB", "none"),
    )
    for number in range(count):
        charges = (
            {"kind": "recurring", "id": "fee", "description": "Platform fee", "amount": Decimal(1500 + number % 7)},
            _charge("calls", {"model": "graduated", "tiers": tiers}) | {"included": {"quantity": Decimal(5000)}},
            _charge("transcripts", {"model": "per_unit", "unit_amount": Decimal("0.018")}),
            _charge("messages", {"model": "volume", "tiers": volume}),
            _charge("storage", {"model": "per_unit", "unit_amount": Decimal("0.25")}),
        )
        yield Terms.model_validate({
            "currency": "USD", "time_zone": ZONE, "effective_from": date(2025, 1, 1), "billing": {"net_days": 30},
            "rounding": {"mode": "half_up"}, "charges": charges,
            "metrics": tuple({"id": name, "unit": unit, "rounding": {"mode": mode}} for name, unit, mode in names),
            "minimums": ({"id": "monthly", "description": "Minimum", "amount": Decimal(9000), "counts": COUNTED},),
        })  # fmt: skip


def _charge(metric: str, price: dict[str, object]) -> dict[str, object]:
    return {"kind": "usage", "id": metric, "description": metric.title(), "metric": metric, "price": price}


def _usages(count: int) -> Iterator[Usage]:
    start, end = NOVEMBER.bounds(ZONE)
    for number in range(count):
        yield Usage(slices=(
            _slice("calls", start, end, CALLS + number, "60000"), _slice("transcripts", start, end, TRANSCRIBED, "60"),
            _slice("messages", start, end, MESSAGES, "1"), _slice("storage", start, end, STORED, "1"),
        ))  # fmt: skip


def _slice(metric: str, start: datetime, end: datetime, quantity: Decimal, per: str) -> Slice:
    return Slice(metric=metric, start=start, end=end, quantity=quantity, per=Decimal(per))


Bare = tuple[Decimal, Decimal, Decimal, Decimal]


def _bare(number: int, calls: Decimal) -> tuple[list[Bare], Decimal, Decimal]:
    """The same lines as (quantity, exact, amount, due), their total and what is due, and nothing about why."""
    fee = Decimal(1500 + number % 7)
    minutes = (calls / Decimal(60000)).to_integral_value("ROUND_CEILING")
    talk, talked = _bare_talk(minutes - min(minutes, Decimal(5000)))
    written = (TRANSCRIBED / Decimal(60)).quantize(Decimal(1), ROUND_HALF_UP)
    price = next(price for end, price in VOLUME if end is None or end >= MESSAGES)
    lines = [
        _bare_line(Decimal(1), fee), _bare_line(talked, talk), _bare_line(written, written * Decimal("0.018")),
        _bare_line(MESSAGES, MESSAGES * price), _bare_line(STORED, STORED * Decimal("0.25")),
    ]  # fmt: skip
    reached = sum((line[2] for line in lines), Decimal("0.00"))
    lines.append(_bare_line(Decimal(1), max(Decimal(9000) - reached, Decimal(0))))
    return lines, sum((line[2] for line in lines), Decimal("0.00")), sum((line[3] for line in lines), Decimal("0.00"))


def _bare_talk(billable: Decimal) -> tuple[Decimal, Decimal]:
    low = amount = Decimal(0)
    for end, price in TIERS:
        top = billable if end is None else min(end, billable)
        if top > low:
            amount += (top - low) * price
            low = top
    return amount, billable


def _bare_line(quantity: Decimal, exact: Decimal) -> Bare:
    amount = exact.quantize(CENT, ROUND_HALF_UP)
    return quantity, exact, amount, amount - Decimal("0.00")


if __name__ == "__main__":
    sys.exit("run `make bench`")
