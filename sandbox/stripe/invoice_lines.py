"""Lines through the invoice: list, add, update, remove, many at a time.

Promises that a call changes all its lines or none, and only on drafts. Leaves out tax amounts.
"""

from typing import Literal

from pydantic import Field

from sandbox.stripe import customers, drafts, events, invoiceitems, lines, totals
from sandbox.stripe.discounts import Redeemed
from sandbox.stripe.errors import Obj, invalid, missing, refused
from sandbox.stripe.forms import Bool, ClearableMany, Form, Id, Many, Metadata, Period, Plain, Text, merged
from sandbox.stripe.paging import Page, cut
from sandbox.stripe.pricing import Priced
from sandbox.stripe.views import lines_of
from sandbox.stripe.world import World


class LineFields(Priced):
    discountable: Bool | None = None
    discounts: ClearableMany[Redeemed] = None
    metadata: Metadata = None
    period: Period | None = None


class NewLine(LineFields):
    invoice_item: Text = None


class ChangedLine(LineFields):
    id: Id


class OneLine(LineFields):
    expand: Many[Id] = Field(default_factory=list)


class RemovedLine(Form):
    id: Id
    behavior: Literal["delete", "unassign"]


class AddLines(Plain):
    lines: Many[NewLine]
    invoice_metadata: Metadata = None


class UpdateLines(Plain):
    lines: Many[ChangedLine]
    invoice_metadata: Metadata = None


class RemoveLines(Plain):
    lines: Many[RemovedLine]
    invoice_metadata: Metadata = None


def find_all(world: World, form: Page, invoice: str) -> Obj:
    row = world.find("invoices", invoice, "invoice")
    if row["status"] == "draft":
        totals.refresh(world, row)
    return cut(lines_of(world, row), form, lambda _: True, f"/v1/invoices/{invoice}/lines")


def add(world: World, form: AddLines, invoice: str) -> Obj:
    row = drafts.editable(world, invoice, "invoice")
    if len(row["_lines"]) + len(form.lines) > lines.MOST:
        raise refused(f"An invoice has at most {lines.MOST} line items.", "lines", "invoice_too_many_lines")
    customer = customers.present(world, row["customer"])
    items = [_item(world, row, customer, line, f"lines[{index}]") for index, line in enumerate(form.lines)]
    with drafts.editing(world, row):
        for item in items:
            world.add("invoiceitems", item)
            lines.attach(world, row, item)
        _note(row, form)
    for item, line in zip(items, form.lines, strict=True):
        if not line.invoice_item:
            events.emit(world, "invoiceitem.created", item)
    return row


def _item(world: World, invoice: Obj, customer: Obj, line: NewLine, at: str) -> Obj:
    if not line.invoice_item:
        return invoiceitems.build(world, line, customer, invoice["currency"], at=at)
    item = world.find("invoiceitems", line.invoice_item, f"{at}[invoice_item]", 400)
    if item["invoice"] is not None or item["customer"] != customer["id"] or item["currency"] != invoice["currency"]:
        raise invalid("The invoice item is not a pending item of this customer and currency.", f"{at}[invoice_item]")
    return item


def _note(invoice: Obj, form: AddLines | UpdateLines | RemoveLines) -> None:
    if "invoice_metadata" in form.model_fields_set:
        invoice["metadata"] = merged(invoice["metadata"], form.invoice_metadata)


def update_many(world: World, form: UpdateLines, invoice: str) -> Obj:
    row = drafts.editable(world, invoice, "invoice")
    found = [_line(world, row, line.id, f"lines[{index}][id]") for index, line in enumerate(form.lines)]
    with drafts.editing(world, row):
        for index, (line, change) in enumerate(zip(found, form.lines, strict=True)):
            _change(world, line, change, f"lines[{index}]")
        _note(row, form)
    return row


def update_one(world: World, form: OneLine, invoice: str, line: str) -> Obj:
    """Answers the line, not the invoice."""
    row = drafts.editable(world, invoice, "invoice")
    found = _line(world, row, line, "line_item_id", 404)
    with drafts.editing(world, row):
        _change(world, found, form, "")
    return found


def _line(world: World, invoice: Obj, ident: str, param: str, status: int = 400) -> Obj:
    if ident not in invoice["_lines"]:
        raise missing("invoice line item", ident, param, status)
    return world.tables["lines"][ident]


def _change(world: World, line: Obj, form: LineFields, at: str) -> None:
    if line["_item"]:
        item = world.tables["invoiceitems"][line["_item"]]
        invoiceitems.revise(world, item, form, at)
        lines.mirror(world, item)
    elif any(getattr(form, name) is not None for name in ("amount", "price_data", "pricing", "quantity")):
        raise refused("The amount of a subscription's line cannot be changed here.", at or "amount")
    else:
        invoiceitems.dress(line, form)


def remove(world: World, form: RemoveLines, invoice: str) -> Obj:
    row = drafts.editable(world, invoice, "invoice")
    found = [_line(world, row, line.id, f"lines[{index}][id]") for index, line in enumerate(form.lines)]
    with drafts.editing(world, row):
        for line, change in zip(found, form.lines, strict=True):
            _take(world, row, line, change.behavior)
        _note(row, form)
    return row


def _take(world: World, invoice: Obj, line: Obj, behavior: str) -> None:
    if not line["_item"]:
        raise refused("Lines of a subscription cannot be removed.", "lines")
    item = world.tables["invoiceitems"][line["_item"]]
    lines.detach(world, invoice, item)
    if behavior == "delete":
        del world.tables["invoiceitems"][item["id"]]
        events.emit(world, "invoiceitem.deleted", item)
