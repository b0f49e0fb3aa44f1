"""A migrated database for each test: SQLite always, PostgreSQL when TEST_POSTGRES_URL names a server to use."""

import os
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, make_url, text
from sqlmodel import Session

from store.database import Database
from store.tables.contract import Contract
from store.tables.customer import Customer

SERVER = os.environ.get("TEST_POSTGRES_URL")
NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture(params=["sqlite", "postgresql"] if SERVER else ["sqlite"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'ari.db'}"
    else:
        yield from _schema(make_url(str(SERVER)).set(drivername="postgresql+psycopg"))


def _schema(server: URL) -> Iterator[str]:
    """A schema of its own, which is dropped afterwards."""
    schema = f"test_{uuid.uuid4().hex}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
        yield server.update_query_dict({"options": f"-csearch_path={schema}"}).render_as_string(False)
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    admin.dispose()


@pytest.fixture
def db(url: str) -> Iterator[Database]:
    database = Database(url)
    database.migrate()
    yield database
    database.close()


@pytest.fixture
def contract(db: Database) -> str:
    """The id of a contract to hang things on."""
    with db.write() as session:
        return _contract(session)


def _contract(session: Session) -> str:
    customer = Customer(name="Orbit Freight (invented)", created_at=NOW)
    contract = Contract(customer_id=customer.id, title="Order form", created_at=NOW)
    session.add_all([contract, customer])
    return contract.id


@pytest.fixture
def sqlite_path(tmp_path: Path) -> Path:
    return tmp_path / "ari.db"


@pytest.fixture
def fresh(sqlite_path: Path) -> Iterator[Callable[..., Database]]:
    """Makes migrated SQLite databases on one file, for tests about SQLite itself."""
    made: list[Database] = []

    def make(query: str = "", busy_seconds: float = 15, migrate: bool = True) -> Database:
        database = Database(f"sqlite:///{sqlite_path}{query}", busy_seconds)
        made.append(database)
        if migrate:
            database.migrate()
        return database

    yield make
    for database in made:
        database.close()
