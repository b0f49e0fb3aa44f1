"""Clicks on cards: forged, copied, late, doubled, at once. One counts or none, and each try is on the record."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlmodel import select

from billing.invoices import drafting, sending
from billing.invoices.approve import Click, Outcome, approve, reject
from billing.invoices.policy import Actor
from billing.invoices.stripe_client import Unknown
from store import log
from store.tables.approval import Approval
from store.tables.invoice import Invoice
from store.tables.task import Task
from tests.billing import kit
from tests.demo_terms import _fee, _terms
from tests.world import MARIBEL, ODO, WREN, TestWorld

DEAR = _terms(_fee("9000"))
TIBOR = Actor("U04TIBOR", "Tibor Vane")
PIM = Actor("U05PIM", "Pim Larkspur", frozenset({"S01FINAPP"}), guest=True)


def approvals(world: TestWorld, row: Invoice) -> list[Approval]:
    with world.desk.db.read() as session:
        return list(session.exec(select(Approval).where(Approval.invoice_id == row.id)))


def sends(world: TestWorld, row: Invoice) -> int:
    with world.desk.db.read() as session:
        return len(session.exec(select(Task).where(Task.kind == "invoice.send", Task.slot.startswith(row.id))).all())


def refused(world: TestWorld, row: Invoice, clicked: Click, actor: Actor, words: str) -> None:
    """Refused by both buttons with these words, on the record, and nothing else happened."""
    before = kit.logged(world, clicked.invoice_id[:60])
    for outcome in (approve(world.desk, clicked, actor), reject(world.desk, clicked, actor, "no")):
        assert outcome.result == "refused"
        assert words in outcome.message
    assert kit.logged(world, clicked.invoice_id[:60]) == [*before, "approval.refused", "approval.refused"]
    assert (kit.state(world, row), approvals(world, row), sends(world, row)) == ("awaiting", [], 0)


@pytest.fixture(scope="module")
def standing(shared: TestWorld) -> Invoice:
    """A draft that every forged click leaves as it is."""
    return kit.drafted(shared, kit.fees(shared, "standing"))


@pytest.fixture(scope="module")
def other(shared: TestWorld) -> Invoice:
    return kit.drafted(shared, kit.fees(shared, "other"))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"digest": "0" * 64}, "out of date"),
        ({"digest": ""}, "out of date"),
        ({"digest": "é" * 64}, "out of date"),
        ({"digest": "٣" * 64}, "out of date"),
        ({"channel": "C03GENERAL"}, "copy of the card"),
        ({"channel": ""}, "copy of the card"),
        ({"card_ts": "1.000002"}, "copy of the card"),
        ({"invoice_id": "invoice-00000000000000000000000000"}, "no such invoice"),
        ({"invoice_id": "x" * 2000, "digest": "y" * 2000}, "no such invoice"),
        ({"invoice_id": '{"id": 1}', "digest": "{}"}, "no such invoice"),
        ({"invoice_id": "🧾" * 34}, "no such invoice"),
        ({"invoice_id": "' OR 1=1 --"}, "no such invoice"),
    ],
)
def test_a_forged_click_is_refused_and_written_down(
    shared: TestWorld, standing: Invoice, changes: dict[str, str], words: str
) -> None:
    refused(shared, standing, kit.click(standing, **changes), ODO, words)


def test_the_digest_of_another_draft_does_not_open_this_one(
    shared: TestWorld, standing: Invoice, other: Invoice
) -> None:
    refused(shared, standing, kit.click(standing, digest=other.digest), ODO, "out of date")
    refused(shared, standing, kit.click(standing, invoice_id=other.id), ODO, "out of date")


@pytest.mark.parametrize("actor", [TIBOR, PIM, replace(ODO, deactivated=True), replace(ODO, bot=True)])
def test_a_click_of_the_wrong_person_is_refused_and_written_down(
    shared: TestWorld, standing: Invoice, actor: Actor
) -> None:
    refused(shared, standing, kit.click(standing), actor, "")


def test_whoever_asked_may_reject_but_not_approve(shared: TestWorld) -> None:
    row = kit.drafted(shared, kit.fees(shared, "asked"))
    asker = replace(WREN, groups=frozenset({"S01FINAPP"}))
    assert (
        approve(shared.desk, kit.click(row), asker).message
        == "You asked for this draft, so somebody else has to approve it."
    )
    assert reject(shared.desk, kit.click(row), WREN, "wrong month").result == "rejected"
    assert kit.logged(shared, row.id)[-2:] == ["approval.refused", "invoice.rejected"]


def test_an_expired_draft_ends_at_the_first_click(shared: TestWorld) -> None:
    row = kit.drafted(shared, kit.fees(shared, "expired"))
    kit.change(shared, row, expires_at=shared.clock.now())
    assert "expired" in approve(shared.desk, kit.click(row), ODO).message
    assert kit.state(shared, row) == "expired"
    assert "already expired" in approve(shared.desk, kit.click(row), ODO).message
    sending.discard(shared.desk, shared.pen, row.id)
    assert shared.pen.get(str(row.stripe_invoice_id)) is None
    again = kit.drafted(shared, row.customer_id)
    assert again.gen == 2
    assert kit.logged(shared, row.id)[-2:] == ["approval.refused", "approval.refused"]


def test_a_second_before_its_end_a_draft_still_counts(shared: TestWorld) -> None:
    row = kit.drafted(shared, kit.fees(shared, "nearly"))
    kit.change(shared, row, expires_at=shared.clock.now() + timedelta(seconds=1))
    assert approve(shared.desk, kit.click(row), ODO).result == "approved"


def test_a_rejected_draft_takes_no_more_clicks(shared: TestWorld) -> None:
    row = kit.drafted(shared, kit.fees(shared, "rejected"))
    assert reject(shared.desk, kit.click(row), ODO, "not yet").result == "rejected"
    for outcome in (
        approve(shared.desk, kit.click(row), MARIBEL),
        reject(shared.desk, kit.click(row), MARIBEL, "me too"),
    ):
        assert outcome.message == "This invoice is already rejected."
    assert kit.note(shared, row) == "not yet"
    sending.send(shared.desk, shared.pen, row.id)
    assert kit.mails(shared, row.stripe_invoice_id) == []


def test_the_same_click_again_changes_nothing(shared: TestWorld) -> None:
    row = kit.drafted(shared, kit.fees(shared, "twice"))
    assert approve(shared.desk, kit.click(row), ODO).result == "approved"
    assert approve(shared.desk, kit.click(row), ODO).message == "This invoice is already approved, being sent."
    sending.send(shared.desk, shared.pen, row.id)
    for actor in (ODO, MARIBEL):
        assert approve(shared.desk, kit.click(row), actor).message == "This invoice is already sent."
    assert (len(approvals(shared, row)), sends(shared, row)) == (1, 1)
    assert len(kit.mails(shared, row.stripe_invoice_id)) == 1


def at_once(*calls: Callable[[], Outcome]) -> list[str]:
    """Every call on a thread of its own, let go together."""
    gate, results = threading.Barrier(len(calls)), []

    def run(call: Callable[[], Outcome]) -> None:
        gate.wait(5)
        results.append(call().result)

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return sorted(results)


@pytest.mark.parametrize("round_", range(3))
def test_of_two_approvers_at_once_one_counts(shared: TestWorld, round_: int) -> None:
    row = kit.drafted(shared, kit.fees(shared, f"race {round_}"))
    clicks = [lambda actor=actor: approve(shared.desk, kit.click(row), actor) for actor in (ODO, MARIBEL, ODO, MARIBEL)]
    assert at_once(*clicks) == ["approved", "refused", "refused", "refused"]
    assert (len(approvals(shared, row)), sends(shared, row)) == (1, 1)
    assert kit.logged(shared, row.id).count("approval.refused") == 3


def test_approve_and_reject_at_once_leave_one_of_the_two(shared: TestWorld) -> None:
    row = kit.drafted(shared, kit.fees(shared, "both"))
    results = at_once(
        lambda: approve(shared.desk, kit.click(row), ODO), lambda: reject(shared.desk, kit.click(row), MARIBEL, "no")
    )
    assert results in (["approved", "refused"], ["refused", "rejected"])
    assert (kit.state(shared, row), sends(shared, row)) in (("approved", 1), ("rejected", 0))


def test_above_the_limit_both_at_once_count_as_the_two(shared: TestWorld) -> None:
    row = kit.drafted(shared, kit.fees(shared, "two", DEAR))
    clicks = [lambda actor=actor: approve(shared.desk, kit.click(row), actor) for actor in (ODO, ODO, MARIBEL, MARIBEL)]
    assert at_once(*clicks) == ["approved", "refused", "refused", "second"]
    assert {one.user_id for one in approvals(shared, row)} == {ODO.id, MARIBEL.id}
    assert sends(shared, row) == 1


def test_the_limit_is_held_against_what_is_sent_not_against_a_column(shared: TestWorld) -> None:
    row = kit.drafted(shared, kit.fees(shared, "column", DEAR))
    kit.change(shared, row, due=Decimal(1), total=Decimal(1))
    assert approve(shared.desk, kit.click(row), ODO).result == "second"


def test_what_needs_a_person_can_be_ended_and_drafted_again(shared: TestWorld) -> None:
    row = kit.drafted(shared, kit.fees(shared, "stuck"))
    kit.approved(shared, row)
    kit.delete_at_stripe(shared, f"invoices/{row.stripe_invoice_id}")
    sending.send(shared.desk, shared.pen, row.id)
    assert kit.state(shared, row) == "needs_human"
    assert "held for a person" in approve(shared.desk, kit.click(row), ODO).message
    assert reject(shared.desk, kit.click(row), ODO, "deleted there").result == "rejected"
    assert kit.drafted(shared, row.customer_id).gen == 2


def test_what_stripe_has_finalized_is_not_ended_here(shared: TestWorld) -> None:
    row = kit.drafted(shared, kit.fees(shared, "numbered"))
    kit.approved(shared, row)
    kit.fault(shared, "cut_before", f"{row.stripe_invoice_id}/send")
    with pytest.raises(Unknown):
        sending.send(shared.desk, kit.impatient(shared), row.id)
    drafting.hand_over(shared.desk, row.id, "could not be sent")
    outcome = reject(shared.desk, kit.click(row), ODO, "never mind")
    assert outcome.result == "refused"
    assert "Void it there" in outcome.message


def test_the_record_of_all_that_is_sound(shared: TestWorld) -> None:
    assert log.verify(shared.desk.db, b"k" * 32) == []
