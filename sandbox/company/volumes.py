"""How much every firm is billed for, month by month, before any dirt.

Promises slices whose connected time, added up and rounded up to a whole minute, gives the minutes written here
exactly: each slice stops a second or more short of its whole minutes, and slices that are added together before
rounding stay less than a minute short between them. Leaves out which calls make up a slice (calls.py).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from sandbox.company import inkwell
from sandbox.company.clock import MINUTE, days
from sandbox.company.firms import Firm, firm, site_id

YEAR = 2025

# Billed minutes of the months from `first` to December 2025. Dapplewood's January to October come to 1,157,000,
# which leaves $4,300 of its $120,000 at $0.10 a minute.
FIRST_AND_MINUTES: dict[str, tuple[int, tuple[int, ...]]] = {
    "acornhill": (5, (18240, 19105, 20870, 22315, 24060, 25990, 27413, 26480)),
    "brindlecat": (5, (47300, 48950, 49600, 52180, 55410, 58720, 61250, 54900)),
    "copperkettle": (7, (38800, 41650, 45300, 48150, 50400, 46200)),
    "dapplewood": (1, (120400, 112600, 122900, 121300, 118750, 117450, 116200, 112900, 110300, 104200, 90000, 84600)),
    "elmfoot": (5, (47900, 46200, 49750, 51300, 44600, 41250, 38000, 43800)),
    "gumdrop": (6, (34850, 37200, 39600, 42300, 44900, 47500, 48100)),
    "halfpenny": (5, (24300, 25100, 26850, 27400, 28200, 21000, 38500, 29400)),
    "inkwell": (9, (8940, 9480, 9872, 9120)),
    "juniper": (10, (10950, 11900, 10700)),
    "kestrel": (9, (41700, 43050, 44200, 43600)),
    "lemonfish": (5, (63200, 66800, 69900, 68400, 71150, 70450, 70000, 72300)),
    "pomander": (9, (1900, 4300, 6240, 6900)),
}  # fmt: skip

SITE_MINUTES = (14210, 12875, 11030, 10444, 9987, 9105, 8760, 7912, 7345, 6208, 5117, 4390, 3127, 2130)
SITE_PERCENT = {5: 82, 6: 86, 7: 97, 8: 102, 9: 93, 10: 95, 11: 100, 12: 99}


@dataclass(frozen=True)
class Slice:
    """Billed connected time of one org over the New York days `[first, until)`, in milliseconds."""

    firm: Firm
    org_id: str
    first: date
    until: date
    total_ms: int


def of_month(month: int) -> list[Slice]:
    """Every slice of that month of 2025, in a stable order."""
    found: list[Slice] = []
    for key, (first, minutes) in FIRST_AND_MINUTES.items():
        if month >= first:
            found += _of_firm(firm(key), month, minutes[month - first])
    return found + list(_sites(month))


def late() -> Slice:
    """Acornhill's calls of a week in November that reach the vendor as a file after the close."""
    acornhill = firm("acornhill")
    return _slice(acornhill, acornhill.org_id, date(YEAR, 11, 21), date(YEAR, 11, 28), 1_285, 2)


def month_span(month: int) -> tuple[date, date]:
    """The first day of that month and of the next."""
    following = date(YEAR, month, 28) + timedelta(4)
    return date(YEAR, month, 1), following.replace(day=1)


def _of_firm(firm: Firm, month: int, minutes: int) -> list[Slice]:
    first, until = month_span(month)
    if (firm.key, month) == ("gumdrop", 11):
        amended = date(YEAR, 11, 16)
        return [_slice(firm, firm.org_id, first, amended, 22_000, 2),
                _slice(firm, firm.org_id, amended, until, 25_500, 2)]  # fmt: skip
    if (firm.key, month) == ("dapplewood", 11):
        workdays = [day for day in days(first, until) if day.weekday() < 5]
        return [_slice(firm, firm.org_id, day, day + timedelta(1), 4_500, 20) for day in workdays]
    if (firm.key, month) == ("inkwell", 11):
        return [Slice(firm, firm.org_id, first, until, inkwell.RAW_MS)]
    # Acornhill's late file is added to its November before rounding.
    parts = 2 if (firm.key, month) == ("acornhill", 11) else 1
    return [_slice(firm, firm.org_id, first, until, minutes, parts)]


def _sites(month: int) -> Iterator[Slice]:
    hotels = firm("fennelbrook")
    percent = SITE_PERCENT.get(month)
    if percent is None:
        return
    for number, minutes in enumerate(SITE_MINUTES, start=1):
        span = month_span(month)
        yield _slice(hotels, site_id(hotels, number), *span, minutes * percent // 100, len(SITE_MINUTES))


def _slice(firm: Firm, org_id: str, first: date, until: date, minutes: int, parts: int) -> Slice:
    short = Random(f"short/{org_id}/{first}").randrange(1_000, 58_000 // parts)
    return Slice(firm, org_id, first, until, minutes * MINUTE - short)
