"""The migrations lead exactly where the code expects to be, once, and never back."""

import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text

from store import balances, engine, schema
from store.database import Database
from store.errors import StoreError

Fresh = Callable[..., Database]


def test_models_equal_the_migrated_schema(db: Database) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.metadata()) == []


def test_checks_and_partial_indexes_are_equal_too(fresh: Fresh, tmp_path: Path) -> None:
    """Alembic compares neither, and the guard against a second live invoice is one of them."""
    made = create_engine(f"sqlite:///{tmp_path / 'made.db'}")
    schema.metadata().create_all(made)
    query = text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'alembic%'")
    with made.connect() as connection, fresh().read() as session:
        expected, found = (dict(source.execute(query).all()) for source in (connection, session))
    assert {name: parts(sql) for name, sql in found.items()} == {name: parts(sql) for name, sql in expected.items()}


def parts(sql: str) -> list[str]:
    """A CREATE statement's lines, for the order of constraints means nothing."""
    return sorted(line.strip().rstrip(",") for line in sql.splitlines())


def test_migrating_twice_changes_nothing(db: Database) -> None:
    before = inspect(db.engine).get_table_names()
    db.migrate()
    assert inspect(db.engine).get_table_names() == before


def test_a_database_from_a_newer_ari_is_left_alone(db: Database) -> None:
    with db.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match=r"revision 9999.*a newer Ari"):
        db.migrate()


def test_an_upgrade_that_fails_half_way_leaves_nothing(url: str) -> None:
    db = Database(url)
    with db.engine.begin() as connection:
        connection.execute(text("CREATE TABLE statement (id TEXT)"))  # the last revision trips over it
    with pytest.raises(Exception, match="already exists"):
        db.migrate()
    assert inspect(db.engine).get_table_names() == ["statement"]
    db.close()


def test_two_processes_may_start_at_once(url: str) -> None:
    code = f"from store.database import Database; Database({url!r}).migrate()"
    runs = [subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True) for _ in range(2)]
    for run in runs:
        _, errors = run.communicate(timeout=60)
        assert run.returncode == 0, errors
    db = Database(url)
    assert "invoice" in inspect(db.engine).get_table_names()
    db.close()


def test_rows_that_lost_their_parents_stop_an_upgrade(fresh: Fresh) -> None:
    db = fresh()
    with db.engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.execute("PRAGMA foreign_keys = OFF")
        raw.execute("INSERT INTO contract VALUES ('contract-1', 'customer-none', 'Lost', '2026-09-01')")
    with pytest.raises(StoreError, match="rows of contract without their customer"):
        db.migrate()


def test_the_ledger_that_is_made_anew_keeps_its_entries(url: str) -> None:
    db = Database(url)
    settings = schema.config()
    with engine.migrating(db.engine).begin() as connection:
        settings.attributes["connection"] = connection
        command.upgrade(settings, "0004")
        for statement in OLD_ROWS:
            connection.execute(text(statement))
    db.migrate()
    with db.read() as session:
        rows = balances.roll_forward(session, "contract-1")
    assert [(row.form, row.opening, row.used, row.closing) for row in rows] == [
        ("balance", Decimal("4300.00"), Decimal("-4300.005"), Decimal("-0.005"))
    ]
    assert [(one.periods, one.evidence, one.basis, one.source) for one in rows[0].entries] == [
        (0, "", None, "ledger"),
        (0, "", None, "invoice-1"),
    ]
    db.close()


OLD_ROWS = [
    "INSERT INTO customer VALUES ('customer-1', 'Orbit Freight (invented)', NULL, '2025-11-01T00:00:00+00:00')",
    "INSERT INTO contract VALUES ('contract-1', 'customer-1', 'Order form', '2025-11-01T00:00:00+00:00')",
    "INSERT INTO balance_entry VALUES ('entry-1', 'contract-1', 'annual_commit', 'opening', 'USD', '4300.00', '2025-11', "
    "'ledger', NULL, '2025-11-13T00:00:00.000000+00:00')",
    "INSERT INTO balance_entry VALUES ('entry-2', 'contract-1', 'annual_commit', 'used', 'USD', '-4300.005', '2025-11', "
    "'invoice-1', NULL, '2025-12-02T00:00:00.000000+00:00')",
]
