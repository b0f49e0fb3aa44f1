"""The pages: what a person reads there, and paying as the customer would."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from sandbox.stripe.testing import Local, local_stripe

HAND: dict[str, Any] = {"customer": "cus_a", "collection_method": "send_invoice", "days_until_due": 30}
LINES: list[dict[str, Any]] = [
    {"unit_amount_decimal": "8.5", "quantity": 7413, "description": "Overage <b>November</b>", "metadata": {"k": "v"},
     "period": {"start": "2025-11-01T00:00:00-04:00", "end": "2025-11-30T23:59:59-05:00"}},
]  # fmt: skip
HISTORY: dict[str, Any] = {
    "account": {"name": "Tinwhistle Voice, Inc.", "timezone": "America/New_York"},
    "customers": [{"id": "cus_a", "name": "Acornhill & Sons", "email": "ap@acorn.example"},
                  {"id": "cus_b", "name": "Nobody Yet"}],
    "invoices": [
        {"id": "in_draft", **HAND, "lines": LINES},
        {"id": "in_open", **HAND, "lines": LINES, "finalized_at": 1763042100, "sent_at": 1763042100,
         "description": "PO 4711 applies", "custom_fields": [{"name": "PO number", "value": "4711"}],
         "metadata": {"ari_key": "key-1"}},
        {"id": "in_wire", **HAND, "lines": LINES, "finalized_at": 1763042100},
    ],
    "credit_notes": [{"id": "cn_a", "invoice": "in_wire", "amount": 11, "memo": "rounding"}],
}  # fmt: skip


@pytest.fixture(scope="module")
def local() -> Iterator[Local]:
    with local_stripe(HISTORY) as running:
        yield running


PAGES: list[tuple[str, int, list[str]]] = [
    ("", 200, ["Tinwhistle Voice, Inc.", "Acornhill &amp; Sons", "$630.11", "Draft"]),
    ("?status=void", 200, ["No invoice fits"]),
    ("?q=4711", 200, ["Open 2"]),
    ("/invoices/in_open", 200, ["$0.085", "7,413", "Nov 1, 2025 – Nov 30, 2025", "PO number", "4711", "key-1",
                                "ap@acorn.example", "invoice.finalized", "Overage &lt;b&gt;", "Pay this invoice"]),
    ("/invoices/in_draft", 200, ["(draft)", "None so far."]),
    ("/invoices/in_open/print", 200, ["Bill to", "$630.11", "PO 4711 applies"]),
    ("/invoices/in_none", 404, ["No such invoice"]),
    ("/customers", 200, ["Nobody Yet"]),
    ("/customers/cus_a", 200, ["ap@acorn.example", "Invoices"]),
    ("/customers/cus_b", 200, ["Nothing was billed"]),
    ("/customers/cus_none", 404, ["No such customer"]),
    ("/emails", 200, ["$630.11 due"]),
    ("/credit_notes/cn_a", 200, ["rounding", "$0.11"]),
]  # fmt: skip


@pytest.mark.parametrize(("path", "status", "words"), PAGES)
def test_pages(local: Local, path: str, status: int, words: list[str]) -> None:
    page = httpx.get(f"{local.url}/stripe{path}")
    assert page.status_code == status
    assert [word for word in words if word not in page.text] == []
    assert "http://" not in page.text.replace(local.url, ""), "nothing is fetched from elsewhere"


def test_an_empty_world_says_so() -> None:
    with local_stripe() as local:
        for path, words in (("", "No invoices yet"), ("/customers", "No customers yet"), ("/emails", "Nothing sent")):
            assert words in httpx.get(f"{local.url}/stripe{path}").text


def pay(local: Local, ident: str, **form: str) -> httpx.Response:
    return httpx.post(f"{local.url}/stripe/invoices/{ident}/pay", data=form, follow_redirects=True)


def test_paying_by_wire_in_parts_and_too_much(local: Local) -> None:
    service = local.client.v1.invoices
    assert "not a number" in pay(local, "in_wire", method="wire", amount="many").text
    pay(local, "in_wire", method="wire", amount="1,00")
    assert service.retrieve("in_wire").amount_remaining == 53000
    assert "paid Nov 13, 2025" in pay(local, "in_wire", method="wire", amount="600.00").text
    paid = service.retrieve("in_wire")
    assert (paid.status, paid.amount_overpaid, paid.amount_paid) == ("paid", 7000, 63000)
    assert local.client.v1.customers.retrieve("cus_a").balance == -7000


def test_paying_by_card(local: Local) -> None:
    declined = pay(local, "in_open", method="declined")
    assert (declined.status_code, "Your card was declined." in declined.text) == (400, True)
    assert "Only an open invoice can be paid." not in pay(local, "in_open", method="card").text
    assert local.client.v1.invoices.retrieve("in_open").status == "paid"
    assert "Only an open invoice can be paid." in pay(local, "in_open", method="card").text
