"""What comes after the lines are priced, in the reference calculator: discounts, caps, minimums, credits, settling."""

from datetime import date
from fractions import Fraction

from tests.reference.book import Book, Line, in_turn
from tests.reference.dates import Range, common, in_force
from tests.reference.figures import Json, Refused, split

CHARGED = ("usage", "fee", "drawdown")


def scope(book: Book, names: list[str] | None, shortfalls: bool = False) -> list[Line]:
    """The lines of the named charges and minimums, or of all charges."""
    kinds = (*CHARGED, "minimum") if shortfalls or names is not None else CHARGED
    return [line for line in book.lines if line.kind in kinds and (names is None or line.owner in names)]


def counting(book: Book, thing: Json, dates: Range, lines: list[Line], term: str) -> list[tuple[Line, Fraction]]:
    """The lines that lie in `dates`, each with the share of it that does."""
    out = []
    for line in lines:
        inner = common(line.dates, dates)
        if inner is not None:
            out.append((line, book.share(thing.get("proration"), inner, line.dates, term)))
    return out


def off(book: Book, name: str, line: Line, value: Fraction, mode: str | None = None) -> None:
    book.lines.append(Line(f"{name}.{line.id}", name, "off", line.dates, -value, line, mode))


def discounts(book: Book, kind: str) -> None:
    for discount in book.terms.get("discounts", ()):
        dates = discount_dates(book, discount)
        if discount.get(kind) is None or common(dates, book.live) is None:
            continue
        found = counting(
            book,
            discount,
            dates,
            scope(book, discount.get("applies_to")),
            f"discounts.{discount['id']}.in_force",
        )
        if kind == "percent":
            percent_off(book, discount, found)
        else:
            amount_off(book, discount, found)


def discount_dates(book: Book, discount: Json) -> Range:
    start, end = in_force(discount)
    if discount.get("periods") is None:
        return start, end
    first = book.grid.index(start)
    return book.grid.begin(first), min(end, book.grid.begin(first + discount["periods"]))


def percent_off(book: Book, discount: Json, found: list[tuple[Line, Fraction]]) -> None:
    for line, share in found:
        net = book.net(line)
        base = line.value if discount.get("stacking") == "additive" else net
        if net > 0 and base > 0:
            value = min(base * share * Fraction(discount["percent"]) / 100, net)
            off(book, discount["id"], line, book.made(value, discount.get("mode")), discount.get("mode"))


def amount_off(book: Book, discount: Json, found: list[tuple[Line, Fraction]]) -> None:
    nets = [book.net(line) * share for line, share in found]
    whole = max(book.round(min(Fraction(discount["amount"]), sum(nets, Fraction(0))), "floor"), Fraction(0))
    above = [(line, net) for (line, _), net in zip(found, nets, strict=True) if net > 0]
    for (line, _), part in zip(above, split(whole, [net for _, net in above], book.decimals), strict=True):
        off(book, discount["id"], line, part, discount.get("mode"))


def target(book: Book, thing: Json, kind: str) -> tuple[Fraction, Range] | None:
    """The amount of a cap or minimum for what its dates leave of its window; None outside of them."""
    whole, cut = book.window(thing.get("over", "period"))
    inner = common(cut, in_force(thing))
    if inner is None or common(inner, book.period) is None:
        return None
    term = f"{kind}.{thing['id']}.in_force"
    return Fraction(thing["amount"]) * book.share(thing.get("proration"), inner, whole, term), inner


def caps(book: Book) -> None:
    for cap in book.terms.get("caps", ()):
        if (limit := target(book, cap, "caps")) is None:
            continue
        lines = scope(book, cap["counts"])
        earlier = book.counted(cap["id"], limit[1])[1]
        total = earlier + sum((book.net(line) for line in lines), Fraction(0))
        above = book.made(max(total - earlier - max(limit[0] - earlier, Fraction(0)), Fraction(0)))
        for line in reversed(lines):
            part = min(above, max(book.net(line), Fraction(0)))
            if part > 0:
                off(book, cap["id"], line, part)
                above, total = above - part, total - part
        if limit[1][1] > book.period[1]:
            book.closing[cap["id"]] = Fraction(0), book.round(total)


