"""Two things to do with rows that SQLAlchemy leaves to each database: insert unless there, and count what changed."""

from typing import Any, cast

from sqlalchemy import CursorResult, Executable, inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel


def insert_if_new(session: Session, row: SQLModel) -> bool:
    """Insert `row`; False, and no change, when a row with the same primary or unique key exists.

    Two transactions that insert the same key at once wait for each other, and exactly one gets True.
    """
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    table = inspect(type(row)).local_table
    insert = dialect.insert(table).values(**row.model_dump()).on_conflict_do_nothing()
    # The rows that come back are counted, for PostgreSQL's driver does not always say how many were inserted.
    return session.execute(insert.returning(*table.primary_key)).first() is not None


def changed(session: Session, statement: Executable) -> int:
    """Execute an update or delete; how many rows it changed."""
    return cast(CursorResult[Any], session.execute(statement)).rowcount
