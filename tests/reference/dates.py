"""Calendar of the reference calculator: periods, windows, midnights and the ratio of a part to a whole.

A range is a pair of dates `(start, end)`, the end not included. Open dates are date.min and date.max.
"""

import calendar
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from tests.reference.figures import Json, Refused, rounded

Range = tuple[date, date]

MONTHS = {"monthly": 1, "quarterly": 3, "semiannual": 6, "annual": 12}
MONDAY = date(2000, 1, 3)


def day(text: str | None, default: date) -> date:
    return default if text is None else date.fromisoformat(text)


def in_force(thing: Json, name: str = "in_force") -> Range:
    dates = thing.get(name) or {}
    return day(dates.get("start"), date.min), day(dates.get("end"), date.max)


def common(one: Range, other: Range) -> Range | None:
    start, end = max(one[0], other[0]), min(one[1], other[1])
    return (start, end) if start < end else None


def months_on(anchor: date, k: int) -> date:
    """The k-th month from `anchor`, on its day or on the month's last day."""
    year, month = divmod(anchor.year * 12 + anchor.month - 1 + k, 12)
    return date(year, month + 1, min(anchor.day, calendar.monthrange(year, month + 1)[1]))


class Grid:
    """Intervals of `months`, or of `days`, counted from `anchor`; `first_day` is the day they come back to."""

    def __init__(self, anchor: date, months: int = 0, days: int = 0, first_day: int | None = None) -> None:
        self.anchor, self.months, self.days = anchor, months, days
        self.first_day = first_day or anchor.day

    def begin(self, k: int) -> date:
        if self.days:
            return self.anchor + timedelta(days=self.days * k)
        first = months_on(self.anchor.replace(day=1), self.months * k)
        return first.replace(day=min(self.first_day, calendar.monthrange(first.year, first.month)[1]))

    def index(self, on: date) -> int:
        span = self.days or self.months * 31
        k = (on - self.anchor).days // span - 1
        while self.begin(k + 1) <= on:
            k += 1
        return k

    def holding(self, on: date) -> Range:
        k = self.index(on)
        return self.begin(k), self.begin(k + 1)

    def overlapping(self, part: Range) -> list[Range]:
        k = self.index(part[0])
        out = []
        while self.begin(k) < part[1]:
            out.append((self.begin(k), self.begin(k + 1)))
            k += 1
        return out


def sized(frequency: str, every: int = 1) -> dict[str, int]:
    if frequency in MONTHS:
        return {"months": MONTHS[frequency] * every}
    return {"days": (1 if frequency == "daily" else 7) * every}


def grid(terms: Json, size: dict[str, int], start: date) -> Grid:
    """The intervals of this size as the anchor of `terms` counts them, or from `start` where there is none."""
    anchor = terms["billing"].get("anchor")
    effective = date.fromisoformat(terms["effective_from"])
    if anchor is None:
        return Grid(start, **size)
    wanted = anchor.get("day")
    if "days" in size:
        return Grid(MONDAY if anchor["kind"] == "calendar" else effective, **size)
    if anchor["kind"] == "calendar":
        return Grid(date(2000, 1, 1), first_day=wanted or 1, **size)
    return Grid(effective.replace(day=1), first_day=wanted or effective.day, **size)


def periods(terms: Json, period: Range) -> Grid:
    """The billing periods, of which `period` must be one."""
    billing = terms["billing"]
    size = sized(billing.get("frequency", "monthly"), billing.get("every", 1))
    out = grid(terms, size, period[0])
    if billing.get("anchor") is None and "months" in size:
        out = Grid(
            period[0].replace(day=1),
            first_day=max(period[0].day, period[1].day) if out.holding(period[0]) != period else period[0].day,
            **size,
        )
    if out.holding(period[0]) != period:
        raise Refused("billing.anchor")
    return out


def window(terms: Json, over: str, period: Range, contract: Range) -> tuple[Range, Range]:
    """The whole window `over` that holds the period, and what the contract leaves of it."""
    billing = periods(terms, period)
    anchored = terms["billing"].get("anchor") or {}
    if over == "period":
        whole = period
    elif over == "term":
        return contract, contract
    elif over == "calendar_year":
        whole = date(period[0].year, 1, 1), date(period[0].year + 1, 1, 1)
    elif over == "quarter" and anchored.get("kind") == "calendar":
        whole = Grid(date(2000, 1, 1), months=3, first_day=billing.first_day if billing.months else 1).holding(
            period[0]
        )
    else:
        first = billing.begin(billing.index(contract[0])) if anchored else contract[0]
        months = 3 if over == "quarter" else 12
        first_day = billing.first_day if anchored and billing.months else first.day
        whole = Grid(first.replace(day=1), months=months, first_day=first_day).holding(period[0])
    if whole[1] < period[1] or (whole[0] > period[0]):
        raise Refused("billing.anchor")
    cut = common(whole, contract)
    assert cut is not None
    return whole, cut


def midnight(on: date, zone: ZoneInfo) -> datetime:
    """The day's first instant; zoneinfo maps a skipped midnight to the instant of the change."""
    return datetime(on.year, on.month, on.day, tzinfo=zone).astimezone(UTC)


def seconds(part: Range, zone: ZoneInfo) -> int:
    return int((midnight(part[1], zone) - midnight(part[0], zone)).total_seconds())


def thirty(part: Range) -> int:
    """Days of a range where every month has thirty."""
    (start, end) = part
    d1 = min(start.day, 30)
    last = end.day == calendar.monthrange(end.year, end.month)[1]
    e = d1 if last and d1 > end.day else min(end.day, 30)
    return 360 * (end.year - start.year) + 30 * (end.month - start.month) + e - d1


def ratio(proration: Json, part: Range, whole: Range, zone: ZoneInfo) -> Fraction:
    basis = proration["basis"]
    if basis == "none":
        return Fraction(1)
    if basis == "actual_days":
        out = Fraction((part[1] - part[0]).days, (whole[1] - whole[0]).days)
    elif basis == "fixed_30":
        out = Fraction(thirty((whole[0], part[1])) - thirty((whole[0], part[0])), thirty(whole))
    else:
        out = Fraction(seconds(part, zone), seconds(whole, zone))
    places = proration.get("ratio_decimals")
    return out if places is None else rounded(out, "half_up", places)
