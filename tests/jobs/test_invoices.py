"""The invoice jobs beside Slack: what becomes stale is drafted anew, and people hear what happened and why."""

from datetime import UTC, datetime

from sqlmodel import select

from billing.invoices import drafting
from jobs import invoices
from store.tables.invoice import Invoice
from store.tables.task import Task
from tests.billing import kit
from tests.jobs.office_kit import office, work
from tests.world import TestWorld


def ran(world: TestWorld, name: str) -> Invoice:
    """A draft that was approved and then edited at Stripe, up to the moment at which that shows."""
    row = kit.drafted(world, kit.fees(world, name))
    kit.approved(world, row)
    kit.dashboard(world, f"invoices/{row.stripe_invoice_id}", description="Thanks!")
    invoices.send(office(world)[0], work("invoice.send", invoice=row.id))
    return row


def queued(world: TestWorld, row: Invoice) -> set[str]:
    with world.desk.db.read() as session:
        return {one.kind for one in session.exec(select(Task)) if one.payload.get("invoice") == row.id}


def others(world: TestWorld, row: Invoice) -> list[Invoice]:
    with world.desk.db.read() as session:
        return list(session.exec(select(Invoice).where(Invoice.customer_id == row.customer_id, Invoice.id != row.id)))


def test_a_stale_draft_is_replaced_in_the_same_place(shared: TestWorld) -> None:
    row = ran(shared, "stale")
    assert {"invoice.redraft", "card.invoice"} <= queued(shared, row)
    desk, said = office(shared)
    for _ in range(2):
        invoices.redraft(desk, work("invoice.redraft", invoice=row.id))
    [fresh] = others(shared, row)
    assert (fresh.state, fresh.gen, fresh.channel, fresh.requested_by) == ("planned", 2, row.channel, row.requested_by)
    assert shared.pen.get(str(row.stripe_invoice_id)) is None
    assert said.posts == {}


def test_when_it_cannot_be_replaced_the_thread_hears_why(shared: TestWorld) -> None:
    row = ran(shared, "not replaced")
    with shared.desk.db.read() as session:
        payer = drafting.content_of(session.get_one(Invoice, row.id)).stripe_customer
    kit.dashboard(shared, "invoiceitems", customer=payer, amount="5", currency="usd", description="<!channel>",
                  **{"period[start]": "1763000000", "period[end]": "1763500000"})  # fmt: skip
    desk, said = office(shared)
    invoices.redraft(desk, work("invoice.redraft", invoice=row.id))
    [(channel, text, _, thread)] = said.posts.values()
    assert (channel, thread) == (kit.CHANNEL, kit.CARD)
    assert "already bills $0.05" in text and "<!channel>" not in text
    assert others(shared, row) == []


def test_a_month_that_is_running_again_is_not_drafted_by_itself(shared: TestWorld) -> None:
    row = ran(shared, "clock")
    before, shared.clock.at = shared.clock.at, datetime(2025, 11, 20, tzinfo=UTC)
    try:
        desk, said = office(shared)
        invoices.redraft(desk, work("invoice.redraft", invoice=row.id))
    finally:
        shared.clock.at = before
    assert "still running" in said.posts[f"redraft:{row.id}"][1]


def test_every_reason_for_a_persons_look_reaches_the_card(shared: TestWorld) -> None:
    row = kit.drafted(shared, kit.fees(shared, "reasons"))
    for why in ("first", "second"):
        with shared.desk.db.write() as session:
            session.get_one(Invoice, row.id).state = "awaiting"
        drafting.hand_over(shared.desk, row.id, why)
    with shared.desk.db.read() as session:
        slots = [task.slot for task in session.exec(select(Task).where(Task.kind == "card.invoice"))]
    assert len([slot for slot in slots if slot.startswith(f"{row.id}:needs_human:")]) == 2
    desk, said = office(shared)
    invoices.card(desk, work("card.invoice", invoice=row.id))
    assert said.posts[f"news:{row.id}:needs_human"][1] == "⚠️ second"


def test_a_rejected_invoice_is_gone_at_stripe(shared: TestWorld) -> None:
    row = kit.drafted(shared, kit.fees(shared, "rejected"))
    desk, _ = office(shared)
    invoices.discard(desk, work("invoice.discard", invoice=row.id))
    assert shared.pen.get(str(row.stripe_invoice_id)) is not None, "what still lives is not deleted"
    with shared.desk.db.write() as session:
        session.get_one(Invoice, row.id).state = "rejected"
    for _ in range(2):
        invoices.discard(desk, work("invoice.discard", invoice=row.id))
    assert shared.pen.get(str(row.stripe_invoice_id)) is None
