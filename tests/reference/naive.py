"""A second calculator, written from docs/calculation.md alone: slow, and with fractions throughout.

`rate` takes plain JSON and returns the lines, the total and the closing position as fractions, or raises Refused.
It leaves out taxes, workings, alerts, recharges, rolling balances and allocations.
"""

from datetime import date
from fractions import Fraction

from tests.reference.book import Book, groups
from tests.reference.fees import fee_lines, one_time_lines
from tests.reference.figures import Json
from tests.reference.parts import Part, all_priced, parts_of
from tests.reference.prepaid import close_balances, open_balances
from tests.reference.stages import caps, credits, discounts, minimums, settle
from tests.reference.used import billable, usage_lines

ORDER = (
    "convert",
    "round_units",
    "included",
    "price",
    "round",
    "percent_discount",
    "cap",
    "minimum",
    "fixed_discount",
    "credit",
    "tax",
)


def rate(case: Json) -> Json:
    """The statement of `case`: {terms, usage, period, opening, billed}; raises Refused."""
    book = opened(case)
    order = case["terms"].get("order") or ORDER
    open_balances(book)
    all_priced(book)
    parts = {
        name: parts_of(book, versions)
        for name, versions in groups(book.terms).items()
        if versions[0]["kind"] == "usage"
    }
    billable(book, parts, order[:3])
    for stage in order[3:]:
        run(book, stage, parts)
    close_balances(book)
    return answer(book, settle(book, case.get("billed", ())))


def opened(case: Json) -> Book:
    period = date.fromisoformat(case["period"]["start"]), date.fromisoformat(case["period"]["end"])
    opening = case.get("opening", {})
    lots: dict[str, list[tuple[Fraction, int]]] = {}
    for lot in opening.get("carried", ()):
        lots.setdefault(lot["id"], []).append((Fraction(lot["quantity"]), lot.get("periods", 1)))
    return Book(
        case["terms"],
        case["usage"],
        period,
        {
            c["id"]: (Fraction(c.get("quantity", "0")), Fraction(c.get("amount", "0")))
            for c in opening.get("counters", ())
        },
        lots,
        {b["id"]: Fraction(b["amount"]) for b in opening.get("balances", ())},
    )


def run(book: Book, stage: str, parts: dict[str, list[Part]]) -> None:
    if stage == "price":
        price(book, parts)
    elif stage == "round":
        round_lines(book)
    elif stage in ("percent_discount", "fixed_discount"):
        discounts(book, "percent" if stage == "percent_discount" else "amount")
    elif stage == "cap":
        caps(book)
    elif stage == "minimum":
        minimums(book)
    elif stage == "credit":
        credits(book)


def price(book: Book, parts: dict[str, list[Part]]) -> None:
    for name, versions in groups(book.terms).items():
        if versions[0]["kind"] == "usage":
            usage_lines(book, parts[name])
        elif versions[0]["kind"] == "recurring":
            fee_lines(book, versions)
        else:
            one_time_lines(book, versions)


def round_lines(book: Book) -> None:
    """Rounds every line once, or their sum: then the digits left go one each to the lines that lost most."""
    if book.terms["rounding"].get("level") == "statement":
        exact = [line.value for line in book.lines]
        floors = [book.round(value, "floor") for value in exact]
        digit = Fraction(1, 10**book.decimals)
        left = int((book.round(sum(exact, Fraction(0))) - sum(floors, Fraction(0))) / digit)
        most = sorted(range(len(exact)), key=lambda i: (floors[i] - exact[i], i))[:left]
        for i, line in enumerate(book.lines):
            line.value = floors[i] + (digit if i in most else 0)
    else:
        for line in book.lines:
            if line.of is None:
                line.value = book.round(line.value)
        offs = [(line, book.round(-line.value, line.mode)) for line in book.lines if line.of is not None]
        for line, _ in offs:
            line.value = Fraction(0)
        for line, off in offs:
            assert line.of is not None
            line.value = -min(off, max(book.net(line.of), Fraction(0)))
    book.settled = True


def answer(book: Book, due: dict[str, Fraction]) -> Json:
    for later in book.after_round:
        later()
    return {
        "lines": {line.id: line.value for line in book.lines},
        "due": due,
        "total": sum((line.value for line in book.lines), Fraction(0)),
        "balances": dict(book.held),
        "counters": book.closing,
        "carried": book.carried,
    }
