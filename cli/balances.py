"""`ari balances`: the roll-forward of a customer's positions, for people and for spreadsheets."""

import csv
import sys
from decimal import Decimal
from itertools import pairwise
from typing import Annotated

import typer
from sqlmodel import select

from billing import opening_files, words
from cli.opening import plainly, settings_and_database
from pricing.money import CurrencyError, exponent
from pricing.periods import Period, PeriodError
from store import balances
from store.balances import Roll
from store.tables.balance import BalanceEntry
from store.tables.contract import Contract

FIGURES = ("opening", "bought", "used", "expired", "restored", "closing")
FORMS = {"balance": "balance", "quantity": "counted units", "amount": "counted money", "allowance": "included units"}


def show(
    customer: Annotated[str, typer.Argument(help="A customer's name or id, or a contract's id.")],
    first: Annotated[str | None, typer.Option("--from", help="The first period, such as 2025-01.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="The last period.")] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="One line an entry, for spreadsheets.")] = False,
    entries: Annotated[bool, typer.Option("--entries", help="Show the entries behind each figure.")] = False,
) -> None:
    """Show each balance, counter and allowance from period to period, and the entries that moved it."""
    with plainly():
        name, rows, carried = _read(customer, first, last)
    if as_csv:
        return _csv(rows, carried)
    typer.echo(f"{name}, as posted" if rows else f"{name}: nothing is posted for these periods")
    for before, row in pairwise([None, *rows]):
        if before is None or (before.form, before.position) != (row.form, row.position):
            _head(row)
        _line(row, [one for one in carried if (one.balance, one.period) == (row.position, row.period)])
        if entries:
            _entries(row)
    wrong = problems(rows)
    for one in wrong:
        typer.echo(f"✗ {one}")
    raise typer.Exit(1 if wrong else 0)


def problems(rows: list[Roll]) -> list[str]:
    """What an auditor has to ask about: more taken than there was."""
    return [
        f"{row.position} closes {row.period} at {row.closing} {row.unit}: more was taken than there was. An earlier period was"
        " corrected or taken back after this one; bill or close the difference."
        for row in rows
        if row.closing < 0 and row.form in ("balance", "allowance")
    ]  # fmt: skip


def _read(customer: str, first: str | None, last: str | None) -> tuple[str, list[Roll], list[BalanceEntry]]:
    _, db = settings_and_database()
    try:
        for key in (first, last):
            _ = key and Period.parse(key)
    except PeriodError as wrong:
        raise typer.BadParameter(str(wrong)) from wrong
    rows: list[Roll] = []
    carried: list[BalanceEntry] = []
    with db.read() as session:
        found = opening_files.customer_named(session, customer)
        for contract in session.exec(select(Contract).where(Contract.customer_id == found.id)):
            rows += balances.roll_forward(session, contract.id, first, last)
            carried += balances.carried_on(session, contract.id)
    return found.name, rows, carried


def _head(row: Roll) -> None:
    typer.echo(f"\n{row.position} ({FORMS[row.form]}, {row.unit})")
    typer.echo("  period    " + "".join(f"{name:>16}" for name in FIGURES))


def _line(row: Roll, carried: list[BalanceEntry]) -> None:
    figures = [_figure(getattr(row, name), row.unit) for name in FIGURES]
    lots = ", ".join(f"{_figure(one.amount, one.unit)} for {one.periods} more" for one in carried if one.amount)
    typer.echo(
        f"  {row.period:<10}" + "".join(f"{figure:>16}" for figure in figures) + (f"  holds {lots}" if lots else "")
    )


def _entries(row: Roll) -> None:
    for one in row.entries:
        said = f": {one.evidence}" if one.evidence else _origin(one)
        typer.echo(f"      {one.kind:<9}{_figure(one.amount, one.unit):>16}  {one.at:%Y-%m-%d}  {one.source}{said}")


def _origin(one: BalanceEntry) -> str:
    if one.statement_id is None:
        return ""
    return " (closed without an invoice)" if one.source == one.statement_id else f" ({one.statement_id})"


def _figure(amount: Decimal, unit: str) -> str:
    """'2,750.00'; the unit stands above the column."""
    try:
        digits = exponent(unit)
    except CurrencyError:
        return words.quantity(amount, "").strip()
    return f"{amount:,.{max(digits, -int(amount.normalize().as_tuple().exponent))}f}"


def _csv(rows: list[Roll], carried: list[BalanceEntry]) -> None:
    """A line for each entry with the figures of its period, so that every figure can be summed from lines."""
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(
        ["position", "form", "unit", "period", *FIGURES, "kind", "amount", "source", "statement", "posted", "evidence"]
    )
    for row in rows:
        figures = [f"{getattr(row, name):f}" for name in FIGURES]
        held = [one for one in carried if (one.balance, one.period, row.form) == (row.position, row.period, one.form)]
        for one in (*row.entries, *held):
            out.writerow([
                row.position, row.form, row.unit, row.period, *figures, one.kind, f"{one.amount:f}", one.source,
                one.statement_id or "", one.at.isoformat(), _safe(one.evidence),
            ])  # fmt: skip


def _safe(text: str) -> str:
    """A spreadsheet runs a cell that begins like a formula, and evidence is what somebody typed."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
