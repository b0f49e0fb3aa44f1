"""What one rating of the reference calculator works with: the contract, the period, the opening and the lines."""

import itertools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from zoneinfo import ZoneInfo

from tests.reference.dates import Range, common, day, in_force, months_on, periods, ratio, window
from tests.reference.figures import DECIMALS, Json, Refused, raised, rounded


@dataclass
class Line:
    """An amount before anything comes off; `of` is the line that a discount, cap or credit reduces."""

    id: str
    owner: str
    kind: str
    dates: Range
    value: Fraction
    of: "Line | None" = None
    mode: str | None = None
    drawn: Fraction = Fraction(0)
    """Money of a prepaid balance that the line's units came to."""


@dataclass
class Stretch:
    """Days of one version at one price; `change` says how its tiers begin, None for the first."""

    version: Json
    charge: Json
    dates: Range
    change: str | None
    later: bool

    @property
    def suffix(self) -> str:
        return f"@{self.dates[0]}" if self.later else ""


@dataclass
class Book:
    """The state of one rating. Counters are (units, money), carried lots (units, periods)."""

    terms: Json
    usage: Json
    period: Range
    counters: dict[str, tuple[Fraction, Fraction]]
    lots: dict[str, list[tuple[Fraction, int]]]
    held: dict[str, Fraction]
    lines: list[Line] = field(default_factory=list)
    settled: bool = False
    """Whether the lines so far are rounded."""
    closing: dict[str, tuple[Fraction, Fraction]] = field(default_factory=dict)
    carried: list[tuple[str, Fraction, int]] = field(default_factory=list)
    after_round: list[Callable[[], None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        terms = self.terms
        self.zone = ZoneInfo(terms["time_zone"])
        self.contract = day(terms["effective_from"], date.min), day(terms.get("term_end"), date.max)
        live = common(self.period, self.contract)
        if live is None:
            raise Refused("effective_from" if self.period[1] <= self.contract[0] else "term_end")
        self.live = live
        self.grid = periods(terms, self.period)
        places = terms["rounding"].get("decimals")
        self.decimals = DECIMALS[terms["currency"]] if places is None else places
        self.mode = terms["rounding"]["mode"]

    def round(self, x: Fraction, mode: str | None = None) -> Fraction:
        return rounded(x, mode or self.mode, self.decimals)

    def part(self, x: Fraction) -> Fraction:
        return self.round(x) if self.terms["rounding"].get("level") == "part" else x

    def made(self, x: Fraction, mode: str | None = None) -> Fraction:
        """What a stage makes: exact before the lines are rounded, rounded after."""
        return self.round(x, mode) if self.settled else x

    def down(self, x: Fraction) -> Fraction:
        return self.round(x, "floor") if self.settled else x

    def net(self, line: Line) -> Fraction:
        return line.value + sum((other.value for other in self.lines if other.of is line), Fraction(0))

    def window(self, over: str) -> tuple[Range, Range]:
        return window(self.terms, over, self.period, self.contract)

    def counted(self, name: str, cut: Range) -> tuple[Fraction, Fraction]:
        """What earlier periods of the window `cut` counted under this id, for a charge since its first day."""
        if self.fresh(name) or cut[0] >= self.period[0]:
            return Fraction(0), Fraction(0)
        if not self.known(name, self.counters):
            raise Refused(f"opening.counters.{name}")
        return self.counters.get(name, (Fraction(0), Fraction(0)))

    def fresh(self, name: str) -> bool:
        """Whether the charge that counts under this id, or the contract, begins in the period."""
        owner = re.split(r"[\[.]", name)[0]
        starts = [in_force(charge)[0] for charge in self.terms["charges"] if charge["id"] == owner]
        return max(self.contract[0], min(starts, default=date.min)) >= self.period[0]

    def known(self, name: str, given: Mapping[str, object]) -> bool:
        """Whether `given` has this id; a new value of `per_each` is known as soon as other values are."""
        value, end = name.partition("[")[::2]
        after = end.partition("]")[2]
        return name in given or (
            bool(end) and any(key.startswith(f"{value}[") and key.endswith(f"]{after}") for key in given)
        )

    def share(self, proration: Json | None, part: Range, whole: Range, term: str) -> Fraction:
        """What a part counts of a whole; a real part without a proration refuses."""
        if part == whole:
            return Fraction(1)
        if proration is None:
            raise Refused(term)
        return ratio(proration, part, whole, self.zone)


def groups(terms: Json) -> dict[str, list[Json]]:
    """The versions of each charge, in the order in which the charges are listed."""
    out: dict[str, list[Json]] = {}
    for charge in terms["charges"]:
        out.setdefault(charge["id"], []).append(charge)
    return {name: sorted(versions, key=lambda v: in_force(v)[0]) for name, versions in out.items()}


def steps(escalator: Json, until: date) -> list[date]:
    first, stop = day(escalator["first"], date.min), min(until, day(escalator.get("until"), date.max))
    out, k = [], 0
    while (on := months_on(first, k * escalator.get("every_months", 12))) < stop:
        out.append(on)
        k += 1
    return out


def step_percent(escalator: Json, on: date) -> Fraction:
    percent = Fraction(escalator.get("percent", "0"))
    if escalator.get("index"):
        values = [v["percent"] for v in escalator.get("index_values", ()) if v["on"] == on.isoformat()]
        if not values:
            raise Refused(f"escalators.{escalator['id']}.index_values")
        percent += Fraction(values[0])
    low, high = escalator.get("floor"), escalator.get("ceiling")
    percent = percent if low is None else max(percent, Fraction(low))
    return percent if high is None else min(percent, Fraction(high))


def escalated(book: Book, version: Json, on: date) -> Json:
    """The version at its prices of the day `on`."""
    out = version
    for escalator in book.terms.get("escalators", ()):
        if version["id"] in escalator["applies_to"]:
            taken = [
                step
                for step in steps(escalator, date.max.replace(year=on.year + 1))
                if first_day(book, version) < step <= on
            ]
            percents = [step_percent(escalator, step) for step in taken]
            out = raised(out, lambda price, e=escalator, p=percents: climbed(price, e, p))  # type: ignore[misc]
    return out


def first_day(book: Book, version: Json) -> date:
    start = in_force(version)[0]
    return book.contract[0] if start == date.min else start


def climbed(price: Fraction, escalator: Json, percents: list[Fraction]) -> Fraction:
    last = price
    for percent in percents:
        base = last if escalator.get("compounding", True) else price
        last += base * percent / 100
        if escalator.get("decimals") is not None:
            last = rounded(last, escalator.get("mode", "half_up"), escalator["decimals"])
    return last


def stretches(book: Book, versions: list[Json], over: Range) -> list[Stretch]:
    """The stretches of a charge in the days `over`, in order."""
    name = versions[0]["id"]
    out: list[Stretch] = []
    for version, dates in moved(versions):
        part = common(common(dates, book.contract) or (date.max, date.max), over)
        if part is None:
            continue
        cuts = {on: reason for on, reason in changes(book, version, name).items() if part[0] < on < part[1]}
        edges = [part[0], *sorted(cuts), part[1]]
        for start, end in itertools.pairwise(edges):
            change = cuts.get(start, version.get("tiers_on_change")) if out else None
            later = bool(out)
            out.append(Stretch(version, escalated(book, version, start), (start, end), change, later))
    return out


def moved(versions: list[Json]) -> list[tuple[Json, Range]]:
    """Versions with their dates, where the day of a change may still be billed at the old amount."""
    out: list[tuple[Json, Range]] = []
    ranges = [in_force(version) for version in versions]
    for i, version in enumerate(versions):
        start, end = ranges[i]
        if old(version) and any(r[1] == start for r in ranges[:i]):
            start = date.fromordinal(start.toordinal() + 1)
        if any(ranges[j][0] == end and old(versions[j]) for j in range(i + 1, len(versions))):
            end = date.fromordinal(end.toordinal() + 1)
        out.append((version, (start, end)))
    return out


def old(version: Json) -> bool:
    return version["kind"] == "recurring" and (version.get("proration") or {}).get("change_day") == "old"


def changes(book: Book, version: Json, name: str) -> dict[date, str | None]:
    """Days on which a version changes without ending, and how its tiers then begin."""
    out: dict[date, str | None] = {}
    for balance in balances_of(book.terms, name):
        for on in in_force(balance, "access"):
            if date.min < on < date.max:
                out[on] = "continue"
    for escalator in book.terms.get("escalators", ()):
        if name in escalator["applies_to"]:
            for on in steps(escalator, date.max.replace(year=book.period[1].year + 2)):
                if on > first_day(book, version):
                    out[on] = escalator.get("tiers_on_change")
    return out


def balances_of(terms: Json, charge: str) -> list[Json]:
    """The prepaid balances that pay for a charge, in the order in which they are drawn."""
    return in_turn(
        [
            b
            for b in terms.get("prepaid", ())
            if charge == b["applies_to"] or (isinstance(b["applies_to"], list) and charge in b["applies_to"])
        ],
        False,
    )


def in_turn(balances: list[Json], promotional: bool) -> list[Json]:
    return sorted(
        balances,
        key=lambda b: (
            b.get("priority", 0),
            in_force(b, "access")[1],
            not b.get("promotional", promotional),
            in_force(b, "access")[0],
            b["id"],
        ),
    )
