"""Taxes: on top of the lines or inside them, rounded per line or once for the statement."""

from decimal import Decimal

from pricing.exact import HUNDRED, Number, add, div, mul, shown, total
from pricing.model.adjustment import Tax
from pricing.rules.discounts import net
from pricing.rules.work import Item, Work
from pricing.statement import Step


def taxes(work: Work) -> list[Item]:
    """One item for each tax, over the nets of the charges that it taxes."""
    return [_tax(work, one) for one in work.terms.taxes]


def _tax(work: Work, tax: Tax) -> Item:
    taxed = [
        one for one in work.items if one.origin is None and (tax.applies_to is None or one.charge in tax.applies_to)
    ]
    nets = [net(work, one) for one in taxed]
    base = total(nets)
    exact = [_of(tax, one) for one in nets]
    amount: Number = total(exact)
    if work.terms.rounding.tax == "line":
        amount = sum((work.round(one) for one in exact), Decimal(0))
    inputs: dict[str, Decimal | str] = {"amount": shown(base), "percent": tax.percent, "treatment": tax.treatment}
    step = Step("tax", inputs, shown(amount), work.currency, f"taxes.{tax.id}.percent")
    item = Item(f"{tax.id}.tax", tax.id, "tax", tax.description, work.period, amount, [step])
    work.close(item)
    return item


def _of(tax: Tax, net_amount: Number) -> Number:
    if tax.treatment == "exclusive":
        return div(mul(net_amount, tax.percent), HUNDRED)
    return div(mul(net_amount, tax.percent), add(HUNDRED, tax.percent))
