"""Terms and usage for the calculator's tests, as short as they can be written. November 2025 in New York: 30 days."""

from datetime import date
from decimal import Decimal
from typing import Any

from pricing.periods import Period, midnight
from pricing.statement import Balance, Opening, Slice, Statement, Usage
from pricing.terms import (
    Billing,
    Charge,
    Included,
    InForce,
    LineRounding,
    Metric,
    PerUnit,
    Prepaid,
    Proration,
    RecurringCharge,
    Terms,
    Tier,
    Tiered,
    UnitRounding,
    UsageCharge,
)  # fmt: skip

ZONE = "America/New_York"
NOVEMBER = Period.month("2025-11")
MID = date(2025, 11, 16)
WHOLE_MINUTES = Metric(id="minutes", unit="min", rounding=UnitRounding(mode="up"))
RAW_MINUTES = Metric(id="minutes", unit="min")
FIRST, SECOND = InForce(end=MID), InForce(start=MID)
TIERS = (("10000", "0.12"), ("50000", "0.10"), (None, "0.08"))


def terms(*charges: Charge, **more: Any) -> Terms:
    given: dict[str, Any] = {
        "currency": "USD", "time_zone": ZONE, "effective_from": date(2025, 1, 1), "billing": Billing(net_days=30),
        "rounding": LineRounding(mode="half_up"), "metrics": (WHOLE_MINUTES,),
    }  # fmt: skip
    return Terms(**{**given, "charges": charges, **more})


def metered(price: PerUnit | Tiered, included: str | None = None, **more: Any) -> UsageCharge:
    allowance = None if included is None else Included(quantity=Decimal(included))
    given: dict[str, Any] = {"id": "minutes", "description": "Minutes", "metric": "minutes", "included": allowance}
    return UsageCharge(**{**given, "price": price, **more})


def per_unit(amount: str) -> PerUnit:
    return PerUnit(unit_amount=Decimal(amount))


def tiered(model: str, rows: tuple[tuple[str | None, ...], ...] = TIERS) -> Tiered:
    """Rows are (up_to, unit_amount) or (up_to, unit_amount, flat_amount)."""
    tiers = [dict(zip(("up_to", "unit_amount", "flat_amount"), row, strict=False)) for row in rows]
    return Tiered.model_validate({"model": model, "tiers": tuple(Tier.model_validate(tier) for tier in tiers)})


def fee(amount: str, basis: str | None = None, **more: Any) -> RecurringCharge:
    proration = Proration.model_validate({"basis": basis}) if basis else None
    return RecurringCharge(
        **{
            "id": "platform_fee",
            "description": "Platform fee",
            "amount": Decimal(amount),
            "proration": proration,
            **more,
        }
    )


def prepaid(overage: str | None = "0.115", **more: Any) -> Prepaid:
    given: dict[str, Any] = {
        "id": "commit", "description": "prepaid commit 2025", "amount": Decimal("120000"), "applies_to": "minutes",
        "access": InForce(start=date(2025, 1, 1), end=date(2026, 1, 1)),
        "overage_unit_amount": None if overage is None else Decimal(overage),
    }  # fmt: skip
    return Prepaid(**{**given, **more})


def left(amount: str, name: str = "commit") -> Opening:
    return Opening(balances=(Balance(id=name, amount=Decimal(amount)),))


def piece(quantity: str, start: date = NOVEMBER.start, end: date = NOVEMBER.end, **more: Any) -> Slice:
    """Usage of `minutes` from midnight to midnight, New York."""
    bounds = {"start": midnight(start, ZONE), "end": midnight(end, ZONE)}
    return Slice(**{"metric": "minutes", **bounds, "quantity": Decimal(quantity), **more})


def used(*quantities: str) -> Usage:
    """One quantity for all of November, or two for the days before the 16th and from the 16th on."""
    if len(quantities) == 1:
        return Usage(slices=(piece(quantities[0]),))
    first, second = quantities
    return Usage(slices=(piece(first, end=MID), piece(second, start=MID)))


def amounts(statement: Statement) -> dict[str, str]:
    return {line.id: str(line.amount) for line in statement.lines}
