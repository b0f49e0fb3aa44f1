"""The conversation: what was said in each thread, in order, and by whom."""

from datetime import datetime

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field

from store.columns import Table, UtcTime, one_of, own_id

ORIGINS = ("person", "ari", "tool", "system")


class Turn(Table, table=True):
    """`seq` counts from 1 in its thread; `body` is canonical JSON (tool calls, figures), None for plain talk."""

    __tablename__ = "turn"
    __table_args__ = (one_of("origin", ORIGINS), UniqueConstraint("thread", "seq"))

    id: str = own_id("turn")
    thread: str
    seq: int
    at: datetime = Field(sa_type=UtcTime)
    origin: str
    author: str
    text: str = Field(sa_type=Text)
    body: str | None = Field(default=None, sa_type=Text)
    event_id: str | None = Field(default=None, index=True)
