"""`ari replay`: compute an invoice again, from its bundle alone."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import or_
from sqlmodel import Session, col, select

from billing.invoices.find import content_of, load
from cli.opening import plainly, settings_and_database
from pricing.canonical import digest
from pricing.replay import replay
from pricing.statement import Statement
from pricing.working import sentence
from store.tables.invoice import Invoice
from store.tables.statement import Statement as StatementRow


def replay_bundle(
    what: Annotated[
        str, typer.Argument(help="An invoice's id or number, or a bundle file ('-' reads standard input).")
    ],
    save: Annotated[Path | None, typer.Option(help="Write the bundle of an invoice to this file.")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the statement as canonical JSON and nothing else.")
    ] = False,
) -> None:
    """Rate a stored bundle again and show the statement; for an invoice, compare it with what was sent."""
    with plainly():
        invoice, bundle = _bundle(what)
        if save:
            save.write_text(bundle, encoding="utf-8")
        again = replay(bundle)
    if as_json:
        sys.stdout.write(again + "\n")
        return
    statement = Statement.from_json(again)
    for line in statement.lines:
        typer.echo(f"  {line.id:<28} {sentence(line, statement.currency)}")
    typer.echo(
        f"  total {statement.total} {statement.currency}, to invoice {statement.due}; statement sha256 {digest(again)[:16]}…"
    )
    if invoice:
        _compare(invoice, bundle, statement)


def _bundle(what: str) -> tuple[Invoice | None, str]:
    if what == "-":
        return None, sys.stdin.read()
    if Path(what).is_file():
        return None, Path(what).read_text(encoding="utf-8")
    _, db = settings_and_database()
    with db.read() as session:
        row = _invoice(session, what)
        return row, session.get_one(StatementRow, row.statement_id).bundle


def _invoice(session: Session, what: str) -> Invoice:
    """By Ari's id, Stripe's id or the invoice's number."""
    by_name = or_(col(Invoice.stripe_invoice_id) == what, col(Invoice.stripe_number) == what)
    return session.exec(select(Invoice).where(by_name)).first() or load(session, what)


def _compare(invoice: Invoice, bundle: str, statement: Statement) -> None:
    """The bundle is the one that was approved, and it still comes to the same."""
    content = content_of(invoice)
    same = digest(bundle) == content.statement_sha and statement.due == content.total
    typer.echo(
        f"✓ identical to invoice {invoice.stripe_number or invoice.id}: {content.total} {content.currency}."
        if same
        else f"✗ NOT what invoice {invoice.id} says: {content.total} {content.currency}."
    )
    if not same:
        raise typer.Exit(1)
