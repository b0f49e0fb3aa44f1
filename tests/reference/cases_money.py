"""Random discounts, caps, minimums, balances and escalators for a case, with the opening position that they need."""

from datetime import date, timedelta

from tests.reference.dates import months_on
from tests.reference.figures import Json, goes_by_event
from tests.reference.maker import Maker

Range = tuple[date, date]


def add_money(make: Maker, period: Range) -> None:
    ids = list(dict.fromkeys(charge["id"] for charge in make.terms["charges"]))
    for name, chance, one in (
        ("discounts", 0.35, discount),
        ("caps", 0.2, cap),
        ("minimums", 0.25, minimum),
        ("prepaid", 0.2, prepaid),
        ("credits", 0.15, credit),
        ("escalators", 0.15, escalator),
        ("pools", 0.1, pool),
    ):
        made = [
            one(make, f"{name[:2]}{i}", ids, period)
            for i in range(1 if name == "pools" else make.of(1, 1, 2))
            if make.some(chance)
        ]
        made = [thing for thing in made if thing]
        if name == "prepaid" and made:
            same: Json = {key: made[0][key] for key in ("overage_unit_amount", "on_exhaustion") if key in made[0]}
            made = [
                {
                    **{k: v for k, v in one.items() if k not in ("overage_unit_amount", "on_exhaustion")},
                    **same,
                }
                for one in made
            ]
        if made:
            make.terms[name] = made
    opening(make, period)


def dates(make: Maker, period: Range, chance: float) -> Json:
    if not make.some(chance):
        return {}
    on = period[0] + timedelta(days=make.rng.randrange(-3, (period[1] - period[0]).days + 3))
    return {make.of("start", "end"): on.isoformat()}


def chosen(make: Maker, ids: list[str]) -> list[str]:
    return ids if make.some(0.4) else [make.of(*ids)]


def shared(make: Maker, out: Json) -> Json:
    if make.some(0.6):
        out["proration"] = {"basis": make.of("actual_days", "fixed_30", "seconds", "none")}
    return out


def discount(make: Maker, name: str, ids: list[str], period: Range) -> Json:
    out: Json = {"id": name, "description": name}
    kind = make.of("percent", "percent", "amount", "amount", "units")
    usage = [charge["id"] for charge in make.terms["charges"] if charge["kind"] == "usage"]
    if kind == "units":
        return {**out, "units": make.bound(), "applies_to": chosen(make, usage)} if usage else {}
    out[kind] = make.of("10", "33.3", "100", "2.5") if kind == "percent" else make.coins()
    if make.some(0.5):
        out["applies_to"] = chosen(make, ids)
    if kind == "percent" and make.some(0.3):
        out["stacking"] = "additive"
    if kind == "percent" and make.some(0.2):
        out["mode"] = make.of("down", "up", "half_even")
    out["in_force"] = dates(make, period, 0.3)
    if make.some(0.1) and "anchor" in make.terms["billing"]:
        start = months_on(period[0], -make.of(0, 1, 2)) + timedelta(days=make.of(0, 3))
        out.update(in_force={"start": start.isoformat()}, periods=make.of(1, 2, 3))
    return shared(make, out)


def cap(make: Maker, name: str, ids: list[str], period: Range) -> Json:
    out = {"id": name, "description": name, "amount": make.coins(), "counts": chosen(make, ids)}
    if make.some(0.3):
        out["over"] = make.of(*make.windows)
    return shared(make, {**out, "in_force": dates(make, period, 0.15)})


def minimum(make: Maker, name: str, ids: list[str], period: Range) -> Json:
    out = cap(make, name, ids, period)
    if make.some(0.3):
        out["overage_factor"] = make.of("1.5", "2", "1.25")
    if make.some(0.2):
        out["shortfall"] = False
    return {**out, "prepaid_counts": make.of(True, False)}


def access(make: Maker, period: Range) -> Json:
    start = make.of(months_on(period[0], -3), period[0], period[0] + timedelta(days=make.of(0, 1, 5)))
    end = make.of(None, months_on(period[1], 6), period[1], period[1] - timedelta(days=make.of(0, 1, 5)))
    return {"start": start.isoformat(), **({"end": end.isoformat()} if end and end > start else {})}


def prepaid(make: Maker, name: str, ids: list[str], period: Range) -> Json:
    usage = [
        c["id"]
        for c in make.terms["charges"]
        if c["kind"] == "usage"
        and c["price"]["model"] != "matrix"
        and "accumulates" not in c
        and "price_floor" not in c
        and not any(goes_by_event(v["price"]) for v in make.terms["charges"] if v["id"] == c["id"])
    ]
    if not usage:
        return {}
    target = make.of(*usage)
    out: Json = {
        "id": name,
        "description": name,
        "amount": make.coins(),
        "applies_to": target,
        "access": access(make, period),
        "priority": make.of(0, 0, 1),
        "promotional": make.some(0.3),
    }
    if make.some(0.3):
        out["applies_to"] = list(dict.fromkeys(usage))
    if make.some(0.25) and "minimums" not in make.terms:
        out["kept_in"] = "units"
    elif make.some(0.7):
        out["drawdown_unit_amount"] = make.price()
    if make.some(0.6):
        out["overage_unit_amount"] = make.price()
    elif make.some(0.8) and not any(
        {"zero_usage", "zero_usage_flat"} & c.get("price", {}).keys() for c in make.terms["charges"]
    ):
        out["on_exhaustion"] = "list"
    if make.some(0.4):
        out["expiry"] = {"left": make.of("forfeits", "refunds")}
    return out


