"""What most subcommands start with: settings and database, or one clear sentence and exit code 2."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from billing.errors import Refused
from settings import Settings, SettingsError, load
from store.database import Database
from store.errors import StoreError


@contextmanager
def plainly() -> Iterator[None]:
    """Errors that say what to do are printed without a traceback."""
    try:
        yield
    except (SettingsError, StoreError, Refused, OSError) as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(2) from problem


def settings_and_database() -> tuple[Settings, Database]:
    settings = load()
    db = Database(settings.database_url)
    db.migrate()
    return settings, db
