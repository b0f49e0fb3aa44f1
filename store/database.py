"""The database: one object per process, safe to share between threads.

Promises transactions with plain ends: `read()` sees one snapshot and changes nothing, `write()` commits at its end or
leaves no trace. Rows stay readable afterwards. No outside call belongs inside either, and no `write()` inside another
one of the same thread, which would wait for itself.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session

from store import engine, errors, schema
from store.errors import StoreError


class Database:
    """State behind a DATABASE_URL such as sqlite:///ari.db; `busy_seconds` is how long to wait for SQLite's write lock.

    Every method raises StoreError, with a sentence that says what to do, when the database is full, locked, read-only,
    damaged or out of reach. Broken constraints raise SQLAlchemy's IntegrityError.
    """

    def __init__(self, url: str, busy_seconds: float = 15) -> None:
        self.engine = engine.open_engine(url, busy_seconds)
        self._reader = engine.reading(self.engine)
        self._writer = engine.writing(self.engine)

    def migrate(self) -> None:
        """Bring the tables to this version of Ari, all steps or none. Refuses what a newer Ari has changed."""
        with _plainly():
            schema.upgrade(self.engine)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session on one consistent snapshot. A write in it raises StoreError."""
        with _plainly(reading=True), Session(self._reader, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session that commits at the end of the block and rolls back when the block raises."""
        with _plainly(), Session(self._writer, expire_on_commit=False) as session, session.begin():
            yield session

    def close(self) -> None:
        """Close the pooled connections, as a process does before it ends."""
        self.engine.dispose()


@contextmanager
def _plainly(reading: bool = False) -> Iterator[None]:
    try:
        yield
    except PoolTimeout as problem:
        raise StoreError(
            "Every connection to Ari's database is in use. Run fewer workers in this process."
        ) from problem
    except DBAPIError as problem:
        sentence = errors.sentence(problem)
        if sentence is None:
            raise
        raise StoreError(errors.READING if reading and sentence == errors.READ_ONLY else sentence) from problem
