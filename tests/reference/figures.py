"""Exact figures of the reference calculator: rounding, the largest remainder, tiers and price models.

Everything is a Fraction. What the page does not settle is refused or chosen as its words most naturally say.
"""

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

Json = dict[str, Any]
Round = Callable[[Fraction], Fraction]

DECIMALS = {"USD": 2, "EUR": 2, "JPY": 0, "KRW": 0, "CLP": 0, "KWD": 3, "BHD": 3, "TND": 3}
PRICES = (
    "unit_amount",
    "flat_amount",
    "amount",
    "fixed_per_event",
    "event_minimum",
    "event_maximum",
)


class Refused(Exception):
    """The terms or the measurements leave open what `term` names."""

    def __init__(self, term: str) -> None:
        super().__init__(term)
        self.term = term


def rounded(x: Fraction, mode: str, decimals: int) -> Fraction:
    """`x` at `decimals` places; `up` and `down` are away from zero and toward it."""
    scale = Fraction(10) ** decimals
    scaled = x * scale
    below = math.floor(scaled)
    rest = scaled - below
    if mode == "floor" or rest == 0:
        whole = below
    elif mode == "ceiling":
        whole = below + 1
    elif mode == "down":
        whole = below if x > 0 else below + 1
    elif mode == "up":
        whole = below + 1 if x > 0 else below
    elif rest != Fraction(1, 2):
        whole = below + (rest > Fraction(1, 2))
    else:
        whole = below + (x > 0 if mode == "half_up" else below % 2)
    return Fraction(whole) / scale


def rounded_units(x: Fraction, rounding: Json) -> Fraction:
    """Units as their metric rounds them: here `up` and `down` are toward plus and minus infinity."""
    mode: str = rounding.get("mode", "none")
    if mode == "none":
        return x
    return rounded(x, {"up": "ceiling", "down": "floor"}.get(mode, mode), rounding.get("decimals", 0))


def converted(x: Fraction, rounding: Json) -> Fraction:
    return x * Fraction(rounding.get("multiply_by", "1")) / Fraction(rounding.get("divide_by", "1"))


def split(amount: Fraction, weights: Sequence[Fraction], decimals: int) -> list[Fraction]:
    """`amount` over `weights` by largest remainder; without any weight the parts are even."""
    if amount < 0:
        return [-part for part in split(-amount, weights, decimals)]
    total = sum(weights, Fraction(0))
    if total == 0:
        weights, total = [Fraction(1)] * len(weights), Fraction(len(weights))
    exact = [amount * weight / total for weight in weights]
    parts = [rounded(part, "floor", decimals) for part in exact]
    digit = Fraction(1, 10**decimals) if decimals >= 0 else Fraction(10**-decimals)
    left = int((amount - sum(parts)) / digit)
    by_cut = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in by_cut[:left]:
        parts[i] += digit
    return parts


def raised(price: Json, change: Callable[[Fraction], Fraction]) -> Json:
    """The price with every money amount in it changed, and no percentage."""
    out = dict(price)
    for key, value in price.items():
        if key in PRICES and value is not None:
            out[key] = str(change(Fraction(value)))
        elif key in ("tiers", "cells") and isinstance(value, list):
            out[key] = [raised(one, change) for one in value]
        elif key in ("price", "otherwise", "tiers") and value is not None:
            out[key] = raised(value, change)
    return out


def bounds(tiers: Sequence[Json]) -> list[tuple[Fraction, Fraction | None, Json]]:
    lows = [Fraction(0)] + [Fraction(tier["up_to"]) for tier in tiers[:-1]]
    return [
        (low, None if tier["up_to"] is None else Fraction(tier["up_to"]), tier)
        for low, tier in zip(lows, tiers, strict=True)
    ]


def reached(tiers: Sequence[Json], u: Fraction) -> Json:
    """The tier in which `u` lies; a boundary belongs to the lower one."""
    return next(tier for _, high, tier in bounds(tiers) if high is None or u <= high)


