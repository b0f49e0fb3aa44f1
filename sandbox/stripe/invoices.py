"""Invoices: create, read, edit, delete.

Promises Stripe's defaults, also those that hurt: charge_automatically, pending items excluded, the customer's
currency, discount, footer and custom fields taken over when the caller is silent, automatic tax as the account says.
Leaves out what happens to an invoice afterwards (lifecycle.py), shipping, Connect and tax rates.
"""

from typing import Literal

from sandbox.stripe import customers, discounts, drafts, events, invoiceitems, lines, totals
from sandbox.stripe.customers import CustomField
from sandbox.stripe.discounts import Redeemed
from sandbox.stripe.errors import Obj, invalid, refused
from sandbox.stripe.forms import (
    Bool,
    ClearableMany,
    CurrencyCode,
    Descriptor,
    Form,
    Id,
    Int,
    Memo,
    Metadata,
    Number,
    Plain,
    Range,
    Text,
    Unset,
    merged,
)  # fmt: skip
from sandbox.stripe.paging import Page, page
from sandbox.stripe.world import World

DAY = 86400
FIVE_YEARS = 5 * 366 * DAY


class AutomaticTax(Form):
    enabled: Bool


class Revision(Form):
    action: Literal["revision"]
    invoice: Id


class Pdf(Form):
    page_size: Literal["a4", "auto", "letter"] = "auto"


class Rendering(Form):
    amount_tax_display: Unset[Literal["exclude_tax", "include_inclusive_tax"]] = None
    pdf: Pdf | None = None
    template: Text = None


class PaymentSettings(Form):
    payment_method_types: ClearableMany[Id] = None


class InvoiceFields(Plain):
    auto_advance: Bool | None = None
    automatic_tax: AutomaticTax | None = None
    automatically_finalizes_at: Int | None = None
    collection_method: Literal["charge_automatically", "send_invoice"] | None = None
    custom_fields: ClearableMany[CustomField] = None
    days_until_due: Int | None = None
    default_payment_method: Text = None
    description: Memo = None
    discounts: ClearableMany[Redeemed] = None
    due_date: Int | None = None
    effective_at: Unset[Int] = None
    footer: Text = None
    metadata: Metadata = None
    number: Number = None
    payment_settings: PaymentSettings | None = None
    rendering: Rendering | None = None
    statement_descriptor: Descriptor = None


class InvoiceCreate(InvoiceFields):
    customer: Id | None = None
    currency: CurrencyCode | None = None
    from_invoice: Revision | None = None
    pending_invoice_items_behavior: Literal["exclude", "include"] = "exclude"
    subscription: Text = None


class InvoiceList(Page):
    collection_method: Literal["charge_automatically", "send_invoice"] | None = None
    created: Range | None = None
    customer: Id | None = None
    due_date: Range | None = None
    status: Literal["draft", "open", "void", "paid", "uncollectible"] | None = None
    subscription: Id | None = None


NULLS = (
    "account_tax_ids", "application", "automatically_finalizes_at", "customer_account", "default_payment_method",
    "default_source", "description", "due_date", "effective_at", "ending_balance", "footer", "from_invoice",
    "last_finalization_error", "latest_revision", "next_payment_attempt", "number", "on_behalf_of", "parent",
    "receipt_number", "rendering", "shipping_cost", "shipping_details", "statement_descriptor", "test_clock",
    "threshold_reason",
)  # fmt: skip
ZEROS = (
    "amount_due", "amount_overpaid", "amount_paid", "amount_paid_off_stripe", "amount_remaining", "amount_shipping",
    "attempt_count", "post_payment_credit_notes_amount", "pre_payment_credit_notes_amount", "starting_balance",
    "subtotal", "total",
)  # fmt: skip
TRANSITIONS = ("finalized_at", "marked_uncollectible_at", "paid_at", "voided_at")
SIMPLE = ("collection_method", "default_payment_method", "description", "effective_at", "footer", "number",
          "statement_descriptor")  # fmt: skip


def create(world: World, form: InvoiceCreate, ident: str | None = None) -> Obj:
    if form.customer is None:
        raise invalid("Missing required param: customer.", "customer", "parameter_missing")
    customer = customers.present(world, form.customer, "customer", 400)
    invoice = blank(world, customer, ident or world.new_id("in"))
    _inherit(world, invoice, customer, form)
    _check(world, form, invoice, customer)
    apply(world, invoice, form)
    if form.subscription:
        belong(world, invoice, form.subscription)
    customers.settle_currency(customer, invoice["currency"])
    world.add("invoices", invoice)
    if form.pending_invoice_items_behavior == "include":
        for item in invoiceitems.pending(world, customer["id"], invoice["currency"], form.subscription):
            lines.attach(world, invoice, item)
    events.emit(world, "invoice.created", totals.refresh(world, invoice))
    return invoice


