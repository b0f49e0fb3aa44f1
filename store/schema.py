"""The shape of the database: what the code expects, and the migrations that lead there.

Promises that an upgrade is one transaction, that two processes starting together do not collide, and that a database
from a newer Ari is left alone. Needs no alembic.ini; new revisions are made with `alembic revision --autogenerate`.
"""

import importlib
import pkgutil
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData

from store import engine, tables
from store.columns import Table
from store.errors import StoreError


def config() -> Config:
    """Alembic's configuration, pointing into the installed package."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return made


def metadata() -> MetaData:
    """All tables that the code knows."""
    for module in pkgutil.iter_modules(tables.__path__):
        importlib.import_module(f"{tables.__name__}.{module.name}")
    return Table.metadata


def upgrade(target: Engine) -> None:
    """Bring the database to the newest revision. Raises StoreError when it is newer than the code."""
    settings = config()
    with engine.migrating(target).begin() as connection:
        if not engine.is_sqlite(connection):
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('ari migrate'))")
        _refuse_newer(connection, ScriptDirectory.from_config(settings))
        settings.attributes["connection"] = connection
        command.upgrade(settings, "head")
        _refuse_lost_rows(connection)


def _refuse_newer(connection: Connection, scripts: ScriptDirectory) -> None:
    known = {script.revision for script in scripts.walk_revisions()}
    for revision in MigrationContext.configure(connection).get_current_heads():
        if revision not in known:
            raise StoreError(
                f"The database is at revision {revision}, which this Ari does not know: a newer Ari has changed it."
                " Run that version again, or restore the backup from before the upgrade."
            )


def _refuse_lost_rows(connection: Connection) -> None:
    """SQLite's foreign keys were off while tables were copied; the rows must still find each other."""
    if engine.is_sqlite(connection):
        astray = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if astray:
            raise StoreError(
                f"The upgrade would leave rows of {astray[0]} without their {astray[2]}; nothing was changed."
            )
