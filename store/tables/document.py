"""Files that people dropped. The bytes lie on disk under their SHA-256; here is what is known about them."""

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field

from store.columns import Table, UtcTime, own_id


class Document(Table, table=True):
    """`size` in bytes; `pages_json` is the text of each page as JSON and `reading` what a reader made of it, canonical
    JSON; None until it was read."""

    __tablename__ = "document"

    id: str = own_id("document")
    sha256: str = Field(unique=True)
    filename: str
    size: int
    pages_json: str | None = Field(default=None, sa_type=Text)
    reading: str | None = Field(default=None, sa_type=Text)
    slack_file_id: str | None = None
    channel: str | None = None
    thread_ts: str | None = None
    uploaded_by: str | None = None
    received_at: datetime = Field(sa_type=UtcTime)
    status: str = "received"
    error: str | None = None