def credit(make: Maker, name: str, ids: list[str], period: Range) -> Json:
    out: Json = {
        "id": name,
        "description": name,
        "amount": make.coins(),
        "access": access(make, period),
        "priority": make.of(0, 1),
        "promotional": make.some(0.5),
    }
    if make.some(0.5):
        out["applies_to"] = chosen(make, ids)
    return shared(make, out)


def steady(charge: Json) -> bool:
    """Whether a fee follows no level and is cut where it changes."""
    cut = charge.get("proration", {}).get("basis", "none") != "none"
    return charge["kind"] == "recurring" and "metric" not in charge and cut


def escalator(make: Maker, name: str, ids: list[str], period: Range) -> Json:
    first = make.of(months_on(period[0], -12), months_on(period[0], -7), period[0] + timedelta(days=make.of(0, 3)))
    ids = [charge["id"] for charge in make.terms["charges"] if charge["kind"] == "usage" or steady(charge)]
    if not ids:
        return {}
    out: Json = {
        "id": name,
        "applies_to": [make.of(*ids)],
        "first": first.isoformat(),
        "percent": make.of("3", "2.75", "-1"),
        "every_months": make.of(12, 6, 7),
    }
    if make.some(0.5):
        out.update(decimals=make.of(2, 3, 4), mode=make.of("half_up", "down", "half_even"))
    if make.some(0.3):
        out["compounding"] = False
    resets = any(
        charge.get("included", {}).get("resets") or "accumulates" in charge for charge in make.terms["charges"]
    )
    if resets:
        out["tiers_on_change"] = "continue"
    elif make.some(0.7):
        out["tiers_on_change"] = make.of("restart", "continue")
    if make.some(0.2):
        out["ceiling"] = "2.5"
    return out


def included(make: Maker) -> Json:
    out: Json = {"quantity": make.bound()}
    if make.some(0.25):
        out["resets"] = make.of(*make.windows)
    if make.some(0.5):
        out["proration"] = {"basis": make.of("actual_days", "fixed_30", "seconds", "none")}
    if make.some(0.25):
        out["consumes_tier"] = True
    if make.some(0.3) and "resets" not in out:
        out["rollover"] = {"expires_after": make.of(1, 2, 3), "used": make.of("first", "last")}
        for name, value in (("share", "50"), ("ceiling", make.bound()), ("ceiling_percent", "75")):
            if make.some(0.4):
                out["rollover"][name] = value
    return out


def pool(make: Maker, name: str, ids: list[str], period: Range) -> Json:
    able = [
        c["id"]
        for c in make.terms["charges"]
        if c["kind"] == "usage"
        and not {"included", "in_force"} & c.keys()
        and "per_each" not in c
        and c["price"]["model"] not in ("matrix", "percentage")
    ]
    if not able:
        return {}
    inner = {key: value for key, value in included(make).items() if key != "consumes_tier"}
    if "resets" in inner:
        inner["resets"] = "term"
    return {
        "id": name,
        "included": inner,
        "charges": list(dict.fromkeys(able)),
        "taken": make.of("in_order", "proportional"),
    }


def opening(make: Maker, period: Range) -> None:
    """Whatever the terms may need of earlier periods."""
    counters, carried = make.opening["counters"], make.opening["carried"]
    started = date.fromisoformat(make.terms["effective_from"]) < period[0]
    for charge in {charge["id"]: charge for charge in reversed(make.terms["charges"])}.values():
        if charge.get("in_force", {}).get("start", "") >= period[0].isoformat():
            continue
        each = [f"[{value}]" for value in ("eu", "us", "10")] if charge.get("per_each") else [""]
        for value in each:
            name = charge["id"] + value
            if charge.get("accumulates"):
                counters.append({"id": name, "quantity": make.units(), "amount": make.of("0", "12", "345")})
            if charge.get("included", {}).get("resets"):
                counters.append({"id": f"{name}.included", "quantity": make.units()})
            if charge.get("included", {}).get("rollover") and started:
                lots(make, carried, f"{name}.included", charge["included"]["rollover"]["expires_after"])
    for one in make.terms.get("pools", ()):
        counters.append({"id": one["id"], "quantity": make.units()})
        if "rollover" in one["included"] and started:
            lots(make, carried, one["id"], one["included"]["rollover"]["expires_after"])
    for one in [*make.terms.get("caps", ()), *make.terms.get("minimums", ())]:
        if "over" in one:
            counters.append({"id": one["id"], "amount": make.of("0", "50", "900")})
    for one in [*make.terms.get("prepaid", ()), *make.terms.get("credits", ())]:
        if one["access"]["start"] < period[0].isoformat():
            make.opening["balances"].append({"id": one["id"], "amount": make.of("0", "5", "50", "1000", "100000")})


def lots(make: Maker, carried: list[Json], name: str, most: int) -> None:
    for periods in range(1, most + 1):
        if periods == 1 or make.some(0.5):
            carried.append({"id": name, "quantity": make.of("0", "12", "40.5"), "periods": periods})
