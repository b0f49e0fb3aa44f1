"""Reading Stripe: customers and what already bills them. Holds a client; offers no way to write."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import stripe

from billing.invoices.reads import BilledLine, StripeCustomer
from billing.invoices.stripe_client import reading
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
        try:
            found = self._v1.customers.retrieve(customer_id)
        except stripe.InvalidRequestError as missing:
            if missing.code == "resource_missing":
                return None
            raise
        if getattr(found, "deleted", False):
            return StripeCustomer(customer_id, None, None, None, True)
        return StripeCustomer(found.id, found.name, found.email, found.currency, False)

    def billed_lines(self, customer_id: str, start: datetime, end: datetime) -> list[BilledLine]:
        """Every line on an invoice that was not voided, every live subscription item and every pending item of this
        customer that falls mostly within `[start, end)`."""
        lines = reading(
            lambda: [*self._invoiced(customer_id), *self._subscribed(customer_id), *self._pending(customer_id)]
        )
        return [line for line in lines if _mostly_within(line, start, end)]

    def _invoiced(self, customer_id: str) -> Iterator[BilledLine]:
        for invoice in self._v1.invoices.list({"customer": customer_id, "limit": 100}).auto_paging_iter():
            body = invoice.to_dict()
            if body["status"] == "void":
                continue
            for line in body["lines"]["data"]:
                yield _line(body["id"], f"{body['status']} invoice", line, body.get("metadata", {}).get("ari_key"))

    def _subscribed(self, customer_id: str) -> Iterator[BilledLine]:
        for subscription in self._v1.subscriptions.list({"customer": customer_id, "limit": 100}).auto_paging_iter():
            body = subscription.to_dict()
            if body["status"] in LIVE:
                for item in body["items"]["data"]:
                    yield _item(body["id"], item)

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
    amount = Money.from_minor(1, currency).amount * unit * Decimal(str(item.get("quantity") or 1))
    return BilledLine(
        source=source, kind="subscription", description=price.get("nickname") or str(price.get("product") or ""), amount=amount,
        currency=currency, start=_instant(item["current_period_start"]), end=_instant(item["current_period_end"]),
    )  # fmt: skip


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _mostly_within(line: BilledLine, start: datetime, end: datetime) -> bool:
    """More than half of the line's own stretch: a subscription that renews at midnight UTC still bills this month."""
    if line.end <= line.start:
        return start <= line.start < end
    shared = min(line.end, end) - max(line.start, start)
    return shared * 2 > line.end - line.start
