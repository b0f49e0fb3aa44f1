"""The record of everything that moves money. Written by `store.log` alone, never changed, never deleted."""

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field

from store.columns import Table, UtcTime


class LogEntry(Table, table=True):
    """`body` is canonical JSON, `prev` the hash of the entry before, `hash` covers the columns before it, `signature`
    the hash."""

    __tablename__ = "log_entry"

    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=UtcTime)
    kind: str
    actor: str
    subject: str = Field(index=True)
    body: str = Field(sa_type=Text)
    prev: str
    hash: str
    signature: str


class LogHead(Table, table=True):
    """The last entry's number and hash, in the one row whose lock puts writers in order. A migration made it."""

    __tablename__ = "log_head"

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    seq: int
    hash: str
