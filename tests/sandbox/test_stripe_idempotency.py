"""Idempotency keys and planned faults."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import stripe

from sandbox.stripe.testing import Local, client_for, local_stripe


@pytest.fixture(scope="module")
def local() -> Iterator[Local]:
    with local_stripe() as running:
        yield running


@pytest.fixture(autouse=True)
def clean(local: Local) -> None:
    local.control("DELETE", "faults")
    local.control("POST", "keys/expire")


def create(local: Local, key: str, name: str = "A") -> Any:
    return local.client.v1.customers.create({"name": name}, {"idempotency_key": key})


def count(local: Local) -> int:
    return len(list(local.client.v1.customers.list({"limit": 100}).auto_paging_iter()))


def test_a_key_replays(local: Local) -> None:
    before = count(local)
    first, second = create(local, "k1"), create(local, "k1")
    assert (first.id, count(local)) == (second.id, before + 1)
    assert second.last_response.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.last_response.headers


def test_other_parameters_are_refused(local: Local) -> None:
    create(local, "k2")
    with pytest.raises(stripe.IdempotencyError, match="same parameters"):
        create(local, "k2", "B")
    with pytest.raises(stripe.IdempotencyError, match="same endpoint"):
        local.client.v1.products.create({"name": "A"}, {"idempotency_key": "k2"})


@pytest.mark.parametrize(("seconds", "fresh"), [(86_000, False), (86_500, True)])
def test_a_key_lives_for_a_day(local: Local, seconds: int, fresh: bool) -> None:
    first = create(local, "k3")
    local.control("POST", "keys/advance", seconds=seconds)
    assert (create(local, "k3").id != first.id) == fresh
    local.control("POST", "keys/advance", seconds=-seconds)


def test_a_validation_failure_keeps_nothing(local: Local) -> None:
    bad: Any = {"name": "A", "metadata": {"k" * 41: "v"}}
    with pytest.raises(stripe.InvalidRequestError):
        local.client.v1.customers.create(bad, {"idempotency_key": "k4"})
    assert create(local, "k4").name == "A"


def test_a_refusal_by_state_is_kept(local: Local) -> None:
    v1 = local.client.v1
    customer = v1.customers.create({"name": "A", "email": "a@b.example"})
    invoice = v1.invoices.create({"customer": customer.id})
    v1.invoices.add_lines(invoice.id, {"lines": [{"amount": 500}]})
    with pytest.raises(stripe.InvalidRequestError, match="isn't open"):
        v1.invoices.void_invoice(invoice.id, options={"idempotency_key": "k5"})
    v1.invoices.finalize_invoice(invoice.id)
    with pytest.raises(stripe.InvalidRequestError, match="isn't open"):
        v1.invoices.void_invoice(invoice.id, options={"idempotency_key": "k5"})
    assert v1.invoices.void_invoice(invoice.id, options={"idempotency_key": "k5:a2"}).status == "void"


def test_a_call_that_still_runs_holds_its_key(local: Local) -> None:
    local.control("POST", "faults", mode="delay", seconds=0.5, path="customers")
    with ThreadPoolExecutor(2) as pool:
        slow = pool.submit(create, local, "k6")
        deadline = time.monotonic() + 5
        while "k6" not in local.world.tables["keys"] and time.monotonic() < deadline:
            time.sleep(0.01)
        with pytest.raises(stripe.APIError) as refusal:
            create(local, "k6")
        assert refusal.value.http_status == 409
        assert "idempotency_key_in_use" in str(refusal.value.http_body)
        assert slow.result().id == create(local, "k6").id


@pytest.mark.parametrize(("mode", "made"), [("cut_before", 0), ("cut_after", 1)])
def test_a_cut_connection(local: Local, mode: str, made: int) -> None:
    before = count(local)
    local.control("POST", "faults", mode=mode, path="customers$")
    with pytest.raises(stripe.APIConnectionError):
        create(local, f"k7{mode}")
    assert count(local) == before + made
    create(local, f"k7{mode}")
    assert count(local) == before + 1, "the key brings the lost answer back"


@pytest.mark.parametrize("mode", ["cut_before", "cut_after", "answer"])
def test_the_sdk_retries_to_one_result(local: Local, mode: str) -> None:
    before = count(local)
    local.control("POST", "faults", mode=mode, path="customers$", status=409)
    client = stripe.StripeClient("sk_test_local", base_addresses={"api": local.url}, max_network_retries=2)
    client.v1.customers.create({"name": "A"})
    assert count(local) == before + 1


def test_a_saved_500_replays_until_the_key_is_old(local: Local) -> None:
    before = count(local)
    local.control("POST", "faults", mode="answer_after", status=500, path="customers$")
    for _ in range(2):
        with pytest.raises(stripe.APIError):
            create(local, "k8")
    assert count(local) == before + 1, "it ran once, whatever it answered"
    local.control("POST", "keys/expire")
    assert create(local, "k8").name == "A"


@pytest.mark.parametrize(
    ("status", "error"), [(500, stripe.APIError), (429, stripe.RateLimitError), (409, stripe.APIError)]
)
def test_the_nth_call_is_answered_with_a_status(local: Local, status: int, error: type[Exception]) -> None:
    local.control("POST", "faults", mode="answer", status=status, nth=2, path="customers$")
    create(local, "k9")
    with pytest.raises(error):
        create(local, "k10")
    assert create(local, "k10").name == "A"


def test_requests_are_on_record(local: Local) -> None:
    local.control("DELETE", "requests")
    create(local, "k11")
    create(local, "k11")
    rows = local.control("GET", "requests?path=customers")
    assert [(row["key"], row["replayed"], row["status"]) for row in rows] == [("k11", False, 200), ("k11", True, 200)]


@pytest.mark.parametrize("key", ["sk_test_other", "rk_test_restricted"])
def test_keys_belong_to_the_account(local: Local, key: str) -> None:
    first = create(local, "k12")
    again = client_for(local.url, key).v1.customers.create({"name": "A"}, {"idempotency_key": "k12"})
    assert again.id == first.id


@pytest.mark.parametrize("mode", ["cut_before", "cut_after"])
@pytest.mark.parametrize("nth", [1, 2, 3, 4, 5])
def test_a_flow_with_fixed_keys_survives_a_cut_anywhere(local: Local, nth: int, mode: str) -> None:
    customer = local.client.v1.customers.create({"name": "F", "email": "f@example.com"}).id
    local.control("POST", "faults", mode=mode, nth=nth, path="^/v1/invoice")
    with pytest.raises(stripe.APIConnectionError):
        bill(local, customer, f"{nth}{mode}")
    bill(local, customer, f"{nth}{mode}")
    (invoice,) = local.client.v1.invoices.list({"customer": customer}).data
    assert (invoice.status, invoice.total, len(invoice.lines.data)) == ("open", 300, 2)
    assert len(local.control("GET", f"emails?about={invoice.id}")) == 1


def bill(local: Local, customer: str, run: str) -> None:
    """Draft, two lines, finalize, send; every call with a key of its own."""
    v1 = local.client.v1
    terms = {"customer": customer, "collection_method": "send_invoice", "days_until_due": 30, "currency": "usd"}
    invoice = v1.invoices.create(terms, {"idempotency_key": f"{run}:draft"}).id
    item = {"customer": customer, "invoice": invoice, "currency": "usd"}
    for amount in (100, 200):
        v1.invoice_items.create({**item, "amount": amount}, {"idempotency_key": f"{run}:{amount}"})
    v1.invoices.finalize_invoice(invoice, options={"idempotency_key": f"{run}:finalize"})
    v1.invoices.send_invoice(invoice, options={"idempotency_key": f"{run}:send"})
