"""Customers and their credit balance.

Promises create, retrieve, update, delete and listing by e-mail (exact, as Stripe does), a balance whose every change
is a transaction, and the first currency used sticking to the customer. Leaves out payment sources, tax ids and cash
balances.
"""

from typing import Literal

from pydantic import Field

from sandbox.stripe import discounts, events
from sandbox.stripe.errors import Obj, refused
from sandbox.stripe.forms import (
    ClearableMany,
    CurrencyCode,
    Descriptor,
    Form,
    Id,
    Int,
    Many,
    Metadata,
    Name40,
    Plain,
    Range,
    Text,
    Unset,
    Value140,
    merged,
)  # fmt: skip
from sandbox.stripe.paging import Page, cut, page
from sandbox.stripe.world import World


class Address(Form):
    city: Text = None
    country: Text = None
    line1: Text = None
    line2: Text = None
    postal_code: Text = None
    state: Text = None


class Shipping(Form):
    address: Address
    name: Id
    phone: Text = None


class CustomField(Form):
    name: Name40
    value: Value140


class InvoiceSettings(Form):
    custom_fields: ClearableMany[CustomField] = None
    default_payment_method: Text = None
    footer: Text = None


class CustomerFields(Plain):
    address: Unset[Address] = None
    balance: Int = 0
    business_name: Text = None
    description: Text = None
    email: Text = None
    individual_name: Text = None
    invoice_prefix: Descriptor = None
    invoice_settings: InvoiceSettings = InvoiceSettings()
    metadata: Metadata = None
    name: Text = None
    next_invoice_sequence: Int = 1
    phone: Text = None
    preferred_locales: Many[Id] = Field(default_factory=list)
    shipping: Unset[Shipping] = None
    tax_exempt: Unset[Literal["none", "exempt", "reverse"]] = None


class CustomerList(Page):
    email: Id | None = None
    created: Range | None = None


class Adjustment(Plain):
    amount: Int
    currency: CurrencyCode
    description: Text = None
    metadata: Metadata = None


class BalanceList(Page):
    created: Range | None = None
    invoice: Id | None = None


SIMPLE = (
    "business_name", "description", "email", "individual_name", "name", "next_invoice_sequence", "phone",
    "preferred_locales", "tax_exempt",
)  # fmt: skip
SETTINGS = {"custom_fields": None, "default_payment_method": None, "footer": None, "rendering_options": None}


def create(world: World, form: CustomerFields, ident: str | None = None) -> Obj:
    row: Obj = {"id": ident or world.new_id("cus"), "object": "customer", "created": world.now(), "livemode": False}
    row |= dict.fromkeys(("address", "currency", "customer_account", "default_source", "discount", "shipping"))
    row |= {"balance": 0, "_balances": {}, "delinquent": False, "invoice_settings": dict(SETTINGS), "test_clock": None}
    row |= {"invoice_prefix": world.new_id("x")[-8:].upper(), "metadata": {}}
    row |= {name: getattr(form, name) for name in SIMPLE} | {"tax_exempt": form.tax_exempt or "none"}
    _apply(row, form)
    world.add("customers", row)
    if form.balance:
        _rebalance(world, row, form.balance)
    events.emit(world, "customer.created", row)
    return row


def update(world: World, form: CustomerFields, customer: str) -> Obj:
    row = present(world, customer)
    with events.changing(world, row, "customer.updated"):
        row |= form.given(*SIMPLE)
        row["tax_exempt"] = row["tax_exempt"] or "none"
        _apply(row, form)
        if "balance" in form.model_fields_set and form.balance != row["balance"]:
            _rebalance(world, row, form.balance)
    return row


def _rebalance(world: World, row: Obj, balance: int) -> None:
    currency = row["currency"] or world.account["default_currency"]
    move(world, row, currency, balance - row["balance"], "adjustment")


def _apply(row: Obj, form: CustomerFields) -> None:
    for name, value in form.given("address", "shipping").items():
        row[name] = value and value.model_dump()
    if form.invoice_prefix:
        row["invoice_prefix"] = form.invoice_prefix
    if "metadata" in form.model_fields_set:
        row["metadata"] = merged(row["metadata"], form.metadata)
    row["invoice_settings"] |= form.invoice_settings.model_dump(exclude_unset=True)


def retrieve(world: World, _: Plain, customer: str) -> Obj:
    return world.find("customers", customer, "customer")


def delete(world: World, _: Plain, customer: str) -> Obj:
    """Keeps a stub under the id and cancels the subscriptions."""
    row = present(world, customer)
    for subscription in world.tables["subscriptions"].values():
        if subscription["customer"] == customer and subscription["status"] != "canceled":
            now = world.now()
            subscription |= {"status": "canceled", "canceled_at": now, "ended_at": now}
            events.emit(world, "customer.subscription.deleted", subscription)
    events.emit(world, "customer.deleted", row)
    row["_deleted"] = True
    return row


def find_all(world: World, form: CustomerList) -> Obj:
    def fits(row: Obj) -> bool:
        in_range = form.created is None or form.created.holds(row["created"])
        return not row.get("_deleted") and in_range and (form.email is None or row["email"] == form.email)

    return page(world, "customers", form, fits)


def present(world: World, customer: str, param: str = "id", status: int = 404) -> Obj:
    """The customer, unless it was deleted."""
    row = world.find("customers", customer, param, status)
    if row.get("_deleted"):
        raise refused(f"No such customer: '{customer}'; the customer was deleted", param, "resource_missing")
    return row


def settle_currency(customer: Obj, currency: str) -> None:
    """The first currency that a customer is billed in becomes its default."""
    customer["currency"] = customer["currency"] or currency


def move(
    world: World, customer: Obj, currency: str, amount: int, kind: str, *,
    invoice: str | None = None, credit_note: str | None = None, description: str | None = None,
) -> Obj:  # fmt: skip
    """Changes the balance in a currency by `amount` (negative is credit for the customer); records the transaction."""
    settle_currency(customer, currency)
    customer["_balances"][currency] = customer["_balances"].get(currency, 0) + amount
    customer["balance"] = customer["_balances"].get(customer["currency"], 0)
    row = {"id": world.new_id("cbtxn"), "object": "customer_balance_transaction", "amount": amount, "type": kind}
    row |= {"created": world.now(), "currency": currency, "customer": customer["id"], "livemode": False}
    row |= {"customer_account": None, "description": description, "ending_balance": customer["_balances"][currency]}
    row |= {"checkout_session": None, "credit_note": credit_note, "invoice": invoice, "metadata": {}}
    return world.add("balance_transactions", row)


def adjust(world: World, form: Adjustment, customer: str) -> Obj:
    row = present(world, customer, "customer")
    with events.changing(world, row, "customer.updated"):
        made = move(world, row, form.currency, form.amount, "adjustment", description=form.description)
    made["metadata"] = merged({}, form.metadata)
    return made


def transactions(world: World, form: BalanceList, customer: str) -> Obj:
    present(world, customer, "customer")

    def fits(row: Obj) -> bool:
        in_range = form.created is None or form.created.holds(row["created"])
        return row["customer"] == customer and in_range and form.invoice in (None, row["invoice"])

    url = f"/v1/customers/{customer}/balance_transactions"
    return cut(world.rows("balance_transactions"), form, fits, url)


def delete_discount(world: World, _: Plain, customer: str) -> Obj:
    row = present(world, customer, "customer")
    if row["discount"] is None:
        raise refused("This customer has no active discount", "customer", "resource_missing")
    return discounts.end(world, row)
