"""The stretches of usage charges in the reference calculator: what is measured in each, and how their tiers go on."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from tests.reference.book import Book, Stretch, groups, stretches
from tests.reference.dates import Range
from tests.reference.figures import Json, Refused, goes_by_event
from tests.reference.measured import Piece, Seen, by_size, check, measure, seen

CONTINUING = ("graduated", "graduated_percentage", "per_unit", "pass_through")


@dataclass
class Cell:
    """Units that have one price: all of a part, or one combination of a matrix."""

    price: Json
    units: Fraction
    events: int
    values: list[Fraction]


@dataclass
class Part:
    """One stretch of one charge, or of one value of its `per_each`."""

    stretch: Stretch
    metric: Json
    name: str
    restarts: bool
    cells: list[Cell]
    taken: Fraction = Fraction(0)

    @property
    def charge(self) -> Json:
        return self.stretch.charge

    @property
    def units(self) -> Fraction:
        return sum((cell.units for cell in self.cells), Fraction(0))

    @units.setter
    def units(self, value: Fraction) -> None:
        self.cells[0].units = value

    @property
    def fills(self) -> Fraction:
        """Units of the part that fill tiers: those taken off too where included units do."""
        consumes = (self.charge.get("included") or {}).get("consumes_tier")
        return self.units + (self.taken if consumes else 0)


def parts_of(book: Book, versions: list[Json]) -> list[Part]:
    name, found = versions[0]["id"], stretches(book, versions, book.live)
    if not found:
        book.closing.update({key: count for key, count in book.counters.items() if re.split(r"[\[.]", key)[0] == name})
        return []
    metric = next(m for m in book.terms["metrics"] if m["id"] == versions[0]["metric"])
    known = seen(metric, book.usage, book.zone)
    check(known, [on for one in found for on in one.dates], [one.dates for one in found])
    changed_well(found, metric)
    out = []
    for value in values_of(book, found, known):
        for stretch in found:
            kept = known.where(stretch.version.get("where") or {})
            if value is not None:
                kept = kept.where({stretch.version["per_each"]: [value]})
            out.append(
                Part(
                    stretch,
                    metric,
                    name + (f"[{value}]" if value is not None else ""),
                    stretch.later and not goes_on(stretch, metric),
                    cells_of(book, stretch, kept),
                )
            )
    return out


def all_priced(book: Book) -> None:
    """Refuses usage of the period that no charge in force prices."""
    metrics = book.terms.get("metrics", ())
    for piece in [*book.usage.get("slices", ()), *book.usage.get("events", ())]:
        if piece["metric"] not in [metric["id"] for metric in metrics]:
            raise Refused(f"usage.{piece['metric']}")
    for metric in metrics:
        name = metric["id"]
        if not any(piece["metric"] == name for form in ("slices", "events") for piece in book.usage.get(form, ())):
            continue
        known = seen(metric, book.usage, book.zone)
        if not known.sliced and metric.get("aggregation") in ("last", "time_weighted"):
            last = max((dates[1] for _, dates in by_metric(book, name)), default=date(1900, 1, 1))
            known = known.within((last, date(9000, 1, 1)))
        priced_ = {
            id(piece)
            for version, dates in by_metric(book, name)
            for piece in known.where(version.get("where") or {}).within(dates).pieces
        }
        if any(id(piece) not in priced_ for piece in known.pieces):
            raise Refused(f"usage.{name}")


def by_metric(book: Book, metric: str) -> list[tuple[Json, Range]]:
    """The stretches of all charges on a metric."""
    return [
        (stretch.version, stretch.dates)
        for versions in groups(book.terms).values()
        if versions[0].get("metric") == metric
        for stretch in stretches(book, versions, book.live)
    ]


def goes_on(stretch: Stretch, metric: Json) -> bool:
    simple = stretch.charge["price"]["model"] in ("per_unit", "pass_through")
    return stretch.change == "continue" or (stretch.change is None and simple)


def changed_well(found: list[Stretch], metric: Json) -> None:
    """Refuses changes inside the period whose tiers have no settled meaning."""
    kind = metric.get("aggregation", "sum")
    for stretch in found[1:]:
        charge, term = stretch.charge, f"charges.{stretch.charge['id']}@{stretch.dates[0]}.tiers_on_change"
        if kind in ("max", "last", "unique", "percentile") or metric.get("buckets"):
            raise Refused(term)
        price = charge["price"]
        plain = price["model"] in ("per_unit", "pass_through") and not any(
            charge.get(key) for key in ("minimum_units", "included")
        )
        if stretch.change is None and not plain:
            raise Refused(term)
        if stretch.change == "continue" and not may_continue(charge):
            raise Refused(term)


def may_continue(charge: Json) -> bool:
    price = charge["price"]
    blocks = any(tier.get("block") is not None for tier in price.get("tiers", ()))
    plain = charge.get("minimum_units") is None and charge.get("price_floor") is None
    return price["model"] in CONTINUING and plain and not blocks and not price.get("zero_usage_flat")


def values_of(book: Book, found: list[Stretch], known: Seen) -> Sequence[str | None]:
    name, version = found[0].charge["id"], found[0].version
    if not version.get("per_each"):
        return [None]
    within = known.where(version.get("where") or {})
    kept = replace(within, pieces=touching(within, book.live)).values(version["per_each"])
    opened = {key[len(name) + 1 : key.index("]")] for key in [*book.counters, *book.lots] if key.startswith(name + "[")}
    return kept + sorted(opened - set(kept), key=by_size) or [None]


def cells_of(book: Book, stretch: Stretch, kept: Seen) -> list[Cell]:
    price = stretch.charge["price"]
    if price["model"] != "matrix":
        return [cell_of(book, stretch, kept, price)]
    names = list(dict.fromkeys(name for cell in price["cells"] for name in cell["when"]))
    combos = {tuple(dict(piece.dims).get(name) for name in names) for piece in touching(kept, stretch.dates)}
    if any(None in combo for combo in combos):
        raise Refused(f"usage.{kept.metric['id']}")
    if known_level(kept) and kept.pieces and not combos:
        raise Refused(f"usage.{kept.metric['id']}")
    prices = {tuple(cell["when"].get(name) for name in names): cell["price"] for cell in price["cells"]}
    if combos - prices.keys() and price.get("otherwise") is None:
        raise Refused(f"charges.{stretch.charge['id']}.price.otherwise")
    unnamed = sorted(combos - prices.keys())
    return [
        cell_of(
            book,
            stretch,
            kept.where({name: [value] for name, value in zip(names, combo, strict=True)}),
            prices.get(combo, price["otherwise"]),
        )
        for combo in [*(combo for combo in prices if combo in combos), *unnamed]
    ]


def known_level(kept: Seen) -> bool:
    return not kept.sliced and kept.metric.get("aggregation") in ("last", "time_weighted")


def touching(kept: Seen, dates: Range) -> tuple[Piece, ...]:
    """What a stretch is measured from: events of a level from before it too."""
    if not known_level(kept):
        return kept.within(dates).pieces
    return kept.within((date(1900, 1, 1), dates[1])).pieces


def cell_of(book: Book, stretch: Stretch, kept: Seen, price: Json) -> Cell:
    inner = kept.within(stretch.dates).pieces
    term = f"usage.{kept.metric['id']}"
    counts = [piece.events for piece in inner]
    asks = price["model"] == "percentage" and Fraction(price.get("fixed_per_event", "0")) != 0
    if (asks and None in counts) or (goes_by_event(price) and kept.sliced):
        raise Refused(term)
    values = [piece.value for piece in inner]
    return Cell(price, measure(kept, stretch.dates, book.period), sum(n or 0 for n in counts), values)
