"""usage.db: the operations database that Ari is pointed at.

Promises the tables of schema.sql, filled month by month in order of arrival, in one transaction, so that the same
code writes the same bytes. The file appears under its name only when it is complete.
"""

import sqlite3
from collections.abc import Iterable
from operator import attrgetter
from pathlib import Path

from sandbox.company import juniper, kestrel, orgs, volumes
from sandbox.company.calls import clean
from sandbox.company.dirt import soiled

HERE = Path(__file__).parent


def write(path: Path) -> int:
    """Writes the database and returns the number of its call rows."""
    partial = path.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    connection = sqlite3.connect(partial, isolation_level=None)
    try:
        count = _fill(connection)
    finally:
        connection.close()
    partial.replace(path)
    return count


def _fill(connection: sqlite3.Connection) -> int:
    # Nobody else sees the file before it is renamed, so a crash may cost it.
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "temp_store = MEMORY", "cache_size = -200000"):
        connection.execute(f"PRAGMA {pragma}")
    connection.executescript((HERE / "schema.sql").read_text())
    connection.execute("BEGIN")
    _insert(connection, "orgs", orgs.rows())
    count = sum(_month(connection, month) for month in range(1, 13))
    connection.execute("COMMIT")
    connection.executescript((HERE / "indexes.sql").read_text())
    return count


def _month(connection: sqlite3.Connection, month: int) -> int:
    billed = [(part, clean(part)) for part in volumes.of_month(month)]
    calls = [call for part, calls in billed for call in soiled(part, calls)]
    _insert(connection, "calls", sorted(calls, key=attrgetter("ingested_at")))
    of = {part.firm.key: calls for part, calls in billed}
    _insert(connection, "outcomes", juniper.outcomes(month, of.get("juniper", [])))
    for table, rows in kestrel.tables(month, of.get("kestrel", [])).items():
        _insert(connection, table, rows)
    return len(calls)


def _insert(connection: sqlite3.Connection, table: str, rows: Iterable[tuple[object, ...]]) -> None:
    rows = list(rows)
    if rows:
        marks = ",".join("?" * len(rows[0]))
        connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
