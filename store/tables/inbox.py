"""What arrived from outside and is to be worked on: Slack's and Stripe's events, each once."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlmodel import Field

from store.columns import Table, UtcTime, one_of

STATUSES = ("new", "claimed", "done", "failed")


class Inbox(Table, table=True):
    """`id` is the sender's event id. Rows of one `lane` (a Slack thread) are never worked on at once.

    `payload` is the event as it came: JSON, not canonical, for senders may use floats. `due_at` is the arrival, later
    the time of the next attempt. `attempts` counts claims, those of workers that died included.
    """

    __tablename__ = "inbox"
    __table_args__ = (
        one_of("status", STATUSES),
        Index(None, "status", "due_at"),
        Index(None, "lane", "status"),
    )

    id: str = Field(primary_key=True)
    kind: str
    payload: dict[str, Any] = Field(sa_type=JSON)
    lane: str | None = None
    received_at: datetime = Field(sa_type=UtcTime)
    due_at: datetime = Field(sa_type=UtcTime)
    status: str = "new"
    attempts: int = 0
    worker: str | None = None
    lease_until: datetime | None = Field(default=None, sa_type=UtcTime)
    error: str | None = None
