"""Workers killed between any two steps: what they leave behind another one ends, with one invoice and one mail."""

from collections.abc import Callable
from typing import Any

import pytest

from billing.invoices import drafting
from billing.invoices.pen import Pen
from billing.invoices.stripe_client import Unknown
from store import log, outbox
from store.tables.invoice import Invoice
from tests.billing import kit
from tests.billing.crash_kit import CALLS, Died, draft_and_send, leases_end, one_right_invoice
from tests.world import TestWorld


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
    "sending.post_movements",
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


def test_a_draft_deleted_while_its_worker_was_dead_is_not_replayed_from_its_key(
    shared: TestWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = kit.proposed(shared, kit.fees(shared, "deleted meanwhile"))

    def die(*_: Any) -> None:
        monkeypatch.undo()
        raise Died

    monkeypatch.setattr(drafting, "_fill", die)
    with pytest.raises(Died):
        drafting.make_draft(shared.desk, shared.pen, made)
    with shared.desk.db.read() as session:
        kit.delete_at_stripe(shared, f"invoices/{session.get_one(Invoice, made).stripe_invoice_id}")
    drafting.make_draft(shared.desk, shared.pen, made)
    with shared.desk.db.read() as session:
        row = session.get_one(Invoice, made)
    assert (row.state, kit.invoices(shared, row.customer_id)) == ("needs_human", [])
    assert "deleted there" in str(row.error)


def test_the_record_of_all_that_is_sound(shared: TestWorld) -> None:
    assert log.verify(shared.desk.db, b"k" * 32) == []
