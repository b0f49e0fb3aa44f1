"""What Ari posted in Slack, under Ari's own key, because Slack's posts have no idempotency key."""

from datetime import datetime

from sqlmodel import Field

from store.columns import Table, UtcTime


class Post(Table, table=True):
    """`ts` and `posted_at` are None until Slack has answered; `sha` is of the content that was last sent."""

    __tablename__ = "post"

    key: str = Field(primary_key=True)
    channel: str
    ts: str | None = None
    thread_ts: str | None = None
    sha: str
    posted_at: datetime | None = Field(default=None, sa_type=UtcTime)
    error: str | None = None
