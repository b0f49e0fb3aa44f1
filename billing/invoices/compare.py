"""Does the invoice at Stripe say exactly what the content says? Anybody may have edited it in the Dashboard."""

from collections.abc import Sequence
from typing import Any

from billing import words
from billing.invoices.content import Content
from billing.invoices.pen import line_fields
from pricing.money import Money

DAY_SECONDS = 86400


def differences(content: Content, invoice: dict[str, Any], lines: Sequence[dict[str, Any]]) -> list[str]:
    """Sentences, one per difference; empty when every field that decides who pays what is as approved."""
    total = Money(content.total, content.currency).minor()
    fields = [
        ("customer", content.stripe_customer, invoice["customer"]),
        ("currency", content.currency.lower(), invoice["currency"]),
        ("collection method", content.collection_method, invoice["collection_method"]),
        ("memo", content.memo, invoice["description"]),
        ("footer", content.footer, invoice["footer"]),
        ("recipient", content.recipients, (invoice["customer_email"],)),
        ("custom fields", _custom(content), _customs(invoice)),
        ("total in minor units", total, invoice["total"]),
        ("automatic tax", False, (invoice.get("automatic_tax") or {}).get("enabled", False)),
        ("automatic collection", False, invoice.get("auto_advance") or False),
    ]
    wrong = [
        f"{name} is {found!r} at Stripe, {wanted!r} as drafted" for name, wanted, found in fields if wanted != found
    ]
    return wrong + _due(content, invoice) + _discounts(invoice) + _lines(content, lines)


def owed(content: Content, invoice: dict[str, Any]) -> list[str]:
    """What makes Stripe ask for another amount than the total: the customer's balance there, or an amount below the
    smallest that it collects. On a draft the balance that it will be settled with, later what is really asked for."""
    expected = Money(content.amount_due, content.currency).minor()
    due = invoice["amount_due"]
    if invoice["status"] == "draft":
        due = invoice["total"] + invoice["starting_balance"]
    if due == expected:
        return []
    asked, approved = (Money.from_minor(one, content.currency) for one in (due, expected))
    return [
        f"Stripe asks for {words.amount(asked.amount, content.currency)} and not for "
        f"{words.amount(approved.amount, content.currency)}, because of the customer's balance there or its smallest amount"
    ]


def _due(content: Content, invoice: dict[str, Any]) -> list[str]:
    """Stripe keeps days_until_due as a date, counted from the draft's creation. What it does to that date when a draft
    is finalized late is Stripe's own rule, so only a draft is held to it."""
    if invoice["status"] != "draft":
        return []
    days = round((invoice["due_date"] - invoice["created"]) / DAY_SECONDS) if invoice["due_date"] else None
    return [] if days == content.net_days else [f"due after {days} days at Stripe, {content.net_days} as drafted"]


def _custom(content: Content) -> list[str]:
    return [content.po_number] if content.po_number else []


def _customs(invoice: dict[str, Any]) -> list[str]:
    return [field["value"] for field in invoice.get("custom_fields") or []]


def _discounts(invoice: dict[str, Any]) -> list[str]:
    return ["a discount was added at Stripe"] if invoice.get("discounts") else []


def _lines(content: Content, lines: Sequence[dict[str, Any]]) -> list[str]:
    found = {(line.get("metadata") or {}).get("ari_line"): line for line in lines}
    wrong = [text for line in content.lines for text in _line(line_fields(content, line), found.get(line.id))]
    extra = len(lines) - len(content.lines)
    return wrong + ([f"{extra} further lines stand on the invoice at Stripe"] if extra > 0 else [])


def _line(wanted: dict[str, Any], found: dict[str, Any] | None) -> list[str]:
    name = wanted["metadata"]["ari_line"]
    if found is None:
        return [f"line {name} is missing at Stripe"]
    parts = {
        "amount": (wanted["amount"], found["amount"]),
        "text": (wanted["description"], found["description"]),
        "period": (wanted["period"], {edge: found["period"][edge] for edge in ("start", "end")}),
    }
    return [f"line {name}: {part} is {there!r} at Stripe, {ours!r} as drafted" for part, (ours, there) in parts.items()
            if ours != there]  # fmt: skip
