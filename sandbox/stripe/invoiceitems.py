"""Invoice items: what a line of an invoice is made of.

Promises items bound to a draft or pending until an invoice asks for them, with prices as pricing.py reads them, and
lines that follow their item. An item of a deleted draft stays with the dead invoice, as it does at Stripe. Leaves out
prorations, taxes and discounts of single items.
"""

from pydantic import Field

from sandbox.stripe import customers, drafts, events, lines
from sandbox.stripe.discounts import Redeemed
from sandbox.stripe.errors import Obj, invalid, refused
from sandbox.stripe.forms import (
    Bool,
    ClearableMany,
    CurrencyCode,
    Exact,
    Id,
    Many,
    Metadata,
    Period,
    Plain,
    Range,
    Text,
    merged,
)  # fmt: skip
from sandbox.stripe.paging import Page, page
from sandbox.stripe.pricing import Priced, cost
from sandbox.stripe.world import World


class ItemFields(Priced):
    discountable: Bool | None = None
    discounts: ClearableMany[Redeemed] = None
    expand: Many[Id] = Field(default_factory=list)
    metadata: Metadata = None
    period: Period | None = None
    tax_behavior: Text = None
    tax_code: Text = None
    unit_amount_decimal: Exact | None = None


class ItemCreate(ItemFields):
    customer: Id
    currency: CurrencyCode | None = None
    invoice: Text = None
    subscription: Text = None


class ItemList(Page):
    customer: Id | None = None
    created: Range | None = None
    invoice: Id | None = None
    pending: Bool | None = None


def create(world: World, form: ItemCreate, ident: str | None = None) -> Obj:
    customer = customers.present(world, form.customer, "customer", 400)
    invoice = _draft_of(world, form)
    currency = _currency(world, form, customer, invoice)
    row = build(world, form, customer, currency, ident)
    if form.subscription:
        owner = world.find("subscriptions", form.subscription, "subscription", 400)["id"]
        row["parent"] = {"type": "subscription_details", "subscription_details": {"subscription": owner}}
    customers.settle_currency(customer, currency)
    world.add("invoiceitems", row)
    if invoice:
        with drafts.editing(world, invoice):
            lines.attach(world, invoice, row)
    events.emit(world, "invoiceitem.created", row)
    return row


def _draft_of(world: World, form: ItemCreate) -> Obj | None:
    if not form.invoice:
        return None
    invoice = drafts.editable(world, form.invoice, "invoice", 400)
    if invoice["customer"] != form.customer:
        raise invalid("The invoice belongs to another customer than the one specified.", "invoice")
    return invoice


def _currency(world: World, form: ItemCreate, customer: Obj, invoice: Obj | None) -> str:
    """The currency asked for, else the customer's; an invoice takes its own only."""
    stated = form.currency or (form.price_data and form.price_data.currency)
    if stated is None and form.pricing:
        stated = world.find("prices", form.pricing.price, "pricing[price]", 400)["currency"]
    currency = str(stated or customer["currency"] or world.account["default_currency"])
    if invoice and invoice["currency"] != currency:
        told = f"The currency of the invoice item ({currency}) must be that of the invoice ({invoice['currency']})."
        raise invalid(told, "currency")
    return currency


def build(world: World, form: Priced, customer: Obj, currency: str, ident: str | None = None, at: str = "") -> Obj:
    """An item that is not stored yet. `form` is ItemFields or a line of `add_lines`."""
    priced = cost(world, form, currency, at)
    assert priced is not None
    now = world.now()
    row: Obj = {"id": ident or world.new_id("ii"), "object": "invoiceitem", "currency": currency, "date": now}
    row |= priced.fields() | {"customer": customer["id"], "customer_account": None, "description": form.description}
    row |= {"discountable": row["amount"] >= 0, "discounts": [], "frozen_fields": [], "invoice": None}
    row |= {"livemode": False, "metadata": {}, "net_amount": None, "parent": None, "tax_rates": [], "test_clock": None}
    row |= {"period": {"start": now, "end": now}, "proration": False, "proration_details": None}
    dress(row, form)
    if row["description"] is None and form.pricing:
        row["description"] = world.find("products", row["pricing"]["price_details"]["product"])["name"]
    return row


def dress(row: Obj, form: Priced) -> None:
    """The fields that say nothing about money."""
    given = form.model_dump(include={"description", "discountable"} & form.model_fields_set)
    row |= {name: value for name, value in given.items() if name == "description" or value is not None}
    period, metadata = getattr(form, "period", None), getattr(form, "metadata", None)
    if getattr(form, "discounts", None):
        raise invalid("The local Stripe knows discounts of invoices only, not of single items.", "discounts")
    if period:
        row["period"] = period.checked().model_dump()
    if "metadata" in form.model_fields_set:
        row["metadata"] = merged(row["metadata"], metadata)


def update(world: World, form: ItemFields, invoiceitem: str) -> Obj:
    row = world.find("invoiceitems", invoiceitem)
    if row["invoice"] and row["invoice"] not in world.tables["invoices"]:
        raise refused("This invoice item has been deleted.", "id")
    invoice = drafts.editable(world, row["invoice"], "invoice") if row["invoice"] else None
    revise(world, row, form)
    if invoice:
        with drafts.editing(world, invoice):
            lines.mirror(world, row)
    return row


def revise(world: World, row: Obj, form: Priced, at: str = "") -> None:
    """Changes an item as the form says; its line follows by lines.mirror."""
    priced = cost(world, form, row["currency"], at, old=row)
    dress(row, form)
    if priced:
        row |= priced.fields()


def retrieve(world: World, _: Plain, invoiceitem: str) -> Obj:
    return world.find("invoiceitems", invoiceitem)


def delete(world: World, _: Plain, invoiceitem: str) -> Obj:
    row = world.find("invoiceitems", invoiceitem)
    if row["invoice"]:
        invoice = world.tables["invoices"].get(row["invoice"])
        if invoice is None or invoice["status"] != "draft":
            raise refused("Can't delete an invoice item that is attached to an invoice that is no longer editable")
        with drafts.editing(world, invoice):
            lines.detach(world, invoice, row)
    del world.tables["invoiceitems"][invoiceitem]
    events.emit(world, "invoiceitem.deleted", row)
    return row | {"_deleted": True}


def find_all(world: World, form: ItemList) -> Obj:
    def fits(row: Obj) -> bool:
        same = form.customer in (None, row["customer"]) and form.invoice in (None, row["invoice"])
        in_range = form.created is None or form.created.holds(row["date"])
        return same and in_range and form.pending in (None, row["invoice"] is None)

    return page(world, "invoiceitems", form, fits)


def pending(world: World, customer: str, currency: str, subscription: str | None) -> list[Obj]:
    """What an invoice that includes pending items takes in, newest first."""

    def waits(row: Obj) -> bool:
        parent = row["parent"] and row["parent"]["subscription_details"]["subscription"]
        mine = row["customer"] == customer and row["currency"] == currency and row["invoice"] is None
        return mine and (subscription is None or parent == subscription)

    return [row for row in world.rows("invoiceitems") if waits(row)]
