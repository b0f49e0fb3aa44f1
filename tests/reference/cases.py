"""Random cases for two calculators: realistic and nasty terms, usage, openings and billed amounts as plain JSON.

`case(seed, number)` is the same for the same arguments. Some cases are refused on purpose; most are meant to be rated.
"""

import random
from datetime import date, timedelta

from tests.reference.cases_money import add_money, included
from tests.reference.cases_usage import measure
from tests.reference.dates import MONTHS, common, grid, months_on, sized
from tests.reference.figures import Json
from tests.reference.maker import Maker

ZONES = (
    "America/New_York",
    "Europe/Berlin",
    "UTC",
    "Asia/Tokyo",
    "America/Sao_Paulo",
    "America/Havana",
    "Asia/Beirut",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Africa/Cairo",
    "Pacific/Auckland",
)
MODES = ("half_up", "half_even", "down", "up", "floor", "ceiling")


def case(seed: int, number: int) -> Json:
    """The case of this number: {terms, usage, period, opening, billed}, numbers as text and times in UTC."""
    make = Maker(random.Random(f"{seed}:{number}"))
    period = frame(make)
    charges(make, period)
    add_money(make, period)
    measure(make, period)
    start, end = period
    billed = [{"line": make.of(*make.terms["charges"])["id"], "amount": make.of("1", "20", "1000"), "by": "earlier"}]
    return {
        "terms": make.terms,
        "usage": make.usage,
        "period": {"start": start.isoformat(), "end": end.isoformat()},
        "opening": make.opening,
        "billed": billed if make.some(0.1) else [],
    }


def frame(make: Maker) -> tuple[date, date]:
    """The contract and its period."""
    rng = make.rng
    frequency = make.of("monthly", "monthly", "monthly", "monthly", "quarterly", "annual", "weekly", "daily")
    billing: Json = {"net_days": 30, "frequency": frequency}
    if make.some(0.1):
        billing["every"] = make.of(2, 3)
    anchor = make.of(None, None, "calendar", "anniversary")
    if anchor and frequency in ("daily", "weekly"):
        make.windows = ("calendar_year", "term")
    if anchor:
        billing.pop("every", None)
    if anchor:
        billing["anchor"] = {"kind": anchor}
        if make.some(0.3):
            billing["anchor"]["day"] = make.of(1, 15, 29, 30, 31)
    effective = date(make.of(2023, 2024, 2025), rng.randrange(1, 13), make.of(1, 1, 1, 1, rng.randrange(1, 29), 15))
    if make.some(0.05):
        effective = make.of(date(2024, 2, 29), date(2025, 1, 31), date(2023, 12, 31))
    make.terms = {
        "schema_version": 2,
        "currency": make.of("USD", "USD", "EUR", "JPY", "KWD", "CLP", "TND"),
        "time_zone": make.of(*ZONES),
        "effective_from": effective.isoformat(),
        "billing": billing,
        "rounding": {"mode": make.of("half_up", "half_up", *MODES)},
        "charges": [],
    }
    if make.some(0.3):
        make.terms["rounding"]["level"] = make.of("part", "line", "statement")
    if make.some(0.05):
        make.terms["rounding"]["decimals"] = make.of(0, 1, 3)
    size = sized(frequency, billing.get("every", 1))
    counted = grid(make.terms, size, effective)
    first = counted.index(effective) + make.of(0, 0, 1, 2, 5, rng.randrange(0, 14))
    period = counted.begin(first), counted.begin(first + 1)
    if anchor is None and make.some(0.2):
        start = effective + timedelta(days=rng.randrange(-20, 200))
        step = months_on(start, MONTHS.get(frequency, 0) * billing.get("every", 1))
        period = start, step if "months" in size else start + timedelta(days=size["days"])
    if make.some(0.12):
        make.terms["term_end"] = make.of(period[1], make.inside(period), months_on(period[1], 3)).isoformat()
    if common(period, (effective, date.fromisoformat(make.terms.get("term_end", "9999-01-01")))) is None:
        make.terms.pop("term_end", None)
    return period


def charges(make: Maker, period: tuple[date, date]) -> None:
    make.terms["metrics"] = [metric(make, f"m{i}") for i in range(make.of(1, 1, 2))]
    for i in range(make.of(1, 1, 2, 3)):
        kind = make.of("usage", "usage", "usage", "recurring", "one_time")
        name = f"c{i}"
        if kind == "usage":
            versions(make, usage_charge(make, name), period)
        elif kind == "recurring":
            versions(make, fee(make, name), period)
        else:
            make.terms["charges"].append(one_time(make, name, period))
    if any("accumulates" in charge for charge in make.terms["charges"]):
        make.terms["rounding"].pop("level", None)
    used = {charge.get("metric") for charge in make.terms["charges"]}
    make.terms["metrics"] = [m for m in make.terms["metrics"] if m["id"] in used]
    if make.some(0.1) and make.terms["rounding"].get("level") != "statement":
        head = [["convert", "included", "round_units"], ["included", "convert", "round_units"]]
        tail = ["percent_discount", "cap", "minimum", "fixed_discount", "credit"]
        make.rng.shuffle(tail)
        tail.insert(tail[0] == "percent_discount" and make.of(0, 1), "round")
        make.terms["order"] = [*make.of(["convert", "round_units", "included"], *head), "price", *tail, "tax"]


