"""A contract, its versions of terms, the rulings that fill its silences, and who bills each charge."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlmodel import Field

from store.columns import Table, UtcTime, one_of, own_id, ref
from store.tables.customer import Customer
from store.tables.document import Document

TERMS_STATUSES = ("proposed", "confirmed", "superseded", "rejected", "undone")
OWNERS = ("ari", "stripe_subscription", "person")


class Contract(Table, table=True):
    __tablename__ = "contract"

    id: str = own_id("contract")
    customer_id: str = ref(Customer)
    title: str
    created_at: datetime = Field(sa_type=UtcTime)


class TermsVersion(Table, table=True):
    """`terms`, `evidence` and `questions` are canonical JSON. `document_id` is None for terms written by hand."""

    __tablename__ = "terms_version"
    __table_args__ = (one_of("status", TERMS_STATUSES), UniqueConstraint("contract_id", "version"))

    id: str = own_id("terms")
    contract_id: str = ref(Contract, index=False)
    version: int
    document_id: str | None = ref(Document, default=None)
    status: str = "proposed"
    effective_from: date
    terms: str = Field(sa_type=Text)
    terms_sha: str
    evidence: str = Field(sa_type=Text)
    questions: str = Field(sa_type=Text)
    proposed_at: datetime = Field(sa_type=UtcTime)
    proposed_by: str
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcTime)
    confirmed_by: str | None = None
    channel: str | None = None
    card_ts: str | None = None


class Ruling(Table, table=True):
    """A person's answer to a contract's silence; the house's when `contract_id` is None. Superseded, never changed."""

    __tablename__ = "ruling"

    id: str = own_id("ruling")
    contract_id: str | None = ref(Contract, default=None)
    question: str = Field(index=True)
    choice: str
    body: str = Field(sa_type=Text)
    made_by: str
    made_at: datetime = Field(sa_type=UtcTime)
    superseded_by: str | None = Field(
        default=None, sa_column_args=[ForeignKey("ruling.id", deferrable=True, initially="DEFERRED")]
    )


class ChargeOwner(Table, table=True):
    """Who bills a charge from a date on; `reference` is the subscription's id or where the person does it."""

    __tablename__ = "charge_owner"
    __table_args__ = (one_of("owner", OWNERS),)

    contract_id: str = ref(Contract, primary_key=True, index=False)
    charge_id: str = Field(primary_key=True)
    from_date: date = Field(primary_key=True)
    owner: str
    reference: str | None = None
    decided_by: str
    decided_at: datetime = Field(sa_type=UtcTime)
