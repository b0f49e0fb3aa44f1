"""Products and prices.

Promises create, retrieve, update of what may change, list, tiers (sent when expanded) and the one-off price that
Stripe makes behind every amount. Leaves out currency options, custom amounts and meters.
"""

from decimal import Decimal
from typing import Literal

from pydantic import Field

from sandbox.stripe import events, money
from sandbox.stripe.errors import Obj, invalid
from sandbox.stripe.forms import (
    Bool,
    CurrencyCode,
    Exact,
    Form,
    Id,
    Int,
    Many,
    Metadata,
    Plain,
    Range,
    Text,
    merged,
)  # fmt: skip
from sandbox.stripe.paging import Page, page
from sandbox.stripe.world import World


class ProductFields(Plain):
    active: Bool = True
    default_price: Text = None
    description: Text = None
    metadata: Metadata = None
    name: Text = None
    statement_descriptor: Text = None
    unit_label: Text = None
    url: Text = None


class ProductCreate(ProductFields):
    id: Text = None
    name: Id


class ProductList(Page):
    active: Bool | None = None
    created: Range | None = None
    ids: Many[Id] = Field(default_factory=list)


class Recurring(Form):
    interval: Literal["day", "week", "month", "year"]
    interval_count: Int = 1
    usage_type: Literal["licensed", "metered"] = "licensed"


class Tier(Form):
    flat_amount: Int | None = None
    flat_amount_decimal: Exact | None = None
    unit_amount: Int | None = None
    unit_amount_decimal: Exact | None = None
    up_to: Id


class Transform(Form):
    divide_by: Int
    round: Literal["up", "down"]


class ProductData(Form):
    name: Id
    id: Text = None
    description: Text = None
    metadata: Metadata = None
    unit_label: Text = None


class PriceFields(Plain):
    active: Bool = True
    lookup_key: Text = None
    metadata: Metadata = None
    nickname: Text = None


class PriceCreate(PriceFields):
    billing_scheme: Literal["per_unit", "tiered"] = "per_unit"
    currency: CurrencyCode
    product: Id | None = None
    product_data: ProductData | None = None
    recurring: Recurring | None = None
    tax_behavior: Literal["exclusive", "inclusive", "unspecified"] = "unspecified"
    tiers: Many[Tier] = Field(default_factory=list)
    tiers_mode: Literal["graduated", "volume"] | None = None
    transform_quantity: Transform | None = None
    unit_amount: Int | None = None
    unit_amount_decimal: Exact | None = None


class PriceList(Page):
    active: Bool | None = None
    created: Range | None = None
    currency: CurrencyCode | None = None
    lookup_keys: Many[Id] = Field(default_factory=list)
    product: Id | None = None
    type: Literal["one_time", "recurring"] | None = None


PRODUCT = ("active", "default_price", "description", "name", "statement_descriptor", "unit_label", "url")


def create_product(world: World, form: ProductCreate, ident: str | None = None, quiet: bool = False) -> Obj:
    row: Obj = {"id": ident or form.id or world.new_id("prod"), "object": "product", "created": world.now()}
    row |= {name: getattr(form, name) for name in PRODUCT} | {"images": [], "livemode": False, "marketing_features": []}
    row |= {"metadata": merged({}, form.metadata), "package_dimensions": None, "shippable": None, "tax_code": None}
    world.add("products", row | {"tax_details": None, "type": "service", "updated": world.now()})
    if not quiet:
        events.emit(world, "product.created", world.find("products", row["id"]))
    return world.find("products", row["id"])


def update_product(world: World, form: ProductFields, product: str) -> Obj:
    row = world.find("products", product)
    with events.changing(world, row, "product.updated"):
        row |= form.given(*PRODUCT)
        if "metadata" in form.model_fields_set:
            row["metadata"] = merged(row["metadata"], form.metadata)
    return row


def retrieve_product(world: World, _: Plain, product: str) -> Obj:
    return world.find("products", product)


def find_products(world: World, form: ProductList) -> Obj:
    def fits(row: Obj) -> bool:
        in_range = form.created is None or form.created.holds(row["created"])
        return in_range and form.active in (None, row["active"]) and (not form.ids or row["id"] in form.ids)

    return page(world, "products", form, fits)


