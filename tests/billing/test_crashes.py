"""The crash table: connections cut, answers lost, workers killed between any two steps, keys gone. However it went, there
is one invoice with the right lines in the end, and one mail."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from billing.errors import Refused
from billing.invoices import drafting, sending
from billing.invoices.pen import Pen
from billing.invoices.stripe_client import NeedsHuman, Unknown
from billing.invoices.stripe_reads import Reads
from settings import wall_now
from store import log, outbox
from store.tables.invoice import Invoice
from store.tables.outbox import Outbox
from tests.billing import kit
from tests.demo_terms import _fee, _terms
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
    """From proposal to sent, whatever fails on the way."""
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


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("mode", [*LOST, 500, 429, 409])
def test_a_call_that_fails_is_made_good(shared: TestWorld, call: str, mode: str | int) -> None:
    if isinstance(mode, int):
        kit.fault(shared, "answer", CALLS[call], status=mode)
    else:
        kit.fault(shared, mode, CALLS[call])
    row, failed = draft_and_send(shared, f"{call} {mode}", kit.impatient(shared))
    one_right_invoice(shared, row)
    assert failed == 1


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("mode", LOST)
def test_a_lost_call_is_made_good_after_stripe_has_forgotten_the_keys(shared: TestWorld, call: str, mode: str) -> None:
    kit.fault(shared, mode, CALLS[call])
    row, failed = draft_and_send(shared, f"{call} {mode} late", kit.impatient(shared), lambda: kit.expire_keys(shared))
    one_right_invoice(shared, row)
    assert failed == 1


@pytest.mark.parametrize("call", CALLS)
def test_three_cuts_in_a_row_are_too_many_for_the_sdk_and_not_for_ari(shared: TestWorld, call: str) -> None:
    for mode in ("cut_after", "cut_before", "cut_after"):
        kit.fault(shared, mode, CALLS[call])
    row, _ = draft_and_send(shared, f"{call} thrice", kit.impatient(shared))
    one_right_invoice(shared, row)


@pytest.mark.parametrize("nth", range(1, 18))
def test_a_read_that_fails_stops_nothing_for_good(shared: TestWorld, nth: int) -> None:
    client = kit.impatient_client(shared)
    world = replace(shared, desk=replace(shared.desk, stripe=Reads(client)))
    made = kit.fees(world, f"read {nth}")
    kit.fault(world, "cut_before", "/v1/", method="GET", nth=nth)
    found: list[str] = []
    failed = until_done(lambda: found.append(kit.proposed(world, made)))
    failed += until_done(lambda: drafting.make_draft(world.desk, Pen(client), found[0]))
    with world.desk.db.write() as session:
        row = session.get_one(Invoice, found[0])
        row.card_ts = kit.CARD
    kit.approved(world, row)
    failed += until_done(lambda: sending.send(world.desk, Pen(client), row.id))
    with world.desk.db.read() as session:
        one_right_invoice(world, session.get_one(Invoice, row.id))
    assert failed == 1, "there are fewer reads than that by now"


class Dying(Pen):
    """A pen whose process is killed once, just before or just after one call."""

    def __init__(self, pen: Pen, call: str, after: bool) -> None:
        self.__dict__.update(pen.__dict__)
        self._plan: tuple[str, bool] | None = (call, after)

    def _die(self, call: str, after: bool) -> None:
        if self._plan == (call, after):
            self._plan = None
            raise Died

    def create(self, *given: Any) -> dict[str, Any]:
        return self._made("create", super().create, given)

    def add_lines(self, *given: Any) -> dict[str, Any]:
        return self._made("lines", super().add_lines, given)

    def finalize(self, *given: Any) -> dict[str, Any]:
        return self._made("finalize", super().finalize, given)

    def send(self, *given: Any) -> dict[str, Any]:
        return self._made("send", super().send, given)

    def _made(self, call: str, do: Callable[..., dict[str, Any]], given: tuple[Any, ...]) -> dict[str, Any]:
        self._die(call, False)
        answer = do(*given)
        self._die(call, True)
        return answer


def leases_end(world: TestWorld) -> None:
    """The time of a dead worker's lease passes."""
    with world.desk.db.write() as session:
        for row in session.exec(select(Outbox).where(Outbox.status == "calling")):
            row.lease_until = wall_now() - timedelta(seconds=1)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("keys", ["kept", "expired"])
