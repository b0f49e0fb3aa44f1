"""Recurring and one-time charges of the reference calculator."""

from datetime import date, timedelta
from fractions import Fraction

from tests.reference.book import Book, Line, Stretch, escalated, stretches
from tests.reference.dates import Range, common, grid, in_force, midnight, sized
from tests.reference.figures import Json, Refused, converted, priced, rounded_units
from tests.reference.measured import Seen, check, days, level_at_end_of, level_before, seen


def fee_lines(book: Book, versions: list[Json]) -> None:
    billing, every = book.terms["billing"], versions[0].get("every")
    own = sized(billing.get("frequency", "monthly"), billing.get("every", 1))
    size = own if every is None else sized(every)
    if size == own:
        own_interval(book, versions, [book.period])
    elif length(size) < length(own) and versions[0].get("spread"):
        raise Refused(f"charges.{versions[0]['id']}.spread")
    elif length(size) < length(own):
        first = max(book.contract[0], in_force(versions[0])[0])
        own_interval(book, versions, grid(book.terms, size, first).overlapping(book.live))
    else:
        for version in versions:
            longer(book, version, size)


def length(size: dict[str, int]) -> int:
    return size.get("days", 0) + 30 * size.get("months", 0)


def own_interval(book: Book, versions: list[Json], intervals: list[Range]) -> None:
    found = stretches(book, versions, book.live)
    for stretch in due_on_change(found):
        if stretch.charge.get("metric"):
            value = by_level(book, stretch)
        else:
            value = sum((cut_fee(book, stretch.charge, stretch.dates, one) for one in intervals), Fraction(0))
        add(book, stretch.charge, stretch.dates, value, stretch.suffix)


def due_on_change(found: list[Stretch]) -> list[Stretch]:
    """The stretches whose amounts are due where a fee changes and is not prorated."""
    proration = (found[-1].charge.get("proration") or {}) if found else {}
    if len(found) < 2 or proration.get("basis") != "none":
        return found
    chosen = proration.get("on_change")
    if chosen is None:
        raise Refused(f"charges.{found[0].charge['id']}.proration.on_change")
    return {"both": found, "old": found[:1], "new": found[-1:]}[chosen]


def add(book: Book, charge: Json, dates: Range, value: Fraction, suffix: str = "") -> None:
    book.lines.append(Line(charge["id"] + suffix, charge["id"], "fee", dates, value))


def cut_fee(book: Book, charge: Json, part: Range, whole: Range) -> Fraction:
    amount = Fraction(charge["amount"]) * Fraction(charge.get("quantity", "1"))
    inner = common(part, whole)
    if inner is None:
        return Fraction(0)
    return prorated(book, charge, amount, inner, whole)


def prorated(book: Book, charge: Json, amount: Fraction, part: Range, whole: Range) -> Fraction:
    share = book.share(charge.get("proration"), part, whole, f"charges.{charge['id']}.proration")
    proration = charge.get("proration") or {}
    if part != whole and proration.get("round_first") and proration["basis"] != "none":
        amount = book.round(amount)
    return amount * share


def longer(book: Book, version: Json, size: dict[str, int]) -> None:
    """A fee of an interval longer than the period: whole, at its beginning or end, or spread over its periods."""
    first = max(book.contract[0], in_force(version)[0])
    held = common(in_force(version), book.contract) or (date.max, date.max)
    if common(held, book.live) is None:
        return
    wholes = grid(book.terms, size, first).overlapping(common(held, book.live) or held)
    if version.get("spread"):
        spread(book, version, common(wholes[0], held), wholes[0])
        return
    for stretch in stretches(book, [version], book.live):
        due = [(common(whole, held) or whole, whole) for whole in wholes]
        due = [(part, whole) for part, whole in due if stretch.dates[0] <= due_on(version, part) < stretch.dates[1]]
        if due:
            amount = Fraction(stretch.charge["amount"]) * Fraction(version.get("quantity", "1"))
            value = sum((prorated(book, stretch.charge, amount, *one) for one in due), Fraction(0))
            add(book, stretch.charge, stretch.dates, value, stretch.suffix)


def due_on(charge: Json, part: Range) -> date:
    return part[0] if charge.get("timing") == "advance" else part[1] - timedelta(days=1)


