"""Credits: money that pays for priced lines, in turn, until it is used up."""

from decimal import Decimal

from pricing.exact import rounded, shown
from pricing.model.commitment import Credit
from pricing.rules.discounts import net, take_off
from pricing.rules.drawing import holds, in_turn, open_balance, spend
from pricing.rules.work import Item, Work
from pricing.statement import Step


def apply(work: Work) -> None:
    """Credits that count before tax come off the lines of days inside their access."""
    for credit in sorted((one for one in work.terms.credits if one.tax == "before"), key=in_turn):
        for item in [one for one in work.items if _pays(credit, one)]:
            left = rounded(net(work, item), work.digits, "floor")
            if left > 0:
                _use(work, credit, item, left)


def apply_after_tax(work: Work, owed: Decimal) -> None:
    """Credits that count after tax pay what is owed in all, as one line each."""
    for credit in sorted((one for one in work.terms.credits if one.tax == "after"), key=in_turn):
        if not holds(credit, work.period) or owed <= 0:
            continue
        balance = open_balance(work, credit)
        used = min(balance, owed)
        step = _step(work, credit, balance, owed, used)
        item = Item(f"{credit.id}.credit", credit.id, "credit", credit.description, work.period, -used, [step])
        item.amount = work.round(-used)
        spend(work, credit.id, used)
        owed -= used
        if used:
            work.items.append(item)


def _pays(credit: Credit, item: Item) -> bool:
    named = credit.applies_to is None or item.charge in credit.applies_to
    return item.origin is None and item.kind != "drawdown" and named and holds(credit, item.dates)


def _use(work: Work, credit: Credit, item: Item, left: Decimal) -> None:
    balance = open_balance(work, credit)
    used = min(balance, left)
    if used > 0:
        take_off(work, item, credit.id, "credit", credit.description, used, _step(work, credit, balance, left, used))
        spend(work, credit.id, used)


def _step(work: Work, credit: Credit, balance: Decimal, owed: Decimal, used: Decimal) -> Step:
    inputs: dict[str, Decimal | str] = {"amount": shown(owed), "balance": shown(balance), "left": shown(balance - used)}
    return Step("credit", inputs, used, work.currency, f"credits.{credit.id}.amount")
