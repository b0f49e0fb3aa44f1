"""Somebody with a database shell: changed content, forged and copied approvals. None of it is sent."""

from datetime import timedelta

import pytest
from sqlmodel import select

from billing.invoices import find, sending
from billing.invoices.approve import approve, reject
from store.ids import new_id
from store.tables.approval import Approval
from store.tables.invoice import Invoice
from tests.billing import kit
from tests.demo_terms import _fee, _terms
from tests.world import MARIBEL, ODO, TestWorld

DEAR = _terms(_fee("9000"))


def test_a_changed_content_is_not_approved(shared: TestWorld) -> None:
    row = kit.drafted(shared, kit.fees(shared, "changed"))
    kit.change(shared, row, content=row.content.replace('net_days":30', 'net_days":90'))
    assert "out of date" in approve(shared.desk, kit.click(row), ODO).message
    fresh = kit.drafted(shared, kit.fees(shared, "changed whole"))
    content = find.content_of(fresh).model_copy(update={"net_days": 90})
    kit.change(shared, fresh, content=content.model_dump_json(), digest=content.digest())
    assert "out of date" in approve(shared.desk, kit.click(fresh), ODO).message


@pytest.mark.parametrize("forge", ["signature", "user", "digest", "none", "content", "whole", "moved"])
def test_what_was_tampered_with_after_the_approval_is_not_sent(shared: TestWorld, forge: str) -> None:
    row = kit.drafted(shared, kit.fees(shared, f"forged {forge}"))
    kit.approved(shared, row)
    content = find.content_of(row).model_copy(update={"net_days": 90})
    with shared.desk.db.write() as session:
        approval = session.exec(select(Approval).where(Approval.invoice_id == row.id)).one()
        stored = session.get_one(Invoice, row.id)
        match forge:
            case "signature":
                approval.signature = "0" * 64
            case "user":
                approval.user_id = MARIBEL.id
            case "digest":
                approval.digest = "0" * 64
            case "none":
                session.delete(approval)
            case "content":
                stored.content = content.model_dump_json()
            case "whole":
                stored.content, stored.digest, approval.digest = (
                    content.model_dump_json(),
                    content.digest(),
                    content.digest(),
                )
            case "moved":
                approval.at = approval.at + timedelta(days=1)
    sending.send(shared.desk, shared.pen, row.id)
    assert kit.state(shared, row) == "needs_human"
    assert "signature is wrong" in kit.note(shared, row)
    assert (shared.pen.get(str(row.stripe_invoice_id)) or {})["status"] == "draft"
    assert kit.mails(shared, row.stripe_invoice_id) == []
    assert kit.logged(shared, row.id)[-1] == "invoice.needs_human"


def test_one_signature_twice_is_not_two_people(shared: TestWorld) -> None:
    row = kit.drafted(shared, kit.fees(shared, "copied", DEAR))
    assert approve(shared.desk, kit.click(row), ODO).result == "second"
    with shared.desk.db.write() as session:
        first = session.exec(select(Approval).where(Approval.invoice_id == row.id)).one()
        session.add(Approval.model_validate(first.model_dump() | {"id": new_id("approval"), "user_id": MARIBEL.id}))
        session.get_one(Invoice, row.id).state = "approved"
    sending.send(shared.desk, shared.pen, row.id)
    assert kit.state(shared, row) == "needs_human"


def test_an_approval_of_the_first_draft_is_none_of_the_second(shared: TestWorld) -> None:
    first = kit.drafted(shared, kit.fees(shared, "generations", DEAR))
    assert approve(shared.desk, kit.click(first), ODO).result == "second"
    assert reject(shared.desk, kit.click(first), MARIBEL, "the fee is another").result == "rejected"
    sending.discard(shared.desk, shared.pen, first.id)
    second = kit.drafted(shared, first.customer_id)
    assert (second.gen, second.ari_key) == (2, first.ari_key)
    assert "out of date" in approve(shared.desk, kit.click(second, digest=first.digest), MARIBEL).message
    assert approve(shared.desk, kit.click(second), MARIBEL).result == "second"
    with shared.desk.db.write() as session:
        old = session.exec(select(Approval).where(Approval.invoice_id == first.id, Approval.user_id == ODO.id)).one()
        session.add(
            Approval.model_validate(
                old.model_dump() | {"id": new_id("approval"), "invoice_id": second.id, "digest": second.digest}
            )
        )
        session.get_one(Invoice, second.id).state = "approved"
    sending.send(shared.desk, shared.pen, second.id)
    assert kit.state(shared, second) == "needs_human"
    assert kit.mails(shared, second.stripe_invoice_id) == []
