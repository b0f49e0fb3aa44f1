"""What reconciliation reads: lists, filters, cursors, expansion, subscriptions, search. The history is a seed."""

from collections.abc import Iterator
from typing import Any

import pytest
import stripe

from sandbox.stripe import seed
from sandbox.stripe.testing import Local, local_stripe
from sandbox.stripe.world import World

FEE: dict[str, Any] = {
    "id": "in_fee", "customer": "cus_acorn", "subscription": "sub_acorn", "created": "2025-10-01T00:00:00-04:00",
    "billing_reason": "subscription_cycle", "lines": [
        {"subscription_item": "si_fee", "period": {"start": "2025-10-01T00:00:00-04:00",
                                                   "end": "2025-11-01T00:00:00-04:00"}}],
    "finalized_at": "2025-10-01T01:00:00-04:00", "paid_at": "2025-10-01T01:00:00-04:00",
}  # fmt: skip
WRITTEN = seed.moment("2025-10-03T09:00:00-04:00")
HAND: dict[str, Any] = {
    "customer": "cus_acorn", "collection_method": "send_invoice", "days_until_due": 30,
    "created": WRITTEN, "lines": [{"amount": 12345, "description": "Overage September"}],
}  # fmt: skip
HISTORY: dict[str, Any] = {
    "account": {"id": "acct_tin", "name": "Tinwhistle Voice, Inc.", "timezone": "America/New_York"},
    "coupons": [{"id": "TENOFF", "percent_off": 10, "duration": "forever"}],
    "customers": [
        {"id": "cus_acorn", "name": "Acornhill", "email": "ap@acorn.example", "created": "2025-01-06T09:00:00-05:00"},
        {"id": "cus_twin", "name": "Acornhill Freight", "email": "ap@acorn.example", "coupon": "TENOFF",
         "created": "2025-02-06T09:00:00-05:00", "metadata": {"ari_customer": "c_1"}},
    ],
    "products": [{"id": "prod_fee", "name": "Platform fee"}],
    "prices": [{"id": "price_fee", "product": "prod_fee", "currency": "usd", "unit_amount": 250000,
                "recurring": {"interval": "month"}},
               {"id": "price_tiers", "product": "prod_fee", "currency": "usd", "recurring": {"interval": "month"},
                "billing_scheme": "tiered", "tiers_mode": "graduated", "tiers": [
                    {"up_to": 10000, "unit_amount_decimal": "12"}, {"up_to": "inf", "unit_amount_decimal": "8"}]}],
    "subscriptions": [
        {"id": "sub_acorn", "customer": "cus_acorn", "created": "2025-01-31T09:00:00-05:00",
         "items": [{"id": "si_fee", "price": "price_fee"}]},
        {"id": "sub_gone", "customer": "cus_twin", "created": "2025-03-01T09:00:00-05:00",
         "items": [{"price": "price_tiers"}], "canceled_at": "2025-06-01T09:00:00-04:00"},
    ],
    "invoices": [
        FEE,
        {"id": "in_draft", **HAND},
        {"id": "in_open", **HAND, "finalized_at": "2025-10-03T09:05:00-04:00",
         "sent_at": ["2025-10-03T09:06:00-04:00", "2025-10-20T09:00:00-04:00"]},
        {"id": "in_part", **HAND, "finalized_at": "2025-10-03T09:05:00-04:00", "paid_at": "2025-10-30T10:00:00-04:00",
         "paid": "out_of_band", "paid_amount": 12000},
        {"id": "in_void", **HAND, "finalized_at": "2025-10-03T09:05:00-04:00",
         "voided_at": "2025-10-04T09:00:00-04:00"},
        {"id": "in_bad", **HAND, "customer": "cus_twin", "finalized_at": "2025-10-03T09:05:00-04:00",
         "marked_uncollectible_at": "2025-11-04T09:00:00-05:00"},
        {"id": "in_soon", **HAND, "created": "2025-12-01T09:00:00-05:00",
         "finalized_at": "2025-12-01T09:05:00-05:00", "sent_at": "2025-12-01T09:06:00-05:00"},
    ],
    "invoiceitems": [{"id": "ii_stale", "customer": "cus_acorn", "amount": 500, "currency": "usd",
                      "created": "2025-08-01T09:00:00-04:00"}],
    "credit_notes": [{"id": "cn_1", "invoice": "in_open", "amount": 2345, "created": "2025-10-21T09:00:00-04:00"}],
}  # fmt: skip


