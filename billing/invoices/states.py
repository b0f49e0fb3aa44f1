"""The life of an invoice, as one table. Whatever is not in it cannot happen."""

from datetime import datetime

from billing.errors import Refused
from store.tables.invoice import Invoice

# What a person can do in the Dashboard at any time once there is a draft: finalize it, then any of these.
AT_STRIPE = frozenset({"paid", "void", "uncollectible"})
NEXT: dict[str, frozenset[str]] = {
    "planned": frozenset({"drafted", "rejected", "needs_human", "stale"}),
    "drafted": frozenset({"awaiting", "needs_human", "stale"}) | AT_STRIPE,
    "awaiting": frozenset({"approved", "rejected", "expired", "stale", "needs_human"}) | AT_STRIPE,
    "approved": frozenset({"finalized", "stale", "needs_human"}) | AT_STRIPE,
    "finalized": frozenset({"sent", "needs_human"}) | AT_STRIPE,
    "sent": frozenset({"needs_human"}) | AT_STRIPE,
    "uncollectible": frozenset({"paid", "void"}),
    "needs_human": frozenset({"rejected", "finalized", "sent"}) | AT_STRIPE,
    "paid": frozenset(),
    "void": frozenset(),
    # The Stripe draft of an ended invoice is deleted; one that somebody finalized first is a person's business again.
    "rejected": frozenset({"needs_human"}),
    "expired": frozenset({"needs_human"}),
    "stale": frozenset({"needs_human"}),
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
    "needs_human": "held for a person to look at",
}


def advance(invoice: Invoice, to: str, now: datetime) -> None:
    """Move on, or raise Refused when the table has no such step."""
    if to not in NEXT[invoice.state]:
        raise Refused(f"This invoice is {WORDS[invoice.state]}; it cannot become {WORDS[to]}.")
    invoice.state = to
    invoice.updated_at = now
