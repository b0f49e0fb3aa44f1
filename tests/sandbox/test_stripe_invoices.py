"""The life of an invoice through the real SDK: defaults, items, transitions, events, mails."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import stripe

from sandbox.stripe.testing import Local, local_stripe

DAY = 86400
NOVEMBER = {"start": 1761969600, "end": 1764561599}
TERMS: dict[str, Any] = {
    "auto_advance": False,
    "automatic_tax": {"enabled": False},
    "collection_method": "send_invoice",
    "currency": "usd",
    "days_until_due": 30,
    "discounts": "",
    "pending_invoice_items_behavior": "exclude",
}


@pytest.fixture(scope="module")
def local() -> Iterator[Local]:
    with local_stripe() as running:
        yield running


@pytest.fixture
def customer(local: Local) -> Any:
    return local.client.v1.customers.create({"name": "Gumdrop Mobility", "email": "ap@gumdrop.example"})


def draft(local: Local, customer: Any, *amounts: int, **more: Any) -> Any:
    invoice = local.client.v1.invoices.create({**TERMS, "customer": customer.id, **more})
    lines: Any = [{"amount": amount, "description": f"line of {amount}"} for amount in amounts]
    return local.client.v1.invoices.add_lines(invoice.id, {"lines": lines}) if amounts else invoice


def kinds(local: Local, ident: str) -> list[str]:
    """Types of the events about an invoice, oldest first."""
    found = local.client.v1.events.list({"limit": 100}).auto_paging_iter()
    about = [event for event in found if event.data.object["id"] == ident]
    return [event.type for event in reversed(about)]


def test_the_whole_way(local: Local, customer: Any) -> None:
    v1 = local.client.v1
    fields: Any = {"custom_fields": [{"name": "PO number", "value": "4711"}], "metadata": {"ari_key": "k1"}}
    invoice = draft(local, customer, description="Thank you", footer="Net 30", **fields)
    for amount, index in ((242000, "1"), (242250, "2"), (75000, "3"), (100000, "4")):
        item: Any = {"customer": customer.id, "invoice": invoice.id, "amount": amount, "currency": "usd"}
        v1.invoice_items.create({**item, "period": NOVEMBER, "metadata": {"ari_line": index}})
    invoice = v1.invoices.retrieve(invoice.id)
    assert (invoice.status, invoice.total, invoice.number, invoice.hosted_invoice_url) == ("draft", 659250, None, None)
    assert invoice.due_date == invoice.created + 30 * DAY
    assert [line.metadata["ari_line"] for line in invoice.lines.data] == ["1", "2", "3", "4"]

    invoice = v1.invoices.finalize_invoice(invoice.id, {"auto_advance": False})
    assert (invoice.status, invoice.amount_due, invoice.attempted) == ("open", 659250, False)
    assert invoice.number == f"{customer.invoice_prefix}-0001"
    assert invoice.hosted_invoice_url == f"{local.world.base_url}/stripe/invoices/{invoice.id}"
    assert local.control("GET", f"emails?about={invoice.id}") == []

    v1.invoices.send_invoice(invoice.id)
    v1.invoices.send_invoice(invoice.id)
    mails = local.control("GET", f"emails?about={invoice.id}")
    assert [mail["to"] for mail in mails] == ["ap@gumdrop.example"] * 2

    invoice = v1.invoices.pay(invoice.id, {"paid_out_of_band": True, "expand": ["payments", "customer"]})
    assert (invoice.status, invoice.amount_remaining, invoice.amount_paid_off_stripe) == ("paid", 0, 659250)
    assert {payment.status for payment in invoice.payments.data} == {"canceled", "paid"}
    assert isinstance(invoice.customer, stripe.Customer)
    happened = kinds(local, invoice.id)
    once = ["invoice.created", "invoice.finalized", "invoice.paid"]
    assert [happened.count(kind) for kind in once] == [1, 1, 1]
    assert happened.count("invoice.sent") == 2


def test_defaults_that_bite(local: Local, customer: Any) -> None:
    v1 = local.client.v1
    v1.invoice_items.create({"customer": customer.id, "amount": 900, "currency": "eur", "description": "waits"})
    invoice = v1.invoices.create({"customer": customer.id})
    assert invoice.collection_method == "charge_automatically"
    assert invoice.currency == "eur", "the customer's first currency is its default"
    assert (invoice.total, invoice.lines.data) == (0, []), "pending items are excluded unless asked for"
    assert (invoice.auto_advance, invoice.due_date, invoice.automatically_finalizes_at) == (False, None, None)
    assert v1.invoices.finalize_invoice(invoice.id).status == "paid", "an empty invoice is paid at once"
    asked = v1.invoices.create({"customer": customer.id, "pending_invoice_items_behavior": "include"})
    assert asked.total == 900
    assert v1.invoice_items.list({"customer": customer.id, "pending": True}).data == []


def test_settings_of_the_customer_are_taken_over(local: Local, customer: Any) -> None:
    v1 = local.client.v1
    settings: Any = {"footer": "Wire only", "custom_fields": [{"name": "VAT", "value": "IE1"}]}
    v1.customers.update(customer.id, {"invoice_settings": settings})
    v1.coupons.create({"id": f"TEN{customer.id[-6:]}", "percent_off": 10, "duration": "forever"})
    local.control("POST", f"customers/{customer.id}/coupon", coupon=f"TEN{customer.id[-6:]}")
    silent = {name: value for name, value in TERMS.items() if name != "discounts"}
    invoice = v1.invoices.create({**silent, "customer": customer.id})
    invoice = v1.invoices.add_lines(invoice.id, {"lines": [{"amount": 1005}]})
    assert (invoice.footer, invoice.custom_fields[0].value) == ("Wire only", "IE1")
    assert (invoice.subtotal, invoice.total) == (1005, 904), "10 % of 10.05 is 1.005: half up"
    assert draft(local, customer, 1005).total == 1005, 'discounts="" keeps the coupon away'


def test_auto_advance_finalizes_and_mails_after_an_hour(local: Local, customer: Any) -> None:
    invoice = draft(local, customer, 5000, auto_advance=True)
    assert invoice.automatically_finalizes_at == invoice.created + 3601
    local.clock.pass_(hours=1, seconds=2)
    invoice = local.client.v1.invoices.retrieve(invoice.id)
    assert (invoice.status, len(local.control("GET", f"emails?about={invoice.id}"))) == ("open", 1)


def test_overdue_is_told_once(local: Local, customer: Any) -> None:
    v1 = local.client.v1
    invoice = v1.invoices.finalize_invoice(draft(local, customer, 5000, days_until_due=1).id)
    local.clock.pass_(days=2)
    assert v1.customers.retrieve(customer.id).delinquent
    v1.invoices.retrieve(invoice.id)
    assert kinds(local, invoice.id).count("invoice.overdue") == 1


def test_automatic_tax_needs_a_location_at_finalization(local: Local, customer: Any) -> None:
    v1 = local.client.v1
    invoice = draft(local, customer, 5000, automatic_tax={"enabled": True})
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        v1.invoices.finalize_invoice(invoice.id)
    assert refusal.value.code == "customer_tax_location_invalid"
    kept = v1.invoices.retrieve(invoice.id)
    assert (kept.status, kept.last_finalization_error.code) == ("draft", "customer_tax_location_invalid")
    assert "invoice.finalization_failed" in kinds(local, invoice.id)
    v1.customers.update(customer.id, {"address": {"country": "US", "postal_code": "10001"}})
    assert v1.invoices.finalize_invoice(invoice.id).automatic_tax.status == "complete"


TRANSITIONS = [
    ("finalize open", ["finalize"], "finalize", "already finalized"),
    ("void draft", [], "void", "isn't open"),
    ("void paid", ["finalize", "wire"], "void", "cannot be voided"),
    ("void void", ["finalize", "void"], "void", "isn't open"),
    ("void uncollectible", ["finalize", "give_up"], "void", "void"),
    ("pay draft", [], "wire", "paid"),
    ("pay paid", ["finalize", "wire"], "wire", "already paid"),
    ("pay uncollectible", ["finalize", "give_up"], "wire", "paid"),
    ("pay void", ["finalize", "void"], "wire", "is void"),
    ("give up draft", [], "give_up", "isn't open"),
    ("give up twice", ["finalize", "give_up"], "give_up", "already been marked"),
    ("send draft", [], "send", "open"),
    ("send paid", ["finalize", "wire"], "send", "cannot be sent"),
    ("send void", ["finalize", "void"], "send", "cannot be sent"),
    ("delete open", ["finalize"], "delete", "only delete draft"),
]


@pytest.mark.parametrize(("name", "before", "act", "outcome"), TRANSITIONS, ids=[row[0] for row in TRANSITIONS])
def test_transitions(local: Local, customer: Any, name: str, before: list[str], act: str, outcome: str) -> None:
    """`outcome` is the new status, or a part of the refusal."""
    service = local.client.v1.invoices
    acts = {
        "finalize": service.finalize_invoice,
        "send": service.send_invoice,
        "void": service.void_invoice,
        "wire": lambda ident: service.pay(ident, {"paid_out_of_band": True}),
        "give_up": service.mark_uncollectible,
        "delete": service.delete,
    }
    ident = draft(local, customer, 5000).id
    for step in before:
        acts[step](ident)
    if outcome in ("paid", "open", "void"):
        assert acts[act](ident).status == outcome
    else:
        with pytest.raises(stripe.InvalidRequestError, match=outcome):
            acts[act](ident)


def test_after_finalization_only_metadata_changes(local: Local, customer: Any) -> None:
    service = local.client.v1.invoices
    ident = service.finalize_invoice(draft(local, customer, 5000, metadata={"a": "1", "b": "2"}).id).id
    with pytest.raises(stripe.InvalidRequestError, match="can't be updated in this way") as refusal:
        service.update(ident, {"description": "too late"})
    assert refusal.value.param == "description"
    assert service.update(ident, {"metadata": {"a": "", "c": "3"}}).metadata.to_dict() == {"b": "2", "c": "3"}
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        service.add_lines(ident, {"lines": [{"amount": 1}]})
    assert refusal.value.code == "invoice_not_editable"


def test_items_and_lines_follow_each_other(local: Local, customer: Any) -> None:
    v1 = local.client.v1
    invoice = draft(local, customer, 1000, 2000)
    first, second = invoice.lines.data
    item = first.parent.invoice_item_details.invoice_item
    v1.invoice_items.update(item, {"amount": 1500, "metadata": {"k": "v"}})
    changed = v1.invoices.line_items.update(invoice.id, second.id, {"description": "two", "quantity": 3})
    assert (changed.amount, changed.quantity, changed.description) == (6000, 3, "two")
    invoice = v1.invoices.retrieve(invoice.id)
    assert (invoice.total, invoice.lines.data[0].metadata["k"]) == (7500, "v")
    v1.invoices.update_lines(invoice.id, {"lines": [{"id": second.id, "amount": 10}]})
    v1.invoices.remove_lines(invoice.id, {"lines": [{"id": first.id, "behavior": "unassign"}]})
    assert [each.id for each in v1.invoice_items.list({"customer": customer.id, "pending": True}).data] == [item]
    back = v1.invoices.add_lines(invoice.id, {"lines": [{"invoice_item": item}]})
    assert (back.total, len(back.lines.data)) == (1510, 2)
    v1.invoice_items.delete(item)
    assert v1.invoices.retrieve(invoice.id).total == 10


def test_items_of_a_deleted_draft_are_neither_pending_nor_editable(local: Local, customer: Any) -> None:
    v1 = local.client.v1
    invoice = draft(local, customer, 1000)
    item = invoice.lines.data[0].parent.invoice_item_details.invoice_item
    assert v1.invoices.delete(invoice.id).deleted
    assert v1.invoice_items.list({"customer": customer.id, "pending": True}).data == []
    with pytest.raises(stripe.InvalidRequestError, match="has been deleted"):
        v1.invoice_items.update(item, {"amount": 1})
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        v1.invoices.retrieve(invoice.id)
    assert (refusal.value.http_status, refusal.value.code) == (404, "resource_missing")


def test_embedded_lines_stop_at_ten(local: Local, customer: Any) -> None:
    invoice = draft(local, customer, *range(100, 115))
    assert (len(invoice.lines.data), invoice.lines.has_more) == (10, True)
    pages = local.client.v1.invoices.line_items.list(invoice.id, {"limit": 4}).auto_paging_iter()
    assert [line.amount for line in pages] == list(range(100, 115))


def test_add_lines_is_all_or_nothing(local: Local, customer: Any) -> None:
    v1 = local.client.v1
    invoice = draft(local, customer, 100)
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        v1.invoices.add_lines(invoice.id, {"lines": [{"amount": 1}, {"amount": 2, "quantity": 3}]})
    assert refusal.value.param == "lines[1][amount]"
    assert len(v1.invoices.retrieve(invoice.id).lines.data) == 1
    assert len(v1.invoice_items.list({"invoice": invoice.id}).data) == 1


def test_a_revision_voids_the_original(local: Local, customer: Any) -> None:
    service = local.client.v1.invoices
    original = service.finalize_invoice(draft(local, customer, 1000, description="old").id)
    terms: Any = {"from_invoice": {"action": "revision", "invoice": original.id}, "description": "new"}
    revision = service.create(terms)
    assert (revision.status, revision.total, revision.description) == ("draft", 1000, "new")
    service.finalize_invoice(revision.id)
    original = service.retrieve(original.id)
    assert (original.status, original.latest_revision) == ("void", revision.id)


def test_cards(local: Local, customer: Any) -> None:
    service = local.client.v1.invoices
    ident = service.finalize_invoice(draft(local, customer, 5000).id).id
    with pytest.raises(stripe.InvalidRequestError, match="no attached payment source"):
        service.pay(ident)
    with pytest.raises(stripe.CardError) as refusal:
        service.pay(ident, {"payment_method": "pm_card_chargeDeclined"})
    assert refusal.value.code == "card_declined"
    paid = service.pay(ident, {"payment_method": "pm_card_visa", "expand": ["payments.data.payment.payment_intent"]})
    intent = paid.payments.data[0].payment.payment_intent
    assert (paid.status, paid.attempt_count, intent.status, intent.amount_received) == ("paid", 2, "succeeded", 5000)
    assert "invoice.payment_failed" in kinds(local, ident)
    found = local.client.v1.invoice_payments.list({"payment": {"type": "payment_intent", "payment_intent": intent.id}})
    assert [payment.invoice for payment in found.data] == [ident]


def test_previous_attributes_tell_what_a_person_changed(local: Local, customer: Any) -> None:
    invoice = draft(local, customer, 5000, metadata={"kept": "1", "changed": "old"})
    local.dashboard(f"invoices/{invoice.id}", description="by hand", **{"metadata[changed]": "new"})
    event = local.client.v1.events.list({"type": "invoice.updated", "limit": 1}).data[0]
    assert event.data.previous_attributes.to_dict() == {"description": None, "metadata": {"changed": "old"}}
    assert event.request.id is None


def test_prices_on_items(local: Local, customer: Any) -> None:
    v1 = local.client.v1
    product = v1.products.create({"name": "Minutes"})
    flat = v1.prices.create({"product": product.id, "currency": "usd", "unit_amount_decimal": Decimal("9.5")})
    yearly: Any = {"product": product.id, "currency": "usd", "unit_amount": 5, "recurring": {"interval": "year"}}
    recurring = v1.prices.create(yearly)
    item: Any = {"customer": customer.id, "invoice": draft(local, customer).id}
    made = v1.invoice_items.create({**item, "pricing": {"price": flat.id}, "quantity_decimal": Decimal("10.25")})
    assert (made.amount, made.quantity, made.quantity_decimal) == (97, 10, Decimal("10.25"))
    assert (made.description, made.pricing.unit_amount_decimal) == ("Minutes", Decimal("9.5"))
    with pytest.raises(stripe.InvalidRequestError, match="type=recurring"):
        v1.invoice_items.create({**item, "pricing": {"price": recurring.id}})
