"""Does the invoice at Stripe say exactly what the content says? Anybody may have edited it in the Dashboard."""

from collections.abc import Sequence
from typing import Any

from billing.invoices.content import Content
from billing.invoices.pen import minor
from pricing.money import Money


def differences(content: Content, invoice: dict[str, Any], lines: Sequence[dict[str, Any]]) -> list[str]:
    """Sentences, one per difference; empty when every field that decides who pays what is as approved."""
    total = Money(content.total, content.currency).minor()
    fields = [
        ("customer", content.stripe_customer, invoice["customer"]),
        ("currency", content.currency.lower(), invoice["currency"]),
        ("collection method", content.collection_method, invoice["collection_method"]),
        ("memo", content.memo, invoice["description"]),
        ("footer", content.footer, invoice["footer"]),
        ("PO number", content.po_number, _po(invoice)),
        ("total in minor units", total, invoice["total"]),
        ("automatic tax", False, (invoice.get("automatic_tax") or {}).get("enabled", False)),
        ("automatic collection", False, invoice.get("auto_advance") or False),
    ]
    wrong = [
        f"{name} is {found!r} at Stripe, {wanted!r} as drafted" for name, wanted, found in fields if wanted != found
    ]
    return wrong + _discounts(invoice) + _lines(content, lines)


def owed(content: Content, invoice: dict[str, Any]) -> list[str]:
    """What a finalized invoice may have gained: a customer balance, tax, a discount."""
    expected = Money(content.amount_due, content.currency).minor()
    if invoice["amount_due"] == expected or invoice["status"] == "paid":
        return []
    return [f"Stripe asks for {invoice['amount_due']} minor units, {expected} were approved"]


def _po(invoice: dict[str, Any]) -> str | None:
    return next((field["value"] for field in invoice.get("custom_fields") or []), None)


def _discounts(invoice: dict[str, Any]) -> list[str]:
    return ["a discount was added at Stripe"] if invoice.get("discounts") else []


def _lines(content: Content, lines: Sequence[dict[str, Any]]) -> list[str]:
    wanted = {line.id: minor(content, line) for line in content.lines}
    found = {(line.get("metadata") or {}).get("ari_line"): line["amount"] for line in lines}
    wrong = [f"line {name} is {found.get(name)} at Stripe, {amount} as drafted" for name, amount in wanted.items()
             if found.get(name) != amount]  # fmt: skip
    extra = len(lines) - len(wanted)
    return wrong + ([f"{extra} further lines stand on the invoice at Stripe"] if extra > 0 else [])
