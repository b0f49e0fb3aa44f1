"""Stripe's events come by polling and by webhook, again and again; each is kept once and applied once."""

from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import select

from billing.invoices import events, sending
from jobs import stripe
from jobs.office import Office
from settings import wall_now
from store import inbox
from store.database import Database
from store.tables.inbox import Inbox
from store.tables.invoice import Invoice
from store.tables.setting import Setting
from tests.billing import kit
from tests.jobs.office_kit import office, work
from tests.world import TestWorld


@pytest.fixture
def world(shared: TestWorld, db: Database) -> TestWorld:
    return replace(shared, desk=replace(shared.desk, db=db), customers={})


def sent(world: TestWorld, name: str) -> Invoice:
    row = kit.drafted(world, kit.fees(world, name))
    kit.approved(world, row)
    sending.send(world.desk, world.pen, row.id)
    return row


def kept(world: TestWorld) -> list[Inbox]:
    with world.desk.db.read() as session:
        return list(session.exec(select(Inbox)))


def apply_all(desk: Office) -> None:
    while row := inbox.claim(desk.desk.db, "w", wall_now(), 60):
        stripe.apply(desk, replace(work(row.kind), payload=row.payload))
        inbox.done(desk.desk.db, row.id, "w")


def test_what_is_polled_twice_is_kept_and_applied_once(world: TestWorld) -> None:
    desk, _ = office(world)
    stripe.poll(desk, work("stripe.poll"))
    row = sent(world, "polled")
    kit.dashboard(world, f"invoices/{row.stripe_invoice_id}/pay", paid_out_of_band="true")
    for _ in range(3):
        stripe.poll(desk, work("stripe.poll"))
    ids = [one.id for one in kept(world)]
    assert len(ids) == len(set(ids)) > 0
    apply_all(desk)
    apply_all(desk)
    assert kit.state(world, row) == "paid"
    assert kit.logged(world, row.id).count("invoice.paid") == 1


def test_a_webhook_before_or_after_the_poll_is_the_same_event(world: TestWorld) -> None:
    desk, _ = office(world)
    stripe.poll(desk, work("stripe.poll"))
    row = sent(world, "both ways")
    event = next(one for one in world.pen.events(0) if one["data"]["object"]["id"] == row.stripe_invoice_id)
    with world.desk.db.write() as session:
        assert inbox.receive(session, event["id"], stripe.KIND, events.gist(event), stripe.lane(event), wall_now())
    stripe.poll(desk, work("stripe.poll"))
    assert [one.id for one in kept(world)].count(event["id"]) == 1


def test_events_of_one_invoice_are_worked_on_in_turn(world: TestWorld) -> None:
    desk, _ = office(world)
    stripe.poll(desk, work("stripe.poll"))
    row = sent(world, "in turn")
    stripe.poll(desk, work("stripe.poll"))
    mine = [one for one in kept(world) if one.lane == f"stripe:{row.stripe_invoice_id}"]
    assert len(mine) > 1
    taken = [inbox.claim(world.desk.db, f"w{n}", wall_now(), 60) for n in range(20)]
    assert sum(one.lane == f"stripe:{row.stripe_invoice_id}" for one in taken if one) == 1


def test_the_cursor_never_goes_back(world: TestWorld) -> None:
    desk, _ = office(world)
    with world.desk.db.write() as session:
        session.add(Setting(name=stripe.CURSOR, value="4000000000", by="ari", at=wall_now()))
    stripe.poll(desk, work("stripe.poll"))
    with world.desk.db.read() as session:
        assert session.get_one(Setting, stripe.CURSOR).value == "4000000000"


def test_what_happened_before_ari_began_is_left_alone(world: TestWorld) -> None:
    desk, _ = office(world)
    stripe.poll(desk, work("stripe.poll"))
    known = {one.id for one in kept(world)}
    old = [one["id"] for one in world.pen.events(0) if one["created"] < world.clock.at.timestamp() - 400]
    assert old and not known & set(old)


def test_a_poll_that_fails_moves_nothing(world: TestWorld) -> None:
    desk, _ = office(world)
    stripe.poll(desk, work("stripe.poll"))
    row = sent(world, "missed")

    class Away:
        def events(self, since: int) -> list[dict[str, Any]]:
            raise ConnectionError("Stripe is away")

    with pytest.raises(ConnectionError):
        stripe.poll(replace(desk, pen=Away()), work("stripe.poll"))  # type: ignore[arg-type]
    stripe.poll(desk, work("stripe.poll"))
    assert any(one.lane == f"stripe:{row.stripe_invoice_id}" for one in kept(world))
