"""Discounts: percentages and fixed amounts off lines that were priced. Free units come off where units are counted."""

from collections.abc import Sequence
from decimal import Decimal

from pricing.exact import HUNDRED, ONE, ZERO, Number, div, mul, rounded, shown, sub, total
from pricing.model.adjustment import Discount
from pricing.money import RoundMode
from pricing.refusal import Refusal
from pricing.rules.proration import coverage
from pricing.rules.shares import split
from pricing.rules.windows import discount_dates
from pricing.rules.work import Item, Work
from pricing.statement import Kind, Step


def percentages(work: Work) -> None:
    """Percentages, in the order listed: of what is left of the line (sequential) or of the line itself (additive)."""
    for discount in work.terms.discounts:
        if discount.percent is None:
            continue
        for item, share in _scope(work, discount):
            left = net(work, item)
            base = item.value if discount.stacking == "additive" else left
            if base <= 0 or left <= 0:
                continue
            value = min(div(mul(mul(base, share), discount.percent), HUNDRED), left)
            inputs: dict[str, Decimal | str] = {"amount": shown(base), "percent": discount.percent}
            if share != ONE:
                inputs["share"] = shown(share)
            step = Step("discount", inputs, shown(value), work.currency, f"discounts.{discount.id}.percent")
            take_off(work, item, discount.id, "discount", discount.description, value, step, discount.mode)


def amounts(work: Work) -> None:
    """Fixed amounts, split over the lines in proportion to what is left of them, never more than all lines come to."""
    for discount in work.terms.discounts:
        if discount.amount is None:
            continue
        path = f"discounts.{discount.id}.amount"
        if discount.amount != work.round(discount.amount):
            raise Refusal(
                path, f"{discount.amount} is finer than {work.currency} goes; give an amount that can be taken off"
            )
        covered = _scope(work, discount)
        scope = [(item, mul(net(work, item), share)) for item, share in covered]
        reached = rounded(total(value for _, value in scope), work.digits, "floor")
        positive = [(item, value) for item, value in scope if value > 0]
        amount = max(min(discount.amount, reached), work.zero)
        for (item, _), part in zip(positive, split(amount, [value for _, value in positive], work.digits), strict=True):
            inputs: dict[str, Decimal | str] = {"amount": discount.amount, "of": shown(reached)}
            if any(share != ONE for _, share in covered):
                inputs["on"] = "days covered"
            step = Step("discount", inputs, part, work.currency, path)
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
    made.origin, made.timing, made.mode = item, item.timing, mode
    if item.amount is not None:
        amount = rounded(value, work.digits, mode or work.mode)
        made.amount = -amount if amount else amount
        made.steps.append(("round", "rounding", ".mode", work.currency, made.amount, (made.exact, mode or work.mode)))
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


def _scope(work: Work, discount: Discount) -> list[tuple[Item, Number]]:
    """The charges' lines that a discount reduces, with the part of each that its dates cover."""
    dates = discount_dates(work.terms, discount, work.period)
    charges = {one.id for one in work.terms.charges} if discount.applies_to is None else set(discount.applies_to)
    path = f"discounts.{discount.id}.in_force"
    found = [
        (one, coverage(dates, discount.proration, one.dates, work.zone, path))
        for one in work.items
        if one.origin is None and one.charge in charges
    ]
    return [(item, share) for item, share in found if share is not None]
