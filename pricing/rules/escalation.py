"""Escalation: prices raised on set dates, by a percentage or an index between bounds.

A price starts afresh with the contract and with each amendment: only steps after its first day raise it. A step whose
index value is missing refuses.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from pricing.exact import HUNDRED, ONE, Number, add, div, exactly, mul, rounded, shown
from pricing.model.adjustment import Escalator
from pricing.model.charge import Charge, RecurringCharge, UsageCharge
from pricing.model.numbers import Strict
from pricing.periods import Period
from pricing.refusal import Refusal
from pricing.rules.windows import month_later
from pricing.steps import Step
from pricing.terms import Terms

MONEY = ("unit_amount", "flat_amount", "amount", "fixed_per_event", "event_minimum", "event_maximum")


def steps_of(terms: Terms, charge: Charge, dates: Period) -> list[tuple[date, Escalator]]:
    """The days strictly inside `dates` on which this charge's price is raised."""
    own = (one for one in terms.escalators if charge.id in one.applies_to)
    return [(day, one) for one in own for day in raised(terms, one, charge, dates.end) if dates.start < day < dates.end]


def raised(terms: Terms, escalator: Escalator, charge: Charge, before: date) -> Iterator[date]:
    """The escalator's days, before `before`, that raise this version of the charge."""
    step, day = 0, escalator.first
    while day < before and not (escalator.until and day >= escalator.until):
        if day > (charge.in_force.start or terms.effective_from):
            yield day
        step += 1
        day = month_later(escalator.first, escalator.every_months * step, escalator.first.day)


def escalated(terms: Terms, charge: Charge, path: str, on: date) -> tuple[Charge, tuple[Step, ...]]:
    """The charge at the prices of the day `on`, and a step for each price that was raised."""
    steps: list[Step] = []
    for escalator in terms.escalators:
        days = (
            list(raised(terms, escalator, charge, on + timedelta(days=1))) if charge.id in escalator.applies_to else []
        )
        if days:
            with exactly():
                charge = _raise(charge, escalator, days, path, terms.currency, steps)
    return charge, tuple(steps)


def _raise(
    charge: Charge, escalator: Escalator, days: list[date], path: str, currency: str, steps: list[Step]
) -> Charge:
    percents = [_percent(escalator, day) for day in days]

    def price(old: Decimal, where: str) -> Decimal:
        new = _price(old, escalator, percents)
        inputs: dict[str, Decimal | str] = {
            "price": old,
            "steps": Decimal(len(days)),
            "percent": percents[-1],
            "of": where,
        }
        if not escalator.compounding:
            inputs["share_of"] = "first price"
        if escalator.decimals is not None:
            inputs |= {"decimals": Decimal(escalator.decimals), "mode": escalator.mode}
        steps.append(Step("escalate", inputs, new, currency, f"escalators.{escalator.id}"))
        return new

    if isinstance(charge, UsageCharge):
        return charge.model_copy(update={"price": _walk(charge.price, price, f"{path}.price")})
    if isinstance(charge, RecurringCharge):
        if charge.tiers:
            return charge.model_copy(update={"tiers": _walk(charge.tiers, price, f"{path}.tiers")})
        return charge.model_copy(update={"amount": price(charge.amount, f"{path}.amount")})
    raise Refusal(
        f"escalators.{escalator.id}.applies_to", f"{charge.id} is due once and has no price to raise; name another"
    )


def _percent(escalator: Escalator, day: date) -> Decimal:
    percent = escalator.percent
    if escalator.index:
        values = [one.percent for one in escalator.index_values if one.on == day]
        if not values:
            path = f"escalators.{escalator.id}.index_values"
            raise Refusal(path, f"has no value of {escalator.index} for the step on {day}; add the published one")
        percent += values[0]
    low = percent if escalator.floor is None else max(percent, escalator.floor)
    return low if escalator.ceiling is None else min(low, escalator.ceiling)


def _price(old: Decimal, escalator: Escalator, percents: list[Decimal]) -> Decimal:
    new: Number = old
    for percent in percents:
        new = (
            mul(new, add(ONE, div(percent, HUNDRED)))
            if escalator.compounding
            else add(new, div(mul(old, percent), HUNDRED))
        )
        if escalator.decimals is not None:
            new = rounded(new, escalator.decimals, escalator.mode)
    return shown(new)


def _walk(model: Strict, price: object, where: str) -> Strict:
    """The same model with every price in it raised; rates in percent stay."""
    changed: dict[str, object] = {}
    for name in type(model).model_fields:
        value, at = getattr(model, name), f"{where}.{name}"
        if name in MONEY and value:
            changed[name] = price(value, at)  # type: ignore[operator]
        elif isinstance(value, Strict):
            changed[name] = _walk(value, price, at)
        elif isinstance(value, tuple) and value and isinstance(value[0], Strict):
            changed[name] = tuple(_walk(one, price, f"{at}.{number}") for number, one in enumerate(value))
    return model.model_copy(update=changed) if changed else model