def metric(make: Maker, name: str) -> Json:
    kind = make.of("sum", "sum", "sum", "sum", "count", "max", "unique", "last", "time_weighted", "percentile")
    out: Json = {"id": name, "unit": "u", "aggregation": kind}
    if kind == "percentile":
        out["percentile"] = make.of("50", "95", "99.9", "100", "33.3")
    if kind == "time_weighted":
        out["weighted_by"] = make.of("days", "seconds")
    if kind in ("last", "time_weighted") and make.some(0.3):
        out["event_values"] = "change"
    half_hours = make.terms["time_zone"] == "Australia/Lord_Howe"
    if kind in ("sum", "max") and make.some(0.15):
        out["buckets"] = {
            "every": make.of("day", "month", "day" if half_hours else "hour"),
            "across": make.of("sum", "max", "average"),
        }
    if kind == "sum" and make.some(0.15):
        out["per_event"] = {"minimum": make.of("30", "0.5"), "increment": make.of("6", "60", "0.1")}
    if make.some(0.4):
        out["rounding"] = {
            "divide_by": make.of("1", "60", "1000", "3"),
            "multiply_by": make.of("1", "1", "2"),
            "mode": make.of("none", "up", "down", "half_up", "half_even"),
            "decimals": make.of(0, 0, 1, 2, -1),
        }
    return out


def tiers(make: Maker, value: str, flat: float = 0.3) -> list[Json]:
    last = 0
    out: list[Json] = []
    for _ in range(make.of(1, 2, 2, 3)):
        last += int(make.bound())
        make.numbers.append(str(last))
        out.append({"up_to": str(last), value: make.price()})
    out.append({"up_to": None, value: make.price()})
    for tier in out:
        if make.some(flat):
            tier["flat_amount"] = make.money()
    return out


def a_price(make: Maker, model: str) -> Json:
    if model == "per_unit":
        return {"model": model, "unit_amount": make.price()}
    if model in ("graduated", "volume"):
        out: Json = {"model": model, "tiers": tiers(make, "unit_amount")}
        if make.some(0.15):
            out["zero_usage_flat"] = True
        if make.some(0.15):
            for tier in out["tiers"]:
                tier["block"] = make.of("10", "7", "100", "0.5")
        return out
    if model == "package":
        return {
            "model": model,
            "size": make.bound(),
            "amount": make.money(),
            "partial": make.of("up", "down", "prorata"),
        }
    if model == "stairstep":
        return {"model": model, "tiers": tiers(make, "amount", 0), "zero_usage": make.some(0.3)}
    if model == "graduated_percentage":
        return {"model": model, "tiers": tiers(make, "rate")}
    if model == "pass_through":
        return {"model": model, "multiplier": make.of("1", "1.15", "0.9")}
    out = {"model": "percentage", "rate": make.of("2.9", "0.5", "100", "0")}
    if make.some(0.5):
        out["fixed_per_event"] = make.of("0.30", "1", "0.005")
    if make.some(0.3):
        for name, value in (
            ("event_minimum", "0.5"),
            ("event_maximum", "5"),
            ("free_amount", "70"),
            ("free_events", 2),
        ):
            if make.some(0.5):
                out[name] = value
    return out


MODELS = (
    "per_unit",
    "per_unit",
    "graduated",
    "graduated",
    "volume",
    "package",
    "stairstep",
    "percentage",
    "graduated_percentage",
    "pass_through",
)


def usage_charge(make: Maker, name: str) -> Json:
    m = make.of(*make.terms["metrics"])
    out: Json = {
        "kind": "usage",
        "id": name,
        "description": name,
        "metric": m["id"],
        "price": a_price(make, make.of(*MODELS)),
    }
    if m["aggregation"] in ("last", "time_weighted"):
        out["price"].pop("fixed_per_event", None)
    if make.some(0.1) and m["aggregation"] not in ("unique", "percentile", "last", "time_weighted"):
        cells = [{"when": {"region": r}, "price": a_price(make, make.of(*MODELS[:-3]))} for r in ("eu", "us")]
        out["price"] = {"model": "matrix", "cells": cells, "otherwise": a_price(make, "per_unit")}
        for cell in cells:
            cell["price"].pop("zero_usage_flat", None)
            cell["price"].pop("zero_usage", None)
        return out
    if m["aggregation"] in ("unique", "percentile") or make.some(0.15):
        out["per_each"] = "region"
    bounded = out["price"]["model"] == "percentage"
    if not bounded and make.some(0.4):
        out["included"] = included(make)
        if out["price"].get("zero_usage_flat"):
            out["included"].pop("consumes_tier", None)
    elif not bounded and make.some(0.2):
        out["accumulates"] = make.of(*make.windows)
    if make.some(0.1):
        out["minimum_units"] = make.bound()
    elif make.some(0.1) and "accumulates" not in out:
        out["price_floor"] = make.price()
    return out


