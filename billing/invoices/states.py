"""The life of an invoice, as one table. Whatever is not in it cannot happen."""

from datetime import datetime

from billing.errors import Refused
from store.tables.invoice import Invoice

NEXT: dict[str, frozenset[str]] = {
    "planned": frozenset({"drafted", "rejected", "needs_human", "stale"}),
    "drafted": frozenset({"awaiting", "needs_human", "stale"}),
    "awaiting": frozenset({"approved", "rejected", "expired", "stale", "needs_human"}),
    "approved": frozenset({"finalized", "stale", "needs_human"}),
    "finalized": frozenset({"sent", "paid", "void", "needs_human"}),
    "sent": frozenset({"paid", "void", "uncollectible", "needs_human"}),
    "uncollectible": frozenset({"paid", "void"}),
    "needs_human": frozenset({"rejected", "finalized", "sent", "paid", "void"}),
    "paid": frozenset(),
    "void": frozenset(),
    "rejected": frozenset(),
    "expired": frozenset(),
    "stale": frozenset(),
}

LIVE = frozenset(
    {"planned", "drafted", "awaiting", "approved", "finalized", "sent", "paid", "uncollectible", "needs_human"}
)

WORDS = {
    "planned": "being drafted",
    "drafted": "drafted",
    "awaiting": "waiting for approval",
    "approved": "approved, being sent",
    "finalized": "finalized, being sent",
    "sent": "sent",
    "paid": "paid",
    "void": "void",
    "uncollectible": "uncollectible",
    "rejected": "rejected",
    "expired": "expired",
    "stale": "out of date",
    "needs_human": "needs a person",
}


def advance(invoice: Invoice, to: str, now: datetime) -> None:
    """Move on, or raise Refused when the table has no such step."""
    if to not in NEXT[invoice.state]:
        raise Refused(f"This invoice is {WORDS[invoice.state]}; it cannot become {WORDS[to]}.")
    invoice.state = to
    invoice.updated_at = now
