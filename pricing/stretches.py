"""Stretches: a period cut into runs of days in which one charge's terms do not change.

Contract dates and every charge's `in_force` cut at midnight in the contract's zone. Whether a fee or an allowance may
be cut at all is for the rules of that charge to say.
"""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from pricing.periods import Period, midnight
from pricing.terms import Charge, Terms, UsageCharge


@dataclass(frozen=True, slots=True)
class Stretch:
    """`line` is the id of its line ('minutes', 'minutes@2025-11-16'), `path` where its terms are found."""

    charge: Charge
    dates: Period
    line: str
    path: str


def stretches(terms: Terms, period: Period) -> list[tuple[Stretch, ...]]:
    """One group for each charge id in force, in the terms' order; inside a group by time."""
    within = period.overlap(terms.effective_from, terms.term_end)
    if within is None:
        return []
    names = dict.fromkeys(charge.id for charge in terms.charges)
    groups = (_group(versions(terms, name), within) for name in names)
    return [group for group in groups if group]


def versions(terms: Terms, name: str) -> list[tuple[str, Charge]]:
    """All versions of one charge by time, each with its path: 'charges.minutes', then 'charges.minutes@2025-11-16'."""
    ordered = sorted((one for one in terms.charges if one.id == name), key=lambda one: one.in_force.start or date.min)
    paths = [f"charges.{name}", *(f"charges.{name}@{one.in_force.start}" for one in ordered[1:])]
    return list(zip(paths, ordered, strict=True))


def cuts(terms: Terms, period: Period, metric: str) -> list[tuple[datetime, datetime]]:
    """The slices `[start, end)`, in UTC, in which `metric` must be measured: none when no charge on it is in force."""
    spans = [
        stretch.dates
        for group in stretches(terms, period)
        for stretch in group
        if isinstance(stretch.charge, UsageCharge) and stretch.charge.metric == metric
    ]
    days = sorted({day for span in spans for day in (span.start, span.end)})
    return [
        (midnight(first, terms.time_zone), midnight(last, terms.time_zone))
        for first, last in pairwise(days)
        if any(span.start <= first and last <= span.end for span in spans)
    ]


def _group(charges: list[tuple[str, Charge]], within: Period) -> tuple[Stretch, ...]:
    found: list[Stretch] = []
    for path, charge in charges:
        dates = within.overlap(charge.in_force.start, charge.in_force.end)
        if dates:
            line = f"{charge.id}@{dates.start}" if found else charge.id
            found.append(Stretch(charge, dates, line, path))
    return tuple(found)
