"""Opening positions from a CSV file: each line read, and checked as far as a dry run can.

The columns are customer, position, kind (balance, quantity, amount, carried), amount, unit, period, periods (of carried
units: for how many more they hold), evidence. A customer is named as Ari knows it, or by an id of it or its contract.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from pydantic import ValidationError
from sqlmodel import Session, select

from billing.contracts.amounts import number
from billing.contracts.customers import plain_name
from billing.desk import Desk
from billing.entered import Entered, refusal
from billing.errors import Refused
from billing.invoices.statements import billable
from billing.openings import problems
from store.tables.contract import Contract
from store.tables.customer import Customer

COLUMNS = ("customer", "position", "kind", "amount", "unit", "period", "periods", "evidence")
FORMS = {"balance": "balance", "quantity": "quantity", "amount": "amount", "carried": "allowance"}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the file: what it would enter, or why it is refused."""

    line: int
    text: str
    entered: Entered | None
    reason: str | None


def read(desk: Desk, text: str) -> list[Row]:
    """Every line with a verdict; the last row, with line 0, is about the lines together. Raises Refused for a file without
    these columns."""
    with desk.db.read() as session:
        rows = list(_rows(session, text))
        entered = [row.entered for row in rows if row.entered]
        together = [] if any(row.reason for row in rows) else problems(session, entered)
    return rows + [Row(0, "the file", None, reason) for reason in together]


def customer_named(session: Session, text: str) -> Customer:
    """By id, by a contract's id, or by name. Raises Refused for none and for several."""
    contract = session.get(Contract, text)
    found = session.get(Customer, contract.customer_id if contract else text)
    if found:
        return found
    named = [one for one in session.exec(select(Customer)) if plain_name(one.name) == plain_name(text)]
    if len(named) != 1:
        raise Refused(f"I know {'several customers' if named else 'no customer'} called {text!r}; use an id.")
    return named[0]


def _rows(session: Session, text: str) -> Iterator[Row]:
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or []) and name != "periods"]
    if missing:
        raise Refused(f"The file has no column {', '.join(missing)}; the first line must be {','.join(COLUMNS)}.")
    try:
        for cells in reader:
            yield _row(session, reader.line_num, {name: (cells.get(name) or "").strip() for name in COLUMNS})
    except csv.Error as wrong:
        raise Refused(f"Line {reader.line_num} is no CSV: {wrong}.") from wrong


def _row(session: Session, line: int, cells: dict[str, str]) -> Row:
    text = " ".join(value for name, value in cells.items() if value and name != "evidence")
    try:
        base = billable(session, customer_named(session, cells["customer"]).id)
        entered = _entered(base.contract.id, cells)
    except Refused as refused:
        return Row(line, text, None, str(refused))
    return Row(line, text, entered, refusal(session, base.terms, entered))


def _entered(contract: str, cells: dict[str, str]) -> Entered:
    if cells["kind"] not in FORMS:
        raise Refused(f"{cells['kind']!r} is no kind of position; write one of {', '.join(FORMS)}.")
    if not (cells["periods"] or "0").isdecimal():
        raise Refused(f"{cells['periods']!r} is no number of periods; write one such as 1.")
    values = {
        "contract": contract, "form": FORMS[cells["kind"]], "position": cells["position"], "unit": cells["unit"],
        "amount": _amount(cells["amount"]), "period": cells["period"], "evidence": cells["evidence"],
        "periods": int(cells["periods"] or 0),
    }  # fmt: skip
    try:
        return Entered.model_validate(values)
    except ValidationError as wrong:
        raise Refused(f"{wrong.errors()[0]['loc'][0]}: {wrong.errors()[0]['msg']}.") from wrong


def _amount(text: str) -> Decimal:
    found = number(text.removeprefix("-"))
    if found is None:
        raise Refused(f"{text!r} cannot be read as an amount; write it as 4300.00.")
    return -found if text.startswith("-") else found
