"""The demo customers' terms, written by hand from the company's price list: the reader of contracts has no part in them."""

from datetime import date
from decimal import Decimal

from pricing.terms import (
    Billing,
    Included,
    InForce,
    LineRounding,
    Metric,
    Minimum,
    PerUnit,
    Prepaid,
    Proration,
    RecurringCharge,
    Terms,
    Tier,
    Tiered,
    UnitRounding,
    UsageCharge,
)

MINUTES = Metric(id="minutes", unit="min", rounding=UnitRounding(mode="up"), excluded=("internal",))
TIERS = (
    Tier(up_to=Decimal(10000), unit_amount=Decimal("0.12")),
    Tier(up_to=Decimal(50000), unit_amount=Decimal("0.10")),
    Tier(up_to=None, unit_amount=Decimal("0.08")),
)
MID = date(2025, 11, 16)


def _terms(*charges: RecurringCharge | UsageCharge, **more: object) -> Terms:
    return Terms(
        currency="USD", time_zone="America/New_York", effective_from=date(2025, 1, 1), billing=Billing(net_days=30),
        rounding=LineRounding(mode="half_up"), metrics=(MINUTES,), charges=charges, **more,  # type: ignore[arg-type]
    )  # fmt: skip


def _minutes(price: PerUnit | Tiered, included: int | None = None, **more: object) -> UsageCharge:
    allowance = None if included is None else Included(quantity=Decimal(included))
    return UsageCharge(
        id="minutes", description="Connected minutes", metric="minutes", price=price, included=allowance, **more
    )  # type: ignore[arg-type]


def _fee(amount: str, **more: object) -> RecurringCharge:
    return RecurringCharge(id="platform_fee", description="Platform fee", amount=Decimal(amount), **more)  # type: ignore[arg-type]


def _price(amount: str) -> PerUnit:
    return PerUnit(unit_amount=Decimal(amount))


PRORATED = Proration(basis="actual_days")
DEMO: dict[str, Terms] = {
    "acornhill": _terms(_fee("2500"), _minutes(_price("0.085"), 20000)),
    "brindlecat": _terms(_minutes(Tiered(model="graduated", tiers=TIERS))),
    "copperkettle": _terms(_minutes(Tiered(model="volume", tiers=TIERS))),
    "dapplewood": _terms(
        _minutes(_price("0.10")),
        prepaid=(Prepaid(id="annual_commit", description="Annual commitment 2025", amount=Decimal(120000), applies_to="minutes",
                         access=InForce(start=date(2025, 1, 1), end=date(2026, 1, 1)), overage_unit_amount=Decimal("0.115")),),
    ),
    "elmfoot": _terms(
        _minutes(_price("0.11")),
        minimums=(Minimum(id="monthly_minimum", description="Monthly minimum", amount=Decimal(5000), counts=("minutes",)),),
    ),
    "gumdrop": _terms(
        _fee("1500", proration=PRORATED, in_force=InForce(end=MID)), _fee("2000", proration=PRORATED, in_force=InForce(start=MID)),
        _minutes(_price("0.11"), in_force=InForce(end=MID)), _minutes(_price("0.095"), in_force=InForce(start=MID)),
    ),
}  # fmt: skip
