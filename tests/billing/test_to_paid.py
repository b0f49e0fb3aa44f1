"""From usage rows to a paid invoice: golden amounts, the whole life at a Stripe on a real socket, and nothing twice."""

from datetime import UTC, datetime
from decimal import Decimal

import httpx
import pytest

from billing.errors import Refused
from billing.invoices import draft, drafting, events, find, sending
from billing.invoices.approve import Click, approve
from billing.invoices.statements import billable, compute
from billing.usage.standing import standings
from pricing.periods import Period
from store import balances, log
from store.tables.balance import BalanceEntry
from store.tables.contract import ChargeOwner
from store.tables.invoice import Invoice
from tests.demo_terms import DEMO
from tests.world import MARIBEL, ODO, WREN, TestWorld, add_customer

NOVEMBER = Period.month("2025-11")
TOTALS = {
    "acornhill": ("$3,130.11", "$630.11"),
    "brindlecat": ("$6,100.00", "$6,100.00"),
    "copperkettle": ("$4,032.00", "$4,032.00"),
    "dapplewood": ("$5,405.00", "$5,405.00"),
    "elmfoot": ("$5,000.00", "$5,000.00"),
    "gumdrop": ("$6,592.50", "$6,592.50"),
}
NAMES = {
    "acornhill": "Acornhill Freight Co.", "brindlecat": "Brindlecat Dental Group", "copperkettle": "Copperkettle Insurance",
    "dapplewood": "Dapplewood Logistics", "elmfoot": "Elmfoot Utilities", "gumdrop": "Gumdrop Mobility",
}  # fmt: skip


def customer(world: TestWorld, key: str) -> str:
    made = add_customer(world, NAMES[key], f"org_{key}", f"cus_TW{key.upper()}", DEMO[key])
    if key == "acornhill":
        _subscription_bills_the_fee(world, made)
    if key == "dapplewood":
        _opening(world, made)
    return made


def _contract(world: TestWorld, customer_id: str) -> str:
    with world.desk.db.read() as session:
        return billable(session, customer_id).contract.id


def _subscription_bills_the_fee(world: TestWorld, customer_id: str) -> None:
    contract, now = _contract(world, customer_id), world.clock.now()
    with world.desk.db.write() as session:
        session.add(ChargeOwner(contract_id=contract, charge_id="platform_fee", from_date=DEMO["acornhill"].effective_from,
                                owner="stripe_subscription", decided_by=ODO.id, decided_at=now))  # fmt: skip


def _opening(world: TestWorld, customer_id: str) -> None:
    contract, now = _contract(world, customer_id), world.clock.now()
    with world.desk.db.write() as session:
        balances.post(session, BalanceEntry(contract_id=contract, balance="annual_commit", kind="opening", unit="USD",
                                            amount=Decimal("4300.00"), period="2025-11", source="ledger", at=now))  # fmt: skip


@pytest.mark.parametrize("key", TOTALS)
def test_november_comes_to_the_golden_cents(world: TestWorld, key: str) -> None:
    view = compute(world.desk, customer(world, key), NOVEMBER)
    assert (view.total, view.due) == TOTALS[key]
    assert view.final


def test_usage_in_the_store_grows_with_the_clock(world: TestWorld) -> None:
    made = customer(world, "dapplewood")
    world.clock.at = datetime(2025, 11, 13, 13, 55, tzinfo=UTC)
    [before] = standings(world.desk, NOVEMBER, made)
    world.clock.at = datetime(2025, 11, 14, 14, 0, tzinfo=UTC)
    [after] = standings(world.desk, NOVEMBER, made)
    assert (before.state, after.state) == ("near", "over")


def drafted(world: TestWorld, key: str) -> Invoice:
    view = draft.propose(world.desk, customer(world, key), NOVEMBER, WREN.id, "C01BILLING", None)
    drafting.make_draft(world.desk, world.pen, view.id)
    with world.desk.db.write() as session:
        row = find.load(session, view.id)
        row.card_ts = "1.000001"
        return row


def click(row: Invoice) -> Click:
    return Click(row.id, row.digest, "C01BILLING", "1.000001")


def test_acornhill_from_draft_to_paid(world: TestWorld) -> None:
    row = drafted(world, "acornhill")
    assert row.state == "awaiting"
    assert approve(world.desk, click(row), ODO).result == "approved"
    sending.send(world.desk, world.pen, row.id)
    sent = find.one(world.desk, row.id)
    assert (sent.state, sent.due) == ("sent", "$630.11")
    standing = world.pen.get(str(row.stripe_invoice_id)) or {}
    assert (standing["status"], standing["total"], standing["amount_due"]) == ("open", 63011, 63011)
    assert [mail["to"] for mail in mails(world, row)] == [sent.recipients[0]]
    pay(world, row)
    event = {"id": "evt_x", "data": {"object": {"object": "invoice", "id": row.stripe_invoice_id}}}
    assert events.apply(world.desk, world.pen, event) == row.id
    assert find.one(world.desk, row.id).state == "paid"
    assert log.verify(world.desk.db, b"k" * 32) == []


def mails(world: TestWorld, row: Invoice) -> list[dict[str, object]]:
    return [mail for mail in world.stripe.rows("emails") if mail["about"] == row.stripe_invoice_id]


def pay(world: TestWorld, row: Invoice) -> None:
    """The customer sends a wire, as a person at Stripe's dashboard records it."""
    url = f"{world.url}/_stripe/dashboard/v1/invoices/{row.stripe_invoice_id}/pay"
    httpx.post(url, data={"paid_out_of_band": "true"}).raise_for_status()


def test_above_the_limit_two_people_approve(world: TestWorld) -> None:
    row = drafted(world, "gumdrop")
    assert approve(world.desk, click(row), WREN).result == "refused"
    assert approve(world.desk, click(row), ODO).result == "second"
    assert approve(world.desk, click(row), ODO).result == "refused"
    sending.send(world.desk, world.pen, row.id)
    assert find.one(world.desk, row.id).state == "awaiting"
    assert approve(world.desk, click(row), MARIBEL).result == "approved"
    sending.send(world.desk, world.pen, row.id)
    sending.send(world.desk, world.pen, row.id)
    assert find.one(world.desk, row.id).state == "sent"
    assert len(mails(world, row)) == 1


def test_the_sale_of_a_commitment_does_not_block_what_is_drawn_from_it(world: TestWorld) -> None:
    assert drafted(world, "dapplewood").state == "awaiting"


def test_a_running_month_is_not_drafted(world: TestWorld) -> None:
    made = customer(world, "elmfoot")
    world.clock.at = datetime(2025, 11, 13, 13, 55, tzinfo=UTC)
    with pytest.raises(Refused, match="still running"):
        draft.propose(world.desk, made, NOVEMBER, WREN.id, "C01BILLING", None)
