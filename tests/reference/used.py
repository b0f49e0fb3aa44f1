"""Usage charges of the reference calculator: from measured stretches to billable units and lines."""

from collections.abc import Sequence
from fractions import Fraction

from tests.reference.allowances import Allowance, allowance, close, pool_allowance
from tests.reference.book import Book, Line, balances_of, stretches
from tests.reference.dates import common, in_force
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
from tests.reference.parts import Cell, Part, goes_on, may_continue
from tests.reference.prepaid import drawn, payers

UNITS = ("convert", "round_units", "included")


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
