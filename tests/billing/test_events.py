"""Stripe's events: each a reason to look, whatever is repeated, late, out of order or about something else."""

from decimal import Decimal
from typing import Any

import pytest
from sqlmodel import select

from billing.errors import Refused
from billing.invoices import events, sending
from billing.invoices.statements import compute
from pricing.periods import Period
from store.tables.balance import BalanceEntry
from store.tables.invoice import Invoice
from tests.billing import kit
from tests.demo_terms import DEMO
from tests.world import TestWorld, add_customer


def event(stripe_id: str | None, name: str = "evt_1", kind: str = "invoice") -> dict[str, Any]:
    thing = (
        {"object": "invoice", "id": stripe_id}
        if kind == "invoice"
        else {"object": kind, "id": "x_1", "invoice": stripe_id}
    )
    return {"id": name, "data": {"object": thing}}


def sent(world: TestWorld, customer_id: str) -> Invoice:
    row = kit.drafted(world, customer_id)
    kit.approved(world, row)
    sending.send(world.desk, world.pen, row.id)
    return row


def pay(world: TestWorld, row: Invoice) -> None:
    kit.dashboard(world, f"invoices/{row.stripe_invoice_id}/pay", paid_out_of_band="true")


def test_an_event_told_twice_is_applied_once(shared: TestWorld) -> None:
    row = sent(shared, kit.fees(shared, "twice"))
    pay(shared, row)
    assert events.apply(shared.desk, shared.pen, event(row.stripe_invoice_id)) == row.id
    assert events.apply(shared.desk, shared.pen, event(row.stripe_invoice_id)) is None
    assert events.apply(shared.desk, shared.pen, event(row.stripe_invoice_id, "evt_2")) is None
    assert kit.logged(shared, row.id).count("invoice.paid") == 1


def test_an_older_event_that_comes_later_takes_nothing_back(shared: TestWorld) -> None:
    row = sent(shared, kit.fees(shared, "order"))
    pay(shared, row)
    for name in ("evt_paid", "evt_finalized", "evt_created"):
        events.apply(shared.desk, shared.pen, event(row.stripe_invoice_id, name))
    assert kit.state(shared, row) == "paid"


def test_what_an_event_says_is_not_believed(shared: TestWorld) -> None:
    row = sent(shared, kit.fees(shared, "lies"))
    lie = event(row.stripe_invoice_id) | {"type": "invoice.paid"}
    lie["data"]["object"]["status"] = "paid"
    assert events.apply(shared.desk, shared.pen, lie) is None
    assert kit.state(shared, row) == "sent"


@pytest.mark.parametrize("kind", ["charge", "refund", "invoice_payment"])
def test_an_event_about_a_payment_leads_to_its_invoice(shared: TestWorld, kind: str) -> None:
    row = sent(shared, kit.fees(shared, f"by {kind}"))
    pay(shared, row)
    assert events.apply(shared.desk, shared.pen, event(row.stripe_invoice_id, kind=kind)) == row.id


@pytest.mark.parametrize("stripe_id", ["in_nobody", "in_TWACORNHILLPLAN10", None])
def test_what_is_none_of_aris_changes_nothing(shared: TestWorld, stripe_id: str | None) -> None:
    assert events.apply(shared.desk, shared.pen, event(stripe_id)) is None
    assert events.apply(shared.desk, shared.pen, event(stripe_id, kind="customer")) is None


def test_given_up_and_paid_after_all(shared: TestWorld) -> None:
    row = sent(shared, kit.fees(shared, "after all"))
    kit.dashboard(shared, f"invoices/{row.stripe_invoice_id}/mark_uncollectible")
    events.apply(shared.desk, shared.pen, event(row.stripe_invoice_id))
    assert kit.state(shared, row) == "uncollectible"
    pay(shared, row)
    events.apply(shared.desk, shared.pen, event(row.stripe_invoice_id))
    assert kit.state(shared, row) == "paid"


def test_the_gist_of_an_event_holds_no_more_than_it_needs() -> None:
    whole = {"id": "evt_1", "type": "invoice.paid", "created": 5, "livemode": False, "request": {"id": "req_1"},
             "data": {"object": {"id": "in_1", "object": "invoice", "customer_email": "x@y.example", "lines": [1]}}}  # fmt: skip
    assert events.gist(whole) == {
        "id": "evt_1", "type": "invoice.paid", "created": 5,
        "data": {"object": {"id": "in_1", "object": "invoice", "invoice": None}},
    }  # fmt: skip


# -- prepaid balances


def entries(world: TestWorld) -> list[tuple[str, Decimal]]:
    with world.desk.db.read() as session:
        rows = session.exec(select(BalanceEntry).order_by(BalanceEntry.id))  # type: ignore[arg-type]
        return [(row.kind, row.amount) for row in rows]


def test_a_commitment_is_drawn_once_whatever_happens_to_its_invoices(world: TestWorld) -> None:
    made = kit.customer(world, "dapplewood")
    first = sent(world, made)
    assert (str(first.due), entries(world)) == (
        "5405.00",
        [("opening", Decimal("4300.00")), ("used", Decimal("-4300.00"))],
    )
    kit.dashboard(world, f"invoices/{first.stripe_invoice_id}/void")
    events.apply(world.desk, world.pen, event(first.stripe_invoice_id))
    events.apply(world.desk, world.pen, event(first.stripe_invoice_id, "evt_2"))
    assert entries(world)[2:] == [("restored", Decimal("4300.00"))]
    second = sent(world, made)
    assert str(second.due) == "5405.00"
    assert sum(amount for _, amount in entries(world)) == 0


def test_while_a_voided_month_is_not_billed_anew_its_drawdown_still_counts(world: TestWorld) -> None:
    made = kit.customer(world, "dapplewood")
    first = sent(world, made)
    december = compute(world.desk, made, Period.month("2025-12"))
    kit.dashboard(world, f"invoices/{first.stripe_invoice_id}/void")
    events.apply(world.desk, world.pen, event(first.stripe_invoice_id))
    assert compute(world.desk, made, Period.month("2025-12")).total == december.total


def test_an_opening_of_december_says_nothing_of_november(world: TestWorld) -> None:
    made = add_customer(world, "Dapplewood Logistics", "org_dapplewood", "cus_TWDAPPLEWOOD", DEMO["dapplewood"])
    kit.opening(world, made, "2025-12", "0.00")
    with pytest.raises(Refused, match="is missing, which is not zero"):
        compute(world.desk, made, kit.NOVEMBER)