@pytest.fixture(scope="module")
def local() -> Iterator[Local]:
    with local_stripe(HISTORY) as running:
        yield running


FILTERS: list[tuple[dict[str, Any], set[str]]] = [
    ({}, {"in_fee", "in_draft", "in_open", "in_part", "in_void", "in_bad"}),
    ({"customer": "cus_twin"}, {"in_bad"}),
    ({"status": "draft"}, {"in_draft"}),
    ({"status": "open"}, {"in_open", "in_part"}),
    ({"status": "paid"}, {"in_fee"}),
    ({"status": "uncollectible"}, {"in_bad"}),
    ({"collection_method": "charge_automatically"}, {"in_fee"}),
    ({"subscription": "sub_acorn"}, {"in_fee"}),
    ({"created": {"gte": WRITTEN}}, {"in_draft", "in_open", "in_part", "in_void", "in_bad"}),
    ({"created": {"lt": WRITTEN}}, {"in_fee"}),
    ({"created": {"gt": WRITTEN, "lte": WRITTEN + 9}}, set()),
    ({"created": WRITTEN, "status": "void"}, {"in_void"}),
    ({"due_date": {"lt": WRITTEN + 30 * 86400}}, set()),
    ({"due_date": {"gte": WRITTEN + 30 * 86400}}, {"in_draft", "in_open", "in_part", "in_void", "in_bad"}),
]


@pytest.mark.parametrize(("filters", "found"), FILTERS)
def test_invoice_filters(local: Local, filters: Any, found: set[str]) -> None:
    assert {row.id for row in local.client.v1.invoices.list(filters).auto_paging_iter()} == found


@pytest.mark.parametrize("limit", [1, 2, 4, 100])
def test_cursors_visit_everything_once(local: Local, limit: int) -> None:
    rows = list(local.client.v1.invoices.list({"limit": limit}).auto_paging_iter())
    assert len({row.id for row in rows}) == len(rows) == 6
    assert [row.created for row in rows] == sorted((row.created for row in rows), reverse=True)
    back = local.client.v1.invoices.list({"limit": 100, "ending_before": rows[-1].id}).data
    assert [row.id for row in back] == [row.id for row in rows[:-1]]


def test_the_seed_was_lived(local: Local) -> None:
    v1 = local.client.v1
    part = v1.invoices.retrieve("in_part", {"expand": ["payments"]})
    assert (part.status, part.amount_remaining, part.amount_paid_off_stripe) == ("open", 345, 12000)
    assert {payment.payment.type for payment in part.payments.data} == {"payment_intent", "payment_record"}
    fee = v1.invoices.retrieve("in_fee")
    assert (fee.total, fee.billing_reason, fee.status) == (250000, "subscription_cycle", "paid")
    line = fee.lines.data[0]
    assert (line.parent.type, line.parent.subscription_item_details.subscription_item) == (
        "subscription_item_details",
        "si_fee",
    )
    assert v1.invoices.retrieve("in_bad").total == 11110, "the twin's coupon takes a tenth, half a cent rounds up"
    assert v1.invoices.retrieve("in_open").amount_remaining == 10000
    sent = local.control("GET", "emails?about=in_open&kind=invoice")
    assert len(sent) == 2
    overdue = v1.events.list({"type": "invoice.overdue", "limit": 100}).data
    due = {row.data.object["id"]: row.created - row.data.object["due_date"] for row in overdue}
    assert due == {"in_open": 1, "in_part": 1, "in_bad": 1}, "told at the time, not when the seed was read"


def test_the_future_comes_when_the_clock_gets_there() -> None:
    with local_stripe(HISTORY) as local:
        service = local.client.v1.invoices
        with pytest.raises(stripe.InvalidRequestError):
            service.retrieve("in_soon")
        local.clock.pass_(days=30)
        assert (service.retrieve("in_soon").status, len(local.control("GET", "emails?about=in_soon"))) == ("open", 1)


def test_pending_items(local: Local) -> None:
    items = local.client.v1.invoice_items
    assert [row.id for row in items.list({"pending": True}).data] == ["ii_stale"]
    assert [row.amount for row in items.list({"invoice": "in_open"}).data] == [12345]
    assert len(items.list({"pending": False, "customer": "cus_acorn", "limit": 50}).data) == 4


def test_customers(local: Local) -> None:
    service = local.client.v1.customers
    assert [row.id for row in service.list({"email": "ap@acorn.example"}).data] == ["cus_twin", "cus_acorn"]
    assert service.list({"email": "AP@acorn.example"}).data == [], "the filter is exact"
    twin = service.retrieve("cus_twin", {"expand": ["discount.source.coupon", "subscriptions"]})
    assert (twin.discount.source.coupon.percent_off, len(twin.subscriptions.data)) == (10, 1)


