"""Terms as short as they can be written, rated: what the cases of sentences and random terms are made of."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from pricing.periods import Period, midnight
from pricing.rate import rate
from pricing.statement import Billed, Event, Opening, Slice, Statement, Usage
from pricing.terms import Terms
from tests.pricing.pricing_kit import NOVEMBER, ZONE

TEN_CENTS = {"model": "per_unit", "unit_amount": "0.10"}
RATE = {"model": "percentage", "rate": "2.9"}
TIERS = [{"up_to": "1200", "unit_amount": "2"}, {"up_to": None, "unit_amount": "1"}]
BLOCKS = [{"up_to": "500", "unit_amount": "1"}, {"up_to": None, "unit_amount": "5", "block": "100", "flat_amount": "3"}]
STAIRS = {"model": "stairstep", "tiers": [{"up_to": "500", "amount": "100"}, {"up_to": None, "amount": "333.335"}]}
REGIONS = {
    "model": "matrix", "otherwise": STAIRS,
    "cells": [{"when": {"region": "us"}, "price": TEN_CENTS},
              {"when": {"region": "eu"}, "price": {"model": "graduated", "tiers": TIERS}}],
}  # fmt: skip
LEVEL_TIERS = {
    "model": "graduated",
    "tiers": [{"up_to": "10", "unit_amount": "30"}, {"up_to": None, "unit_amount": "20"}],
}
CHEAPER = {
    "model": "graduated",
    "tiers": [{"up_to": "1200", "unit_amount": "1.5"}, {"up_to": None, "unit_amount": "0.5"}],
}
SEATS = ({"id": "minutes", "unit": "seats", "aggregation": "last"},)
YEAR = {"start": "2025-01-01", "end": "2026-01-01"}
DAYS = {"basis": "actual_days"}
LATE = "2025-11-21"
LATE_DAYS = Period.parse("2025-11-21/2025-12-01")
INCLUDED_FIRST = [
    "included", "convert", "round_units", "price", "round", "percent_discount", "cap", "minimum", "fixed_discount",
    "credit", "tax",
]  # fmt: skip
DISCOUNT_FIRST = [
    "convert", "round_units", "included", "price", "percent_discount", "round", "cap", "minimum", "fixed_discount",
    "credit", "tax",
]  # fmt: skip


def minutes(price: dict[str, Any] = TEN_CENTS, **more: Any) -> dict[str, Any]:
    return {"kind": "usage", "id": "minutes", "description": "Minutes", "metric": "minutes", "price": price, **more}


def fee(amount: str = "100", **more: Any) -> dict[str, Any]:
    return {"kind": "recurring", "id": "fee", "description": "Fee", "amount": amount, **more}


def setup(**more: Any) -> dict[str, Any]:
    return {"kind": "one_time", "id": "setup", "description": "Setup", "amount": "100", **more}


def metric(unit: str = "min", **more: Any) -> dict[str, Any]:
    return {"id": "minutes", "unit": unit, **more}


def owner(name: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "description": name.capitalize(), **more}


def prepaid(name: str = "commit", **more: Any) -> dict[str, Any]:
    return owner(
        name, **{"amount": "1000", "applies_to": "minutes", "access": YEAR, "overage_unit_amount": "0.115", **more}
    )


def bill(*charges: dict[str, Any], metrics: tuple[dict[str, Any], ...] = (), **more: Any) -> Terms:
    given = {
        "currency": "USD", "time_zone": ZONE, "effective_from": "2025-01-01", "billing": {"net_days": 30},
        "rounding": {"mode": "half_up"}, "metrics": metrics or (metric(rounding={"mode": "up"}),), "charges": charges,
    }  # fmt: skip
    return Terms.model_validate_json(json.dumps({**given, **more}))


def used(quantity: str = "1000", period: Period = NOVEMBER, **more: Any) -> Slice:
    bounds = {"start": midnight(period.start, ZONE), "end": midnight(period.end, ZONE)}
    return Slice(metric="minutes", **bounds, quantity=Decimal(quantity), **more)


def sites(**quantities: str) -> tuple[Slice, ...]:
    return tuple(used(quantity, dims={"region": name}) for name, quantity in quantities.items())


def event(day: int, value: str, hour: int = 12, key: str | None = None) -> Event:
    return Event(
        metric="minutes", at=datetime(2025, 11, day, hour, tzinfo=ZoneInfo(ZONE)), value=Decimal(value), key=key
    )


EVENTS = (event(1, "5", 0, "a"), event(5, "10", key="b"), event(9, "3", key="a"))
FEES = (event(1, "100"), event(2, "50"), event(3, "10"))


@dataclass
class Case:
    terms: Terms
    says: dict[str, str]
    usage: tuple[Slice | Event, ...] = (used(),)
    opening: dict[str, Any] = field(default_factory=dict)
    billed: tuple[Billed, ...] = ()
    period: Period = NOVEMBER

    def rated(self) -> Statement:
        slices = tuple(one for one in self.usage if isinstance(one, Slice))
        events = tuple(one for one in self.usage if isinstance(one, Event))
        opening = Opening.model_validate_json(json.dumps(self.opening))
        return rate(self.terms, Usage(slices=slices, events=events), self.period, opening, self.billed)


def counting(aggregation: str, says: str, **more: Any) -> Case:
    return Case(bill(minutes(), metrics=(metric(aggregation=aggregation, **more),)), {"minutes": says}, EVENTS)


def priced(price: dict[str, Any], says: str, quantity: str = "1000", unit: str = "min", **more: Any) -> Case:
    return Case(bill(minutes(price, **more), metrics=(metric(unit),)), {"minutes": says}, (used(quantity),))


def charged(says: str, *usage: Event, **more: Any) -> Case:
    price = {**RATE, "fixed_per_event": "0.30", **more}
    return Case(bill(minutes(price), metrics=(metric("USD"),)), {"minutes": says}, usage or FEES)


def seats(says: str, *levels: Event, **more: Any) -> Case:
    """A fee of $60 a seat, or whatever more says, at these levels."""
    return Case(bill(fee(**{"amount": "60", "metric": "minutes", **more}), metrics=SEATS), {"fee": says}, levels)


def raised(says: str, charge: dict[str, Any], *usage: Slice | Event, **more: Any) -> Case:
    step = {"id": "up", "applies_to": [charge["id"]], "first": "2025-06-01", "percent": "3", **more}
    return Case(bill(charge, escalators=[step]), {charge["id"]: says}, usage)


def paying(says: str, charge: dict[str, Any], **more: Any) -> Case:
    return Case(bill(charge, metrics=(metric("seats", aggregation="last"),), **more), {"fee": says}, ())


def beside(name: str, says: str, balance: str | None = None, **more: Any) -> Case:
    """1,000 minutes at $0.10 and the line that something else makes of them."""
    opening = {"balances": [{"id": "gift", "amount": balance}]} if balance else {}
    return Case(bill(minutes(), **more), {"minutes": "1,000 min × $0.10 = $100.00", name: says}, opening=opening)
