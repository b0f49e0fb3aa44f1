"""Credits: money that pays for priced lines, in turn, until it is used up."""

from collections.abc import Sequence
from decimal import Decimal

from pricing.exact import ZERO, Number, add, mul, rounded, shown, sub, total
from pricing.model.commitment import Credit
from pricing.rules.balances import holds, in_turn, open_balance, spend
from pricing.rules.discounts import net, take_off
from pricing.rules.proration import coverage
from pricing.rules.shares import split
from pricing.rules.work import Item, Work
from pricing.statement import Step


def apply(work: Work) -> None:
    """Credits that count before tax come off the lines of days inside their access, never more than those come to."""
    for credit in _in_turn(work, "before"):
        paid = _pays(work, credit)
        room = rounded(total(value for _, value in paid), work.digits, "floor")
        for item, value in paid:
            left = min(rounded(value, work.digits, "floor"), room)
            if left > 0:
                room -= _use(work, credit, item, left)


def after_tax(work: Work, taxed: Sequence[Item]) -> list[Item]:
    """Credits that count after tax pay what their lines come to with the taxes on top of them, as one line each."""
    lines = [item for item in work.items if item.origin is None]
    left: dict[int, Number] = {id(item): net(work, item) for item in lines}
    for tax in taxed:
        rule = next(one for one in work.terms.taxes if one.id == tax.charge)
        own = [item for item in lines if rule.applies_to is None or item.charge in rule.applies_to]
        if rule.treatment == "exclusive" and own:
            # The rounded tax over its lines, so that what is left of all lines is what there is to pay.
            parts = split(tax.amount or work.zero, [max(net(work, item), ZERO) for item in own], work.digits)
            for item, part in zip(own, parts, strict=True):
                left[id(item)] = add(left[id(item)], part)
    made = (_pay_after(work, credit, left) for credit in _in_turn(work, "after"))
    return [item for item in made if item is not None]


def _pay_after(work: Work, credit: Credit, left: dict[int, Number]) -> Item | None:
    """One credit over its lines, in their order; `left` is what earlier ones left of each."""
    path = f"credits.{credit.id}.access"
    owed: list[tuple[int, Number]] = []
    for item, _ in _pays(work, credit):
        share = coverage(credit.access, credit.proration, item.dates, work.zone, path)
        owed.append((id(item), mul(left[id(item)], share or ZERO)))
    balance = open_balance(work, credit)
    whole = work.round(total(value for _, value in owed))
    used = min(balance, whole)
    if used <= 0:
        return None
    rest: Number = used
    for key, value in owed:
        taken = min(rest, max(value, ZERO))
        left[key], rest = sub(left[key], taken), sub(rest, taken)
    step = _step(work, credit, balance, whole, used)
    item = Item(f"{credit.id}.credit", credit.id, "credit", credit.description, work.period, -used, [step])
    item.amount = work.round(-used)
    spend(work, credit.id, used)
    return item


def _in_turn(work: Work, tax: str) -> list[Credit]:
    open_ones = [one for one in work.terms.credits if one.tax == tax and holds(one, work.period)]
    return sorted(open_ones, key=in_turn)


def _pays(work: Work, credit: Credit) -> list[tuple[Item, Number]]:
    """The lines that a credit may pay, and what is left of each on the days that it covers."""
    path = f"credits.{credit.id}.access"
    found: list[tuple[Item, Number]] = []
    for item in work.items:
        named = credit.applies_to is None or item.charge in credit.applies_to
        if item.origin is not None or item.kind in ("drawdown", "credit") or not named or not net(work, item):
            continue
        share = coverage(credit.access, credit.proration, item.dates, work.zone, path)
        if share is not None:
            found.append((item, mul(net(work, item), share)))
    return found


def _use(work: Work, credit: Credit, item: Item, left: Decimal) -> Decimal:
    balance = open_balance(work, credit)
    used = min(balance, left)
    if used > 0:
        take_off(work, item, credit.id, "credit", credit.description, used, _step(work, credit, balance, left, used))
        spend(work, credit.id, used)
    return used


def _step(work: Work, credit: Credit, balance: Decimal, owed: Decimal, used: Decimal) -> Step:
    inputs: dict[str, Decimal | str] = {"amount": shown(owed), "balance": shown(balance), "left": shown(balance - used)}
    return Step("credit", inputs, used, work.currency, f"credits.{credit.id}.amount")
