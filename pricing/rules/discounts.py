"""Discounts: percentages and fixed amounts off lines that were priced. Free units come off where units are counted."""

from collections.abc import Sequence
from decimal import Decimal

from pricing.exact import HUNDRED, ZERO, Number, div, mul, rounded, shown, sub, total
from pricing.model.adjustment import Discount
from pricing.money import RoundMode
from pricing.rules.shares import split
from pricing.rules.windows import discount_holds
from pricing.rules.work import Item, Work
from pricing.statement import Kind, Step


def percentages(work: Work) -> None:
    """Percentages, in the order listed: of what is left of the line (sequential) or of the line itself (additive)."""
    for discount in work.terms.discounts:
        if discount.percent is None:
            continue
        for item in _scope(work, discount):
            base = item.value if discount.stacking == "additive" else net(work, item)
            value = min(div(mul(base, discount.percent), HUNDRED), max(net(work, item), ZERO))
            if base > 0:
                inputs: dict[str, Decimal | str] = {"amount": shown(base), "percent": discount.percent}
                step = Step("discount", inputs, shown(value), work.currency, f"discounts.{discount.id}.percent")
                take_off(work, item, discount.id, "discount", discount.description, value, step, discount.mode)


def amounts(work: Work) -> None:
    """Fixed amounts, split over the lines in proportion to what is left of them, never more than that."""
    for discount in work.terms.discounts:
        if discount.amount is None:
            continue
        items = [one for one in _scope(work, discount) if net(work, one) > 0]
        nets = [net(work, one) for one in items]
        amount = min(discount.amount, rounded(total(nets), work.digits, "floor"))
        for item, part in zip(items, split(amount, nets, work.digits), strict=True):
            inputs: dict[str, Decimal | str] = {"amount": discount.amount, "of": shown(total(nets))}
            step = Step("discount", inputs, part, work.currency, f"discounts.{discount.id}.amount")
            take_off(work, item, discount.id, "discount", discount.description, part, step)


def take_off(
    work: Work,
    item: Item,
    owner: str,
    kind: Kind,
    description: str,
    value: Number,
    step: Step,
    mode: RoundMode | None = None,
) -> Item:
    """A line of its own that takes `value` off `item`; rounded at once when the item already is."""
    text = f"{description}: {item.description}"
    made = Item(f"{owner}.{item.id}", item.charge, kind, text, item.dates, sub(ZERO, value), [step])
    made.origin, made.timing = item, item.timing
    if item.amount is not None:
        amount = rounded(value, work.digits, mode or work.mode)
        made.amount = -amount if amount else amount
        made.steps.append(work.rounding_step(made.exact, made.amount))
    work.items.append(made)
    work.adjusted = True
    return made


def net(work: Work, item: Item) -> Number:
    """What is left of an item after everything that came off it so far."""
    if not work.adjusted:
        return item.value
    return total([item.value, *(one.value for one in work.items if one.origin is item)])


def nets(work: Work, items: Sequence[Item]) -> Number:
    """What is left of several items."""
    if not work.adjusted and work.rounded:
        return sum([one.amount or ZERO for one in items], ZERO)
    return total([net(work, one) for one in items])


def _scope(work: Work, discount: Discount) -> Sequence[Item]:
    named = discount.applies_to
    return [
        one
        for one in work.items
        if one.origin is None
        and (named is None or one.charge in named)
        and discount_holds(work.terms, discount, one.dates)
    ]
