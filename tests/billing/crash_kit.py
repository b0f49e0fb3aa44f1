"""Running a draft to its end whatever fails on the way, and what has to stand there then."""

from collections.abc import Callable
from datetime import timedelta

from sqlmodel import select

from billing.errors import Refused
from billing.invoices import drafting, sending
from billing.invoices.pen import Pen
from billing.invoices.stripe_client import Unknown
from settings import wall_now
from store.tables.invoice import Invoice
from store.tables.outbox import Outbox
from tests.billing import kit
from tests.world import TestWorld

CALLS = {"create": r"/v1/invoices$", "lines": "add_lines$", "finalize": "/finalize$", "send": "/send$"}
LOST = ("cut_before", "cut_after", "answer_after")


class Died(BaseException):
    """The process is gone: no handler of Ari's runs."""


def until_done(step: Callable[[], None], between: Callable[[], None] = lambda: None) -> int:
    """Run a job as the worker does, again after each failure; returns how often it failed."""
    for failures in range(6):
        try:
            step()
        except (Unknown, Refused, Died):
            between()
        else:
            return failures
    raise AssertionError("the job never came to an end")


def draft_and_send(
    world: TestWorld, name: str, pen: Pen, between: Callable[[], None] = lambda: None
) -> tuple[Invoice, int]:
    """From proposal to sent, whatever fails on the way. A minute later than the one before it, as in life."""
    world.clock.at += timedelta(minutes=1)
    made = kit.proposed(world, kit.fees(world, name))
    failed = until_done(lambda: drafting.make_draft(world.desk, pen, made), between)
    with world.desk.db.write() as session:
        row = session.get_one(Invoice, made)
        row.card_ts = kit.CARD
    kit.approved(world, row)
    failed += until_done(lambda: sending.send(world.desk, pen, made), between)
    with world.desk.db.read() as session:
        return session.get_one(Invoice, made), failed


def one_right_invoice(world: TestWorld, row: Invoice) -> None:
    [invoice] = kit.invoices(world, row.customer_id)
    lines = [world.stripe.tables["lines"][one] for one in invoice["_lines"]]
    assert row.state == "sent"
    assert (invoice["status"], invoice["total"], invoice["amount_due"]) == ("open", kit.FEES_DUE, kit.FEES_DUE)
    assert sorted(line["amount"] for line in lines) == [10000, 20000, 35000]
    assert len(kit.mails(world, invoice["id"])) == 1
    assert len(kit.invoices(world, row.customer_id)) == 1


def leases_end(world: TestWorld) -> None:
    """The time of a dead worker's lease passes."""
    with world.desk.db.write() as session:
        for row in session.exec(select(Outbox).where(Outbox.status == "calling")):
            row.lease_until = wall_now() - timedelta(seconds=1)
