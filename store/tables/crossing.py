"""Limits that an account passed, each noticed once."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from store.columns import DecimalText, Table, UtcTime, own_id, ref
from store.tables.contract import Contract, TermsVersion


class Crossing(Table, table=True):
    """`threshold` and `value` in the unit of `term` (a term path); `noticed_at` is when the warning was posted."""

    __tablename__ = "crossing"
    __table_args__ = (UniqueConstraint("contract_id", "terms_version_id", "term", "period", "threshold"),)

    id: str = own_id("crossing")
    contract_id: str = ref(Contract, index=False)
    terms_version_id: str = ref(TermsVersion)
    term: str
    period: str
    threshold: Decimal = Field(sa_type=DecimalText)
    value: Decimal = Field(sa_type=DecimalText)
    crossed_at: datetime = Field(sa_type=UtcTime)
    noticed_at: datetime | None = Field(default=None, sa_type=UtcTime)
    channel: str | None = None
    ts: str | None = None
    acknowledged_by: str | None = None