def fee(make: Maker, name: str) -> Json:
    out: Json = {"kind": "recurring", "id": name, "description": name, "amount": make.money()}
    if make.some(0.3):
        out["quantity"] = make.of("3", "0.5", "10")
    if make.some(0.7):
        out["proration"] = proration(make)
    if make.some(0.25):
        out["every"] = make.of("weekly", "monthly", "quarterly", "annual", "daily")
        out["timing"] = make.of("advance", "arrears")
        months = make.terms["billing"]["frequency"] in MONTHS
        out["spread"] = (
            months and "anchor" in make.terms["billing"] and make.some(0.2) and out["every"] in ("quarterly", "annual")
        )
    if make.some(0.25):
        make.terms["metrics"].append({"id": f"s{name}", "unit": "seat", "aggregation": "last"})
        out.update(metric=f"s{name}")
        out["proration"] = {
            **proration(make),
            "change_day": "new",
            "basis": make.of("actual_days", "fixed_30", "seconds"),
        }
        out.pop("quantity", None)
        for key in ("every", "timing", "spread"):
            out.pop(key, None)
        if make.some(0.4) and make.terms["rounding"].get("level") != "part":
            out.update(
                amount="0",
                tiers={"model": make.of("graduated", "volume"), "tiers": tiers(make, "unit_amount")},
            )
    return out


def proration(make: Maker) -> Json:
    out: Json = {"basis": make.of("actual_days", "actual_days", "fixed_30", "seconds", "none")}
    for key, chance, value in (
        ("change_day", 0.2, "old"),
        ("ratio_decimals", 0.2, make.of(2, 4)),
        ("round_first", 0.2, True),
        ("on_change", 0.6, make.of("both", "old", "new")),
        ("credit_on_decrease", 0.8, make.of("yes", "never", "next_renewal")),
    ):
        if make.some(chance):
            out[key] = value
    return out


def one_time(make: Maker, name: str, period: tuple[date, date]) -> Json:
    out: Json = {"kind": "one_time", "id": name, "description": name, "amount": make.money()}
    if make.some(0.5):
        return {**out, "on": make.inside((period[0] - timedelta(days=3), period[1])).isoformat()}
    dates = sorted({make.inside((period[0] - timedelta(days=20), period[1] + timedelta(days=20))) for _ in range(3)})
    out["instalments"] = [{"on": on.isoformat()} for on in dates]
    if make.some(0.4) and len(dates) > 1:
        out["instalments"][0]["amount"] = make.of("1", "3")
    return out


def versions(make: Maker, charge: Json, period: tuple[date, date]) -> None:
    """The charge, or two versions of it that change inside the period, or a part of it."""
    listed = make.terms["charges"]
    if not make.some(0.3) or "every" in charge:
        listed.append(charge)
        return
    if charge["kind"] == "recurring" and charge.get("metric") and charge.get("proration", {}).get("credit_on_decrease"):
        charge["proration"]["credit_on_decrease"] = "yes"
    on = make.inside(period).isoformat()
    if make.some(0.3):
        listed.append({**charge, "in_force": {make.of("start", "end"): on}})
        return
    if charge.get("included", {}).get("resets"):
        charge["included"].setdefault("proration", {"basis": "actual_days"})
    if charge.get("included", {}).get("resets"):
        on = min(on, (period[1] - timedelta(days=1)).isoformat())
    later = {**charge, "in_force": {"start": on}}
    if charge["kind"] == "usage":
        models = MODELS[:4] if "included" in charge or "accumulates" in charge else MODELS
        if charge["price"]["model"] != "matrix":
            later["price"] = a_price(make, make.of(charge["price"]["model"], make.of(*models)))
        levels = {m["id"] for m in make.terms["metrics"] if m["aggregation"] in ("last", "time_weighted")}
        if charge["metric"] in levels:
            later["price"].pop("fixed_per_event", None)
        if make.some(0.8):
            later["tiers_on_change"] = make.of("restart", "continue", "continue")
        if charge.get("included", {}).get("resets") or "accumulates" in charge:
            later["tiers_on_change"] = "continue"
        if "included" in charge and make.some(0.4):
            later["included"] = {**charge["included"], "quantity": make.bound()}
    elif charge["amount"] != "0":
        later["amount"] = make.money()
    listed.extend([{**charge, "in_force": {"end": on}}, later])
