"""Positions of a contract as the entries that move them; what is left, or was counted, is their sum."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from store.columns import DecimalText, Table, UtcTime, one_of, own_id, ref
from store.tables.contract import Contract
from store.tables.statement import Statement

KINDS = ("opening", "bought", "used", "expired", "restored", "carried")
# A prepaid balance or credit; what a window has counted so far, in units or in money; units carried over.
FORMS = ("balance", "quantity", "amount", "allowance")


class BalanceEntry(Table, table=True):
    """One movement of one position (`form` and `balance`, the term's id) in one period; never changed, never deleted.

    `amount` is signed and in `unit` (a currency code or a metric's unit). `source` says where it comes from: an invoice,
    a statement closed without one, a person's opening; `evidence` is what a person gave for it. A `carried` entry moves
    nothing: it says what part of a closing allowance holds for `periods` more windows. `basis` is the digest of the
    opening and closing position of the statement behind the entry, None for what a person entered.
    """

    __tablename__ = "balance_entry"
    __table_args__ = (
        one_of("kind", KINDS),
        one_of("form", FORMS),
        UniqueConstraint("contract_id", "form", "balance", "periods", "kind", "period", "source"),
    )

    id: str = own_id("entry")
    contract_id: str = ref(Contract, index=False)
    form: str = "balance"
    balance: str
    periods: int = 0
    kind: str
    unit: str
    amount: Decimal = Field(sa_type=DecimalText)
    period: str
    source: str
    evidence: str = ""
    basis: str | None = None
    statement_id: str | None = ref(Statement, default=None)
    at: datetime = Field(sa_type=UtcTime)
