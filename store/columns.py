"""Column types and the few column shapes that every table shares.

Promises that decimals and instants come back exactly as they went in, on SQLite and PostgreSQL alike, and that floats
and naive times are refused at the door. Canonical JSON needs no type: it is text, with its SHA-256 in the next column.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import CheckConstraint, Dialect, ForeignKey, MetaData, Text, TypeDecorator
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from pricing.canonical import instant, plain
from store.ids import new_id

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Table(SQLModel, registry=registry(metadata=MetaData(naming_convention=NAMES))):
    """What every table is. Its metadata is Ari's alone: other users of SQLModel in the process are not migrated."""


class DecimalText(TypeDecorator[Decimal]):
    """A Decimal as text, because SQLite's own number is a float. Add up in Python, not in SQL."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        if not isinstance(value, Decimal):
            raise TypeError(f"{value!r} is a {type(value).__name__}; this column takes Decimal only")
        return plain(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


class UtcTime(TypeDecorator[datetime]):
    """An aware datetime as ISO text in UTC with microseconds, so that comparing the text compares the time."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        if not isinstance(value, datetime):
            raise TypeError(f"{value!r} is a {type(value).__name__}; this column takes aware datetimes only")
        return instant(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)


def own_id(noun: str) -> Any:
    """The primary key of a table whose rows are named by `store.ids`."""
    return Field(primary_key=True, default_factory=partial(new_id, noun))


def ref(table: type[Table], **options: Any) -> Any:
    """A column that holds the id of a row of `table`; `options` are those of sqlmodel.Field. Indexed unless told.

    Checked at commit, not at once: a transaction may then write parent and child in any order.
    """
    target = table.__table__.c.id  # type: ignore[attr-defined]
    key = ForeignKey(target, deferrable=True, initially="DEFERRED")
    return Field(**{"index": True, **options}, sa_column_args=[key])


def one_of(column: str, words: Sequence[str]) -> CheckConstraint:
    """Only these words: table models do not validate, and a misspelled state would slip past an index over states."""
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")