def test_a_worker_killed_at_a_call_leaves_work_that_another_ends(
    shared: TestWorld, call: str, after: bool, keys: str
) -> None:
    def later() -> None:
        leases_end(shared)
        if keys == "expired":
            kit.expire_keys(shared)

    row, failed = draft_and_send(shared, f"{call} {after} {keys}", Dying(shared.pen, call, after), later)
    one_right_invoice(shared, row)
    assert failed == 1


def test_while_its_lease_runs_a_dead_workers_call_is_left_alone(shared: TestWorld) -> None:
    made = kit.proposed(shared, kit.fees(shared, "leased"))
    with pytest.raises(Died):
        drafting.make_draft(shared.desk, Dying(shared.pen, "create", True), made)
    with pytest.raises(Unknown, match="elsewhere"):
        drafting.make_draft(shared.desk, shared.pen, made)
    leases_end(shared)
    drafting.make_draft(shared.desk, shared.pen, made)
    with shared.desk.db.read() as session:
        assert len(kit.invoices(shared, session.get_one(Invoice, made).customer_id)) == 1


STEPS = [
    "drafting._fill",
    "drafting._await",
    "drafting.differences",
    "sending._finalized",
    "sending.owed",
    "sending.post_used",
]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("keys", ["kept", "expired"])
def test_a_worker_killed_between_its_own_steps_too(
    shared: TestWorld, monkeypatch: pytest.MonkeyPatch, step: str, keys: str
) -> None:
    def die(*_: Any, **__: Any) -> None:
        monkeypatch.undo()
        raise Died

    def later() -> None:
        leases_end(shared)
        if keys == "expired":
            kit.expire_keys(shared)

    monkeypatch.setattr(f"billing.invoices.{step}", die)
    row, failed = draft_and_send(shared, f"{step} {keys}", shared.pen, later)
    one_right_invoice(shared, row)
    assert failed == 1


def test_a_killed_worker_whose_answer_was_not_kept(shared: TestWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, plan = outbox.finish, ["draft", "lines:0", "finalize", "send"]

    def finish(session: Any, key: str, *given: Any) -> bool:
        if plan and key.endswith(plan[0]):
            plan.pop(0)
            raise Died
        return kept(session, key, *given)

    monkeypatch.setattr(outbox, "finish", finish)
    row, failed = draft_and_send(shared, "unkept", shared.pen, lambda: leases_end(shared))
    one_right_invoice(shared, row)
    assert failed == 4


def test_more_lines_than_one_call_takes(shared: TestWorld) -> None:
    many = _terms(*[_fee(str(n)).model_copy(update={"id": f"fee_{n}"}) for n in range(1, 131)])
    made = kit.fees(shared, "many", many)
    pen = kit.impatient(shared)
    kit.fault(shared, "cut_after", "add_lines$", nth=2)
    row_id = kit.proposed(shared, made)
    assert until_done(lambda: drafting.make_draft(shared.desk, pen, row_id), lambda: kit.expire_keys(shared)) == 1
    [invoice] = kit.invoices(shared, made)
    assert (len(invoice["_lines"]), invoice["total"]) == (130, sum(range(1, 131)) * 100)


@pytest.mark.parametrize("call", CALLS)
def test_what_stripe_refuses_goes_to_a_person(shared: TestWorld, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    def refuse(*_: Any) -> None:
        raise NeedsHuman("Stripe refused: not like that")

    monkeypatch.setattr(Pen, {"lines": "add_lines"}.get(call, call), refuse)
    row_id = kit.proposed(shared, kit.fees(shared, f"{call} refused"))
    drafting.make_draft(shared.desk, shared.pen, row_id)
    with shared.desk.db.write() as session:
        row = session.get_one(Invoice, row_id)
        row.card_ts = kit.CARD
    if row.state == "awaiting":
        kit.approved(shared, row)
        sending.send(shared.desk, shared.pen, row_id)
    assert kit.state(shared, row) == "needs_human"
    assert kit.note(shared, row) == "Stripe refused: not like that"
    assert kit.mails(shared, row.stripe_invoice_id) == []


def test_a_key_that_stripe_no_longer_takes_is_a_matter_of_waiting(shared: TestWorld) -> None:
    made = kit.proposed(shared, kit.fees(shared, "revoked"))
    kit.fault(shared, "answer", CALLS["create"], status=401)
    with pytest.raises(Unknown):
        drafting.make_draft(shared.desk, kit.impatient(shared), made)
    drafting.make_draft(shared.desk, shared.pen, made)
    with shared.desk.db.read() as session:
        assert session.get_one(Invoice, made).state == "awaiting"


def test_the_record_of_all_that_is_sound(shared: TestWorld) -> None:
    assert log.verify(shared.desk.db, b"k" * 32) == []
