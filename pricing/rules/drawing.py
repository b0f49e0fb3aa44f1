"""Drawing: units paid for from prepaid balances, one after the other, and what no balance covers priced as overage.

A drawdown line is due 0, for its units were paid ahead; their value is rounded like any line and leaves the balance. A
missing balance is never zero, a missing overage price never free.
"""

from datetime import date
from decimal import Decimal

from pricing.exact import ZERO, Number, add, div, mul, shown, sub
from pricing.model.charge import UsageCharge
from pricing.model.commitment import Credit, Prepaid
from pricing.model.price import PerUnit
from pricing.periods import Period
from pricing.refusal import Refusal
from pricing.rules.measure import Raw
from pricing.rules.prices import Priced, per_unit, price
from pricing.rules.stretches import Stretch
from pricing.rules.work import Item, Work
from pricing.statement import Kind, Step


def in_turn(one: Prepaid | Credit) -> tuple[int, date, bool, date, str]:
    """Priority, then the earlier end, promotional before paid, the earlier start, the id."""
    return (one.priority, one.access.end or date.max, not one.promotional, one.access.start or date.min, one.id)


def holds(one: Prepaid | Credit, dates: Period) -> bool:
    """Stretches are cut where access begins and ends, so any overlap is a whole one."""
    return dates.overlap(one.access.start, one.access.end) is not None


def open_balance(work: Work, one: Prepaid | Credit) -> Decimal:
    """What is left of a balance at this point of the rating; what begins in this period is granted by it."""
    if one.id not in work.balances:
        begins = one.access.start is not None and work.period.start <= one.access.start < work.period.end
        if not begins:
            raise Refusal(f"opening.balances.{one.id}", "is missing, which is not zero; say what was left at the start")
        work.balances[one.id] = one.amount
    return work.balances[one.id]


def spend(work: Work, name: str, amount: Decimal) -> None:
    work.balances[name] -= amount
    work.used[name] = work.used.get(name, ZERO) + amount


def draw(
    work: Work,
    stretch: Stretch,
    charge: UsageCharge,
    suffix: str,
    units: Number,
    before: Number,
    raw: Raw,
    measured: list[Step],
) -> bool | None:
    """The drawdown and overage items of one stretch; None when no balance pays for this charge. Raises Refusal."""
    open_ones = sorted(
        (one for one in work.terms.prepaid if charge.id in one.charges and holds(one, stretch.dates)), key=in_turn
    )
    if not open_ones:
        return None
    covered: Number = ZERO
    for prepaid in open_ones:
        covered = add(
            covered, _drawdown(work, stretch, charge, suffix, prepaid, sub(units, covered), covered, measured, raw)
        )
    _rest(work, stretch, charge, suffix, open_ones, units, covered, before, measured, raw)
    return True


def _drawdown(
    work: Work, stretch: Stretch, charge: UsageCharge, suffix: str, prepaid: Prepaid, units: Number, earlier: Number,
    measured: list[Step], raw: Raw,
) -> Number:  # fmt: skip
    """Draw up to `units`; what was covered."""
    steps = list(measured)
    if earlier:
        steps.append(_overage_step(work, charge, prepaid, add(units, earlier), earlier))
    unit_amount, path = _unit_amount(stretch, charge, prepaid)
    _recharge(work, stretch, prepaid, units, unit_amount)
    balance = open_balance(work, prepaid)
    covered = _covered(prepaid, units, unit_amount, balance)
    priced = Priced(covered, ZERO, raw, path, work.currency, steps, None)
    if prepaid.kept_in == "units":
        taken = shown(covered)
    else:
        value = per_unit(priced, unit_amount, path)
        taken = work.round(value)
        steps.append(work.rounding_step(value, taken))
    unit = work.terms.metric(charge.metric).unit if prepaid.kept_in == "units" else work.currency
    inputs: dict[str, Decimal | str] = {
        "balance": shown(balance),
        "quantity": shown(covered),
        "left": shown(balance - taken),
    }
    steps.append(Step("draw", inputs, taken, unit, f"prepaid.{prepaid.id}.amount"))
    spend(work, prepaid.id, taken)
    description = f"{charge.description}, drawn from {prepaid.description}"
    item = _line(work, stretch, charge, suffix, prepaid, "drawdown", description, ZERO, steps, covered)
    item.amount = work.round(ZERO)
    return covered


