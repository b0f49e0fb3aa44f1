"""`ari verify-log`: has anybody touched the record?"""

import typer
from sqlmodel import select

from cli.opening import plainly, settings_and_database
from store import log
from store.tables.log import LogHead


def verify_log() -> None:
    """Check every entry of the signed log against its chain, its signature and the anchored head."""
    with plainly():
        settings, db = settings_and_database()
        anchor = settings.anchor
        problems = log.verify(
            db, settings.env.ari_log_key.get_secret_value().encode(), anchor if anchor.exists() else None
        )
        with db.read() as session:
            head = session.exec(select(LogHead)).one()
    for problem in problems:
        typer.echo(f"✗ {problem}")
    if problems:
        typer.echo(f"{len(problems)} problems found. Keep the database as it is and compare it with a backup.")
        raise typer.Exit(1)
    against = "and the anchor outside it" if anchor.exists() else "(no anchor file was found)"
    typer.echo(f"✓ {head.seq} entries, each unchanged, in order and signed; checked against the chain {against}.")
