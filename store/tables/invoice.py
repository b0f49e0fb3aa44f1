"""Invoices through their life, and the guard that at most one is alive for the same money."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import Index, Text, UniqueConstraint, text
from sqlmodel import Field

from store.columns import DecimalText, Table, UtcTime, one_of, own_id, ref
from store.tables.contract import Contract
from store.tables.customer import Customer
from store.tables.statement import Statement

LIVE = (
    "planned",
    "drafted",
    "awaiting",
    "approved",
    "finalized",
    "sent",
    "paid",
    "uncollectible",
    "needs_human",
)
ENDED = ("void", "rejected", "expired", "stale")
_ALIVE = text(f"state IN ({', '.join(repr(state) for state in LIVE)})")


class Invoice(Table, table=True):
    """`account` is the Stripe account and mode, `bill_to` who receives it, `content` the canonical JSON under `digest`.

    `gen` counts the attempts under one `ari_key`, each after the last has ended. `total` and `due` in major units.
    """

    __tablename__ = "invoice"
    __table_args__ = (
        one_of("state", LIVE + ENDED),
        UniqueConstraint("ari_key", "gen"),
        UniqueConstraint("account", "stripe_invoice_id"),
        Index(
            "uq_invoice_one_live", "account", "contract_id", "bill_to", "period", "kind", "sequence",
            unique=True, sqlite_where=_ALIVE, postgresql_where=_ALIVE,
        ),
        Index(None, "contract_id", "period"),
    )  # fmt: skip

    id: str = own_id("invoice")
    ari_key: str
    gen: int = 1
    account: str
    contract_id: str = ref(Contract, index=False)
    customer_id: str = ref(Customer)
    bill_to: str
    period: str
    kind: str
    sequence: int = 1
    state: str = Field(default="planned", index=True)
    statement_id: str = ref(Statement)
    content: str = Field(sa_type=Text)
    digest: str
    currency: str
    total: Decimal = Field(sa_type=DecimalText)
    due: Decimal = Field(sa_type=DecimalText)
    stripe_invoice_id: str | None = None
    stripe_number: str | None = None
    hosted_url: str | None = None
    requested_by: str
    channel: str | None = None
    thread_ts: str | None = None
    card_ts: str | None = None
    error: str | None = None
    expires_at: datetime = Field(sa_type=UtcTime)
    created_at: datetime = Field(sa_type=UtcTime)
    updated_at: datetime = Field(sa_type=UtcTime)