def _unit_amount(stretch: Stretch, charge: UsageCharge, prepaid: Prepaid) -> tuple[Decimal, str]:
    if prepaid.drawdown_unit_amount is not None:
        return prepaid.drawdown_unit_amount, f"prepaid.{prepaid.id}.drawdown_unit_amount"
    if prepaid.kept_in == "units":
        return ZERO, f"prepaid.{prepaid.id}.amount"
    if not isinstance(charge.price, PerUnit) or charge.price.unit_amount < 0:
        path = f"{stretch.path}.price"
        raise Refusal(
            path, "a prepaid balance needs one price per unit, not below zero; give the prepaid a drawdown_unit_amount"
        )
    return charge.price.unit_amount, f"{stretch.path}.price.unit_amount"


def _covered(prepaid: Prepaid, units: Number, unit_amount: Decimal, balance: Decimal) -> Number:
    if prepaid.kept_in == "units":
        return min(units, balance)
    return units if mul(units, unit_amount) <= balance else div(balance, unit_amount)


def _recharge(work: Work, stretch: Stretch, prepaid: Prepaid, units: Number, unit_amount: Decimal) -> None:
    """Buy as often as needed to stay at the level agreed, within the period's ceiling; each purchase is due."""
    rule = prepaid.recharge
    if rule is None:
        return
    need = units if prepaid.kept_in == "units" else mul(units, unit_amount)
    bought = ZERO
    while sub(add(open_balance(work, prepaid), bought), need) < rule.below:
        if rule.ceiling is not None and bought + rule.amount > rule.ceiling:
            break
        bought += rule.amount
    if bought:
        work.balances[prepaid.id] += bought
        work.granted[prepaid.id] = work.granted.get(prepaid.id, ZERO) + bought
        inputs: dict[str, Decimal | str] = {
            "below": rule.below,
            "amount": rule.amount,
            "times": shown(bought / rule.amount),
        }
        step = Step("recharge", inputs, bought, work.currency, f"prepaid.{prepaid.id}.recharge.amount")
        line = f"{prepaid.id}.recharge{stretch.line.removeprefix(stretch.charge.id)}"
        work.items.append(
            Item(line, prepaid.id, "one_time", f"{prepaid.description}, recharged", stretch.dates, bought, [step])
        )


def _rest(
    work: Work, stretch: Stretch, charge: UsageCharge, suffix: str, open_ones: list[Prepaid], units: Number, covered: Number,
    before: Number, measured: list[Step], raw: Raw,
) -> None:  # fmt: skip
    """What no balance covers."""
    last = open_ones[-1]
    beyond = sub(units, covered)
    prices = {one.overage_unit_amount for one in open_ones if one.overage_unit_amount is not None}
    if len(prices) > 1:
        raise Refusal(
            f"prepaid.{last.id}.overage_unit_amount",
            "two commitments price units beyond them differently; keep one price",
        )
    steps = [*measured, _overage_step(work, charge, last, units, covered)]
    description = f"{charge.description}, beyond {last.description}"
    if prices:
        owner = next(one for one in open_ones if one.overage_unit_amount is not None)
        priced = Priced(beyond, ZERO, raw, "", work.currency, steps, None)
        amount = per_unit(priced, prices.pop(), f"prepaid.{owner.id}.overage_unit_amount")
    elif any(one.on_exhaustion == "list" for one in open_ones):
        priced = Priced(beyond, add(before, covered), raw, f"{stretch.path}.price", work.currency, steps, None)
        amount = price(charge.price, priced)  # type: ignore[arg-type]
    elif beyond:
        path = f"prepaid.{last.id}.overage_unit_amount"
        raise Refusal(path, "the balance is used up and the terms give no price for units beyond it; add one")
    else:
        return
    _line(work, stretch, charge, suffix, last, "overage", description, amount, steps, beyond)


def _overage_step(work: Work, charge: UsageCharge, prepaid: Prepaid, units: Number, covered: Number) -> Step:
    inputs: dict[str, Decimal | str] = {"quantity": shown(units), "covered": shown(covered)}
    unit = work.terms.metric(charge.metric).unit
    return Step("overage", inputs, shown(sub(units, covered)), unit, f"prepaid.{prepaid.id}.amount")


def _line(
    work: Work, stretch: Stretch, charge: UsageCharge, suffix: str, prepaid: Prepaid, kind: Kind, description: str,
    exact: Number, steps: list[Step], units: Number,
) -> Item:  # fmt: skip
    """'commit.overage', or 'commit.overage@2025-11-16' for a later stretch; with several charges 'commit.minutes.overage'."""
    own = "" if isinstance(prepaid.applies_to, str) or len(prepaid.charges) == 1 else f".{charge.id}"
    line = f"{prepaid.id}{own}.{kind}{suffix}{stretch.line.removeprefix(charge.id)}"
    item = Item(
        line, charge.id, kind, description, stretch.dates, exact, steps, units, work.terms.metric(charge.metric).unit
    )
    work.items.append(item)
    return item
