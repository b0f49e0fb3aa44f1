"""Included units of the reference calculator: what an allowance has, what is taken, and what rolls over."""

import itertools
from dataclasses import dataclass
from fractions import Fraction

from tests.reference.book import Book, groups, stretches
from tests.reference.dates import Range
from tests.reference.figures import Json, Refused


@dataclass
class Allowance:
    """`left` of the window's own units (None is without limit), and lots that were carried, soonest end first."""

    name: str
    included: Json
    quantity: Fraction | None
    left: Fraction | None
    lots: list[tuple[Fraction, int]]
    cut: Range
    taken: Fraction = Fraction(0)

    def take(self, wanted: Fraction) -> Fraction:
        first = (self.included.get("rollover") or {}).get("used", "first") == "first"
        own = Fraction(0) if first else self.take_own(wanted)
        lots = self.take_lots(wanted - own)
        return own + lots + (self.take_own(wanted - lots) if first else 0)

    def take_own(self, wanted: Fraction) -> Fraction:
        taken = wanted if self.left is None else min(wanted, self.left)
        self.left = None if self.left is None else self.left - taken
        self.taken += taken
        return taken

    def take_lots(self, wanted: Fraction) -> Fraction:
        total = Fraction(0)
        for i, (quantity, periods) in enumerate(self.lots):
            taken = min(quantity, wanted - total)
            self.lots[i] = quantity - taken, periods
            total += taken
        return total


def allowance(book: Book, name: str, charge: str) -> Allowance:
    """The allowance of a charge, or of one value of its `per_each`."""
    versions = groups(book.terms)[charge]
    first = next(s.version["included"] for s in stretches(book, versions, book.live) if s.version.get("included"))
    whole, cut = book.window(first.get("resets", "period"))
    found = stretches(book, versions, cut)
    pieces: list[tuple[Range, Json | None]] = []
    last: Json | None = None
    for stretch in found:
        included, dates = stretch.version.get("included"), stretch.dates
        if pieces and first.get("resets", "period") != "period" and last is stretch.version:
            dates = pieces.pop()[0][0], dates[1]
        pieces.append((dates, included))
        last = stretch.version
    same = all(included == pieces[0][1] for _, included in pieces)
    restarts = any(s.later and s.change != "continue" for s in found)
    covered = (
        pieces[0][0][0] == whole[0]
        and pieces[-1][0][1] == whole[1]
        and all(a[0][1] == b[0][0] for a, b in itertools.pairwise(pieces))
    )
    if same and covered and not restarts:
        quantity = None if first["quantity"] is None else Fraction(first["quantity"])
    else:
        quantity = Fraction(0)
        for dates, included in pieces:
            if included:
                quantity += share(book, included, dates, whole, f"charges.{charge}.included.quantity")
    return opened(book, f"{name}.included", first, quantity, cut)


def pool_allowance(book: Book, pool: Json) -> Allowance:
    included = pool["included"]
    whole, cut = book.window(included.get("resets", "period"))
    term = f"pools.{pool['id']}.included.quantity"
    quantity = None if included["quantity"] is None else share(book, included, cut, whole, term)
    return opened(book, pool["id"], included, quantity, cut)


def share(book: Book, included: Json, dates: Range, whole: Range, term: str) -> Fraction:
    if included["quantity"] is None:
        raise Refused(term)
    return Fraction(included["quantity"]) * book.share(included.get("proration"), dates, whole, term)


def opened(book: Book, name: str, included: Json, quantity: Fraction | None, cut: Range) -> Allowance:
    used = book.counted(name, cut)[0] if included.get("resets", "period") != "period" else Fraction(0)
    lots = []
    if included.get("rollover") is not None:
        if not book.known(name, book.lots) and not book.fresh(name):
            raise Refused(f"opening.carried.{name}")
        lots = sorted(book.lots.get(name, ()), key=lambda lot: lot[1])
    left = None if quantity is None else max(quantity - used, Fraction(0))
    return Allowance(name, included, quantity, left, lots, cut, used)


def close(book: Book, held: Allowance) -> None:
    """Leaves the counter of a window that goes on, and the lots that do."""
    ends = held.cut[1] <= book.period[1]
    if not ends:
        book.closing[held.name] = held.taken, Fraction(0)
    rollover = held.included.get("rollover")
    if rollover is None:
        return
    older = [(quantity, n - 1) for quantity, n in held.lots if n > 1] if ends else held.lots
    if ends and held.left is not None:
        older = [
            *older,
            (
                rolled(held, rollover, sum((q for q, _ in older), Fraction(0))),
                rollover.get("expires_after", 1),
            ),
        ]
    book.carried.extend((held.name, quantity, n) for quantity, n in older)


def rolled(held: Allowance, rollover: Json, older: Fraction) -> Fraction:
    """What is left of the window's own units and may go on."""
    assert held.left is not None and held.quantity is not None
    out = held.left * Fraction(rollover.get("share", "100")) / 100
    if rollover.get("ceiling") is not None:
        out = min(out, Fraction(rollover["ceiling"]) - older)
    if rollover.get("ceiling_percent") is not None:
        out = min(out, Fraction(held.included["quantity"]) * Fraction(rollover["ceiling_percent"]) / 100 - older)
    return max(out, Fraction(0))
