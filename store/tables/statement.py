"""What the calculator said, with the bundle that says it again outside the running system."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import Index, Text
from sqlmodel import Field

from store.columns import DecimalText, Table, UtcTime, own_id, ref
from store.tables.contract import Contract, TermsVersion
from store.tables.usage import UsageSnapshot


class Statement(Table, table=True):
    """`bundle` is canonical JSON; `total` and `due` in major units of `currency`; `calculator` is its version."""

    __tablename__ = "statement"
    __table_args__ = (Index(None, "contract_id", "period"),)

    id: str = own_id("statement")
    contract_id: str = ref(Contract, index=False)
    period: str
    bundle: str = Field(sa_type=Text)
    sha: str
    total: Decimal = Field(sa_type=DecimalText)
    due: Decimal = Field(sa_type=DecimalText)
    currency: str
    terms_version_id: str = ref(TermsVersion)
    snapshot_id: str | None = ref(UsageSnapshot, default=None)
    calculator: str
    created_at: datetime = Field(sa_type=UtcTime)
