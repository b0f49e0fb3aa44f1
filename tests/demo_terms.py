"""The demo customers' terms, written by hand from the company's price list: the reader of contracts has no part in them.

Halfpenny's annual fee, and the dates on which contracts began, are the only figures that the price list does not name.
"""

from datetime import date
from decimal import Decimal

from pricing.terms import (
    Allocation,
    Billing,
    BillTo,
    Cap,
    Credit,
    Escalator,
    EventRule,
    Expiry,
    Included,
    InForce,
    LineRounding,
    Metric,
    Minimum,
    PerUnit,
    Prepaid,
    Proration,
    RecurringCharge,
    Rollover,
    Tax,
    Terms,
    Threshold,
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
    usual: dict[str, object] = {
        "currency": "USD", "time_zone": "America/New_York", "effective_from": date(2025, 1, 1),
        "billing": Billing(net_days=30), "rounding": LineRounding(mode="half_up"), "metrics": (MINUTES,),
    }  # fmt: skip
    return Terms(charges=charges, **(usual | more))  # type: ignore[arg-type]


def _minutes(price: PerUnit | Tiered, included: int | Included | None = None, **more: object) -> UsageCharge:
    allowance = Included(quantity=Decimal(included)) if isinstance(included, int) else included
    return UsageCharge(
        id="minutes", description="Connected minutes", metric="minutes", price=price, included=allowance, **more
    )  # type: ignore[arg-type]


def _fee(amount: str, **more: object) -> RecurringCharge:
    return RecurringCharge(id="platform_fee", description="Platform fee", amount=Decimal(amount), **more)  # type: ignore[arg-type]


def _metered(metric: str, description: str, amount: str) -> UsageCharge:
    return UsageCharge(id=metric, description=description, metric=metric, price=_price(amount))


def _price(amount: str) -> PerUnit:
    return PerUnit(unit_amount=Decimal(amount))


PRORATED = Proration(basis="actual_days")
# Fourteen hotels, each with a purchase order of its own, on one invoice.
SITES = tuple(
    BillTo(id=f"site_{number:02d}", name=f"Fennelbrook Hotels {number:02d}", key=f"org_fennelbrook_{number:02d}",
           po_number=f"FBH-{4100 + number}")
    for number in range(1, 15)
)  # fmt: skip
TRANSCRIPTION = Metric(id="transcription", unit="min", rounding=UnitRounding(mode="up"))
MESSAGES = Metric(id="messages", unit="message", aggregation="count")
STORAGE = Metric(id="storage", unit="GB", aggregation="time_weighted")
SEATS = Metric(id="seats", unit="seat", aggregation="last")
SIX_SECONDS = EventRule(minimum=Decimal("0.5"), increment=Decimal("0.1"))
DEMO: dict[str, Terms] = {
    "acornhill": _terms(_fee("2500"), _minutes(_price("0.085"), 20000)),
    "brindlecat": _terms(_minutes(Tiered(model="graduated", tiers=TIERS))),
    "copperkettle": _terms(_minutes(Tiered(model="volume", tiers=TIERS))),
    "dapplewood": _terms(
        _minutes(_price("0.10")),
        prepaid=(Prepaid(id="annual_commit", description="Annual commitment 2025", amount=Decimal(120000), applies_to="minutes",
                         access=InForce(start=date(2025, 1, 1), end=date(2026, 1, 1)), overage_unit_amount=Decimal("0.115")),),
        thresholds=(Threshold(id="notice", of="annual_commit", percents=(Decimal(100),), customer_notice_required=True),),
    ),
    "elmfoot": _terms(
        _minutes(_price("0.11")),
        minimums=(Minimum(id="monthly_minimum", description="Monthly minimum", amount=Decimal(5000), counts=("minutes",)),),
    ),
    "gumdrop": _terms(
        _fee("1500", proration=PRORATED, in_force=InForce(end=MID)), _fee("2000", proration=PRORATED, in_force=InForce(start=MID)),
        _minutes(_price("0.11"), in_force=InForce(end=MID)), _minutes(_price("0.095"), in_force=InForce(start=MID)),
    ),
    "fennelbrook": _terms(
        _fee("6000"), _minutes(_price("0.07"), 100000, allocation=Allocation(by="site")), bill_tos=SITES,
    ),
    "halfpenny": _terms(
        RecurringCharge(id="annual_fee", description="Annual fee", amount=Decimal(24000), every="annual", timing="advance"),
        _minutes(_price("0.10"), Included(quantity=Decimal(30000), rollover=Rollover(ceiling_percent=Decimal(20), used="last"))),
        credits=(Credit(id="pilot_credit", description="Pilot credit", amount=Decimal(3000), applies_to=("minutes",),
                        access=InForce(end=date(2026, 1, 1)), expiry=Expiry(left="forfeits")),),
    ),
    "inkwell": _terms(
        _minutes(_price("0.13")), currency="EUR", metrics=(Metric(id="minutes", unit="min", per_event=SIX_SECONDS),),
        taxes=(Tax(id="vat", description="VAT: reverse charge, to be paid by the customer", percent=Decimal(0)),),
    ),
    "juniper": _terms(
        _metered("appointments", "Booked appointments", "4"),
        metrics=(Metric(id="appointments", unit="appointment", aggregation="count", excluded=("reversed",)),),
        caps=(Cap(id="monthly_cap", description="Monthly cap", amount=Decimal(8000), counts=("appointments",)),),
    ),
    "kestrel": _terms(
        _minutes(_price("0.095")), _metered("transcription", "Transcribed minutes", "0.018"),
        _metered("messages", "Text messages", "0.0125"), _metered("storage", "Storage, daily average", "0.25"),
        RecurringCharge(id="seats", description="Seats", amount=Decimal(60), metric="seats", proration=PRORATED),
        metrics=(MINUTES, TRANSCRIPTION, MESSAGES, STORAGE, SEATS),
    ),
    "lemonfish": _terms(
        _minutes(_price("0.10")), effective_from=date(2024, 8, 1),
        escalators=(Escalator(id="annual_increase", applies_to=("minutes",), first=date(2025, 8, 1), percent=Decimal(5),
                              decimals=4),),
    ),
}  # fmt: skip
