"""The content of an invoice: exactly what a person approves, and its digest.

Everything that decides who gets which bill for what stands in here, so that any change of it is another digest and
voids an approval. The Slack card and the Stripe draft are both made from this and from nothing else.
"""

from datetime import date
from decimal import Decimal

from pricing.canonical import canonical, digest
from pricing.terms import CurrencyCode, Exact, Strict


class ContentLine(Strict):
    """One invoice line. `amount` is in major units and a whole number of minor ones; `period` is `[start, end)`."""

    id: str
    description: str
    sentence: str
    quantity: str | None
    amount: Exact
    start: date
    end: date


class Content(Strict):
    """What is approved is this, and what is sent is this."""

    ari_key: str
    gen: int
    account: str
    stripe_customer: str
    customer: str
    recipients: tuple[str, ...]
    po_number: str | None
    memo: str
    footer: str
    currency: CurrencyCode
    lines: tuple[ContentLine, ...]
    discounts: tuple[str, ...] = ()
    tax: str = "not calculated"
    collection_method: str = "send_invoice"
    net_days: int
    total: Exact
    amount_due: Exact
    zone: str
    terms_version: str
    terms_sha: str
    snapshot: str
    snapshot_sha: str
    opening_sha: str
    statement: str
    statement_sha: str

    def digest(self) -> str:
        """SHA-256 over the canonical JSON of everything above."""
        return digest(canonical(self))


def key(account: str, contract: str, bill_to: str, period: str, kind: str, sequence: int) -> str:
    """The identity that at most one live invoice may have. Goes into Stripe's metadata and every idempotency key."""
    return f"{account}/{contract}/{bill_to}/{period}/{kind}/{sequence}"


def totals(lines: tuple[ContentLine, ...]) -> Decimal:
    return sum((line.amount for line in lines), Decimal(0))
