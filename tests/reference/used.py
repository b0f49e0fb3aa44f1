"""Usage charges of the reference calculator: from measured stretches to billable units and lines."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from tests.reference.allowances import Allowance, allowance, close, pool_allowance
from tests.reference.book import Book, Line, Stretch, balances_of, groups, stretches
from tests.reference.dates import Range, common, in_force
from tests.reference.figures import (
    Json,
    Refused,
    by_event,
    converted,
    goes_by_event,
    priced,
    rounded_units,
    split,
)
from tests.reference.measured import Piece, Seen, by_size, check, measure, seen
from tests.reference.prepaid import drawn, payers

UNITS = ("convert", "round_units", "included")
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
    return stretch.change == "continue" or stretch.change is None and simple


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
    if asks and None in counts or goes_by_event(price) and kept.sliced:
        raise Refused(term)
    values = [piece.value for piece in inner]
    return Cell(price, measure(kept, stretch.dates, book.period), sum(n or 0 for n in counts), values)


def billable(book: Book, parts: dict[str, list[Part]], order: Sequence[str]) -> None:
    """The units of every part after conversion, rounding and what is included, in the order of the terms."""
    for stage in order:
        if stage == "included":
            take(book, parts)
            continue
        for part in (part for group in parts.values() for part in group):
            for cell in part.cells:
                rule = part.metric.get("rounding", {})
                cell.units = converted(cell.units, rule) if stage == "convert" else rounded_units(cell.units, rule)


def agreed(book: Book, charge: str) -> None:
    """Refuses balances of a charge that price the units beyond them differently."""
    held = [b for b in balances_of(book.terms, charge) if common(in_force(b, "access"), book.live)]
    if len({Fraction(b["overage_unit_amount"]) for b in held if b.get("overage_unit_amount") is not None}) > 1:
        raise Refused("prepaid.overage_unit_amount")


def take(book: Book, parts: dict[str, list[Part]]) -> None:
    for group in parts.values():
        for name in dict.fromkeys(part.name for part in group):
            own = [part for part in group if part.name == name]
            if any(part.charge.get("included") for part in own):
                held = allowance(book, name, own[0].stretch.version["id"])
                for part in own:
                    if part.charge.get("included"):
                        part.taken = held.take(part.units)
                        part.units -= part.taken
                close(book, held)
    order = tuple(book.terms.get("order") or UNITS)[:3]
    if book.terms.get("pools") and order != UNITS:
        raise Refused("order")
    for pool in book.terms.get("pools", ()):
        from_pool(book, pool, [part for name in parts if name in pool["charges"] for part in parts[name]])
    free_units(book, parts)
    for part in (part for group in parts.values() for part in group):
        if part.charge.get("minimum_units") is not None:
            part.units = max(part.units, Fraction(part.charge["minimum_units"]))


def from_pool(book: Book, pool: Json, parts: list[Part]) -> None:
    held: Allowance = pool_allowance(book, pool)
    if pool.get("taken", "in_order") == "in_order":
        for part in parts:
            part.units -= held.take(part.units)
    elif parts:
        taken = held.take(sum((part.units for part in parts), Fraction(0)))
        if taken.denominator != 1:
            raise Refused(f"pools.{pool['id']}.taken")
        for part, share in zip(parts, split(taken, [part.units for part in parts], 0), strict=True):
            part.units -= share
    close(book, held)


def free_units(book: Book, parts: dict[str, list[Part]]) -> None:
    for discount in book.terms.get("discounts", ()):
        if discount.get("units") is None or common(in_force(discount), book.live) is None:
            continue
        for name, group in parts.items():
            if discount.get("applies_to") is not None and name not in discount["applies_to"]:
                continue
            left = {part.name: Fraction(discount["units"]) for part in group}
            for part in group:
                taken = min(part.units, left[part.name])
                left[part.name] -= taken
                part.taken += taken
                part.units -= taken


def usage_lines(book: Book, parts: list[Part]) -> None:
    before: dict[str, Fraction] = {}
    if parts:
        agreed(book, parts[0].charge["id"])
    for part in parts:
        if part.restarts:
            before.pop(part.name, None)
        start = before.get(part.name, Fraction(0))
        before[part.name] = start + part.fills
        start += part.fills - part.units
        if paying := payers(book, part.charge["id"], part.stretch.dates):
            draw(book, part, paying, start)
        elif part.charge.get("accumulates", "period") == "period":
            add(book, part, part.name + part.stretch.suffix, amount(book, part, part.units, start))
    accumulated(book, [part for part in parts if part.charge.get("accumulates", "period") != "period"], parts)


def add(book: Book, part: Part, name: str, value: Fraction, kind: str = "usage") -> Line:
    book.lines.append(Line(name, part.charge["id"], kind, part.stretch.dates, value))
    return book.lines[-1]


def amount(book: Book, part: Part, u: Fraction, before: Fraction) -> Fraction:
    if part.charge["price"]["model"] == "matrix":
        return sum((book.part(cell_amount(book, cell, cell.units, Fraction(0))) for cell in part.cells), Fraction(0))
    floor = part.charge.get("price_floor")
    value = cell_amount(book, part.cells[0], u, before)
    return value if floor is None else max(value, u * Fraction(floor))


def cell_amount(book: Book, cell: Cell, u: Fraction, before: Fraction) -> Fraction:
    if goes_by_event(cell.price):
        return by_event(cell.price, cell.values)
    return priced(cell.price, u, before, book.part, cell.events)


def draw(book: Book, part: Part, paying: list[Json], before: Fraction) -> None:
    """Units are paid by the balances in turn; what is left is the last one's overage."""
    rest, tag, suffix = part.units, "", part.name[len(part.charge["id"]) :] + part.stretch.suffix
    for balance in paying:
        several = isinstance(balance["applies_to"], list) and len(balance["applies_to"]) > 1
        tag = f"{balance['id']}.{part.charge['id']}" if several else balance["id"]
        covered, money = drawn(book, balance, part.charge, rest)
        add(book, part, f"{tag}.drawdown{suffix}", Fraction(0), "drawdown").drawn = money
        rest -= covered
    last = paying[-1]
    if rest == 0 and (part.units or last.get("on_exhaustion") != "list"):
        return
    if last.get("on_exhaustion") == "list":
        value = amount(book, part, rest, before + part.units - rest)
    elif last.get("on_exhaustion") != "stop" and last.get("overage_unit_amount") is not None:
        value = rest * Fraction(last["overage_unit_amount"])
    else:
        raise Refused(f"prepaid.{last['id']}.overage_unit_amount")
    add(book, part, f"{tag}.overage{suffix}", value)


