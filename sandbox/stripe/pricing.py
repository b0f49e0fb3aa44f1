"""What an item costs: from the ways of saying a price to an amount.

Promises that exactly one way is used, Stripe's rounding, and the one-off price that a bare amount leaves behind.
Leaves out tiers and recurring prices: subscriptions bill those, items cannot.
"""

from dataclasses import dataclass
from decimal import Decimal

from sandbox.stripe import catalog, money
from sandbox.stripe.errors import Obj, invalid
from sandbox.stripe.forms import CurrencyCode, Exact, Form, Id, Int, Text
from sandbox.stripe.world import World

WAYS = ("amount", "unit_amount_decimal", "price_data", "pricing")


class PriceData(Form):
    currency: CurrencyCode
    product: Id | None = None
    product_data: catalog.ProductData | None = None
    tax_behavior: Text = None
    unit_amount: Int | None = None
    unit_amount_decimal: Exact | None = None


class Pricing(Form):
    price: Id


class Priced(Form):
    """The fields with which an item or a line says what it costs."""

    amount: Int | None = None
    description: Text = None
    price_data: PriceData | None = None
    pricing: Pricing | None = None
    quantity: Int | None = None
    quantity_decimal: Exact | None = None


@dataclass(frozen=True)
class Cost:
    amount: int
    price: Obj
    unit: Decimal
    quantity: Decimal

    def fields(self) -> Obj:
        """The fields that items and lines share."""
        details = {"price": self.price["id"], "product": self.price["product"]}
        unit = money.plain(self.unit)
        pricing = {"type": "price_details", "price_details": details, "unit_amount_decimal": unit}
        whole = {"quantity": int(self.quantity), "quantity_decimal": money.plain(self.quantity)}
        return {"amount": self.amount, "pricing": pricing} | whole


def cost(world: World, form: Priced, currency: str, at: str = "", old: Obj | None = None) -> Cost | None:
    """The cost that the form states, or None if it states none and `old` stays as it is.

    `at` is the place of the form in the request, e.g. `lines[0]`, for messages."""
    param = f"{at}[amount]" if at else "amount"
    ways = [way for way in WAYS if getattr(form, way, None) is not None]
    quantities = [name for name in ("quantity", "quantity_decimal") if getattr(form, name) is not None]
    _one_way(ways, quantities, param, old)
    if not ways and not quantities:
        return None
    quantity = _quantity(form, old)
    price, unit = _price(world, form, ways[0], currency, old) if ways else _kept(world, old)
    if price["currency"] != currency:
        raise invalid(f"The price's currency is {price['currency']}, but the invoice is in {currency}.", param)
    return Cost(money.check(money.half_up(quantity * unit), currency, param), price, unit, quantity)


def _one_way(ways: list[str], quantities: list[str], param: str, old: Obj | None) -> None:
    clash = ways if len(ways) > 1 else ["amount", *quantities] if ways == ["amount"] and quantities else quantities
    if len(clash) > 1:
        raise invalid(f"You may only specify one of these parameters: {', '.join(clash)}.", param)
    if not ways and old is None:
        raise invalid("Missing required param: amount.", param, "parameter_missing")


def _quantity(form: Priced, old: Obj | None) -> Decimal:
    given = form.quantity_decimal if form.quantity is None else Decimal(form.quantity)
    if given is None:
        return Decimal(1) if old is None or form.amount is not None else Decimal(old["quantity_decimal"])
    if given < 0:
        raise invalid("Invalid quantity: must be zero or more", "quantity")
    return given


def _kept(world: World, old: Obj | None) -> tuple[Obj, Decimal]:
    assert old is not None
    pricing = old["pricing"]
    return world.find("prices", pricing["price_details"]["price"]), Decimal(pricing["unit_amount_decimal"])


def _price(world: World, form: Priced, way: str, currency: str, old: Obj | None) -> tuple[Obj, Decimal]:
    if way == "pricing" and form.pricing:
        return _listed(world, form.pricing.price)
    if way == "price_data" and form.price_data:
        return _inline(world, form.price_data)
    unit = Decimal(form.amount) if way == "amount" and form.amount is not None else form.__dict__[way]
    product = old["pricing"]["price_details"]["product"] if old else None
    return catalog.mint(world, currency, unit, form.description, product), unit


def _listed(world: World, ident: str) -> tuple[Obj, Decimal]:
    price = world.find("prices", ident, "pricing[price]", 400)
    if price["type"] == "recurring":
        told = "The price specified is set to `type=recurring` but this field only accepts prices with `type=one_time`."
        raise invalid(told, "pricing[price]")
    if not price["active"]:
        raise invalid("The price specified is inactive. This field only accepts active prices.", "pricing[price]")
    if price["unit_amount_decimal"] is None:
        raise invalid("The local Stripe bills no tiered prices on invoice items.", "pricing[price]")
    return price, Decimal(price["unit_amount_decimal"])


def _inline(world: World, data: PriceData) -> tuple[Obj, Decimal]:
    unit = data.unit_amount_decimal if data.unit_amount is None else Decimal(data.unit_amount)
    if unit is None or (data.unit_amount is not None and data.unit_amount_decimal is not None):
        raise invalid("Specify exactly one of unit_amount, unit_amount_decimal.", "price_data[unit_amount]")
    if (data.product is None) == (data.product_data is None):
        raise invalid("Specify exactly one of product, product_data.", "price_data[product]")
    name = data.product_data.name if data.product_data else None
    product = world.find("products", data.product, "price_data[product]", 400)["id"] if data.product else None
    return catalog.mint(world, data.currency, unit, name, product), unit
