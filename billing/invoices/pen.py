"""The pen: the one object that writes invoices to Stripe. Built in app.py, held by the jobs that act on the record.

Every field that Stripe would otherwise fill from an account or customer default is always passed, because such a default
can change the amount or send the invoice. Requests are made from the stored content alone, so that a repeat is byte-equal.
"""

from datetime import timedelta
from typing import Any

import stripe

from billing.invoices.content import Content, ContentLine
from billing.invoices.stripe_client import existing, reading, writing
from pricing.money import Money
from pricing.periods import midnight

EVENTS = (
    "invoice.paid", "invoice.voided", "invoice.marked_uncollectible", "invoice.finalization_failed", "invoice.deleted",
    "invoice.updated", "invoice.finalized", "invoice.sent",
)  # fmt: skip


class Pen:
    """Methods return plain dictionaries as Stripe sends them. Raise Unknown or NeedsHuman (see stripe_client)."""

    def __init__(self, client: stripe.StripeClient) -> None:
        self._invoices = client.v1.invoices
        self._events = client.v1.events

    def get(self, stripe_id: str) -> dict[str, Any] | None:
        """The invoice as it stands; None when it was deleted."""
        found = existing(lambda: self._invoices.retrieve(stripe_id))
        return found.to_dict() if found else None

    def find(self, content: Content) -> dict[str, Any] | None:
        """Look before posting: this generation of this key, through the consistent list endpoint."""
        query: Any = {"customer": content.stripe_customer, "limit": 100}
        for invoice in reading(lambda: list(self._invoices.list(query).auto_paging_iter())):
            body: dict[str, Any] = invoice.to_dict()
            metadata = body.get("metadata") or {}
            if metadata.get("ari_key") == content.ari_key and metadata.get("ari_gen") == str(content.gen):
                return body
        return None

    def lines(self, stripe_id: str) -> list[dict[str, Any]]:
        """All lines; the invoice object itself carries only the first ten."""
        query: Any = {"limit": 100}
        return reading(
            lambda: [line.to_dict() for line in self._invoices.line_items.list(stripe_id, query).auto_paging_iter()]
        )

    def create(self, content: Content, key: str) -> dict[str, Any]:
        return writing(lambda: self._invoices.create(_draft(content), {"idempotency_key": key})).to_dict()

    def add_lines(self, stripe_id: str, content: Content, missing: list[ContentLine], key: str) -> dict[str, Any]:
        lines: Any = {"lines": [line_fields(content, line) for line in missing]}
        return writing(lambda: self._invoices.add_lines(stripe_id, lines, {"idempotency_key": key})).to_dict()

    def finalize(self, stripe_id: str, key: str) -> dict[str, Any]:
        return writing(
            lambda: self._invoices.finalize_invoice(stripe_id, {"auto_advance": False}, {"idempotency_key": key})
        ).to_dict()

    def send(self, stripe_id: str, key: str) -> dict[str, Any]:
        return writing(lambda: self._invoices.send_invoice(stripe_id, {}, {"idempotency_key": key})).to_dict()

    def was_sent(self, stripe_id: str, since: int) -> bool:
        """Whether Stripe has an invoice.sent event for it at or after `since` (Unix seconds); the only trace that a mail
        left, whoever sent it."""
        query: Any = {"type": "invoice.sent", "created": {"gte": since}, "limit": 100}
        events = reading(lambda: list(self._events.list(query).auto_paging_iter()))
        return any(event.to_dict()["data"]["object"]["id"] == stripe_id for event in events)

    def events(self, since: int) -> list[dict[str, Any]]:
        """Invoice events created at or after `since` (Unix seconds), oldest first. Stripe keeps thirty days."""
        query: Any = {"types": list(EVENTS), "created": {"gte": since}, "limit": 100}
        found = reading(lambda: [event.to_dict() for event in self._events.list(query).auto_paging_iter()])
        return sorted(found, key=lambda event: int(event["created"]))

    def discard(self, stripe_id: str) -> None:
        """Delete a draft, gone already or not; Stripe refuses for anything that was finalized."""
        writing(lambda: existing(lambda: self._invoices.delete(stripe_id)))


def _draft(content: Content) -> Any:
    number = [{"name": "PO number", "value": content.po_number}] if content.po_number else ""
    return {
        "customer": content.stripe_customer,
        "currency": content.currency.lower(),
        "collection_method": content.collection_method,
        "days_until_due": content.net_days,
        "auto_advance": False,
        "pending_invoice_items_behavior": "exclude",
        "automatic_tax": {"enabled": False},
        "discounts": "",
        "description": content.memo,
        "footer": content.footer,
        "custom_fields": number,
        "metadata": {"ari_key": content.ari_key, "ari_gen": str(content.gen), "ari_calc": content.statement_sha},
    }


def line_fields(content: Content, line: ContentLine) -> dict[str, Any]:
    """What Ari says of a line. Stripe shows the end of a line's period as its last day, so the instant passed is the
    last second before it."""
    end = midnight(line.end, content.zone) - timedelta(seconds=1)
    return {
        "amount": minor(content, line),
        "description": f"{line.description}: {line.sentence}"[:5000],
        "period": {"start": int(midnight(line.start, content.zone).timestamp()), "end": int(end.timestamp())},
        "discounts": "",
        "metadata": {"ari_key": content.ari_key, "ari_line": line.id},
    }


def minor(content: Content, line: ContentLine) -> int:
    return Money(line.amount, content.currency).minor()
