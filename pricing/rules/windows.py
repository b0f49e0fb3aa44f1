"""Windows: billing periods, and the longer spans over which allowances, tiers, minimums and caps count.

Months are counted from an anchor day that comes back after short ones (31 January, 28 February, 31 March). A window is
cut by the contract's own first and last day, so a first year can be short.
"""

from calendar import monthrange
from datetime import date, timedelta
from typing import NamedTuple

from pricing.model.adjustment import Discount
from pricing.model.calendar import InForce, Interval, Window
from pricing.periods import Period
from pricing.refusal import Refusal
from pricing.terms import Terms

MONTHS: dict[str, int] = {"monthly": 1, "quarterly": 3, "semiannual": 6, "annual": 12}
DAYS: dict[str, int] = {"daily": 1, "weekly": 7}


class Span(NamedTuple):
    """`dates` is what the window holds of the contract, `whole` what it would hold of an endless one."""

    dates: Period
    whole: Period

    def begins_in(self, period: Period) -> bool:
        return period.start <= self.dates.start < period.end

    def ends_in(self, period: Period) -> bool:
        return period.start < self.dates.end <= period.end


def month_later(anchor: date, months: int, day: int) -> date:
    """The anchor's month plus `months`, on `day` or the month's last day."""
    month = anchor.year * 12 + anchor.month - 1 + months
    year, number = divmod(month, 12)
    return date(year, number + 1, min(day, monthrange(year, number + 1)[1]))


def stepped(anchor: date, interval: Interval, steps: int, day: int) -> date:
    if interval in DAYS:
        return anchor + timedelta(days=DAYS[interval] * steps)
    return month_later(anchor, MONTHS[interval] * steps, day)


def containing(day: date, anchor: date, interval: Interval, anchor_day: int, every: int = 1) -> Period:
    """The span of `every` intervals from `anchor` on, or before it, in which `day` lies."""
    if interval in DAYS:
        steps = (day - anchor).days // (DAYS[interval] * every)
    else:
        apart = (day.year - anchor.year) * 12 + day.month - anchor.month
        steps = apart // (MONTHS[interval] * every)
        if stepped(anchor, interval, steps * every, anchor_day) > day:
            steps -= 1
        elif stepped(anchor, interval, (steps + 1) * every, anchor_day) <= day:
            steps += 1
    return Period(
        stepped(anchor, interval, steps * every, anchor_day), stepped(anchor, interval, (steps + 1) * every, anchor_day)
    )


def anchor_of(terms: Terms, interval: Interval) -> tuple[date, int]:
    """Where intervals of this length begin, and the day they come back to. Raises Refusal without an anchor."""
    anchor = terms.billing.anchor
    if anchor is None:
        raise Refusal("billing.anchor", f"says when a period begins; write calendar or anniversary for {interval} ones")
    if interval in DAYS:
        # Weeks by the calendar begin on Mondays.
        return (date(2000, 1, 3) if anchor.kind == "calendar" else terms.effective_from), 1
    if anchor.kind == "calendar":
        return date(2000, 1, min(anchor.day or 1, 31)), anchor.day or 1
    day = anchor.day or terms.effective_from.day
    return month_later(terms.effective_from, 0, day), day


def billing_period(terms: Terms, day: date) -> Period:
    """The billing period in which `day` lies. Raises Refusal when the terms have no anchor."""
    billing = terms.billing
    anchor, anchor_day = anchor_of(terms, billing.frequency)
    if billing.every > 1:
        # Two months and the like are counted from the one in which the contract begins.
        anchor = containing(terms.effective_from, anchor, billing.frequency, anchor_day).start
    return containing(day, anchor, billing.frequency, anchor_day, billing.every)


def span(terms: Terms, window: Window, period: Period) -> Span:
    """The window to which `period` belongs. Raises Refusal for one that begins or ends inside the period."""
    if window == "period":
        return Span(whole_or_part(terms, period) or period, period)
    whole = _whole(terms, window, period)
    dates = whole.overlap(terms.effective_from, terms.term_end)
    if dates is None:
        raise Refusal("effective_from", f"no {window.replace('_', ' ')} of the contract holds {period.key}")
    for day in (whole.start, whole.end):
        if window != "term" and period.start < day < period.end:
            reason = f"a {window.replace('_', ' ')} begins on {day}, inside {period.key}; let windows begin with billing periods"
            raise Refusal("billing.anchor", reason)
    return Span(dates, whole)


def whole_or_part(terms: Terms, period: Period) -> Period | None:
    """The days of the period on which the contract is in force."""
    if terms.effective_from <= period.start and (terms.term_end is None or terms.term_end >= period.end):
        return period
    return period.overlap(terms.effective_from, terms.term_end)


def _whole(terms: Terms, window: Window, period: Period) -> Period:
    day = max(period.start, terms.effective_from)
    if window == "calendar_year":
        return Period(date(day.year, 1, 1), date(day.year + 1, 1, 1))
    if window == "term":
        return Period(terms.effective_from, max(terms.term_end or date.max, day + timedelta(days=1)))
    # Quarters and contract years are whole billing periods, counted from the one in which the contract begins.
    billing = terms.billing
    if billing.anchor is None:
        anchor, anchor_day = terms.effective_from, terms.effective_from.day
    else:
        anchor, anchor_day = billing_period(terms, terms.effective_from).start, anchor_of(terms, billing.frequency)[1]
    if window == "quarter" and billing.anchor and billing.anchor.kind == "calendar":
        anchor = date(2000, 1, 1)
    return containing(day, anchor, "quarterly" if window == "quarter" else "annual", anchor_day)


def discount_dates(terms: Terms, discount: Discount, period: Period) -> InForce:
    """The days on which a discount holds: its dates, or so many billing periods from the one that holds its start."""
    start = discount.in_force.start
    if not discount.periods or start is None:
        return discount.in_force
    billing = terms.billing
    if billing.anchor is None:
        day = period.start.day
        first = containing(start, period.start, billing.frequency, day, billing.every).start
    else:
        day = anchor_of(terms, billing.frequency)[1]
        first = billing_period(terms, start).start
    return InForce(start=first, end=stepped(first, billing.frequency, discount.periods * billing.every, day))


def begins(terms: Terms, period: Period, charge: str) -> bool:
    """Whether a charge is first in force in this period, so that no earlier one can have counted for it."""
    starts = [one.in_force.start or terms.effective_from for one in terms.charges if one.id == charge]
    return bool(starts) and max(min(starts), terms.effective_from) >= period.start
