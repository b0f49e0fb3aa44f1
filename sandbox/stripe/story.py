"""A story: deeds that happen through the same code as the API, each at its own time.

Promises that a deed looks as if it had been called through the API. A deed to come that no longer fits, because
somebody changed the world meanwhile, is logged and left out. Leaves out the file that deeds come from (seed.py) and
when they are played (timers.py).
"""

import logging
from collections.abc import Callable
from decimal import Decimal

from sandbox.stripe import (
    catalog,
    credit_notes,
    customers,
    discounts,
    invoiceitems,
    invoices,
    lifecycle,
    lines,
    money,
    subscriptions,
)
from sandbox.stripe.errors import Obj, StripeError
from sandbox.stripe.forms import Form, Period, Plain, parse
from sandbox.stripe.world import World

KINDS: dict[str, tuple[type[Form], Callable[..., Obj]]] = {
    "coupons": (discounts.CouponCreate, discounts.create),
    "customers": (customers.CustomerFields, customers.create),
    "products": (catalog.ProductCreate, catalog.create_product),
    "prices": (catalog.PriceCreate, catalog.create_price),
    "subscriptions": (subscriptions.SubscriptionCreate, subscriptions.create),
    "invoices": (invoices.InvoiceCreate, invoices.create),
    "invoiceitems": (invoiceitems.ItemCreate, invoiceitems.create),
    "credit_notes": (credit_notes.NoteFields, credit_notes.create),
}
log = logging.getLogger(__name__)


def plan(world: World, at: int, step: str, ident: str | None, given: Obj) -> None:
    """A deed at a Unix time. `step` is a list of the seed, or what happens to the object `ident`."""
    row = {"id": world.new_id("deed"), "created": at, "step": step, "about": ident, "given": given}
    world.add("deeds", row)


def do(world: World, deed: Obj) -> None:
    """Plays a deed, at the business time that the caller has set. Raises StripeError that names the deed."""
    del world.tables["deeds"][deed["id"]]
    try:
        _do(world, deed["step"], deed["about"], dict(deed["given"]))
    except StripeError as error:
        error.add_note(f"in the story: {deed['step']} of {deed['about'] or deed['given']}")
        raise


def try_(world: World, deed: Obj) -> None:
    """Plays a deed, or leaves it out of the story."""
    try:
        do(world, deed)
    except StripeError as error:
        log.warning("the story goes on without %s of %s: %s", deed["step"], deed["about"], error)


def _do(world: World, step: str, ident: str | None, given: Obj) -> None:
    if step in KINDS:
        form, create = KINDS[step]
        entries = given.pop("lines", []) if step == "invoices" else []
        reason = given.pop("billing_reason", None)
        row = create(world, parse(form, given), ident)
        for entry in entries:
            _line(world, row, dict(entry))
        if reason:
            row["billing_reason"] = reason
    elif ident is not None:
        _step(world, step, ident, given)


def _step(world: World, step: str, ident: str, given: Obj) -> None:
    match step:
        case "coupon":
            discounts.give(world, customers.present(world, ident), given["coupon"])
        case "canceled_at":
            subscriptions.cancel(world, subscriptions.Cancel(), ident)
        case "finalized_at":
            lifecycle.finalize(world, lifecycle.Finalize(), ident)
        case "sent_at":
            lifecycle.send(world, Plain(), ident)
        case "paid_at":
            _pay(world, ident, given)
        case "voided_at":
            lifecycle.void(world, Plain(), ident)
        case "marked_uncollectible_at":
            lifecycle.mark_uncollectible(world, Plain(), ident)


def _pay(world: World, ident: str, given: Obj) -> None:
    """An invoice of nothing was paid by its finalization already."""
    invoice = world.find("invoices", ident)
    if invoice["status"] == "paid" and not invoice["amount_due"]:
        return
    lifecycle.payable(world, ident)
    if given.get("paid", "card") == "card":
        lifecycle.settle(world, invoice, None, given.get("payment_method", "pm_card_visa"))
    else:
        lifecycle.settle(world, invoice, given.get("paid_amount", invoice["amount_remaining"]))


def _line(world: World, invoice: Obj, entry: Obj) -> None:
    item = entry.pop("subscription_item", None)
    if item is None:
        entry |= {"customer": invoice["customer"], "invoice": invoice["id"], "currency": invoice["currency"]}
        ident = entry.pop("id", None)
        invoiceitems.create(world, parse(invoiceitems.ItemCreate, entry), ident)
        return
    owner = world.find("subscription_items", item)
    fields = _subscription_line(world, owner, entry)
    lines.of_subscription(world, invoice, owner, fields | {"currency": invoice["currency"]})
    invoices.retrieve(world, Plain(), invoice["id"])


def _subscription_line(world: World, owner: Obj, entry: Obj) -> Obj:
    price = world.find("prices", owner["price"])
    quantity = int(entry.get("quantity") or owner["quantity"] or 1)
    unit = Decimal(price["unit_amount_decimal"] or 0)
    details = {"price": price["id"], "product": price["product"]}
    pricing = {"type": "price_details", "price_details": details, "unit_amount_decimal": money.plain(unit)}
    default = f"{quantity} × {world.find('products', price['product'])['name']}"
    span = parse(Period, entry["period"]).checked().model_dump()
    fields = {"amount": entry.get("amount", money.half_up(unit * quantity)), "pricing": pricing, "period": span}
    fields |= {"description": entry.get("description", default), "metadata": entry.get("metadata", {})}
    fields |= {"discountable": True, "quantity": quantity, "quantity_decimal": str(quantity)}
    return fields | ({"id": entry["id"]} if "id" in entry else {})