def blank(world: World, customer: Obj, ident: str) -> Obj:
    now = world.now()
    row: Obj = {"id": ident, "object": "invoice", "created": now, "customer": customer["id"], "livemode": False}
    row |= dict.fromkeys(NULLS) | dict.fromkeys(ZEROS, 0) | {"_lines": [], "total_taxes": []}
    row |= {"account_country": world.account["country"], "attempted": False, "auto_advance": False}
    row |= {"account_name": world.account["business_profile"]["name"], "billing_reason": "manual"}
    row |= {"automatic_tax": _tax(False), "default_tax_rates": [], "issuer": {"type": "self"}, "metadata": {}}
    row |= {"period_start": now, "period_end": now, "status": "draft", "webhooks_delivered_at": now}
    row |= {"payment_settings": dict.fromkeys(("default_mandate", "payment_method_options", "payment_method_types"))}
    return row | {"status_details": None, "status_transitions": dict.fromkeys(TRANSITIONS)}


def _tax(enabled: bool) -> Obj:
    status = "requires_location_inputs" if enabled else None
    liability = {"type": "self", "account": None} if enabled else None
    body = {"enabled": enabled, "status": status, "liability": liability, "disabled_reason": None}
    return body | {"provider": "stripe" if enabled else None}


def _inherit(world: World, invoice: Obj, customer: Obj, form: InvoiceCreate) -> None:
    """What the caller's silence takes over from the customer and the account."""
    settings = customer["invoice_settings"]
    invoice |= {"currency": form.currency or customer["currency"] or world.account["default_currency"]}
    invoice |= {name: settings[name] for name in ("custom_fields", "default_payment_method", "footer")}
    invoice["discounts"] = [customer["discount"]] if customer["discount"] else []
    invoice["automatic_tax"] = _tax(world.account["_automatic_tax"])
    invoice["collection_method"] = "charge_automatically"


def _check(world: World, form: InvoiceFields, invoice: Obj, customer: Obj) -> None:
    method = form.collection_method or invoice["collection_method"]
    due = [name for name in ("days_until_due", "due_date") if getattr(form, name) is not None]
    known = due or invoice["due_date"]
    if len(due) > 1:
        raise invalid("You may only specify one of these parameters: days_until_due, due_date.", "days_until_due")
    if method == "send_invoice" and not known:
        told = "If invoice collection method is 'send_invoice', you must specify 'due_date' or 'days_until_due'."
        raise invalid(told)
    if method == "charge_automatically" and due:
        told = "You can only specify 'due_date' or 'days_until_due' if invoice collection method is 'send_invoice'."
        raise invalid(told)
    if method == "send_invoice" and not customer["email"]:
        told = "Missing email. In order to create invoices that are sent to the customer, "
        raise invalid(told + "the customer must have a valid email.")
    _check_times(world, form)
    if form.custom_fields and len(form.custom_fields) > 4:
        raise invalid("Array custom_fields exceeded maximum 4 allowed elements.", "custom_fields")


def _check_times(world: World, form: InvoiceFields) -> None:
    now = world.now()
    for name, latest in (("due_date", None), ("automatically_finalizes_at", now + FIVE_YEARS)):
        moment = getattr(form, name)
        if moment is not None and (moment <= now or (latest and moment > latest)):
            told = "Invalid timestamp: must be an integer Unix timestamp in the future"
            raise invalid(told + (", at most five years ahead." if latest else "."), name)
    if form.days_until_due is not None and form.days_until_due < 0:
        raise invalid("Invalid days_until_due: must be zero or more", "days_until_due")


