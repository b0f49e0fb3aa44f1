"""Credit notes: the split, the caps, the mail, the preview, voiding."""

from collections.abc import Iterator
from typing import Any

import pytest
import stripe

from sandbox.stripe.testing import Local, local_stripe


@pytest.fixture(scope="module")
def local() -> Iterator[Local]:
    with local_stripe() as running:
        yield running


@pytest.fixture
def invoice(local: Local) -> Any:
    """Open, two lines: 100.00 and 3 x 10.00."""
    v1 = local.client.v1
    customer = v1.customers.create({"name": "Juniper Teapot Retail", "email": "ap@juniper.example"})
    terms: Any = {"customer": customer.id, "collection_method": "send_invoice", "days_until_due": 30}
    made = v1.invoices.create(terms)
    unit: Any = {"customer": customer.id, "invoice": made.id, "currency": "usd"}
    v1.invoice_items.create({**unit, "amount": 10000})
    v1.invoice_items.create({**unit, "unit_amount_decimal": 1000, "quantity": 3})
    return v1.invoices.finalize_invoice(made.id)


def credit(local: Local, invoice: Any, **fields: Any) -> Any:
    return local.client.v1.credit_notes.create({"invoice": invoice.id, **fields})


def test_an_open_invoice_owes_less(local: Local, invoice: Any) -> None:
    note = credit(local, invoice, amount=3000, memo="goodwill", reason="order_change")
    assert (note.type, note.pre_payment_amount, note.number) == ("pre_payment", 3000, f"{invoice.number}-CN-01")
    after = local.client.v1.invoices.retrieve(invoice.id)
    assert (after.amount_due, after.amount_remaining, after.total) == (10000, 10000, 13000)
    assert after.pre_payment_credit_notes_amount == 3000
    assert [mail["kind"] for mail in local.control("GET", f"emails?about={note.id}")] == ["credit_note"]
    void = local.client.v1.credit_notes.void_credit_note(note.id)
    assert (void.status, local.client.v1.invoices.retrieve(invoice.id).amount_remaining) == ("void", 13000)


def test_a_full_credit_pays_the_invoice(local: Local, invoice: Any) -> None:
    credit(local, invoice, amount=13000, email_type="none")
    after = local.client.v1.invoices.retrieve(invoice.id)
    assert (after.status, after.amount_paid) == ("paid", 0)
    assert local.control("GET", "emails?kind=credit_note")[0]["about"] != after.id


def test_a_paid_invoice_gives_back(local: Local, invoice: Any) -> None:
    v1 = local.client.v1
    v1.invoices.pay(invoice.id, {"paid_out_of_band": True})
    with pytest.raises(stripe.InvalidRequestError, match="must sum to"):
        credit(local, invoice, amount=3000)
    note = credit(local, invoice, amount=3000, credit_amount=2000, out_of_band_amount=1000)
    assert (note.type, note.post_payment_amount) == ("post_payment", 3000)
    assert v1.customers.retrieve(str(invoice.customer)).balance == -2000
    assert v1.invoices.retrieve(invoice.id).post_payment_credit_notes_amount == 3000
    with pytest.raises(stripe.InvalidRequestError, match="cannot exceed 10000"):
        credit(local, invoice, amount=10001, credit_amount=10001)


def test_lines_have_their_own_caps(local: Local, invoice: Any) -> None:
    _, boxes = invoice.lines.data
    line: Any = {"type": "invoice_line_item", "invoice_line_item": boxes.id}
    note = credit(local, invoice, lines=[{**line, "quantity": 2}])
    assert (note.total, note.lines.data[0].quantity) == (2000, 2)
    for change, words in (({"quantity": 2}, "exceed"), ({"amount": 500}, "by quantity")):
        with pytest.raises(stripe.InvalidRequestError, match=words):
            credit(local, invoice, lines=[{**line, **change}])
    own: Any = {"type": "custom_line_item", "description": "sorry", "quantity": 2, "unit_amount": 50}
    assert credit(local, invoice, lines=[own]).total == 100
    assert len(local.client.v1.credit_notes.line_items.list(note.id).data) == 1


def test_a_preview_stores_nothing(local: Local, invoice: Any) -> None:
    v1 = local.client.v1
    assert v1.credit_notes.preview({"invoice": invoice.id, "amount": 500}).total == 500
    assert v1.credit_notes.list({"invoice": invoice.id}).data == []
    assert v1.invoices.retrieve(invoice.id).amount_remaining == 13000


@pytest.mark.parametrize(
    "fields",
    [{}, {"amount": 0}, {"amount": 13001}, {"amount": 1, "lines": [{"type": "custom_line_item"}]}, {"lines": []}],
)
def test_what_cannot_be_credited(local: Local, invoice: Any, fields: dict[str, Any]) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        credit(local, invoice, **fields)
    assert local.client.v1.invoices.retrieve(invoice.id).amount_remaining == 13000


def test_drafts_cannot_be_credited(local: Local, invoice: Any) -> None:
    made = local.client.v1.invoices.create({"customer": str(invoice.customer)})
    with pytest.raises(stripe.InvalidRequestError, match="status draft"):
        credit(local, made, amount=1)
