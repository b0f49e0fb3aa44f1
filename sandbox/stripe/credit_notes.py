"""Credit notes: less owed on a finalized invoice, or money back on a paid one.

Promises Stripe's split (what remains is reduced first, the rest must be credited or paid back outside), caps per
invoice and per line, numbers, the mail that goes out unless the caller says none, and a preview that stores nothing.
Leaves out refunds, taxes and shipping.
"""

from decimal import Decimal
from typing import Literal

from pydantic import Field

from sandbox.stripe import customers, events, lifecycle, mail, money, payments
from sandbox.stripe.errors import Obj, invalid, refused
from sandbox.stripe.forms import Exact, Form, Id, Int, Many, Metadata, Plain, Range, Text, merged
from sandbox.stripe.paging import Page, cut, page
from sandbox.stripe.world import World


class CreditLine(Form):
    type: Literal["invoice_line_item", "custom_line_item"]
    amount: Int | None = None
    description: Text = None
    invoice_line_item: Text = None
    metadata: Metadata = None
    quantity: Int | None = None
    unit_amount: Int | None = None
    unit_amount_decimal: Exact | None = None


class NoteFields(Plain):
    invoice: Id
    amount: Int | None = None
    credit_amount: Int = 0
    effective_at: Int | None = None
    email_type: Literal["credit_note", "none"] = "credit_note"
    lines: Many[CreditLine] = Field(default_factory=list)
    memo: Text = None
    metadata: Metadata = None
    out_of_band_amount: Int = 0
    reason: Literal["duplicate", "fraudulent", "order_change", "product_unsatisfactory"] | None = None
    refund_amount: Int = 0


class NotePreviewLines(NoteFields, Page):
    pass


class NoteUpdate(Plain):
    memo: Text = None
    metadata: Metadata = None


class NoteList(Page):
    created: Range | None = None
    customer: Id | None = None
    invoice: Id | None = None


def create(world: World, form: NoteFields, ident: str | None = None) -> Obj:
    invoice, note = _draw(world, form, ident or world.new_id("cn"))
    world.add("credit_notes", note)
    if form.credit_amount:
        customer = world.find("customers", invoice["customer"])
        with events.changing(world, customer, "customer.updated"):
            moved = customers.move(
                world, customer, note["currency"], -form.credit_amount, "credit_note", credit_note=note["id"]
            )
        note["customer_balance_transaction"] = moved["id"]
    events.emit(world, "credit_note.created", note)
    _book(world, invoice, note, 1)
    if form.email_type == "credit_note":
        subject = f"Credit note {note['number']}: {money.text(note['total'], note['currency'])}"
        mail.send(world, "credit_note", note, invoice["customer_email"], subject)
    return note


def preview(world: World, form: NoteFields) -> Obj:
    return _draw(world, form, world.new_id("cn"))[1]


def preview_lines(world: World, form: NotePreviewLines) -> Obj:
    rows = preview(world, form)["_lines"]
    return cut(rows, form, lambda _: True, "/v1/credit_notes/preview/lines")


def _draw(world: World, form: NoteFields, ident: str) -> tuple[Obj, Obj]:
    """The invoice and a note that is not stored."""
    invoice = world.find("invoices", form.invoice, "invoice", 400)
    if invoice["status"] not in ("open", "paid", "uncollectible"):
        raise refused(f"You cannot issue a credit note on an invoice with status {invoice['status']}.", "invoice")
    lines = _lines(world, form, invoice)
    total = sum(line["amount"] for line in lines)
    pre, post = _split(form, invoice, total)
    note: Obj = {"id": ident, "object": "credit_note", "created": world.now(), "livemode": False, "_lines": lines}
    note |= dict.fromkeys(("amount", "subtotal", "subtotal_excluding_tax", "total", "total_excluding_tax"), total)
    note |= {name: invoice[name] for name in ("currency", "customer")} | {"customer_account": None, "total_taxes": []}
    note |= {"amount_shipping": 0, "discount_amount": 0, "discount_amounts": [], "pretax_credit_amounts": []}
    note |= {"customer_balance_transaction": None, "effective_at": form.effective_at or world.now(), "refunds": []}
    note |= {"invoice": invoice["id"], "memo": form.memo, "metadata": merged({}, form.metadata), "reason": form.reason}
    note |= {"number": f"{invoice['number']}-CN-{len(of_invoice(world, invoice['id'])) + 1:02}", "status": "issued"}
    note |= {"out_of_band_amount": form.out_of_band_amount or None, "shipping_cost": None, "voided_at": None}
    kind = "mixed" if pre and post else "post_payment" if post else "pre_payment"
    return invoice, note | {"pre_payment_amount": pre, "post_payment_amount": post, "type": kind}


def of_invoice(world: World, invoice: str) -> list[Obj]:
    """All notes on an invoice, void ones included."""
    return [note for note in world.tables["credit_notes"].values() if note["invoice"] == invoice]


def _split(form: NoteFields, invoice: Obj, total: int) -> tuple[int, int]:
    """What reduces the amount remaining, and what is given back."""
    noted = invoice["pre_payment_credit_notes_amount"] + invoice["post_payment_credit_notes_amount"]
    most = invoice["total"] - noted
    if total > most:
        told = f"The sum of credit amount, refund amount and out of band amount cannot exceed {most}"
        raise invalid(f"{told}: that is what is left of the invoice's total.", "amount")
    if form.refund_amount:
        raise invalid("The local Stripe makes no refunds: use credit_amount or out_of_band_amount.", "refund_amount")
    pre = min(total, invoice["amount_remaining"])
    given = form.credit_amount + form.out_of_band_amount
    if given != total - pre:
        told = f"The credit, refund and out of band amounts must sum to the post payment amount {total - pre}, not "
        raise invalid(f"{told}{given}.", "credit_amount")
    return pre, total - pre