def apply(world: World, invoice: Obj, form: InvoiceFields) -> None:
    """Writes the given fields into a draft."""
    given = form.given(*SIMPLE)
    invoice |= {name: value for name, value in given.items() if name != "collection_method" or value}
    if "custom_fields" in form.model_fields_set:
        invoice["custom_fields"] = [field.model_dump() for field in form.custom_fields or []] or None
    if "discounts" in form.model_fields_set:
        invoice["discounts"] = discounts.chosen(world, form.discounts, invoice["customer"], invoice["id"])
    if "metadata" in form.model_fields_set:
        invoice["metadata"] = merged(invoice["metadata"], form.metadata)
    if form.automatic_tax:
        invoice["automatic_tax"] = _tax(form.automatic_tax.enabled)
    if form.payment_settings:
        invoice["payment_settings"] |= form.payment_settings.model_dump(exclude_unset=True)
    if form.rendering:
        body = {"amount_tax_display": None, "pdf": {"page_size": "auto"}, "template": None, "template_version": None}
        invoice["rendering"] = body | form.rendering.model_dump(exclude_unset=True)
    _due(invoice, form)
    _schedule(invoice, form)


def _due(invoice: Obj, form: InvoiceFields) -> None:
    """`days_until_due` counts from the invoice's creation, not from now and not from finalization."""
    if invoice["collection_method"] == "charge_automatically":
        invoice["due_date"] = None
    elif form.days_until_due is not None:
        invoice["due_date"] = invoice["created"] + form.days_until_due * DAY
    elif form.due_date is not None:
        invoice["due_date"] = form.due_date


def _schedule(invoice: Obj, form: InvoiceFields) -> None:
    """With auto_advance a draft finalizes itself an hour after creation."""
    if form.auto_advance is not None:
        invoice["auto_advance"] = form.auto_advance
    if form.automatically_finalizes_at:
        invoice |= {"auto_advance": True, "automatically_finalizes_at": form.automatically_finalizes_at}
    elif not invoice["auto_advance"]:
        invoice["automatically_finalizes_at"] = None
    elif invoice["automatically_finalizes_at"] is None:
        invoice["automatically_finalizes_at"] = invoice["created"] + 3601
    charges = invoice["auto_advance"] and invoice["collection_method"] == "charge_automatically"
    invoice["next_payment_attempt"] = invoice["created"] + 3600 if charges else None


def belong(world: World, invoice: Obj, subscription: str) -> None:
    owner = world.find("subscriptions", subscription, "subscription", 400)
    details = {"subscription": owner["id"], "metadata": dict(owner["metadata"]), "subscription_proration_date": None}
    invoice["parent"] = {"type": "subscription_details", "subscription_details": details, "quote_details": None}


def retrieve(world: World, _: Plain, invoice: str) -> Obj:
    row = world.find("invoices", invoice, "invoice")
    return totals.refresh(world, row) if row["status"] == "draft" else row


def update(world: World, form: InvoiceFields, invoice: str) -> Obj:
    """Anything on a draft; metadata and auto_advance later."""
    row = world.find("invoices", invoice)
    if row["status"] != "draft":
        locked = sorted(form.model_fields_set - {"metadata", "auto_advance", "expand"})
        if locked:
            raise refused("Finalized invoices can't be updated in this way", locked[0])
        with events.changing(world, row, "invoice.updated"):
            row["auto_advance"] = row["auto_advance"] if form.auto_advance is None else form.auto_advance
            if "metadata" in form.model_fields_set:
                row["metadata"] = merged(row["metadata"], form.metadata)
        return row
    _check(world, form, row, world.find("customers", row["customer"]))
    with drafts.editing(world, row):
        apply(world, row, form)
    return row


def delete(world: World, _: Plain, invoice: str) -> Obj:
    """One-off drafts only. Their items stay bound to the dead invoice: neither pending nor editable."""
    row = world.find("invoices", invoice, "invoice")
    if row["status"] != "draft":
        raise refused("You can only delete draft invoices.")
    if row["parent"]:
        raise refused("You can't delete invoices created by subscriptions.")
    events.emit(world, "invoice.deleted", row)
    for line in row["_lines"]:
        del world.tables["lines"][line]
    del world.tables["invoices"][invoice]
    return row | {"_deleted": True}


def find_all(world: World, form: InvoiceList) -> Obj:
    def fits(row: Obj) -> bool:
        same = (("collection_method", form.collection_method), ("customer", form.customer), ("status", form.status))
        owner = row["parent"] and row["parent"]["subscription_details"]["subscription"]
        ranges = (("created", form.created), ("due_date", form.due_date))
        in_range = all(span is None or span.holds(row[name]) for name, span in ranges)
        return in_range and form.subscription in (None, owner) and all(want in (None, row[name]) for name, want in same)

    found = page(world, "invoices", form, fits)
    for row in found["data"]:
        if row["status"] == "draft":
            totals.refresh(world, row)
    return found
