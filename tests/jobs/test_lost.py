"""Work that failed for good does not vanish: invoices go to a person, questions are answered."""

import pytest

from billing.errors import Refused
from billing.invoices import find
from billing.invoices.approve import reject
from jobs.lost import ASKED, STUCK, lost
from tests.billing import kit
from tests.jobs.office_kit import office, work
from tests.world import ODO, TestWorld


@pytest.mark.parametrize(
    ("error", "told"),
    [(Refused("Stripe cannot be reached."), "Stripe cannot be reached."), (KeyError("password=hunter2"), STUCK)],
)
def test_an_invoice_that_could_not_be_sent_goes_to_a_person(shared: TestWorld, error: Exception, told: str) -> None:
    desk, _ = office(shared)
    row = kit.drafted(shared, kit.fees(shared, f"lost {told}"))
    kit.approved(shared, row)
    lost(desk, work("invoice.send", invoice=row.id), error)
    assert (kit.state(shared, row), kit.note(shared, row)) == ("needs_human", told)
    lost(desk, work("invoice.send", invoice=row.id), error)
    assert kit.state(shared, row) == "needs_human"


def test_one_that_could_not_be_drafted_too(shared: TestWorld) -> None:
    desk, _ = office(shared)
    made = kit.proposed(shared, kit.fees(shared, "undrafted"))
    lost(desk, work("invoice.draft", invoice=made), RuntimeError("x"))
    assert kit.proposed(shared, shared.customers["undrafted"]) == made
    assert kit.logged(shared, made)[-1] == "invoice.needs_human"


def test_what_has_ended_already_is_told_in_its_thread(shared: TestWorld) -> None:
    desk, said = office(shared)
    row = kit.drafted(shared, kit.fees(shared, "sent long ago"))
    with shared.desk.db.write() as session:
        find.load(session, row.id).state = "paid"
    lost(desk, work("card.invoice", invoice=row.id), RuntimeError("x"))
    assert said.posts == {}
    lost(desk, work("invoice.redraft", invoice=row.id), RuntimeError("<!channel>"))
    assert [(channel, text, thread) for channel, text, _, thread in said.posts.values()] == [
        (kit.CHANNEL, f"⚠️ {STUCK}", kit.CARD)
    ]


def test_a_rejected_draft_that_could_not_be_deleted_is_shown_again(shared: TestWorld) -> None:
    desk, _ = office(shared)
    row = kit.drafted(shared, kit.fees(shared, "undeleted"))
    reject(shared.desk, kit.click(row), ODO, "no")
    lost(desk, work("invoice.discard", invoice=row.id), RuntimeError("x"))
    assert kit.state(shared, row) == "needs_human"


def test_a_question_gets_an_answer(shared: TestWorld) -> None:
    desk, said = office(shared)
    event = {"type": "message", "channel": "C01BILLING", "ts": "7.7"}
    lost(desk, work("slack.event", event=event), TimeoutError("the agent is still loading"))
    assert said.posts == {"lost:task-1": ("C01BILLING", ASKED, [], "7.7")}
    lost(desk, work("slack.event", event={"type": "app_home_opened"}), TimeoutError())
    lost(desk, work("usage.sweep"), TimeoutError())
    assert len(said.posts) == 1
