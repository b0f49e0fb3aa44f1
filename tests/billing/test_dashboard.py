"""People at Stripe's Dashboard: what they finalize, send, pay, void, delete or copy beside Ari."""

from typing import Any

import pytest

from billing.errors import Refused
from billing.invoices import draft, drafting, events, sending
from billing.invoices.approve import approve, reject
from billing.invoices.content import key
from store.tables.invoice import Invoice
from tests.billing import kit
from tests.world import ODO, TestWorld


def finalize(world: TestWorld, row: Invoice) -> None:
    kit.dashboard(world, f"invoices/{row.stripe_invoice_id}/finalize")


def act(world: TestWorld, row: Invoice, name: str) -> None:
    kit.dashboard(world, f"invoices/{row.stripe_invoice_id}/{name}")


def test_an_approved_draft_that_a_person_finalized_is_sent(shared: TestWorld) -> None:
    row = kit.drafted(shared, kit.fees(shared, "finalized"))
    kit.approved(shared, row)
    finalize(shared, row)
    sending.send(shared.desk, shared.pen, row.id)
    assert kit.state(shared, row) == "sent"
    assert len(kit.mails(shared, row.stripe_invoice_id)) == 1


def test_one_that_a_person_sent_as_well_is_not_mailed_again(shared: TestWorld) -> None:
    row = kit.drafted(shared, kit.fees(shared, "sent by hand"))
    kit.approved(shared, row)
    act(shared, row, "send")
    sending.send(shared.desk, shared.pen, row.id)
    assert kit.state(shared, row) == "sent"
    assert len(kit.mails(shared, row.stripe_invoice_id)) == 1


def test_one_finalized_with_other_content_is_held(shared: TestWorld) -> None:
    row = kit.drafted(shared, kit.fees(shared, "other content"))
    kit.approved(shared, row)
    kit.add_line(shared, str(row.stripe_invoice_id))
    finalize(shared, row)
    sending.send(shared.desk, shared.pen, row.id)
    assert kit.state(shared, row) == "needs_human"
    assert "not as approved" in kit.note(shared, row)
    assert kit.mails(shared, row.stripe_invoice_id) == []
    assert reject(shared.desk, kit.click(row), ODO, "end it").result == "refused"


@pytest.mark.parametrize(("doing", "ends"), [("void", "void"), ("mark_uncollectible", "uncollectible")])
def test_one_that_a_person_ended_before_it_was_sent_is_held_and_follows(
    shared: TestWorld, doing: str, ends: str
) -> None:
    row = kit.drafted(shared, kit.fees(shared, f"ended {ends}"))
    kit.approved(shared, row)
    finalize(shared, row)
    act(shared, row, doing)
    sending.send(shared.desk, shared.pen, row.id)
    assert kit.state(shared, row) == "needs_human"
    assert f"made it {ends}" in kit.note(shared, row)
    assert kit.mails(shared, row.stripe_invoice_id) == []
    events.apply(shared.desk, shared.pen, about(row))
    assert kit.state(shared, row) == ends


def about(row: Invoice) -> dict[str, Any]:
    return {"id": "evt_test", "data": {"object": {"object": "invoice", "id": row.stripe_invoice_id}}}


@pytest.mark.parametrize(
    ("doing", "ends"), [("void", "void"), ("pay", "paid"), ("mark_uncollectible", "uncollectible")]
)
def test_a_draft_that_waits_for_approval_follows_what_people_do_at_stripe(
    shared: TestWorld, doing: str, ends: str
) -> None:
    row = kit.drafted(shared, kit.fees(shared, f"waits {doing}"))
    finalize(shared, row)
    fields = {"paid_out_of_band": "true"} if doing == "pay" else {}
    kit.dashboard(shared, f"invoices/{row.stripe_invoice_id}/{doing}", **fields)
    assert events.apply(shared.desk, shared.pen, about(row)) == row.id
    assert kit.state(shared, row) == ends
    assert approve(shared.desk, kit.click(row), ODO).result == "refused"


def test_a_deleted_draft_is_a_persons_business_and_can_be_made_again(shared: TestWorld) -> None:
    row = kit.drafted(shared, kit.fees(shared, "deleted"))
    kit.delete_at_stripe(shared, f"invoices/{row.stripe_invoice_id}")
    assert events.apply(shared.desk, shared.pen, about(row)) == row.id
    assert kit.state(shared, row) == "needs_human"
    assert approve(shared.desk, kit.click(row), ODO).result == "refused"
    assert reject(shared.desk, kit.click(row), ODO, "deleted there").result == "rejected"
    again = kit.drafted(shared, row.customer_id)
    assert (again.gen, again.state) == (2, "awaiting")


