"""Proration: what part of a span a part of its days is, and an amount cut to that part."""

from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from pricing.exact import Number, div, mul, rounded, shown
from pricing.model.calendar import Proration
from pricing.periods import Period
from pricing.rules.work import Work
from pricing.steps import Note, Step


class Ratio(NamedTuple):
    """`part` of `of`, in `unit`s (days, seconds); `value` is their quotient, rounded where the terms say so."""

    part: Decimal
    of: Decimal
    unit: str
    value: Number


def ratio(rule: Proration, part: Period, of: Period, zone: str) -> Ratio:
    """How much of `of` the days `part` are. Basis none counts any part as the whole."""
    if rule.basis == "none":
        return Ratio(Decimal(1), Decimal(1), "periods", Decimal(1))
    if rule.basis == "seconds":
        counts = [Decimal((end - start) // timedelta(seconds=1)) for start, end in (part.bounds(zone), of.bounds(zone))]
        return _ratio(rule, counts[0], counts[1], "seconds")
    if rule.basis == "fixed_30":
        return _ratio(rule, Decimal(thirty(part)), Decimal(thirty(of)), "days of 30 a month")
    return _ratio(rule, Decimal(part.days), Decimal(of.days), "days")


def thirty(period: Period) -> int:
    """Days when every month has 30: the 31st counts as the 30th, a month's last day as its end (30/360)."""
    first, last = period.start, period.end
    whole = (last.year - first.year) * 360 + (last.month - first.month) * 30
    return whole + _thirtieth(last) - _thirtieth(first)


def _thirtieth(day: date) -> int:
    return min(day.day, 30)


def _ratio(rule: Proration, part: Decimal, of: Decimal, unit: str) -> Ratio:
    value: Number = div(part, of)
    if rule.ratio_decimals is not None:
        value = rounded(value, rule.ratio_decimals, "half_up")
    return Ratio(part, of, unit, value)


def prorated(work: Work, amount: Number, share: Ratio, rule: Proration, path: str, steps: list[Step | Note]) -> Number:
    """`amount` times the ratio, as a step 'prorate'."""
    if rule.round_first:
        amount = work.round(amount)
    found = mul(amount, share.value) if rule.ratio_decimals is not None else div(mul(amount, share.part), share.of)
    inputs: dict[str, Decimal | str] = {"amount": shown(amount), "days": share.part, "of": share.of}
    if share.unit != "days":
        inputs["unit"] = share.unit
    if rule.ratio_decimals is not None:
        inputs["ratio"] = shown(share.value)
    steps.append(Step("prorate", inputs, shown(found), work.currency, path))
    return found
