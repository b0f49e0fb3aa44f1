"""Decisions on drafts, each for exactly the digest that was shown."""

from datetime import datetime

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field

from store.columns import Table, UtcTime, one_of, own_id, ref
from store.tables.invoice import Invoice

DECISIONS = ("approve", "reject")


class Approval(Table, table=True):
    """`policy` is the canonical JSON of the rule that allowed it. A button pressed twice makes one row."""

    __tablename__ = "approval"
    __table_args__ = (
        one_of("decision", DECISIONS),
        UniqueConstraint("invoice_id", "digest", "user_id", "decision"),
    )

    id: str = own_id("approval")
    invoice_id: str = ref(Invoice, index=False)
    digest: str
    decision: str
    user_id: str
    user_name: str
    reason: str | None = None
    at: datetime = Field(sa_type=UtcTime)
    signature: str
    policy: str = Field(sa_type=Text)
