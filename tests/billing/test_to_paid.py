"""From usage rows to a paid invoice: golden amounts, the whole life at a Stripe on a real socket, and nothing twice."""

from datetime import UTC, datetime

import pytest

from billing.invoices import events, find, sending
from billing.invoices.approve import approve
from billing.invoices.statements import compute
from billing.usage.standing import standings
from store import log
from tests.billing import kit
from tests.world import MARIBEL, ODO, WREN, TestWorld

TOTALS = {
    "acornhill": ("$3,130.11", "$630.11"),
    "brindlecat": ("$6,100.00", "$6,100.00"),
    "copperkettle": ("$4,032.00", "$4,032.00"),
    "dapplewood": ("$5,405.00", "$5,405.00"),
    "elmfoot": ("$5,000.00", "$5,000.00"),
    "gumdrop": ("$6,592.50", "$6,592.50"),
}


@pytest.mark.parametrize("key", TOTALS)
def test_november_comes_to_the_golden_cents(fresh: TestWorld, key: str) -> None:
    view = compute(fresh.desk, kit.customer(fresh, key), kit.NOVEMBER)
    assert (view.total, view.due) == TOTALS[key]
    assert view.final


def test_usage_in_the_store_grows_with_the_clock(fresh: TestWorld) -> None:
    made = kit.customer(fresh, "dapplewood")
    fresh.clock.at = datetime(2025, 11, 13, 13, 55, tzinfo=UTC)
    [before] = standings(fresh.desk, kit.NOVEMBER, made)
    fresh.clock.at = datetime(2025, 11, 14, 14, 0, tzinfo=UTC)
    [after] = standings(fresh.desk, kit.NOVEMBER, made)
    assert (before.state, after.state) == ("near", "over")


def test_acornhill_from_draft_to_paid(world: TestWorld) -> None:
    row = kit.drafted(world, kit.customer(world, "acornhill"))
    assert row.state == "awaiting"
    assert approve(world.desk, kit.click(row), ODO).result == "approved"
    sending.send(world.desk, world.pen, row.id)
    sent = find.one(world.desk, row.id)
    assert (sent.state, sent.due) == ("sent", "$630.11")
    standing = world.pen.get(str(row.stripe_invoice_id)) or {}
    assert (standing["status"], standing["total"], standing["amount_due"]) == ("open", 63011, 63011)
    assert [mail["to"] for mail in kit.mails(world, row.stripe_invoice_id)] == [sent.recipients[0]]
    kit.dashboard(world, f"invoices/{row.stripe_invoice_id}/pay", paid_out_of_band="true")
    event = {"id": "evt_x", "data": {"object": {"object": "invoice", "id": row.stripe_invoice_id}}}
    assert events.apply(world.desk, world.pen, event) == row.id
    assert kit.state(world, row) == "paid"
    assert log.verify(world.desk.db, b"k" * 32) == []


def test_above_the_limit_two_people_approve(world: TestWorld) -> None:
    row = kit.drafted(world, kit.customer(world, "gumdrop"))
    assert approve(world.desk, kit.click(row), WREN).result == "refused"
    assert approve(world.desk, kit.click(row), ODO).result == "second"
    assert approve(world.desk, kit.click(row), ODO).result == "refused"
    sending.send(world.desk, world.pen, row.id)
    assert kit.state(world, row) == "awaiting"
    assert approve(world.desk, kit.click(row), MARIBEL).result == "approved"
    sending.send(world.desk, world.pen, row.id)
    sending.send(world.desk, world.pen, row.id)
    assert kit.state(world, row) == "sent"
    assert len(kit.mails(world, row.stripe_invoice_id)) == 1


def test_the_sale_of_a_commitment_does_not_block_what_is_drawn_from_it(world: TestWorld) -> None:
    assert kit.drafted(world, kit.customer(world, "dapplewood")).state == "awaiting"