def minimums(book: Book) -> None:
    for minimum in book.terms.get("minimums", ()):
        if (limit := target(book, minimum, "minimums")) is None:
            continue
        lines = scope(book, minimum["counts"])
        earlier = book.counted(minimum["id"], limit[1])[1]
        plain = sum((book.net(line) for line in lines), Fraction(0))
        drawn = sum((line.drawn for line in lines), Fraction(0))
        counts = minimum.get("prepaid_counts")
        with_drawn, without = (due(minimum, limit, earlier, total, book) for total in (plain + drawn, plain))
        if counts is None and with_drawn != without:
            raise Refused(f"minimums.{minimum['id']}.prepaid_counts")
        for name, value in (with_drawn if counts else without).items():
            if value := book.made(value):
                book.lines.append(
                    Line(
                        f"{minimum['id']}.{name}",
                        minimum["id"],
                        "minimum",
                        common(limit[1], book.period) or book.live,
                        value,
                    )
                )
        if limit[1][1] > book.period[1]:
            book.closing[minimum["id"]] = Fraction(0), book.round(earlier + plain + (drawn if counts else 0))


def due(
    minimum: Json,
    limit: tuple[Fraction, Range],
    earlier: Fraction,
    total: Fraction,
    book: Book,
) -> dict[str, Fraction]:
    """The shortfall at the window's end, and what goes beyond the minimum in this period at its factor."""
    out, (amount, dates) = {}, limit
    if minimum.get("shortfall", True) and dates[1] <= book.period[1]:
        out["shortfall"] = max(amount - earlier - total, Fraction(0))
    if minimum.get("overage_factor") is not None:
        beyond = max(earlier + total - amount, Fraction(0)) - max(earlier - amount, Fraction(0))
        out["overage"] = (Fraction(minimum["overage_factor"]) - 1) * beyond
    return out


def credits(book: Book) -> None:
    for credit in in_turn(book.terms.get("credits", []), True):
        name = credit["id"]
        if name not in book.held:
            continue
        lines = [
            line
            for line in book.lines
            if line.kind != "off"
            and (book.net(line) != 0 or credit.get("proration") or within(line, credit))
            and (credit.get("applies_to") is None or line.owner in credit["applies_to"])
        ]
        found = counting(book, credit, in_force(credit, "access"), lines, f"credits.{name}.access")
        nets = [book.net(line) * share for line, share in found]
        together = book.round(max(sum(nets, Fraction(0)), Fraction(0)), "floor")
        left = start = min(book.held[name], together)
        for (line, _), net in zip(found, nets, strict=True):
            part = min(left, book.round(max(net, Fraction(0)), "floor"))
            if part > 0:
                off(book, name, line, part)
                left -= part
        book.held[name] -= start - left


def within(line: Line, credit: Json) -> bool:
    return line.dates == common(line.dates, in_force(credit, "access"))


def settle(book: Book, billed: list[Json]) -> dict[str, Fraction]:
    """What is due of each line after what was billed; a billed line that is no longer made is one of nothing."""
    due = {line.id: line.value for line in book.lines}
    for one in billed:
        amount = Fraction(one["amount"])
        if book.round(amount) != amount or (one["line"] not in due and not owned(book, one["line"])):
            raise Refused(f"billed.{one['line']}")
        if one["line"] not in due:
            book.lines.append(Line(one["line"], "", "billed", (date.min, date.max), Fraction(0)))
        due[one["line"]] = due.get(one["line"], Fraction(0)) - amount
    return due


def owned(book: Book, line: str) -> bool:
    owner = line.split(".")[0].split("@")[0].split("[")[0]
    lists = ("charges", "minimums", "caps", "prepaid", "credits", "discounts")
    return any(thing["id"] == owner for name in lists for thing in book.terms.get(name, ()))