def inside(low: Fraction, high: Fraction | None, start: Fraction, end: Fraction) -> Fraction:
    top = end if high is None else min(end, high)
    return max(top - max(start, low), Fraction(0))


def unit_price(tier: Json, units: Fraction) -> Fraction:
    price = Fraction(tier["unit_amount"])
    if tier.get("block") is not None:
        return math.ceil(units / Fraction(tier["block"])) * price
    return units * price


def at_zero(price: Json, before: Fraction, part: Round) -> Fraction:
    """The first tier's flat amount where it is due although nothing was used."""
    due = price.get("zero_usage_flat") and before == 0
    return part(Fraction(price["tiers"][0].get("flat_amount", "0"))) if due else Fraction(0)


def by_tiers(price: Json, u: Fraction, before: Fraction, part: Round) -> Fraction:
    """Each unit at its own tier's price (or percentage), with the flat amounts of the tiers that are entered."""
    if u == 0:
        return at_zero(price, before, part)
    total = Fraction(0)
    for low, high, tier in bounds(price["tiers"]):
        units = inside(low, high, before, before + u)
        if units == 0:
            continue
        total += part(units * Fraction(tier["rate"]) / 100 if "rate" in tier else unit_price(tier, units))
        if before <= low:
            total += part(Fraction(tier.get("flat_amount", "0")))
    return total


def by_volume(price: Json, u: Fraction, filled: Fraction, part: Round) -> Fraction:
    if u == 0:
        return at_zero(price, filled, part)
    tier = reached(price["tiers"], filled + u)
    return part(unit_price(tier, u)) + part(Fraction(tier.get("flat_amount", "0")))


def by_package(price: Json, u: Fraction) -> Fraction:
    packages = u / Fraction(price["size"])
    if price["partial"] != "prorata":
        packages = Fraction((math.ceil if price["partial"] == "up" else math.floor)(packages))
    return packages * Fraction(price["amount"])


def by_stair(price: Json, u: Fraction, filled: Fraction) -> Fraction:
    if u == 0 and not price.get("zero_usage"):
        return Fraction(0)
    return Fraction(reached(price["tiers"], u + filled)["amount"])


def by_event(price: Json, values: Sequence[Fraction]) -> Fraction:
    """Fees event by event, with the first events and amounts free and each fee between its bounds."""
    free_events, left = price.get("free_events"), price.get("free_amount")
    allowance = None if left is None else Fraction(left)
    total = Fraction(0)
    for index, value in enumerate(values):
        rest = value
        open_ = free_events is not None or allowance is not None
        if open_ and (free_events is None or index < free_events) and (allowance is None or allowance > 0):
            free = value if allowance is None else min(value, allowance)
            allowance = None if allowance is None else allowance - free
            rest = value - free
            if rest == 0:
                continue
        fee = rest * Fraction(price["rate"]) / 100 + Fraction(price.get("fixed_per_event", "0"))
        fee = max(fee, Fraction(price.get("event_minimum") or 0))
        ceiling = price.get("event_maximum")
        total += fee if ceiling is None else min(fee, Fraction(ceiling))
    return total


def goes_by_event(price: Json) -> bool:
    names = ("event_minimum", "event_maximum", "free_events", "free_amount")
    return price["model"] == "percentage" and any(price.get(name) is not None for name in names)


def priced(price: Json, u: Fraction, before: Fraction, part: Round, events: int = 0) -> Fraction:
    """The amount of `u` units that lie after `before` others; `part` rounds what is added up, or nothing."""
    model = price["model"]
    if model in ("graduated", "graduated_percentage"):
        return by_tiers(price, u, before, part)
    if model == "volume":
        return by_volume(price, u, before, part)
    if model == "stairstep":
        return by_stair(price, u, before)
    if model == "package":
        return by_package(price, u)
    if model == "percentage":
        fixed = events * Fraction(price.get("fixed_per_event", "0")) if u else Fraction(0)
        return part(u * Fraction(price["rate"]) / 100) + part(fixed)
    return u * Fraction(price["unit_amount"] if model == "per_unit" else price["multiplier"])
