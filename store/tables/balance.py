"""Prepaid balances as the entries that move them; what is left is their sum."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from store.columns import DecimalText, Table, UtcTime, one_of, own_id, ref
from store.tables.contract import Contract
from store.tables.statement import Statement

KINDS = ("opening", "bought", "used", "expired", "restored")


class BalanceEntry(Table, table=True):
    """`amount` is signed and in `unit` (a currency code or a metric's unit); `source` says where it comes from."""

    __tablename__ = "balance_entry"
    __table_args__ = (
        one_of("kind", KINDS),
        UniqueConstraint("contract_id", "balance", "kind", "period", "source"),
    )

    id: str = own_id("entry")
    contract_id: str = ref(Contract, index=False)
    balance: str
    kind: str
    unit: str
    amount: Decimal = Field(sa_type=DecimalText)
    period: str
    source: str
    statement_id: str | None = ref(Statement, default=None)
    at: datetime = Field(sa_type=UtcTime)
