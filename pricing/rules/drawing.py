"""Drawing: units paid for from prepaid balances, one after the other, and what no balance covers priced as overage.

A drawdown line is due 0, for its units were paid ahead; their value is rounded like any line and leaves the balance. A
missing balance is never zero, a missing overage price never free.
"""

from decimal import Decimal

from pricing.exact import ZERO, Number, add, div, mul, rounded, shown, sub
from pricing.model.commitment import Prepaid
from pricing.refusal import Refusal
from pricing.rules.balances import expire, holds, in_turn, open_balance, spend
from pricing.rules.part import Part
from pricing.rules.prices import per_unit, price
from pricing.rules.work import Item
from pricing.steps import Step


def draw(part: Part) -> bool:
    """The drawdown and overage items of one stretch; False when no balance pays for this charge. Raises Refusal."""
    charge, dates = part.charge, part.stretch.dates
    ready = [one for one in part.work.terms.prepaid if charge.id in one.charges and holds(one, dates)]
    if not ready:
        return False
    ready.sort(key=in_turn)
    # Balances that only this charge draws end as its days go by, and may roll into what it draws next.
    expire(part.work, dates.start, {one.id for one in part.work.terms.prepaid if one.charges == (charge.id,)})
    covered: Number = ZERO
    for prepaid in ready:
        covered = add(covered, _drawdown(part, prepaid, covered))
    _rest(part, ready, covered)
    return True


def _drawdown(part: Part, prepaid: Prepaid, earlier: Number) -> Number:
    """Draw for what earlier balances left; how many units were covered."""
    work = part.work
    unit_amount, path, suffix = _unit_amount(part, prepaid)
    wanted = sub(part.units, earlier)
    _recharge(part, prepaid, wanted, unit_amount)
    balance = open_balance(work, prepaid)
    steps = [*part.steps, _overage_step(part, prepaid, earlier)] if earlier else list(part.steps)
    own = part.over(_covered(prepaid, wanted, unit_amount, balance), ZERO, path, steps)
    if prepaid.kept_in == "units":
        taken, unit = shown(own.units), part.metric.unit
    else:
        value = per_unit(own, unit_amount, suffix)
        taken, unit = work.round(value), work.currency
        own.steps.append(work.rounding_step(value, taken))
    inputs: dict[str, Decimal | str] = {
        "balance": shown(balance),
        "quantity": shown(own.units),
        "left": shown(balance - taken),
    }
    own.steps.append(Step("draw", inputs, taken, unit, f"prepaid.{prepaid.id}.amount"))
    spend(work, prepaid.id, taken)
    description = f"{part.charge.description}, drawn from {prepaid.description}"
    own.item(_line(part, prepaid, "drawdown"), "drawdown", description, ZERO).amount = work.zero
    return own.units


def _unit_amount(part: Part, prepaid: Prepaid) -> tuple[Decimal, str, str]:
    """What a unit takes from the balance, and where that stands."""
    price = part.charge.price
    if prepaid.drawdown_unit_amount is not None:
        return prepaid.drawdown_unit_amount, f"prepaid.{prepaid.id}", ".drawdown_unit_amount"
    if prepaid.kept_in == "units":
        return ZERO, f"prepaid.{prepaid.id}", ".amount"
    if price.model != "per_unit" or price.unit_amount < 0:
        raise Refusal(
            part.path,
            "a prepaid balance needs one price per unit, not below zero; give the prepaid a drawdown_unit_amount",
        )
    return price.unit_amount, part.path, ".unit_amount"


def _covered(prepaid: Prepaid, units: Number, unit_amount: Decimal, balance: Decimal) -> Number:
    if prepaid.kept_in == "units":
        return min(units, balance)
    return units if mul(units, unit_amount) <= balance else div(balance, unit_amount)


def _recharge(part: Part, prepaid: Prepaid, units: Number, unit_amount: Decimal) -> None:
    """Buy as often as needed to stay at the level agreed, within the period's ceiling; each purchase is due."""
    rule, work = prepaid.recharge, part.work
    if rule is None:
        return
    need = sub(add(mul(units, unit_amount), rule.below), open_balance(work, prepaid))
    times = max(rounded(div(need, rule.amount), 0, "ceiling"), ZERO)
    if rule.ceiling is not None:
        room = rule.ceiling - work.bought.get(prepaid.id, ZERO)
        times = min(times, rounded(div(room, rule.amount), 0, "floor"))
    if times <= 0:
        return
    bought = times * rule.amount
    work.bought[prepaid.id] = work.bought.get(prepaid.id, ZERO) + bought
    work.balances[prepaid.id] += bought
    inputs: dict[str, Decimal | str] = {"below": rule.below, "amount": rule.amount, "times": times}
    step = Step("recharge", inputs, shown(bought), work.currency, f"prepaid.{prepaid.id}.recharge.amount")
    text = f"{prepaid.description}, recharged"
    work.items.append(
        Item(_line(part, prepaid, "recharge"), prepaid.id, "one_time", text, part.stretch.dates, bought, [step])
    )


def _rest(part: Part, ready: list[Prepaid], covered: Number) -> None:
    """What no balance covers, at the overage price, at the charge's own, or refused."""
    last = ready[-1]
    priced = [one for one in ready if one.overage_unit_amount is not None]
    if len({one.overage_unit_amount for one in priced}) > 1:
        raise Refusal(
            f"prepaid.{last.id}.overage_unit_amount",
            "two commitments price units beyond them differently; keep one price",
        )
    beyond = sub(part.units, covered)
    own = part.over(beyond, add(part.before, covered), part.path, [*part.steps, _overage_step(part, last, covered)])
    if priced:
        own.path = f"prepaid.{priced[0].id}"
        amount = per_unit(own, priced[0].overage_unit_amount or ZERO, ".overage_unit_amount")
    elif any(one.on_exhaustion == "list" for one in ready):
        amount = price(part.charge.price, own)  # type: ignore[arg-type]
    elif beyond:
        path = f"prepaid.{last.id}.overage_unit_amount"
        raise Refusal(path, "the balance is used up and the terms give no price for units beyond it; add one")
    else:
        return
    own.item(_line(part, last, "overage"), "overage", f"{part.charge.description}, beyond {last.description}", amount)


def _overage_step(part: Part, prepaid: Prepaid, covered: Number) -> Step:
    inputs: dict[str, Decimal | str] = {"quantity": shown(part.units), "covered": shown(covered)}
    return Step("overage", inputs, shown(sub(part.units, covered)), part.metric.unit, f"prepaid.{prepaid.id}.amount")


def _line(part: Part, prepaid: Prepaid, kind: str) -> str:
    """'commit.overage', 'commit.overage@2025-11-16' for a later stretch, 'commit.minutes.overage' of several charges."""
    own = f".{part.charge.id}" if len(prepaid.charges) > 1 else ""
    return part.line(f"{prepaid.id}{own}.{kind}")
