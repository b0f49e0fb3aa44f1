"""`ari what-if`: a month under other terms, beside the month as it is; for one customer or all."""

import json
from typing import Annotated, Any

import typer

from billing.contracts.customers import find
from billing.desk import Desk
from billing.errors import Refused
from billing.invoices.stripe_client import make_client
from billing.invoices.stripe_reads import Reads
from billing.usage.stores import Stores
from billing.what_if import what_if_terms
from billing.what_if_views import CustomerChange, WhatIfView
from cli.opening import plainly, settings_and_database
from pricing.periods import Period, PeriodError
from pricing.what_if import Change
from settings import make_clock


def what_if(
    customer: Annotated[str, typer.Argument(help="A customer's name or id, or 'all'.")],
    period: Annotated[str, typer.Argument(help="A month such as 2025-11, or START/END dates.")],
    changes: Annotated[
        list[str], typer.Argument(help="path=value, such as charges.minutes.price.unit_amount=0.07; null removes.")
    ],
) -> None:
    """Rate a month again with changed terms and show the difference. Nothing is kept, drafted or sent."""
    with plainly():
        wanted = [_change(text) for text in changes]
        desk = _desk()
        view = what_if_terms(desk, wanted, _period(period), _customer(desk, customer))
    for one in view.results:
        _print(one, lines=not view.everybody)
    for left in view.untried:
        typer.echo(f"  – {left.customer}: {left.reason}")
    _sums(view)


def _change(text: str) -> Change:
    path, found, value = text.partition("=")
    if not found or not path:
        raise Refused(f"{text!r} is not a change; write path=value, such as minimums.monthly.amount=4000.")
    return Change(path.strip(), _value(value.strip()))


def _value(text: str) -> Any:
    """JSON where it is JSON, with numbers kept as they are written; else the text itself."""
    try:
        return json.loads(text, parse_float=str)
    except ValueError:
        return text


def _period(text: str) -> Period:
    try:
        return Period.parse(text)
    except PeriodError as wrong:
        raise Refused(f"{wrong}.") from wrong


def _desk() -> Desk:
    settings, db = settings_and_database()
    stripe = Reads(make_client(settings.env.stripe_api_key.get_secret_value(), settings.env.stripe_api_base))
    stores = Stores(settings.file.usage.stores)
    return Desk(db, stores, stripe, make_clock(settings.env), settings, settings.env.ari_home)


def _customer(desk: Desk, text: str) -> str | None:
    if text == "all":
        return None
    found = find(desk, text)
    if len(found) == 1:
        return found[0].id
    if text.startswith("customer-") or not found:
        return text
    raise Refused(f"{text} could be {', '.join(one.name for one in found)}; write the whole name.")


def _print(one: CustomerChange, lines: bool) -> None:
    so_far = "" if one.final else " so far"
    typer.echo(f"{one.customer}: {one.before} → {one.after}{so_far}, {one.difference}")
    for line in one.lines if lines else ():
        typer.echo(f"  {line.id:<28} {line.before or '–':>14} → {line.after or '–':>14}  {line.difference}")
    for term in one.replaced if lines else ():
        where = f"  (page {term.clause.page}: “{' '.join(term.clause.quote.split())[:90]}”)" if term.clause else ""
        typer.echo(f"  {term.path}: {term.before} → {term.after}{where}")
    for note in one.notes:
        typer.echo(f"  ! {note}")


def _sums(view: WhatIfView) -> None:
    if view.everybody:
        for one in view.sums:
            typer.echo(f"{one.currency}, {one.customers} of them: {one.before} → {one.after}, {one.difference}")
    typer.echo(f"Usage as recorded at {view.as_of}; nothing was kept.")
