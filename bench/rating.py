"""A thousand statements of graduated terms, working included, against the bare Decimal arithmetic of the same lines."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from bench.timing import line, ratio
from pricing.periods import Period
from pricing.rate import rate
from pricing.statement import Slice, Usage
from pricing.terms import Billing, LineRounding, Metric, Terms, Tier, Tiered, UnitRounding, UsageCharge

COUNT = 1000
TIERS = ((10000, "0.12"), (50000, "0.10"), (None, "0.08"))
NOVEMBER = Period.month("2025-11")


def statements() -> str:
    terms, usage = _terms(), _usage()
    return line(
        f"{COUNT} statements, three tiers",
        ratio(lambda: [rate(terms, usage, NOVEMBER) for _ in range(COUNT)], lambda: [_bare() for _ in range(COUNT)]),
        "rating with its whole working / bare Decimal arithmetic",
    )


def _terms() -> Terms:
    tiers = tuple(Tier(up_to=None if end is None else Decimal(end), unit_amount=Decimal(price)) for end, price in TIERS)
    charge = UsageCharge(
        id="minutes", description="Minutes", metric="minutes", price=Tiered(model="graduated", tiers=tiers)
    )
    return Terms(
        currency="USD", time_zone="America/New_York", effective_from=date(2025, 1, 1), billing=Billing(net_days=30),
        rounding=LineRounding(mode="half_up"), charges=(charge,),
        metrics=(Metric(id="minutes", unit="min", rounding=UnitRounding(mode="up")),),
    )  # fmt: skip


def _usage() -> Usage:
    start, end = NOVEMBER.bounds("America/New_York")
    return Usage(
        slices=(Slice(metric="minutes", start=start, end=end, quantity=Decimal(3674970000), per=Decimal(60000)),)
    )


def _bare() -> Decimal:
    minutes = (Decimal(3674970000) / Decimal(60000)).to_integral_value(rounding="ROUND_CEILING")
    total = Decimal(10000) * Decimal("0.12") + Decimal(40000) * Decimal("0.10") + (minutes - 50000) * Decimal("0.08")
    return total.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
