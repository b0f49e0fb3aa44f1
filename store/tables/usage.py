"""What the usage stores said, kept as it was when a statement was computed."""

from datetime import datetime

from sqlalchemy import Index, Text
from sqlmodel import Field

from store.columns import Table, UtcTime, own_id, ref
from store.tables.contract import Contract


class UsageSnapshot(Table, table=True):
    """`body` is canonical JSON. `as_of` is the business time asked about, `watermark` how far the store had come."""

    __tablename__ = "usage_snapshot"
    __table_args__ = (Index(None, "contract_id", "period"),)

    id: str = own_id("snapshot")
    contract_id: str = ref(Contract, index=False)
    period: str
    body: str = Field(sa_type=Text)
    sha: str
    as_of: datetime = Field(sa_type=UtcTime)
    taken_at: datetime = Field(sa_type=UtcTime)
    watermark: datetime | None = Field(default=None, sa_type=UtcTime)