def _lines(world: World, form: NoteFields, invoice: Obj) -> list[Obj]:
    if (form.amount is None) == (not form.lines):
        raise invalid("Specify exactly one of amount, lines.", "amount", "parameter_missing")
    if form.amount is not None:
        rows = [_line(world, form.amount, "custom_line_item", None)]
    else:
        rows = [_credited(world, line, invoice, f"lines[{index}]") for index, line in enumerate(form.lines)]
    if any(row["amount"] <= 0 for row in rows):
        raise invalid("A credit note's amounts must be positive.", "amount")
    return rows


def _line(world: World, amount: int, kind: str, description: str | None) -> Obj:
    row: Obj = {"id": world.new_id("cnli"), "object": "credit_note_line_item", "amount": amount, "type": kind}
    row |= {"description": description, "discount_amount": 0, "discount_amounts": [], "livemode": False}
    row |= {"invoice_line_item": None, "metadata": {}, "pretax_credit_amounts": [], "quantity": None, "taxes": []}
    return row | {"tax_rates": [], "unit_amount": None, "unit_amount_decimal": None}


def _credited(world: World, form: CreditLine, invoice: Obj, at: str) -> Obj:
    if form.type == "custom_line_item":
        return _custom(world, form, at)
    if form.invoice_line_item is None or form.invoice_line_item not in invoice["_lines"]:
        raise invalid(f"No such invoice line item: '{form.invoice_line_item}'", f"{at}[invoice_line_item]")
    line = world.tables["lines"][form.invoice_line_item]
    earlier = _earlier(world, invoice, line["id"])
    row = _line(world, _amount(form, line, earlier, at), form.type, form.description or line["description"])
    row |= {"invoice_line_item": line["id"], "quantity": form.quantity, "metadata": merged({}, form.metadata)}
    net = line["amount"] - sum(entry["amount"] for entry in line["discount_amounts"])
    if row["amount"] + sum(each["amount"] for each in earlier) > net:
        raise invalid("The line's credits would exceed its amount.", f"{at}[amount]")
    return row


def _earlier(world: World, invoice: Obj, line: str) -> list[Obj]:
    notes = (note for note in of_invoice(world, invoice["id"]) if note["status"] == "issued")
    return [row for note in notes for row in note["_lines"] if row["invoice_line_item"] == line]


def _amount(form: CreditLine, line: Obj, earlier: list[Obj], at: str) -> int:
    if (form.amount is None) == (form.quantity is None):
        raise invalid("Specify exactly one of amount, quantity.", f"{at}[amount]")
    if form.amount is not None:
        if any(row["quantity"] is not None for row in earlier):
            raise invalid("This line was credited by quantity before; credit it by quantity again.", f"{at}[amount]")
        return form.amount
    return money.half_up(Decimal(line["pricing"]["unit_amount_decimal"]) * (form.quantity or 0))


def _custom(world: World, form: CreditLine, at: str) -> Obj:
    unit = form.unit_amount_decimal if form.unit_amount is None else Decimal(form.unit_amount)
    if unit is None or form.quantity is None or form.description is None:
        told = "A custom line needs description, quantity and unit_amount or unit_amount_decimal."
        raise invalid(told, f"{at}[unit_amount]", "parameter_missing")
    row = _line(world, money.half_up(unit * form.quantity), form.type, form.description)
    row |= {"metadata": merged({}, form.metadata), "quantity": form.quantity, "unit_amount": form.unit_amount}
    return row | {"unit_amount_decimal": money.plain(unit)}


def _book(world: World, invoice: Obj, note: Obj, sign: int) -> None:
    """Adds the note to the invoice's amounts, or takes it off again with sign -1."""
    with events.changing(world, invoice, "invoice.updated"):
        invoice["pre_payment_credit_notes_amount"] += sign * note["pre_payment_amount"]
        invoice["post_payment_credit_notes_amount"] += sign * note["post_payment_amount"]
        invoice["amount_due"] -= sign * note["pre_payment_amount"]
        invoice["amount_remaining"] -= sign * note["pre_payment_amount"]
    if invoice["status"] != "paid" and invoice["amount_remaining"] == 0:
        lifecycle.paid(world, invoice)
    else:
        payments.sync(world, invoice)


def retrieve(world: World, _: Plain, note: str) -> Obj:
    return world.find("credit_notes", note)


def update(world: World, form: NoteUpdate, note: str) -> Obj:
    row = world.find("credit_notes", note)
    with events.changing(world, row, "credit_note.updated"):
        row |= form.given("memo")
        if "metadata" in form.model_fields_set:
            row["metadata"] = merged(row["metadata"], form.metadata)
    return row


def void(world: World, _: Plain, note: str) -> Obj:
    row = world.find("credit_notes", note)
    invoice = world.find("invoices", row["invoice"])
    if row["status"] == "void" or invoice["status"] != "open" or row["post_payment_amount"]:
        raise refused("You can only void an issued credit note of an open invoice that gave nothing back.")
    row |= {"status": "void", "voided_at": world.now()}
    _book(world, invoice, row, -1)
    events.emit(world, "credit_note.voided", row)
    return row


def find_lines(world: World, form: Page, note: str) -> Obj:
    rows = world.find("credit_notes", note)["_lines"]
    return cut(rows, form, lambda _: True, f"/v1/credit_notes/{note}/lines")


def find_all(world: World, form: NoteList) -> Obj:
    def fits(row: Obj) -> bool:
        in_range = form.created is None or form.created.holds(row["created"])
        return in_range and form.customer in (None, row["customer"]) and form.invoice in (None, row["invoice"])

    return page(world, "credit_notes", form, fits)
