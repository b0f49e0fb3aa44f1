"""Reading Stripe: customers and what already bills them. Holds a client; offers no way to write."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import stripe

from billing.invoices.reads import BilledLine, StripeCustomer
from billing.invoices.stripe_client import existing, reading
from pricing.money import Money

LIVE = {"active", "trialing", "past_due", "unpaid"}


class Reads:
    """The `StripeReads` of a real account."""

    def __init__(self, client: stripe.StripeClient) -> None:
        self._v1 = client.v1
        self._account: str | None = None

    def account(self) -> str:
        """The account's id; asked once, as it never changes for a key."""
        if self._account is None:
            self._account = str(reading(lambda: self._v1.accounts.retrieve_current()).id)
        return self._account

    def customer(self, customer_id: str) -> StripeCustomer | None:
        """None when Stripe has never heard of the id."""
        found = existing(lambda: self._v1.customers.retrieve(customer_id))
        if found is None:
            return None
        if getattr(found, "deleted", False):
            return StripeCustomer(customer_id, None, None, None, True)
        return StripeCustomer(found.id, found.name, found.email, found.currency, False)

    def billed_lines(self, customer_id: str, start: datetime, end: datetime) -> list[BilledLine]:
        """Every line on an invoice that was not voided, every live subscription item and every pending item of this
        customer that bills a part of `[start, end)`."""
        lines = reading(
            lambda: [*self._invoiced(customer_id), *self._subscribed(customer_id), *self._pending(customer_id)]
        )
        return [line for line in lines if _bills(line, start, end)]

    def _invoiced(self, customer_id: str) -> Iterator[BilledLine]:
        for invoice in self._v1.invoices.list({"customer": customer_id, "limit": 100}).auto_paging_iter():
            body = invoice.to_dict()
            if body["status"] == "void":
                continue
            for line in self._lines(body):
                yield _line(body["id"], f"{body['status']} invoice", line, body.get("metadata", {}).get("ari_key"))

    def _lines(self, invoice: dict[str, Any]) -> list[dict[str, Any]]:
        """The invoice itself carries only its first ten lines."""
        if not invoice["lines"]["has_more"]:
            return list(invoice["lines"]["data"])
        query: Any = {"limit": 100}
        pages = self._v1.invoices.line_items.list(invoice["id"], query)
        return [line.to_dict() for line in pages.auto_paging_iter()]

    def _subscribed(self, customer_id: str) -> Iterator[BilledLine]:
        for subscription in self._v1.subscriptions.list({"customer": customer_id, "limit": 100}).auto_paging_iter():
            body = subscription.to_dict()
            if body["status"] in LIVE:
                for item in self._items(body):
                    yield _item(body["id"], item)

    def _items(self, subscription: dict[str, Any]) -> list[dict[str, Any]]:
        if not subscription["items"]["has_more"]:
            return list(subscription["items"]["data"])
        query: Any = {"subscription": subscription["id"], "limit": 100}
        return [item.to_dict() for item in self._v1.subscription_items.list(query).auto_paging_iter()]

    def _pending(self, customer_id: str) -> Iterator[BilledLine]:
        query: Any = {"customer": customer_id, "pending": True, "limit": 100}
        for item in self._v1.invoice_items.list(query).auto_paging_iter():
            body = item.to_dict()
            yield _line(body["id"], "pending item", body, body.get("metadata", {}).get("ari_key"))


def _line(source: str, kind: str, line: dict[str, Any], ari_key: str | None) -> BilledLine:
    currency = str(line["currency"]).upper()
    subscription = ((line.get("parent") or {}).get("subscription_item_details") or {}).get("subscription")
    return BilledLine(
        source=subscription or source, kind=kind, description=line.get("description") or "",
        amount=Money.from_minor(line["amount"], currency).amount, currency=currency,
        start=_instant(line["period"]["start"]), end=_instant(line["period"]["end"]), ari_key=ari_key,
    )  # fmt: skip


def _item(source: str, item: dict[str, Any]) -> BilledLine:
    price = item["price"]
    currency = str(price["currency"]).upper()
    unit = Decimal(str(price.get("unit_amount_decimal") or price.get("unit_amount") or 0))
    metered = price["recurring"]["usage_type"] == "metered" or price["billing_scheme"] == "tiered"
    quantity = Decimal(0) if metered else Decimal(str(item["quantity"]))
    return BilledLine(
        source=source, kind="subscription", description=price.get("nickname") or str(price.get("product") or ""),
        amount=Money.from_minor(1, currency).amount * unit * quantity, currency=currency, open=metered,
        start=_instant(item["current_period_start"]), end=_instant(item["current_period_end"]),
    )  # fmt: skip


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _bills(line: BilledLine, start: datetime, end: datetime) -> bool:
    """Whether the line's stretch and the period share more than a day, or most of a shorter line: less than that is
    another time zone's midnight, as when a subscription renews at midnight UTC."""
    if line.end <= line.start:
        return start <= line.start < end
    shared = min(line.end, end) - max(line.start, start)
    return shared > min(timedelta(days=1), (line.end - line.start) / 2)
