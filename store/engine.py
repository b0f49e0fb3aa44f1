"""The SQLAlchemy engine, and how a transaction begins on each database.

Promises the same three kinds of transaction on both: reading (one consistent snapshot, writes refused), writing (no
surprise at commit) and migrating. SQLite by file only: a database in memory is another one in every thread.
"""

from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from store.errors import StoreError

READING = ("PRAGMA query_only = ON", "BEGIN")
# IMMEDIATE takes the write lock at once: one that reads first and writes later cannot then be refused halfway.
WRITING = ("PRAGMA query_only = OFF", "PRAGMA foreign_keys = ON", "BEGIN IMMEDIATE")
# SQLite alters a table by copying and dropping it, which enforced foreign keys would take for lost rows.
MIGRATING = ("PRAGMA query_only = OFF", "PRAGMA foreign_keys = OFF", "BEGIN IMMEDIATE")


def open_engine(url: str, busy_seconds: float) -> Engine:
    """An engine for `sqlite:///path` or `postgresql://…`. Connects lazily. Raises StoreError for any other URL."""
    try:
        parsed = make_url(url.replace("postgres://", "postgresql://", 1))
    except ArgumentError as problem:
        raise StoreError(
            "DATABASE_URL cannot be read; write sqlite:///ari.db or postgresql://user@host/ari"
        ) from problem
    match parsed.get_backend_name():
        case "sqlite" if parsed.database not in (None, "", ":memory:"):
            return _sqlite(create_engine(parsed), busy_seconds)
        case "sqlite":
            raise StoreError("Ari needs a database file that outlives it; write sqlite:///ari.db")
        case "postgresql":
            return _postgres(parsed.set(drivername="postgresql+psycopg"))
        case other:
            raise StoreError(f"Ari keeps its state in SQLite or PostgreSQL, not in {other}; change DATABASE_URL")


def reading(engine: Engine) -> Engine:
    """The same engine, its transactions for reading."""
    if is_sqlite(engine):
        return engine.execution_options(sqlite_begin=READING)
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def writing(engine: Engine) -> Engine:
    """The same engine, its transactions for writing."""
    return engine.execution_options(sqlite_begin=WRITING)


def migrating(engine: Engine) -> Engine:
    """The same engine, its transactions for changing tables."""
    return engine.execution_options(sqlite_begin=MIGRATING)


def is_sqlite(engine: Engine | Connection) -> bool:
    return engine.dialect.name == "sqlite"


def _postgres(url: Any) -> Engine:
    try:
        return create_engine(url, pool_pre_ping=True)
    except ModuleNotFoundError as problem:
        raise StoreError('PostgreSQL needs its driver: install Ari as "ari[postgres]"') from problem


def _sqlite(engine: Engine, busy_seconds: float) -> Engine:
    @event.listens_for(engine, "connect")
    def prepare(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # or Python's sqlite3 would begin transactions of its own
        connection.execute(f"PRAGMA busy_timeout = {int(busy_seconds * 1000)}")
        connection.execute("PRAGMA journal_mode = WAL")
        # NORMAL may lose the last commits in a power cut. One of them can be the record that a call to Stripe is
        # about to be made, and without it the invoice could be made twice. So every commit waits for the disk.
        connection.execute("PRAGMA synchronous = FULL")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        for statement in connection.get_execution_options().get("sqlite_begin", WRITING):
            connection.exec_driver_sql(statement)

    return engine
