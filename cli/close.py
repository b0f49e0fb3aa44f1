"""`ari close`: a period in which nothing is due, closed without an invoice."""

from typing import Annotated

import typer

from billing import opening_files, words
from billing.invoices.close import close as close_period
from cli.opening import plainly
from cli.openings import actor, desk
from pricing.periods import Period, PeriodError


def close(
    customer: Annotated[str, typer.Argument(help="A customer's name or id.")],
    period: Annotated[str, typer.Argument(help="Such as 2025-11.")],
    by: Annotated[str, typer.Option(help="Your Slack user id; you need the right to send.")],
) -> None:
    """Post what a period drew and counted when it comes to 0.00 and so makes no invoice."""
    with plainly():
        made = desk()
        with made.db.read() as session:
            found = opening_files.customer_named(session, customer)
        try:
            rated = close_period(made, found.id, Period.parse(period), actor(made, by))
        except PeriodError as wrong:
            raise typer.BadParameter(str(wrong)) from wrong
    typer.echo(f"✓ {words.period(rated.period)} is closed for {found.name}; `ari balances` shows what it moved.")
