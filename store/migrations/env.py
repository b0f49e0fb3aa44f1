"""What Alembic runs: on the connection that `store.schema` hands over, else (its own command line) on DATABASE_URL."""

import os
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, TypeDecorator

from store import engine, schema


def render(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Revisions are frozen history, so they name plain SQL types instead of importing Ari's own."""
    plain = kind == "type" and isinstance(item, TypeDecorator)
    return f"sa.{type(item.impl_instance).__name__}()" if plain else False


def run(connection: Connection) -> None:
    # SQLite cannot alter a column in place; batch mode copies the table.
    context.configure(
        connection=connection, target_metadata=schema.metadata(), render_as_batch=True, render_item=render
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with engine.migrating(engine.open_engine(os.environ["DATABASE_URL"], busy_seconds=15)).begin() as own:
        run(own)
