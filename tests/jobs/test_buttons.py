"""The buttons as Slack delivers them: forged values, copies of cards, people without rights. Always acknowledged, always
on the record."""

from typing import Any

import pytest

from billing.invoices import find
from cards.invoice import Handle
from jobs import invoices
from jobs.office import Office
from listeners import invoice as buttons
from store.tables.invoice import Invoice
from tests.billing import kit
from tests.jobs.office_kit import Ack, Said, office, press, work
from tests.world import ODO, WREN, TestWorld


@pytest.fixture
def desk(shared: TestWorld) -> tuple[Office, Said]:
    return office(shared)


def handle(row: Invoice) -> str:
    return str(Handle(row.id, row.digest))


class Slack:
    """The client that opens modals."""

    def __init__(self) -> None:
        self.opened: list[dict[str, Any]] = []

    def views_open(self, trigger_id: str, view: dict[str, Any]) -> None:
        self.opened.append(view)


FORGED = [
    "", "x", "x" * 2000, "invoice-:", '{"invoice": 1}', "🧾" * 99, "invoice-00000000000000000000000000:" + "0" * 64,
    "invoice-" + "é" * 26 + ":" + "é" * 64, "null", "a:b:c",
]  # fmt: skip


@pytest.mark.parametrize("value", FORGED)
def test_a_forged_value_is_refused_acknowledged_and_written_down(
    shared: TestWorld, desk: tuple[Office, Said], value: str
) -> None:
    ack, subject = Ack(), (Handle.parse(value) or Handle(value[:60], "")).invoice_id
    before = kit.logged(shared, subject)
    buttons.approved(desk[0], ack, press(value, ODO.id, kit.CHANNEL, kit.CARD))  # type: ignore[arg-type]
    assert len(ack.answers) == 1
    assert desk[1].whispers == [(ODO.id, "I know no such invoice; ask me to list the invoices.")]
    assert kit.logged(shared, subject) == [*before, "approval.refused"]


def test_the_right_click_approves_and_queues_the_card(shared: TestWorld, desk: tuple[Office, Said]) -> None:
    row = kit.drafted(shared, kit.fees(shared, "right"))
    ack = Ack()
    buttons.approved(desk[0], ack, press(handle(row), ODO.id, kit.CHANNEL, kit.CARD))  # type: ignore[arg-type]
    assert (kit.state(shared, row), len(ack.answers), desk[1].whispers) == ("approved", 1, [])


@pytest.mark.parametrize(("channel", "ts"), [("C03GENERAL", kit.CARD), (kit.CHANNEL, "1.000009"), ("", "")])
def test_a_copy_of_a_card_does_nothing(shared: TestWorld, desk: tuple[Office, Said], channel: str, ts: str) -> None:
    row = kit.drafted(shared, kit.fees(shared, f"copy {channel} {ts}"))
    slack = Slack()
    body = press(handle(row), ODO.id, channel, ts)
    buttons.approved(desk[0], Ack(), body)  # type: ignore[arg-type]
    buttons.reject_asked(desk[0], Ack(), body, slack)  # type: ignore[arg-type]
    assert (kit.state(shared, row), slack.opened) == ("awaiting", [])


def test_reject_asks_for_the_reason_and_keeps_it(shared: TestWorld, desk: tuple[Office, Said]) -> None:
    row = kit.drafted(shared, kit.fees(shared, "reason"))
    slack, ack = Slack(), Ack()
    buttons.reject_asked(desk[0], Ack(), press(handle(row), ODO.id, kit.CHANNEL, kit.CARD), slack)  # type: ignore[arg-type]
    [modal] = slack.opened
    view = {
        "private_metadata": modal["private_metadata"],
        "state": {"values": {"reason": {"text": {"value": "wrong month"}}}},
    }
    buttons.rejected(desk[0], ack, {"view": view, "user": {"id": ODO.id}})  # type: ignore[arg-type]
    assert (kit.state(shared, row), kit.note(shared, row), ack.answers) == ("rejected", "wrong month", [{}])
    buttons.rejected(desk[0], ack, {"view": view, "user": {"id": WREN.id}})  # type: ignore[arg-type]
    assert ack.answers[1] == {"response_action": "errors", "errors": {"reason": "This invoice is already rejected."}}


@pytest.mark.parametrize("metadata", ["", "nonsense", "x" * 3000])
def test_a_forged_form_rejects_nothing(desk: tuple[Office, Said], metadata: str) -> None:
    ack = Ack()
    view = {"private_metadata": metadata, "state": {"values": {"reason": {"text": {"value": "why"}}}}}
    buttons.rejected(desk[0], ack, {"view": view, "user": {"id": ODO.id}})  # type: ignore[arg-type]
    assert ack.answers[0]["response_action"] == "errors"


def test_reject_of_what_is_unknown_says_so(desk: tuple[Office, Said]) -> None:
    slack = Slack()
    buttons.reject_asked(desk[0], Ack(), press(FORGED[6], ODO.id, kit.CHANNEL, kit.CARD), slack)  # type: ignore[arg-type]
    assert (slack.opened, [user for user, _ in desk[1].whispers]) == ([], [ODO.id])


@pytest.mark.parametrize("user", ["U04TIBOR"])
def test_why_is_told_to_those_who_may_read(shared: TestWorld, desk: tuple[Office, Said], user: str) -> None:
    row = kit.drafted(shared, kit.fees(shared, f"why {user}"))
    buttons.why(desk[0], Ack(), press(handle(row), user, kit.CHANNEL, kit.CARD))  # type: ignore[arg-type]
    assert desk[1].posts == {}
    assert "not among the people" in desk[1].whispers[0][1]


def test_why_pressed_on_a_copy_is_told_where_the_card_stands(shared: TestWorld, desk: tuple[Office, Said]) -> None:
    row = kit.drafted(shared, kit.fees(shared, "why elsewhere"))
    buttons.why(desk[0], Ack(), press(handle(row), WREN.id, "C03GENERAL", "5.5"))  # type: ignore[arg-type]
    assert {place for place, *_ in desk[1].posts.values()} == {kit.CHANNEL}
    assert len(desk[1].posts) == 3


def test_the_card_shows_what_is_even_if_slack_was_slow(shared: TestWorld, desk: tuple[Office, Said]) -> None:
    row = kit.drafted(shared, kit.fees(shared, "slow"))
    _, said = desk
    post = said.post

    def slow(key: str, channel: str, text: str, blocks: Any, thread_ts: str | None = None) -> str:
        """While the first drawing is under way, the draft is approved."""
        if key not in said.posts:
            with shared.desk.db.write() as session:
                find.load(session, row.id).state = "approved"
        return post(key, channel, text, blocks, thread_ts)

    said.post = slow  # type: ignore[method-assign]
    invoices.card(desk[0], work("card.invoice", invoice=row.id))
    assert said.posts[f"invoice:{row.id}"][1].startswith("📤 Approved")
