"""Revisions: a new draft that replaces a finalized invoice.

Promises a copy of an open or uncollectible one-off invoice, lines included; finalizing the copy voids the original
(lifecycle.py) and links it. Leaves out revising paid, void and subscription invoices, as Stripe does.
"""

import copy

from sandbox.stripe import customers, events, invoices, lines, totals
from sandbox.stripe.errors import Obj, refused
from sandbox.stripe.views import lines_of
from sandbox.stripe.world import World

COPIED = (
    "automatic_tax", "collection_method", "currency", "custom_fields", "default_payment_method", "description",
    "discounts", "footer", "metadata", "payment_settings", "rendering", "statement_descriptor",
)  # fmt: skip


def create(world: World, form: invoices.InvoiceCreate) -> Obj:
    """A new invoice, or with `from_invoice` the draft of a revision; fields in the form win over the original's."""
    if form.from_invoice is None:
        return invoices.create(world, form)
    original = form.from_invoice.invoice
    old = world.find("invoices", original, "from_invoice[invoice]", 400)
    if old["status"] not in ("open", "uncollectible") or old["parent"]:
        raise refused("Only open or uncollectible invoices without a subscription can be revised.", "from_invoice")
    customer = customers.present(world, old["customer"], "customer", 400)
    row = invoices.blank(world, customer, world.new_id("in"))
    row |= copy.deepcopy({name: old[name] for name in COPIED})
    row["from_invoice"] = {"action": "revision", "invoice": original}
    row["due_date"] = old["due_date"] and row["created"] + old["due_date"] - old["created"]
    invoices.apply(world, row, form)
    world.add("invoices", row)
    for line in lines_of(world, old):
        _copy_line(world, row, line)
    events.emit(world, "invoice.created", totals.refresh(world, row))
    return row


def _copy_line(world: World, invoice: Obj, line: Obj) -> None:
    item = copy.deepcopy(world.tables["invoiceitems"][line["_item"]])
    item |= {"id": world.new_id("ii"), "date": world.now(), "invoice": None}
    lines.attach(world, invoice, world.add("invoiceitems", item))
