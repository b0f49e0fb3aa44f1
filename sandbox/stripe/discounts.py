"""Coupons and the discounts they become.

Promises percent and fixed coupons, one discount on a customer that its invoices inherit, and the discount of an
invoice spread over its lines. Leaves out promotion codes, durations, redemption limits and discounts on single lines.
"""

from decimal import Decimal

from sandbox.stripe import events, money
from sandbox.stripe.errors import Obj, invalid
from sandbox.stripe.forms import CurrencyCode, Exact, Form, Id, Int, Metadata, Plain, Range, Text, merged
from sandbox.stripe.paging import Page, page
from sandbox.stripe.world import World


class CouponCreate(Plain):
    id: Text = None
    amount_off: Int | None = None
    currency: CurrencyCode | None = None
    duration: Text = None
    metadata: Metadata = None
    name: Text = None
    percent_off: Exact | None = None


class CouponList(Page):
    created: Range | None = None


class Redeemed(Form):
    """One entry of `discounts`: a coupon to redeem or a discount to keep."""

    coupon: Id | None = None
    discount: Id | None = None


def create(world: World, form: CouponCreate, ident: str | None = None) -> Obj:
    if (form.amount_off is None) == (form.percent_off is None):
        raise invalid("Must provide exactly one of percent_off and amount_off", "percent_off")
    if form.amount_off is not None and form.currency is None:
        raise invalid("Missing required param: currency.", "currency", "parameter_missing")
    if form.percent_off is not None and not 0 < form.percent_off <= 100:
        raise invalid("Invalid percent_off: must be above 0 and at most 100", "percent_off")
    row: Obj = {"id": ident or form.id or world.new_id("co")[-8:], "object": "coupon", "created": world.now()}
    row |= {"amount_off": form.amount_off, "currency": form.currency, "duration": form.duration or "once"}
    row |= {"percent_off": None if form.percent_off is None else float(form.percent_off), "duration_in_months": None}
    row |= {"livemode": False, "max_redemptions": None, "metadata": merged({}, form.metadata), "name": form.name}
    row |= {"redeem_by": None, "times_redeemed": 0, "valid": True}
    events.emit(world, "coupon.created", world.add("coupons", row))
    return row


def retrieve(world: World, _: Plain, coupon: str) -> Obj:
    return world.find("coupons", coupon, "coupon")


def find_all(world: World, form: CouponList) -> Obj:
    return page(world, "coupons", form, lambda row: form.created is None or form.created.holds(row["created"]))


def redeem(world: World, coupon: str, customer: str, invoice: str | None = None) -> Obj:
    """A discount from a coupon. Raises resource_missing."""
    found = world.find("coupons", coupon, "discounts[0][coupon]", 400)
    found["times_redeemed"] += 1
    row: Obj = {"id": world.new_id("di"), "object": "discount", "customer": customer, "start": world.now()}
    row |= dict.fromkeys(("checkout_session", "customer_account", "end", "invoice_item", "promotion_code"))
    row |= {"invoice": invoice, "subscription": None, "subscription_item": None}
    return world.add("discounts", row | {"source": {"type": "coupon", "coupon": coupon}})


def give(world: World, customer: Obj, coupon: str) -> Obj:
    """Puts a coupon on a customer, as a person does in the Dashboard."""
    discount = redeem(world, coupon, customer["id"])
    with events.changing(world, customer, "customer.updated"):
        customer["discount"] = discount["id"]
    events.emit(world, "customer.discount.created", discount)
    return customer


def end(world: World, customer: Obj) -> Obj:
    """Takes the discount off a customer; invoices that inherited it keep theirs."""
    discount = world.find("discounts", customer["discount"])
    with events.changing(world, customer, "customer.updated"):
        customer["discount"] = None
    events.emit(world, "customer.discount.deleted", discount)
    return discount | {"_deleted": True}


def chosen(world: World, entries: list[Redeemed] | None, customer: str, invoice: str) -> list[str]:
    """The discount ids for an invoice from its `discounts` parameter; None means no discount at all."""
    return [
        entry.discount if entry.discount else redeem(world, entry.coupon or "", customer, invoice)["id"]
        for entry in entries or []
    ]


def spread(world: World, discount: str, lines: list[Obj], currency: str) -> list[int]:
    """What one discount takes off each line, in minor units, given what earlier discounts left."""
    coupon = world.find("coupons", world.find("discounts", discount)["source"]["coupon"])
    left = [_left(line) if line["discountable"] else 0 for line in lines]
    if coupon["amount_off"] is None:
        off = money.half_up(sum(left) * Decimal(str(coupon["percent_off"])) / 100)
    else:
        off = min(coupon["amount_off"], sum(left)) if coupon["currency"] == currency else 0
    return money.split(off, left)


def _left(line: Obj) -> int:
    taken = sum(int(entry["amount"]) for entry in line["discount_amounts"])
    return max(0, int(line["amount"]) - taken)
