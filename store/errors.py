"""What goes wrong underneath, in sentences that say what to do.

Covers the troubles that an operator can mend (disk, locks, permissions, reachability). A broken constraint or a wrong
query is a programmer's affair and keeps its own exception.
"""

import sqlite3

from sqlalchemy.exc import DBAPIError, OperationalError

FULL = (
    "The disk that holds Ari's database is full. Free some space; Ari goes on where it stopped, nothing was half saved."
)
LOCKED = "Another process holds Ari's database. Close whatever has it open (a backup, a SQLite shell), then try again."
READ_ONLY = (
    "Ari's database cannot be written. Check the owner and permissions of the file and its folder, or DATABASE_URL."
)
UNREACHABLE = (
    "Ari's database cannot be reached. Check that it runs and that DATABASE_URL names the right host and database."
)
READING = "This session was opened for reading; open it with Database.write() to change something."

SQLITE = {
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_BUSY: LOCKED,
    sqlite3.SQLITE_LOCKED: LOCKED,
    sqlite3.SQLITE_READONLY: READ_ONLY,
    sqlite3.SQLITE_PERM: READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: (
        "Ari's database file cannot be opened. Create its folder, or let DATABASE_URL name another place."
    ),
    sqlite3.SQLITE_IOERR: "The disk failed under Ari's database. Check the disk, then run `PRAGMA integrity_check`.",
    sqlite3.SQLITE_CORRUPT: "Ari's database is damaged. Stop Ari and restore the last backup.",
    sqlite3.SQLITE_NOTADB: "The file that DATABASE_URL names is not a SQLite database. Name another file.",
}
POSTGRES = {
    "53100": FULL,
    "53300": "PostgreSQL takes no more connections. Raise max_connections or run fewer of Ari's processes.",
    "55P03": LOCKED,
    "40P01": LOCKED,
    "25006": READ_ONLY,
    "42501": "The database user may not do this. Grant it the rights on Ari's tables.",
    "28": "PostgreSQL refused the user or password. Check DATABASE_URL.",
    "3D": "PostgreSQL has no such database. Create it, or check DATABASE_URL.",
    "08": UNREACHABLE,
    "57": UNREACHABLE,
}


class StoreError(Exception):
    """The database cannot do what was asked; the message says what to do about it."""


def sentence(problem: DBAPIError) -> str | None:
    """What to tell the operator, or None when the trouble is not one that an operator can mend."""
    code = getattr(problem.orig, "sqlite_errorcode", None)
    if code is not None:
        return SQLITE.get(code & 0xFF)  # the low byte is the family, the rest tells its cases apart
    state = getattr(problem.orig, "sqlstate", None)
    if state:
        return POSTGRES.get(state) or POSTGRES.get(state[:2])
    return UNREACHABLE if isinstance(problem, OperationalError) else None
