"""Calls that Ari means to make outside: the intent is committed before the call, the outcome after it."""

from datetime import datetime

from sqlalchemy import Index, Text
from sqlmodel import Field

from store.columns import Table, UtcTime, one_of

STATUSES = ("intended", "calling", "done", "failed", "needs_human")


class Outbox(Table, table=True):
    """`key` is the deterministic key the other side sees. `subject` is what the call changes: never two at once.

    `request` is canonical JSON. `first_tried_at` is None as long as it is certain that nobody has called: the worker
    sets it just before its first call, and the other side's key window counts from there.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        one_of("status", STATUSES),
        Index(None, "status", "due_at"),
        Index(None, "subject", "status"),
    )

    key: str = Field(primary_key=True)
    kind: str
    subject: str
    request: str = Field(sa_type=Text)
    request_sha: str
    status: str = "intended"
    attempts: int = 0
    due_at: datetime = Field(sa_type=UtcTime)
    first_tried_at: datetime | None = Field(default=None, sa_type=UtcTime)
    worker: str | None = None
    lease_until: datetime | None = Field(default=None, sa_type=UtcTime)
    response: str | None = Field(default=None, sa_type=Text)
    error: str | None = None
    created_at: datetime = Field(sa_type=UtcTime)