def create_price(world: World, form: PriceCreate, ident: str | None = None, quiet: bool = False) -> Obj:
    product = _product_of(world, form)
    unit = _unit(form)
    row: Obj = {"id": ident or world.new_id("price"), "object": "price", "created": world.now(), "product": product}
    row |= {"active": form.active, "lookup_key": form.lookup_key, "nickname": form.nickname, "livemode": False}
    row |= {"billing_scheme": form.billing_scheme, "currency": form.currency, "custom_unit_amount": None}
    row |= {"metadata": merged({}, form.metadata), "tax_behavior": form.tax_behavior, "tiers_mode": form.tiers_mode}
    row |= {"recurring": form.recurring and form.recurring.model_dump() | {"meter": None, "trial_period_days": None}}
    row |= {"transform_quantity": form.transform_quantity and form.transform_quantity.model_dump()}
    row |= {
        "type": "recurring" if form.recurring else "one_time",
        "tiers": [_tier(each) for each in form.tiers] or None,
    }
    row |= {"unit_amount": None if unit is None or unit % 1 else int(unit)}
    world.add("prices", row | {"unit_amount_decimal": None if unit is None else money.plain(unit)})
    if not quiet:
        events.emit(world, "price.created", world.find("prices", row["id"]))
    return world.find("prices", row["id"])


def _product_of(world: World, form: PriceCreate) -> str:
    if form.product_data:
        known = form.product_data.model_dump(exclude_unset=True)
        return str(create_product(world, ProductCreate(**known))["id"])
    if form.product is None:
        raise invalid("Missing required param: product.", "product", "parameter_missing")
    return str(world.find("products", form.product, "product", 400)["id"])


def _unit(form: PriceCreate) -> Decimal | None:
    given = [each for each in (form.unit_amount, form.unit_amount_decimal) if each is not None]
    if form.billing_scheme == "tiered":
        if given or not form.tiers or form.tiers_mode is None:
            raise invalid("A tiered price takes tiers and tiers_mode, and no unit amount.", "tiers")
        return None
    if len(given) != 1:
        raise invalid("Specify exactly one of unit_amount, unit_amount_decimal.", "unit_amount", "parameter_missing")
    return Decimal(given[0])


def _tier(tier: Tier) -> Obj:
    flat = _amounts("flat_amount", tier.flat_amount, tier.flat_amount_decimal)
    unit = _amounts("unit_amount", tier.unit_amount, tier.unit_amount_decimal)
    return flat | unit | {"up_to": None if tier.up_to == "inf" else int(tier.up_to)}


def _amounts(name: str, whole: int | None, exact: Decimal | None) -> Obj:
    value = exact if whole is None else Decimal(whole)
    if value is None:
        return {name: None, f"{name}_decimal": None}
    return {name: None if value % 1 else int(value), f"{name}_decimal": money.plain(value)}


def update_price(world: World, form: PriceFields, price: str) -> Obj:
    row = world.find("prices", price)
    with events.changing(world, row, "price.updated"):
        row |= form.given("active", "lookup_key", "nickname")
        if "metadata" in form.model_fields_set:
            row["metadata"] = merged(row["metadata"], form.metadata)
    return row


def retrieve_price(world: World, _: Plain, price: str) -> Obj:
    return world.find("prices", price, "price")


def find_prices(world: World, form: PriceList) -> Obj:
    def fits(row: Obj) -> bool:
        same = (("active", form.active), ("currency", form.currency), ("product", form.product), ("type", form.type))
        in_range = form.created is None or form.created.holds(row["created"])
        keyed = not form.lookup_keys or row["lookup_key"] in form.lookup_keys
        return in_range and keyed and all(wanted in (None, row[name]) for name, wanted in same)

    return page(world, "prices", form, fits)


def mint(world: World, currency: str, unit: Decimal, name: str | None, product: str | None = None) -> Obj:
    """The inactive one-off price behind a bare amount, with a product of its own unless one is named."""
    if product is None:
        label = ProductCreate(name=(name or "Invoice item")[:250], active=False)
        product = str(create_product(world, label, quiet=True)["id"])
    form = PriceCreate(active=False, currency=currency, product=product, unit_amount_decimal=unit)
    return create_price(world, form, quiet=True)
