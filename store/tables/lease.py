"""Who may do a thing that one worker at a time may do, and until when."""

from datetime import datetime

from sqlmodel import Field

from store.columns import Table, UtcTime


class Lease(Table, table=True):
    """`name` is the thing ('thread:C1:1725.3'), `holder` the worker."""

    __tablename__ = "lease"

    name: str = Field(primary_key=True)
    holder: str
    until: datetime = Field(sa_type=UtcTime)