def accumulated(book: Book, parts: list[Part], group: list[Part]) -> None:
    """Lines of charges whose tiers count over a longer window."""
    if not parts:
        return
    _, cut = book.window(parts[0].charge["accumulates"])
    changed = stretches(
        book, [v for v in book.terms["charges"] if v["id"] == parts[0].charge["id"]], (cut[0], book.live[1])
    )
    so_far: dict[str, Fraction] = {}
    made: dict[str, tuple[Fraction, list[Line]]] = {}
    for part in parts:
        units, money = book.counted(part.name, cut)
        start = so_far.setdefault(part.name, units)
        later = [one for one in changed if one.later and one.dates[0] <= part.stretch.dates[0]]
        if later and not all(goes_on(one, part.metric) and may_continue(one.charge) for one in later):
            raise Refused(f"charges.{part.charge['id']}.accumulates")
        total = amount(book, part, start + part.units, Fraction(0))
        value = total - (amount(book, part, start, Fraction(0)) if later else money)
        made.setdefault(part.name, (money, []))[1].append(add(book, part, part.name + part.stretch.suffix, value))
        so_far[part.name] = start + part.units
    if cut[1] > book.period[1]:
        book.after_round.append(lambda: keep(book, so_far, made))


def keep(book: Book, so_far: dict[str, Fraction], made: dict[str, tuple[Fraction, list[Line]]]) -> None:
    for name, units in so_far.items():
        money, lines = made[name]
        book.closing[name] = units, money + sum((line.value for line in lines), Fraction(0))
