"""Small things Ari has to remember, such as the last Stripe event that it polled."""

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field

from store.columns import Table, UtcTime


class Setting(Table, table=True):
    """`value` is canonical JSON; `by` is a person's Slack id, or 'ari'."""

    __tablename__ = "setting"

    name: str = Field(primary_key=True)
    value: str = Field(sa_type=Text)
    by: str
    at: datetime = Field(sa_type=UtcTime)
