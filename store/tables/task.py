"""Work that the clock asks for: one row for each kind and slot, however many processes tick."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field

from store.columns import Table, UtcTime, one_of, own_id

STATUSES = ("new", "claimed", "done", "failed")


class Task(Table, table=True):
    """`slot` names the occasion ('2026-09-01', '2026-09-01T10:05'); `payload` is what the job needs to know."""

    __tablename__ = "task"
    __table_args__ = (
        one_of("status", STATUSES),
        UniqueConstraint("kind", "slot"),
        Index(None, "status", "due_at"),
    )

    id: str = own_id("task")
    kind: str
    slot: str
    payload: dict[str, Any] = Field(sa_type=JSON)
    due_at: datetime = Field(sa_type=UtcTime)
    status: str = "new"
    attempts: int = 0
    worker: str | None = None
    lease_until: datetime | None = Field(default=None, sa_type=UtcTime)
    error: str | None = None
