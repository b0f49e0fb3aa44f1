"""Who is billed, and under which names the usage stores know them."""

from datetime import datetime

from sqlmodel import Field

from store.columns import Table, UtcTime, own_id, ref


class Customer(Table, table=True):
    __tablename__ = "customer"

    id: str = own_id("customer")
    name: str
    stripe_customer_id: str | None = Field(default=None, index=True)
    created_at: datetime = Field(sa_type=UtcTime)


class UsageAccount(Table, table=True):
    """`account` is the id that usage rows of `store` carry, such as an org id. It belongs to one customer."""

    __tablename__ = "usage_account"

    store: str = Field(primary_key=True)
    account: str = Field(primary_key=True)
    customer_id: str = ref(Customer)
