"""Amounts: rounding, minimums, balances, currencies, discounts."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import stripe
from hypothesis import given
from hypothesis import strategies as st

from sandbox.stripe import money
from sandbox.stripe.testing import Local, local_stripe


@pytest.fixture(scope="module")
def local() -> Iterator[Local]:
    with local_stripe() as running:
        yield running


def draft(local: Local, customer: str, currency: str, amount: int) -> Any:
    terms: Any = {"customer": customer, "currency": currency, "collection_method": "send_invoice"}
    invoice = local.client.v1.invoices.create({**terms, "days_until_due": 30, "discounts": ""})
    return local.client.v1.invoices.add_lines(invoice.id, {"lines": [{"amount": amount}]})


def someone(local: Local, balance: int = 0) -> str:
    return str(local.client.v1.customers.create({"name": "C", "email": "c@example.com", "balance": balance}).id)


@pytest.mark.parametrize(
    ("quantity", "unit", "amount"),
    [
        ("30", "0.05", 2),
        ("29", "0.05", 1),
        ("7413", "8.5", 63011),
        ("10318", "13", 134134),
        ("3", "-0.5", -2),
        ("0", "12", 0),
        ("0.333333333333", "100", 33),
    ],
)
def test_a_line_rounds_half_up_after_multiplying(local: Local, quantity: str, unit: str, amount: int) -> None:
    customer = someone(local)
    price: Any = {"unit_amount_decimal": Decimal(unit), "quantity_decimal": Decimal(quantity), "currency": "usd"}
    item = local.client.v1.invoice_items.create({"customer": customer, **price})
    assert (item.amount, item.pricing.unit_amount_decimal) == (amount, Decimal(unit))


# total, balance before -> status, amount due, balance after
BALANCES = [
    (1000, 0, "open", 1000, 0),
    (1000, -300, "open", 700, 0),
    (1000, -1500, "paid", 0, -500),
    (1000, 200, "open", 1200, 0),
    (30, 0, "paid", 0, 30),
    (100, -70, "paid", 0, 30),
    (-500, 0, "paid", 0, -500),
    (-500, 200, "paid", 0, -300),
]


@pytest.mark.parametrize(("total", "before", "status", "due", "after"), BALANCES)
def test_finalizing_settles_the_balance(
    local: Local, total: int, before: int, status: str, due: int, after: int
) -> None:
    customer = someone(local, before)
    invoice = local.client.v1.invoices.finalize_invoice(draft(local, customer, "usd", total).id)
    assert (invoice.status, invoice.total, invoice.amount_due) == (status, total, due)
    assert (invoice.starting_balance, invoice.ending_balance) == (before, after)
    assert local.client.v1.customers.retrieve(customer).balance == after
    moves = local.client.v1.customers.balance_transactions.list(customer).data
    assert sum(move.amount for move in moves) == after


def test_voiding_returns_the_balance(local: Local) -> None:
    customer = someone(local, -300)
    invoice = local.client.v1.invoices.finalize_invoice(draft(local, customer, "usd", 1000).id)
    local.client.v1.invoices.void_invoice(invoice.id)
    assert local.client.v1.customers.retrieve(customer).balance == -300


def test_balances_of_other_currencies_stay_apart(local: Local) -> None:
    customer = someone(local, -300)
    invoice = local.client.v1.invoices.finalize_invoice(draft(local, customer, "eur", 1000).id)
    found = local.client.v1.customers.retrieve(customer, {"expand": ["invoice_credit_balance"]})
    assert (invoice.amount_due, found.balance) == (1000, -300)
    assert found.invoice_credit_balance.to_dict() == {"usd": 300}


@pytest.mark.parametrize(
    ("currency", "amount", "allowed"),
    [
        ("jpy", 501, True),
        ("kwd", 1230, True),
        ("kwd", 1234, False),
        ("isk", 500, True),
        ("isk", 550, False),
        ("usd", 99_999_999, True),
        ("usd", 100_000_000, False),
    ],
)
def test_currency_rules(local: Local, currency: str, amount: int, allowed: bool) -> None:
    if allowed:
        assert draft(local, someone(local), currency, amount).total == amount
        return
    with pytest.raises(stripe.InvalidRequestError):
        draft(local, someone(local), currency, amount)


def test_an_item_must_have_the_invoices_currency(local: Local) -> None:
    customer = someone(local)
    invoice = draft(local, customer, "usd", 100)
    item: Any = {"customer": customer, "invoice": invoice.id, "amount": 5, "currency": "eur"}
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        local.client.v1.invoice_items.create(item)
    assert refusal.value.param == "currency"


def test_a_fixed_coupon_spreads_over_the_lines(local: Local) -> None:
    v1 = local.client.v1
    coupon = v1.coupons.create({"amount_off": 1000, "currency": "usd", "duration": "once"})
    invoice = draft(local, someone(local), "usd", 3333)
    v1.invoices.add_lines(invoice.id, {"lines": [{"amount": 3333}, {"amount": 3334, "discountable": False}]})
    invoice = v1.invoices.update(invoice.id, {"discounts": [{"coupon": coupon.id}], "expand": ["discounts"]})
    assert [sum(off.amount for off in line.discount_amounts) for line in invoice.lines.data] == [500, 500, 0]
    assert (invoice.subtotal, invoice.total) == (10000, 9000)
    assert invoice.discounts[0].source.coupon == coupon.id


@given(st.integers(0, 10**8), st.lists(st.integers(0, 10**8), min_size=1).filter(any))
def test_split_loses_nothing(total: int, weights: list[int]) -> None:
    shares = money.split(total, weights)
    exact = [Decimal(total) * weight / sum(weights) for weight in weights]
    assert sum(shares) == total
    assert all(abs(share - fair) <= 1 or not weight for share, fair, weight in zip(shares, exact, weights, strict=True))


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [(123450, "usd", "$1,234.50"), (-300, "usd", "-$3.00"), (501, "jpy", "¥501"), (1230, "kwd", "KWD 1.230")],
)
def test_text(amount: int, currency: str, text: str) -> None:
    assert money.text(amount, currency) == text
