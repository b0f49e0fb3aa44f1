"""Credits: money that pays for priced lines, in turn, until it is used up."""

from collections.abc import Sequence
from decimal import Decimal

from pricing.exact import HUNDRED, ZERO, Number, div, mul, rounded, shown, total
from pricing.model.commitment import Credit
from pricing.rules.balances import holds, in_turn, open_balance, spend
from pricing.rules.discounts import net, take_off
from pricing.rules.proration import coverage
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
    spent: list[tuple[Credit, Decimal]] = []
    made: list[Item] = []
    for credit in _in_turn(work, "after"):
        lines = _pays(work, credit)
        owed = work.round(total([value for _, value in lines] + [_tax_of(work, credit, one) for one in taxed]))
        owed -= sum((used for other, used in spent if _share_lines(credit, other)), ZERO)
        balance = open_balance(work, credit)
        used = min(balance, owed)
        if used > 0:
            step = _step(work, credit, balance, owed, used)
            item = Item(f"{credit.id}.credit", credit.id, "credit", credit.description, work.period, -used, [step])
            item.amount = work.round(-used)
            spend(work, credit.id, used)
            spent.append((credit, used))
            made.append(item)
    return made


def _share_lines(one: Credit, other: Credit) -> bool:
    """Whether two credits may pay the same line."""
    return one.applies_to is None or other.applies_to is None or bool({*one.applies_to} & {*other.applies_to})


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


def _tax_of(work: Work, credit: Credit, tax: Item) -> Number:
    """The part of a tax that lies on the lines that the credit pays."""
    rule = next(one for one in work.terms.taxes if one.id == tax.charge)
    if rule.treatment == "inclusive":
        return ZERO
    if credit.applies_to is None:
        return tax.value
    both = [value for item, value in _pays(work, credit) if rule.applies_to is None or item.charge in rule.applies_to]
    return div(mul(total(both), rule.percent), HUNDRED)


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