def test_subscriptions(local: Local) -> None:
    service = local.client.v1.subscriptions
    assert [row.id for row in service.list().data] == ["sub_acorn"]
    everything = service.list({"status": "all", "expand": ["data.customer"]})
    assert [row.id for row in everything.data] == ["sub_gone", "sub_acorn"]
    live = everything.data[1]
    gone = service.retrieve("sub_gone", {"expand": ["items.data.price.tiers"]})
    assert (gone.status, [tier.up_to for tier in gone["items"].data[0].price.tiers]) == ("canceled", [10000, None])
    item = live["items"].data[0]
    assert (live.customer.name, item.price.unit_amount, item.quantity) == ("Acornhill", 250000, 1)
    assert item.current_period_start <= local.world.now() < item.current_period_end
    assert [row.id for row in service.list({"price": "price_fee", "customer": "cus_acorn"}).data] == ["sub_acorn"]
    assert [row.id for row in local.client.v1.subscription_items.list({"subscription": "sub_acorn"}).data] == ["si_fee"]


def test_a_subscription_can_be_made_and_canceled(local: Local) -> None:
    v1 = local.client.v1
    customer = v1.customers.create({"name": "New", "email": "n@ew.example"})
    made = v1.subscriptions.create({"customer": customer.id, "items": [{"price": "price_fee", "quantity": 2}]})
    assert (made.status, made["items"].data[0].quantity) == ("active", 2)
    assert v1.subscriptions.cancel(made.id).status == "canceled"
    assert v1.customers.delete(customer.id).deleted
    assert v1.customers.retrieve(customer.id).deleted


@pytest.mark.parametrize("name", ["refunds", "disputes"])
def test_what_is_not_built_lists_nothing(local: Local, name: str) -> None:
    found: Any = getattr(local.client.v1, name).list({"limit": 3})
    assert (found.data, found.has_more) == ([], False)


def test_payments_point_both_ways(local: Local) -> None:
    v1 = local.client.v1
    records = v1.payment_records.list().data
    assert [record.amount.value for record in records] == [12000]
    ours = v1.invoice_payments.list({"payment": {"type": "payment_record", "payment_record": records[0].id}}).data
    assert [payment.invoice for payment in ours] == ["in_part"]
    assert v1.invoice_payments.retrieve(ours[0].id).status == "paid"
    assert len(v1.payment_intents.list({"limit": 50}).data) == 5
    assert (
        v1.charges.list().data[0].payment_intent
        == v1.invoice_payments.list({"invoice": "in_fee"}).data[0].payment.payment_intent
    )


def test_the_account(local: Local) -> None:
    account = local.client.v1.accounts.retrieve_current()
    assert (account.id, account.settings.dashboard.timezone) == ("acct_tin", "America/New_York")


QUERIES = [
    ("email:'ap@acorn.example'", 2),
    ("metadata['ari_customer']:'c_1'", 1),
    ("name~'freight' AND email:'ap@acorn.example'", 1),
    ("-name:'Acornhill' AND created>0", 1),
    ("name:'x' OR metadata[\"ari_customer\"]:'c_1'", 1),
]


@pytest.mark.parametrize(("query", "hits"), QUERIES)
def test_search(local: Local, query: str, hits: int) -> None:
    found = local.client.v1.customers.search({"query": query}).data
    assert len([row for row in found if row.id in ("cus_acorn", "cus_twin")]) == hits


def test_search_lags_behind(local: Local) -> None:
    v1 = local.client.v1
    v1.customers.create({"name": "Hot off the press"})
    query: Any = {"query": "name:'Hot off the press'"}
    assert v1.customers.search(query).data == []
    local.clock.pass_(minutes=2)
    assert len(v1.customers.search(query).data) == 1


@pytest.mark.parametrize(
    ("history", "error", "words"),
    [
        ({"invocies": []}, ValueError, "unknown lists: invocies"),
        ({"customers": [{"id": "cus_1", "nmae": "x"}]}, Exception, "unknown parameter: nmae"),
        ({"invoices": [{"customer": "cus_1", "finalized_at": 1}]}, ValueError, "needs an id"),
        ({"products": [{"name": "x", "created": "2025-01-01T00:00:00"}]}, ValueError, "needs an offset"),
    ],
)
def test_a_bad_seed_says_where(history: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        seed.load(World(), history)
