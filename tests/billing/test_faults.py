"""Calls that fail: connections cut, answers lost, refusals, keys forgotten. However it went, there is one invoice with the
right lines in the end, and one mail."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from billing.invoices import drafting, sending
from billing.invoices.pen import Pen
from billing.invoices.stripe_client import NeedsHuman, Unknown
from billing.invoices.stripe_reads import Reads
from store.tables.invoice import Invoice
from tests.billing import kit
from tests.billing.crash_kit import CALLS, LOST, draft_and_send, one_right_invoice, until_done
from tests.demo_terms import _fee, _terms
from tests.world import TestWorld


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


@pytest.mark.parametrize("call", ["create", "send"])
def test_three_cuts_in_a_row_are_too_many_for_the_sdk_and_not_for_ari(shared: TestWorld, call: str) -> None:
    for mode in ("cut_after", "cut_before", "cut_after"):
        kit.fault(shared, mode, CALLS[call])
    row, _ = draft_and_send(shared, f"{call} thrice", kit.impatient(shared))
    one_right_invoice(shared, row)


@pytest.mark.parametrize("nth", [n if n % 4 == 1 else pytest.param(n, marks=pytest.mark.long) for n in range(1, 18)])
def test_a_read_that_fails_stops_nothing_for_good(shared: TestWorld, nth: int) -> None:
    client = kit.impatient_client(shared.url)
    world = replace(shared, desk=replace(shared.desk, stripe=Reads(client)))
    world.clock.at += timedelta(minutes=1)
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
