"""Stretches: a period cut into runs of days in which one charge's terms do not change.

Contract dates, every charge's `in_force`, the steps of escalators and the ends of prepaid access cut at midnight in the
contract's zone. Whether a fee or an allowance may be cut at all is for the rules of that charge to say.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Literal, NamedTuple

from pricing.periods import Period, midnight
from pricing.rules.escalation import escalated, steps_of
from pricing.rules.windows import whole_or_part
from pricing.statement import Step
from pricing.terms import Charge, InForce, OneTimeCharge, RecurringCharge, Terms, UsageCharge


class Stretch(NamedTuple):
    """`line` is the id of its line ('minutes', 'minutes@2025-11-16'), `path` where its terms are found, `counting`
    whether the count of the stretch before it goes on (None: the terms do not say), `escalation` how its prices came
    about."""

    charge: Charge
    dates: Period
    line: str
    path: str
    counting: Literal["restart", "continue"] | None = None
    escalation: tuple[Step, ...] = ()


def stretches(terms: Terms, period: Period) -> list[tuple[Stretch, ...]]:
    """One group for each charge id in force, in the terms' order; inside a group by time."""
    within = whole_or_part(terms, period)
    if within is None:
        return []
    if _uncut(terms):
        return [(Stretch(one, within, one.id, "charges." + one.id),) for one in terms.charges]
    by_id: dict[str, list[Charge]] = {}
    for charge in terms.charges:
        by_id.setdefault(charge.id, []).append(charge)
    groups = (_group(terms, name, charges, within) for name, charges in by_id.items())
    return [group for group in groups if group]


def _uncut(terms: Terms) -> bool:
    """Whether everything holds for the contract's whole life, as in most contracts: nothing to cut."""
    if terms.prepaid or terms.escalators:
        return False
    for charge in terms.charges:
        span = charge.in_force
        if span.start is not None or span.end is not None:
            return False
    return True


def versions(charges: list[Charge]) -> list[tuple[str, Charge]]:
    """All versions of one charge by time, each with its path: 'charges.minutes', then 'charges.minutes@2025-11-16'."""
    if len(charges) == 1:
        return [(f"charges.{charges[0].id}", charges[0])]
    ordered = sorted(charges, key=lambda one: one.in_force.start or date.min)
    paths = [
        f"charges.{one.id}@{one.in_force.start}" if number else f"charges.{one.id}"
        for number, one in enumerate(ordered)
    ]
    return list(zip(paths, ordered, strict=True))


def cuts(terms: Terms, period: Period, metric: str) -> list[tuple[datetime, datetime]]:
    """The slices `[start, end)`, in UTC, in which `metric` must be measured: none when no charge on it is in force."""
    spans = [
        stretch.dates
        for group in stretches(terms, period)
        for stretch in group
        if not isinstance(stretch.charge, OneTimeCharge) and stretch.charge.metric == metric
    ]
    days = sorted({day for span in spans for day in (span.start, span.end)})
    return [
        (midnight(first, terms.time_zone), midnight(last, terms.time_zone))
        for first, last in pairwise(days)
        if any(span.start <= first and last <= span.end for span in spans)
    ]


def _group(terms: Terms, name: str, charges: list[Charge], within: Period) -> tuple[Stretch, ...]:
    found: list[Stretch] = []
    for path, charge in versions(charges):
        dates = within.overlap(*_held(terms, charge))
        if dates is None:
            continue
        for part, counting in _parts(terms, charge, dates, bool(found)):
            line = f"{name}@{part.start}" if found else name
            priced, escalation = escalated(terms, charge, path, part.start)
            found.append(Stretch(priced, part, line, path, counting, escalation))
    return tuple(found)


def _held(terms: Terms, charge: Charge) -> tuple[date | None, date | None]:
    """The dates in force. Where the day of a change bills at the old amount, two versions of a fee meet a day later."""
    start, end = charge.in_force.start, charge.in_force.end
    if not isinstance(charge, RecurringCharge) or charge.proration is None or charge.proration.change_day == "new":
        return start, end
    others = [one.in_force for one in terms.charges if one.id == charge.id and one is not charge]
    day = timedelta(days=1)
    if start and any(one.end == start for one in others):
        start += day
    if end and any(one.start == end for one in others):
        end += day
    return start, end


def _parts(
    terms: Terms, charge: Charge, dates: Period, later: bool
) -> Iterator[tuple[Period, Literal["restart", "continue"] | None]]:
    """`dates` cut where something else changes, and how the count goes on at the start of each part."""
    own = charge.tiers_on_change if isinstance(charge, UsageCharge) else None
    inside: dict[date, Literal["restart", "continue"] | None] = {
        day: "continue"
        for span in _limits(terms, charge)
        for day in (span.start, span.end)
        if day and dates.start < day < dates.end
    }
    for day, escalator in steps_of(terms, charge, dates):
        inside[day] = escalator.tiers_on_change
    days = [dates.start, *sorted(inside), dates.end]
    for number, (first, last) in enumerate(pairwise(days)):
        yield Period(first, last), inside[first] if number else (own if later else None)


def _limits(terms: Terms, charge: Charge) -> Iterable[InForce]:
    """Spans of the prepaid balances that pay for this charge on some days only: those days are counted for themselves."""
    return [prepaid.access for prepaid in terms.prepaid if charge.id in prepaid.charges]
