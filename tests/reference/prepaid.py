"""Prepaid balances of the reference calculator: opened, drawn, and closed; credits open and close alike."""

from fractions import Fraction

from tests.reference.book import Book, balances_of
from tests.reference.dates import Range, common, in_force
from tests.reference.figures import Json, Refused


def open_balances(book: Book) -> None:
    """Keeps in `book.held` what each balance has whose access touches the period."""
    given, book.held = book.held, dict(book.held)
    for balance in [*book.terms.get("prepaid", ()), *book.terms.get("credits", ())]:
        access = in_force(balance, "access")
        if common(access, book.period) is None:
            continue
        name = balance["id"]
        if name in given:
            book.held[name] = given[name]
        elif access[0] >= book.period[0]:
            rolled = sum((quantity for quantity, _ in book.lots.get(name, ())), Fraction(0))
            book.held[name] = Fraction(balance["amount"]) + rolled
        else:
            raise Refused(f"opening.balances.{name}")


def close_balances(book: Book) -> None:
    """What is left when access ends is lost, or paid back by a person."""
    for balance in [*book.terms.get("prepaid", ()), *book.terms.get("credits", ())]:
        access = in_force(balance, "access")
        if balance.get("expiry") and common(access, book.period) and access[1] <= book.period[1]:
            book.held[balance["id"]] = Fraction(0)


def payers(book: Book, charge: str, dates: Range) -> list[Json]:
    return [
        balance for balance in balances_of(book.terms, charge) if common(in_force(balance, "access"), dates) == dates
    ]


def drawn(book: Book, balance: Json, charge: Json, wanted: Fraction) -> tuple[Fraction, Fraction]:
    """Units that the balance covers, and the money that they come to; both come off it."""
    have, name = book.held[balance["id"]], balance["id"]
    if balance.get("kept_in") == "units":
        covered = min(wanted, have)
        book.held[name] = have - covered
        return covered, Fraction(0)
    price = balance.get("drawdown_unit_amount")
    if price is None:
        if charge["price"]["model"] != "per_unit":
            raise Refused(f"prepaid.{name}.drawdown_unit_amount")
        price = charge["price"]["unit_amount"]
    unit = Fraction(price)
    covered = wanted if wanted * unit <= have else have / unit
    money = book.round(covered * unit)
    book.held[name] = have - money
    return covered, money
