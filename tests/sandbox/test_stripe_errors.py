"""Refusals in Stripe's shape. Requests here are wrong on purpose."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from sandbox.stripe.testing import Local, local_stripe

SEND = {"collection_method": "send_invoice", "days_until_due": "30", "customer": "cus_ok"}
HISTORY = {"customers": [{"id": "cus_ok", "email": "a@b.example"}, {"id": "cus_mute", "name": "no mail"}]}


@pytest.fixture(scope="module")
def local() -> Iterator[Local]:
    with local_stripe(HISTORY) as running:
        yield running


def call(local: Local, method: str, path: str, fields: dict[str, str], **headers: str) -> httpx.Response:
    sent = {"Authorization": "Bearer sk_test_local"} | headers
    where = {"params": fields} if method == "GET" else {"data": fields}
    return httpx.request(method, f"{local.url}/v1/{path}", headers=sent, **where)  # type: ignore[arg-type]


CASES: list[tuple[str, dict[str, str], int, str | None, str | None]] = [
    # path, fields, status, code, param
    ("POST invoices", {**SEND, "bogus": "1"}, 400, "parameter_unknown", "bogus"),
    ("POST invoices", {**SEND, "automatic_tax[enabled]": "yes"}, 400, None, "automatic_tax[enabled]"),
    ("POST invoices", {**SEND, "collection_method": "send"}, 400, None, "collection_method"),
    ("POST invoices", {**SEND, "days_until_due": "12.5"}, 400, "parameter_invalid_integer", "days_until_due"),
    ("POST invoices", {**SEND, "days_until_due": ""}, 400, "parameter_invalid_empty", "days_until_due"),
    ("POST invoices", {"customer": "cus_ok", "days_until_due": "5"}, 400, None, None),
    ("POST invoices", {"customer": "cus_ok", "collection_method": "send_invoice"}, 400, None, None),
    ("POST invoices", {**SEND, "due_date": "99999999999"}, 400, None, "days_until_due"),
    ("POST invoices", {**SEND, "customer": "cus_mute"}, 400, None, None),
    ("POST invoices", {**SEND, "customer": "cus_none"}, 400, "resource_missing", "customer"),
    ("POST invoices", {}, 400, "parameter_missing", "customer"),
    ("POST invoices", {**SEND, "currency": "xyz"}, 400, None, "currency"),
    ("POST invoices", {**SEND, "description": "d" * 1501}, 400, None, "description"),
    ("POST invoices", {**SEND, "number": "n" * 27}, 400, None, "number"),
    ("POST invoices", {**SEND, f"metadata[{'k' * 41}]": "1"}, 400, None, "metadata"),
    ("POST invoices", {**SEND, "metadata[a[b]]": "1"}, 400, None, "metadata"),
    ("POST invoices", {**SEND, "metadata[a]": "v" * 501}, 400, None, "metadata"),
    ("POST invoices", {**SEND, **{f"metadata[k{n}]": "1" for n in range(51)}}, 400, None, "metadata"),
    ("POST invoices", {**SEND, **{f"custom_fields[{n}][name]": "a" for n in range(5)}}, 400, "parameter_missing",
     "custom_fields[0][value]"),
    ("POST invoices", {**SEND, "custom_fields[0][name]": "a", "custom_fields[2][name]": "b"}, 400, None,
     "custom_fields"),
    ("POST invoices", {**SEND, "expand[0]": "a.b.c.d.e"}, 400, None, "expand[0]"),
    ("POST invoices", {**SEND, "expand[0]": "number"}, 400, "property_cannot_be_expanded", "expand[0]"),
    ("POST invoiceitems", {"customer": "cus_ok", "currency": "usd"}, 400, "parameter_missing", "amount"),
    ("POST invoiceitems", {"customer": "cus_ok", "amount": "1", "quantity": "2"}, 400, None, "amount"),
    ("POST invoiceitems", {"customer": "cus_ok", "amount": "1", "unit_amount_decimal": "2"}, 400, None, "amount"),
    ("POST invoiceitems", {"customer": "cus_ok", "unit_amount_decimal": "5E-8"}, 400, "parameter_invalid_decimal",
     "unit_amount_decimal"),
    ("POST invoiceitems", {"customer": "cus_ok", "unit_amount_decimal": "0.1234567890123"}, 400,
     "parameter_invalid_decimal", "unit_amount_decimal"),
    ("POST invoiceitems", {"customer": "cus_ok", "amount": "1", "price": "price_1"}, 400, "parameter_unknown", "price"),
    ("POST invoiceitems", {"customer": "cus_ok", "amount": "1", "period[start]": "1"}, 400, "parameter_missing",
     "period[end]"),
    ("POST invoiceitems", {"customer": "cus_ok", "amount": "1", "period[start]": "2", "period[end]": "1"}, 400, None,
     "period[end]"),
    ("POST invoiceitems", {"customer": "cus_ok", "amount": "1", "invoice": "in_none"}, 400, "resource_missing",
     "invoice"),
    ("POST credit_notes", {"amount": "5"}, 400, "parameter_missing", "invoice"),
    ("GET invoices", {"limit": "1000"}, 400, "parameter_invalid_integer", "limit"),
    ("GET invoices", {"status": "sent"}, 400, None, "status"),
    ("GET invoices", {"starting_after": "in_none"}, 400, "resource_missing", "starting_after"),
    ("GET invoices", {"metadata[a]": "b"}, 400, "parameter_unknown", "metadata"),
    ("GET invoices/in_none", {}, 404, "resource_missing", "invoice"),
    ("POST invoices/in_none/finalize", {}, 404, "resource_missing", "id"),
    ("POST invoices/in_none/finalise", {}, 404, None, None),
    ("GET customers/search", {"query": "shoe:'x'"}, 400, None, "query"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "fields", "status", "code", "param"), CASES)
def test_refusals(
    local: Local, what: str, fields: dict[str, str], status: int, code: str | None, param: str | None
) -> None:
    method, path = what.split()
    answer = call(local, method, path, fields)
    error = answer.json()["error"]
    assert (answer.status_code, error.get("code"), error.get("param")) == (status, code, param), error
    assert (error["type"], bool(error["message"])) == ("invalid_request_error", True)
    assert answer.headers["request-id"].startswith("req_")


@pytest.mark.parametrize(
    ("headers", "status", "words"),
    [
        ({"Authorization": "Bearer sk_live_1234567890"}, 401, "Invalid API Key"),
        ({"Authorization": ""}, 401, "did not provide"),
        ({"Authorization": "Basic cmtfdGVzdF94Og=="}, 200, ""),
        ({"Stripe-Version": "2020-08-27"}, 400, "version"),
    ],
)
def test_who_may_call(local: Local, headers: dict[str, str], status: int, words: str) -> None:
    answer = call(local, "GET", "customers", {}, **headers)
    assert answer.status_code == status
    assert words in answer.json().get("error", {}).get("message", "")


def test_a_body_must_be_a_form(local: Local) -> None:
    sent: Any = {"Authorization": "Bearer sk_test_local", "Content-Type": "application/json"}
    answer = httpx.post(f"{local.url}/v1/customers", headers=sent, content='{"name":"x"}')
    assert (answer.status_code, "form-urlencoded" in answer.text) == (400, True)


def test_a_failed_call_changes_nothing(local: Local) -> None:
    before = call(local, "GET", "invoices", {}).json()
    call(local, "POST", "invoices", {**SEND, "expand[0]": "number"})
    assert call(local, "GET", "invoices", {}).json() == before
