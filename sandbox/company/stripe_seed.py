"""What the local Stripe has lived through when the story begins, in the form that its seed reader plays.

Promises fixed ids and amounts in cents: a customer a firm, Acornhill's fee on a subscription with a paid invoice a
month, and invoices that people wrote by hand. Planted for the audit: a firm with two customers, a churned firm whose
subscription runs on, an invoice of a customer nobody knows, bills paid by wire. Leaves out what Stripe makes itself:
numbers, events, payments.
"""

from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sandbox.company import billed
from sandbox.company.clock import DAY, HOUR, MINUTE, SECOND, midnight
from sandbox.company.firms import FIRMS, firm
from sandbox.company.volumes import month_span

Obj = dict[str, Any]
OPENED = date(2024, 12, 2)
BY_HAND = ("acornhill", "brindlecat", "copperkettle", "elmfoot", "gumdrop", "lemonfish")
BY_WIRE = ("elmfoot", "dapplewood")
STRAY = "cus_TWWIDGEON"


class Plan(NamedTuple):
    """A subscription: what it is called, its cents a month, and the months of 2025 that it has invoiced."""

    key: str
    name: str
    cents: int
    months: range

    def id(self, kind: str) -> str:
        """The plan's product, price, subscription ('sub') or subscription item ('si')."""
        return f"{kind}_TW{self.key.upper()}PLAN"


PLANS = (Plan("acornhill", "Platform fee", 250_000, range(5, 12)), Plan("marzipan", "Basic plan", 29_900, range(6, 12)))


def objects() -> Obj:
    """The seed."""
    return {
        "account": {"id": "acct_TINWHISTLEVOICE", "name": "Tinwhistle Voice, Inc.", "country": "US",
                    "default_currency": "usd", "timezone": "America/New_York"},
        "customers": _customers(),
        "products": [{"id": plan.id("prod"), "created": _at(OPENED), "name": plan.name} for plan in PLANS],
        "prices": [_price(plan) for plan in PLANS],
        "subscriptions": [_subscription(plan) for plan in PLANS],
        "invoices": [*_of_plans(), *_of_usage(), _prepaid(), _stray()],
    }  # fmt: skip


def _customers() -> list[Obj]:
    known = [_customer(each.customer_id, each.name, each.email, {"org_id": each.org_id}) for each in FIRMS]
    twin = _customer("cus_TWHALFPENNYOLD", "Halfpenny C. U.", firm("halfpenny").email, {})
    return [*known, twin, _customer(STRAY, "Widgeon & Daughters", "accounts@widgeon.example", {})]


def _customer(ident: str, name: str, email: str, metadata: dict[str, str]) -> Obj:
    return {"id": ident, "created": _at(OPENED), "name": name, "email": email, "metadata": metadata}


def _price(plan: Plan) -> Obj:
    return {"id": plan.id("price"), "created": _at(OPENED), "product": plan.id("prod"), "currency": "usd",
            "unit_amount": plan.cents, "recurring": {"interval": "month"}}  # fmt: skip


def _subscription(plan: Plan) -> Obj:
    return {
        "id": plan.id("sub"), "created": _at(month_span(plan.months[0])[0]), "customer": firm(plan.key).customer_id,
        "description": plan.name, "items": [{"id": plan.id("si"), "price": plan.id("price"), "quantity": 1}],
    }  # fmt: skip


def _of_plans() -> list[Obj]:
    """Charged to a card on the first day of the month that they are for."""
    found = []
    for plan in PLANS:
        for month in plan.months:
            created = _at(month_span(month)[0], 6)
            line = _line(plan.name, plan.cents, month) | {"subscription_item": plan.id("si")}
            reason = "subscription_create" if month == plan.months[0] else "subscription_cycle"
            found.append({
                "id": f"in_TW{plan.key.upper()}PLAN{month:02d}", "created": created, "lines": [line],
                "customer": firm(plan.key).customer_id, "currency": "usd", "billing_reason": reason,
                "finalized_at": created + 3600, "paid_at": created + 3660,
            })  # fmt: skip
    return found


def _of_usage() -> list[Obj]:
    return [
        _sent(key, f"USAGE{month:02d}", month_span(month)[1],
              [_line(words, _cents(cost), month) for words, cost in found])
        for key in BY_HAND
        for month in billed.months(key)
        if (found := billed.lines(key, month))
    ]  # fmt: skip


def _prepaid() -> Obj:
    year = {"start": _at(date(2025, 1, 1)), "end": _at(date(2026, 1, 1))}
    line = _line("Prepaid Commitment for calendar year 2025", 12_000_000, 1) | {"period": year}
    return _sent("dapplewood", "COMMIT2025", date(2025, 1, 2), [line])


def _stray() -> Obj:
    line = _line("Voice agent pilot, September", 42_500, 9)
    return _sent("widgeon", "PILOT09", date(2025, 10, 1), [line])


def _sent(key: str, tail: str, day: date, lines: list[Obj]) -> Obj:
    """Mailed in the morning of `day` with 30 days to pay, and paid nine days later unless it is of 1 December."""
    created = _at(day, 9)
    paid = {"paid_at": created + 9 * DAY // SECOND, "paid": "out_of_band" if key in BY_WIRE else "card"}
    return {
        "id": f"in_TW{key.upper()}{tail}", "created": created, "customer": f"cus_TW{key.upper()}", "currency": "usd",
        "collection_method": "send_invoice", "days_until_due": 30, "lines": lines,
        "finalized_at": created + MINUTE // SECOND, "sent_at": created + 2 * MINUTE // SECOND,
        **(paid if day < date(2025, 12, 1) else {}),
    }  # fmt: skip


def _line(words: str, cents: int, month: int) -> Obj:
    first, until = month_span(month)
    return {"description": words, "amount": cents, "period": {"start": _at(first), "end": _at(until)}}


def _at(day: date, hour: int = 0) -> int:
    """Unix seconds of that hour in New York."""
    return (midnight(day) + hour * HOUR) // SECOND


def _cents(amount: Decimal) -> int:
    return int(amount * 100)