def spread(book: Book, version: Json, part: Range | None, whole: Range) -> None:
    """A fee in even parts, one in each period of its interval; the last one takes the rest."""
    parts = book.grid.overlapping(whole)
    if part != whole or (parts[0][0], parts[-1][1]) != whole:
        raise Refused(f"charges.{version['id']}.spread")
    charge = escalated(book, version, book.live[0])
    amount = Fraction(charge["amount"]) * Fraction(charge.get("quantity", "1"))
    one = book.round(amount / len(parts))
    add(book, charge, book.period, amount - one * (len(parts) - 1) if book.period[1] == whole[1] else one)


def by_level(book: Book, stretch: Stretch) -> Fraction:
    """A fee that follows a level: each change costs its amount for the rest of the stretch."""
    charge, metric = (
        stretch.charge,
        next(m for m in book.terms["metrics"] if m["id"] == stretch.charge["metric"]),
    )
    found = seen(metric, book.usage, book.zone)
    check(found, (), [stretch.dates])
    changes = level_changes(charge, found, stretch.dates)
    proration, total, last = charge.get("proration") or {}, Fraction(0), Fraction(0)
    for on, level in changes:
        rise = (
            level_price(book, charge, level) - level_price(book, charge, last)
            if charge.get("tiers")
            else (level - last) * Fraction(charge["amount"])
        )
        total += prorated(book, charge, rise, (on, stretch.dates[1]), book.period)
        if level < last and not proration.get("credit_on_decrease"):
            raise Refused(f"charges.{charge['id']}.proration.credit_on_decrease")
        last = level
    return total


def level_price(book: Book, charge: Json, level: Fraction) -> Fraction:
    return priced(charge["tiers"], level, Fraction(0), book.part)


def level_changes(charge: Json, found: Seen, dates: Range) -> list[tuple[date, Fraction]]:
    """The level at the start and each later one, by the day from which it counts."""
    proration, term = charge.get("proration") or {}, f"usage.{charge['metric']}"
    late = timedelta(days=1 if proration.get("change_day") == "old" else 0)
    first = midnight(dates[0], found.zone)
    if not found.sliced and not any(
        p.start < midnight(dates[0] - late + timedelta(days=1), found.zone) for p in found.pieces
    ):
        raise Refused(term)
    out: list[tuple[date, Fraction]] = []
    for on in days(dates):
        if late and on == dates[0]:
            raw = level_before(found, first + timedelta(microseconds=1) if found.sliced else first)
        else:
            raw = level_at_end_of(found, on - late)
        rule = found.metric.get("rounding", {})
        level = rounded_units(converted(raw, rule), rule)
        if out and proration.get("credit_on_decrease") in ("never", "next_renewal"):
            level = max(level, out[-1][1])
        if not out or level != out[-1][1]:
            out.append((on, level))
    return out


def one_time_lines(book: Book, versions: list[Json]) -> None:
    for charge in versions:
        if charge.get("instalments"):
            instalments(book, charge)
        elif due(book, charge, charge["on"]):
            add(book, charge, book.live, Fraction(charge["amount"]))


def due(book: Book, charge: Json, on: str) -> bool:
    dates = common(book.live, in_force(charge))
    return dates is not None and dates[0] <= date.fromisoformat(on) < dates[1]


def instalments(book: Book, charge: Json) -> None:
    given = [None if one.get("amount") is None else Fraction(one["amount"]) for one in charge["instalments"]]
    if any(amount is not None and book.round(amount) != amount for amount in given):
        raise Refused(f"charges.{charge['id']}.instalments")
    open_ = [i for i, amount in enumerate(given) if amount is None]
    left = Fraction(charge["amount"]) - sum((amount for amount in given if amount is not None), Fraction(0))
    for i in open_:
        given[i] = (
            left - book.round(left / len(open_)) * (len(open_) - 1) if i == open_[-1] else book.round(left / len(open_))
        )
    for i, (one, amount) in enumerate(zip(charge["instalments"], given, strict=True), 1):
        if due(book, charge, one["on"]):
            add(book, charge, book.live, amount or Fraction(0), f".{i}")