def test_a_draft_deleted_while_it_was_made_is_not_replayed_from_its_key(shared: TestWorld) -> None:
    made = kit.proposed(shared, kit.fees(shared, "gone early"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(drafting, "_fill", lambda *_: kit.delete_at_stripe(shared, f"invoices/{only(shared)}"))
        drafting.make_draft(shared.desk, shared.pen, made)
    with shared.desk.db.read() as session:
        row = session.get_one(Invoice, made)
    assert row.state == "needs_human"
    assert "deleted at Stripe" in str(row.error)


def only(world: TestWorld) -> str:
    return str(world.stripe.rows("invoices")[0]["id"])


def test_a_rejected_draft_that_was_finalized_first_is_not_forgotten(shared: TestWorld) -> None:
    row = kit.drafted(shared, kit.fees(shared, "too late"))
    finalize(shared, row)
    assert reject(shared.desk, kit.click(row), ODO, "no").result == "rejected"
    with pytest.raises(Refused, match="already bills"):
        kit.proposed(shared, row.customer_id)
    sending.discard(shared.desk, shared.pen, row.id)
    assert kit.state(shared, row) == "needs_human"
    assert "finalized this at Stripe" in kit.note(shared, row)
    assert kit.proposed(shared, row.customer_id) == row.id


def test_a_voided_invoice_is_drafted_again_under_new_keys(shared: TestWorld) -> None:
    first = kit.drafted(shared, kit.fees(shared, "voided"))
    kit.approved(shared, first)
    sending.send(shared.desk, shared.pen, first.id)
    act(shared, first, "void")
    events.apply(shared.desk, shared.pen, about(first))
    assert kit.state(shared, first) == "void"
    second = kit.drafted(shared, first.customer_id)
    kit.approved(shared, second)
    sending.send(shared.desk, shared.pen, second.id)
    assert (second.gen, second.ari_key, kit.state(shared, second)) == (2, first.ari_key, "sent")
    keys = [row["key"] for row in shared.stripe.requests if row["key"] and first.ari_key in row["key"]]
    assert {one.rsplit(":g", 1)[1].partition(":")[0] for one in keys} == {"1", "2"}
    assert sorted(one["status"] for one in kit.invoices(shared, first.customer_id)) == ["open", "void"]
    assert len(kit.mails(shared, second.stripe_invoice_id)) == 1


@pytest.mark.parametrize("balance", ["-10000", "-65000", "-90000", "2500"])
@pytest.mark.parametrize("when", ["before the draft", "after the approval"])
def test_a_balance_at_stripe_that_changes_what_is_asked_for_is_held(shared: TestWorld, balance: str, when: str) -> None:
    made = kit.fees(shared, f"balance {balance} {when}")
    payer = shared.stripe.rows("customers")[0]["id"]
    if when == "before the draft":
        kit.dashboard(shared, f"customers/{payer}/balance_transactions", amount=balance, currency="usd")
    row = kit.drafted(shared, made)
    if when == "after the approval":
        kit.approved(shared, row)
        kit.dashboard(shared, f"customers/{payer}/balance_transactions", amount=balance, currency="usd")
        sending.send(shared.desk, shared.pen, row.id)
    assert kit.state(shared, row) == "needs_human"
    assert "customer's balance" in kit.note(shared, row)
    assert (shared.pen.get(str(row.stripe_invoice_id)) or {})["status"] == "draft"
    assert kit.mails(shared, row.stripe_invoice_id) == []


def test_a_balance_that_came_between_the_last_look_and_finalizing_is_held_too(shared: TestWorld) -> None:
    row = kit.drafted(shared, kit.fees(shared, "raced balance"))
    payer = shared.stripe.rows("customers")[0]["id"]
    kit.approved(shared, row)
    finalize_at_stripe = sending._finalize_at_stripe

    def raced(*given: Any) -> dict[str, Any]:
        kit.dashboard(shared, f"customers/{payer}/balance_transactions", amount="-65000", currency="usd")
        return finalize_at_stripe(*given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sending, "_finalize_at_stripe", raced)
        sending.send(shared.desk, shared.pen, row.id)
    assert (kit.state(shared, row), kit.mails(shared, row.stripe_invoice_id)) == ("needs_human", [])
    assert "asks for $0.00" in kit.note(shared, row)
    assert "invoice.sent" not in kit.logged(shared, row.id)


def test_one_paid_before_it_was_sent_is_paid_and_never_mailed(shared: TestWorld) -> None:
    row = kit.drafted(shared, kit.fees(shared, "paid early"))
    kit.approved(shared, row)
    finalize(shared, row)
    kit.dashboard(shared, f"invoices/{row.stripe_invoice_id}/pay", paid_out_of_band="true")
    sending.send(shared.desk, shared.pen, row.id)
    assert (kit.state(shared, row), kit.mails(shared, row.stripe_invoice_id)) == ("paid", [])
    assert "invoice.sent" not in kit.logged(shared, row.id)


def test_defaults_of_customer_and_account_do_not_leak_in(shared: TestWorld) -> None:
    coupon = kit.dashboard(shared, "coupons", percent_off="20", duration="forever")
    extras = {"invoice_settings[footer]": "We are sold", "invoice_settings[custom_fields][0][name]": "PO"}
    made = kit.fees(
        shared,
        "defaults",
        stripe_id=kit.payer(shared, "Defaults", **extras, **{"invoice_settings[custom_fields][0][value]": "1"}),
    )
    payer = shared.stripe.rows("customers")[0]["id"]
    kit.control(shared, f"customers/{payer}/coupon", coupon=coupon["id"])
    kit.dashboard(
        shared,
        "invoiceitems",
        customer=payer,
        amount="9900",
        currency="usd",
        **{"period[start]": "1735700000", "period[end]": "1735800000"},
    )
    shared.stripe.account["_automatic_tax"] = True
    try:
        row = kit.drafted(shared, made)
        kit.approved(shared, row)
        sending.send(shared.desk, shared.pen, row.id)
    finally:
        shared.stripe.account["_automatic_tax"] = False
    [standing] = kit.invoices(shared, made)
    assert kit.state(shared, row) == "sent"
    assert (standing["total"], standing["amount_due"], standing["discounts"]) == (kit.FEES_DUE, kit.FEES_DUE, [])
    assert (standing["automatic_tax"]["enabled"], standing["auto_advance"]) == (False, False)
    assert (standing["custom_fields"], len(standing["_lines"])) == (None, 3)
    assert standing["footer"].startswith("Usage as recorded")


def test_a_copy_made_by_hand_stops_the_sending(shared: TestWorld) -> None:
    row = kit.drafted(shared, kit.fees(shared, "copied"))
    kit.approved(shared, row)
    standing = shared.stripe.tables["invoices"][str(row.stripe_invoice_id)]
    copy = {"customer": standing["customer"], "collection_method": "send_invoice", "days_until_due": "30"}
    made = kit.dashboard(shared, "invoices", **copy, **{"metadata[ari_key]": row.ari_key, "metadata[ari_gen]": "1"})
    period = {"lines[0][period][start]": "1762100000", "lines[0][period][end]": "1764400000"}
    kit.dashboard(shared, f"invoices/{made['id']}/add_lines", **{"lines[0][amount]": "65000", **period})
    kit.dashboard(shared, f"invoices/{made['id']}/finalize")
    sending.send(shared.desk, shared.pen, row.id)
    assert kit.state(shared, row) == "stale"
    assert str(made["id"]) in kit.note(shared, row)
    with pytest.raises(Refused, match=str(made["id"])):
        kit.proposed(shared, row.customer_id)


def test_a_restored_backup_does_not_bill_what_was_sent(shared: TestWorld) -> None:
    row = kit.drafted(shared, kit.fees(shared, "restored"))
    kit.approved(shared, row)
    sending.send(shared.desk, shared.pen, row.id)
    with shared.desk.db.write() as session:
        stored = session.get_one(Invoice, row.id)
        stored.state, stored.stripe_invoice_id, stored.ari_key = (
            "stale",
            None,
            key("lost", "lost", "lost", "lost", "lost", 1),
        )
    with pytest.raises(Refused, match=str(row.stripe_invoice_id)):
        draft.propose(shared.desk, row.customer_id, kit.NOVEMBER, ODO.id, kit.CHANNEL, None)
