"""Quantity: from measured slices to billable units, converted first and rounded after.

A stretch must be measured from end to end: a gap, an overlap or a slice across a cut refuses, for none of them can be
put right from here. Included units and prices come later.
"""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from pricing.exact import Worked, decimal, rounded
from pricing.money import RoundMode
from pricing.periods import Period
from pricing.refusal import Refusal
from pricing.statement import Slice, Step, Usage
from pricing.stretches import cuts
from pricing.terms import QUANTITY_LIMIT, Metric, Terms

ROUNDING: dict[str, RoundMode] = {"up": "ceiling", "down": "floor", "half_up": "half_up"}


def measure(terms: Terms, usage: Usage, metric: Metric, dates: Period) -> Worked:
    """Billable units of `metric` over `dates`. Raises Refusal unless the slices cover them exactly."""
    raw, measured = _total(_covering(terms, usage, metric.id, dates), metric)
    converted, conversion = _convert(raw, metric)
    units, rounding = _round(converted, metric)
    return Worked(units, (measured, *conversion, *rounding))


def check_priced(terms: Terms, usage: Usage, period: Period) -> None:
    """Raises Refusal for usage that no charge of the period prices: it would vanish from the bill without a word."""
    for one in usage.slices:
        if not any(one.start < end and start < one.end for start, end in cuts(terms, period, one.metric)):
            span = f"{_local(one.start, terms)} to {_local(one.end, terms)}"
            raise Refusal(f"usage.{one.metric}", f"no charge in force prices {span}; leave it out or amend the terms")


def _covering(terms: Terms, usage: Usage, metric: str, dates: Period) -> list[Slice]:
    start, end = dates.bounds(terms.time_zone)
    own = [one for one in usage.slices if one.metric == metric and one.start < end and start < one.end]
    at = start
    for one in sorted(own, key=lambda one: one.start):
        for cut in (start, end):
            if one.start < cut < one.end:
                raise Refusal(f"usage.{metric}", f"a slice reaches across {_local(cut, terms)}; cut the usage there")
        if one.start < at:
            raise Refusal(f"usage.{metric}", f"two slices overlap before {_local(at, terms)}; count each instant once")
        _check_measured(terms, metric, at, one.start)
        at = one.end
    _check_measured(terms, metric, at, end)
    return own


def _check_measured(terms: Terms, metric: str, at: datetime, until: datetime) -> None:
    if at < until:
        span = f"{_local(at, terms)} to {_local(until, terms)}"
        raise Refusal(f"usage.{metric}", f"not measured from {span}; measure it before billing")


def _local(instant: datetime, terms: Terms) -> str:
    return instant.astimezone(ZoneInfo(terms.time_zone)).isoformat(timespec="minutes")


def _total(slices: Iterable[Slice], metric: Metric) -> tuple[Fraction, Step]:
    """The sum of all slices, floored at zero: a correction can undo a period's usage but not pay for it."""
    pairs = [(Fraction(one.quantity), Fraction(one.per)) for one in slices]
    total = sum((quantity / per for quantity, per in pairs), Fraction(0))
    if abs(total) >= Fraction(QUANTITY_LIMIT):
        raise Refusal(f"usage.{metric.id}", "adds up to 10^15 units or more; check what was measured")
    pers = {per for _, per in pairs}
    per = pers.pop() if len(pers) == 1 else Fraction(1)
    inputs: dict[str, Decimal | str] = {"quantity": decimal(total * per), "per": decimal(per)}
    if total < 0:
        inputs["total"] = decimal(total)
    floored = max(total, Fraction(0))
    return floored, Step(op="measure", inputs=inputs, result=decimal(floored), unit=metric.unit)


def _convert(units: Fraction, metric: Metric) -> tuple[Fraction, tuple[Step, ...]]:
    by = metric.rounding.divide_by
    if by == 1:
        return units, ()
    converted = units / Fraction(by)
    step = Step(op="convert", inputs={"quantity": decimal(units), "divide_by": by}, result=decimal(converted),
                unit=metric.unit, path=f"metrics.{metric.id}.rounding.divide_by")  # fmt: skip
    return converted, (step,)


def _round(units: Fraction, metric: Metric) -> tuple[Fraction, tuple[Step, ...]]:
    rule = metric.rounding
    if rule.mode == "none":
        return units, ()
    whole = rounded(units, rule.decimals, ROUNDING[rule.mode])
    inputs: dict[str, Decimal | str] = {"quantity": decimal(units), "mode": rule.mode}
    step = Step(op="round_units", inputs={**inputs, "decimals": Decimal(rule.decimals)}, result=whole, unit=metric.unit,
                path=f"metrics.{metric.id}.rounding.mode")  # fmt: skip
    return Fraction(whole), (step,)
