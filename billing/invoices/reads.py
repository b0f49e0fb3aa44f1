"""What Ari may read at Stripe while it computes: plain records, no SDK objects, and no way to write.

`StripeReads` is the shape; the one implementation wraps a client that is built in app.py.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

DRAFT = "draft invoice"


@dataclass(frozen=True, slots=True)
class StripeCustomer:
    """`deleted` customers keep their id but can no longer be invoiced."""

    id: str
    name: str | None
    email: str | None
    currency: str | None
    deleted: bool


@dataclass(frozen=True, slots=True)
class BilledLine:
    """A line that Stripe already bills, Ari's or not. `source` is the id of the invoice, subscription or pending item
    it stands on, `kind` says which and in what state ('open invoice', DRAFT, 'subscription'); the amount is in major
    units, and not known yet when `open` (metered or in tiers); `start` and `end` are instants, end exclusive."""

    source: str
    kind: str
    description: str
    amount: Decimal
    currency: str
    start: datetime
    end: datetime
    ari_key: str | None = None
    open: bool = False


class StripeReads(Protocol):
    """Raises billing.errors.Refused when Stripe cannot be reached."""

    def account(self) -> str: ...

    def customer(self, customer_id: str) -> StripeCustomer | None: ...

    def billed_lines(self, customer_id: str, start: datetime, end: datetime) -> list[BilledLine]: ...
