"""Proration: what part of a span a part of its days is, and an amount cut to that part."""

from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from pricing.exact import ONE, Number, div, mul, rounded, shown
from pricing.model.calendar import InForce, Proration
from pricing.periods import Period
from pricing.refusal import Refusal
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
        reached = _thirties(of, part.end) - _thirties(of, part.start)
        return _ratio(rule, Decimal(reached), Decimal(thirty(of)), "days of 30 a month")
    return _ratio(rule, Decimal(part.days), Decimal(of.days), "days")


def thirty(period: Period) -> int:
    """Days when every month has 30: the 31st counts as the 30th, and so does the end of a month to whose last day a
    period from the 29th, 30th or 31st comes back (30/360)."""
    first, last = period.start, period.end
    ends = last.day == monthrange(last.year, last.month)[1] and first.day > last.day
    until = min(first.day if ends else last.day, 30)
    return (last.year - first.year) * 360 + (last.month - first.month) * 30 + until - min(first.day, 30)


def _thirties(of: Period, until: date) -> int:
    """Days from the start of a span to a day in it, so that its parts add up to the whole."""
    if until <= of.start:
        return 0
    return thirty(of) if until >= of.end else thirty(Period(of.start, until))


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


def coverage(span: InForce, rule: Proration | None, dates: Period, zone: str, path: str) -> Number | None:
    """What part of the days `dates` a rule that holds in `span` covers; None when none of them. Raises Refusal for a part
    whose share the terms do not say."""
    held = dates.overlap(span.start, span.end)
    if held is None:
        return None
    if held == dates:
        return ONE
    if rule is None:
        raise Refusal(
            path, f"holds for {held.key} of {dates.key} only; let it begin and end with the line, or add a proration"
        )
    return ratio(rule, held, dates, zone).value
