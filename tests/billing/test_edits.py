"""Drafts that a person edits at Stripe after they were computed: never sent as edited, drafted anew."""

from collections.abc import Callable
from typing import Any

import pytest

from billing.invoices import drafting, sending
from store.tables.invoice import Invoice
from tests.billing import kit
from tests.world import TestWorld

Edit = Callable[[TestWorld, str], object]  # the id at Stripe


def edit(**fields: str) -> Edit:
    return lambda world, at: kit.dashboard(world, f"invoices/{at}", **fields)


def line(world: TestWorld, at: str) -> str:
    return str(world.stripe.tables["invoices"][at]["_lines"][0])


def edit_line(**fields: str) -> Edit:
    return lambda world, at: kit.dashboard(world, f"invoices/{at}/lines/{line(world, at)}", **fields)


def remove_line(world: TestWorld, at: str) -> object:
    fields = {"lines[0][id]": line(world, at), "lines[0][behavior]": "delete"}
    return kit.dashboard(world, f"invoices/{at}/remove_lines", **fields)


def swap_line(world: TestWorld, at: str) -> object:
    """One line of ours for another of the same amount: neither count nor total tells."""
    remove_line(world, at)
    return kit.add_line(world, at, "10000")


def discount(world: TestWorld, at: str) -> object:
    coupon = kit.dashboard(world, "coupons", percent_off="10", duration="once")
    return edit(**{"discounts[0][coupon]": coupon["id"]})(world, at)


def other_recipient(world: TestWorld, at: str) -> object:
    payer = world.stripe.tables["invoices"][at]["customer"]
    return kit.dashboard(world, f"customers/{payer}", email="somebody@elsewhere.example")


EDITS: dict[str, tuple[Edit, str]] = {
    "amount": (edit_line(amount="1"), "amount is 1 at Stripe"),
    "text": (edit_line(description="Something nicer"), "text is 'Something nicer'"),
    "period": (edit_line(**{"period[start]": "1700000000", "period[end]": "1700000001"}), "period is"),
    "line removed": (remove_line, "is missing at Stripe"),
    "line added": (kit.add_line, "1 further lines"),
    "line swapped": (swap_line, "is missing at Stripe"),
    "memo": (edit(description="Thanks!"), "memo"),
    "footer": (edit(footer="Pay to another account"), "footer"),
    "due terms": (edit(days_until_due="60"), "60 days at Stripe"),
    "custom fields": (edit(**{"custom_fields[0][name]": "PO", "custom_fields[0][value]": "4711"}), "custom fields"),
    "method": (edit(collection_method="charge_automatically"), "collection method"),
    "collection": (edit(auto_advance="true"), "automatic collection"),
    "tax": (edit(**{"automatic_tax[enabled]": "true"}), "automatic tax"),
    "discount": (discount, "total"),
    "recipient": (other_recipient, "recipient"),
}


@pytest.mark.parametrize("name", EDITS)
def test_a_draft_edited_after_the_approval_is_stale_and_drafted_anew(shared: TestWorld, name: str) -> None:
    change, words = EDITS[name]
    row = kit.drafted(shared, kit.fees(shared, f"edited {name}"))
    kit.approved(shared, row)
    change(shared, str(row.stripe_invoice_id))
    sending.send(shared.desk, shared.pen, row.id)
    assert kit.state(shared, row) == "stale"
    assert words in kit.note(shared, row)
    assert kit.mails(shared, row.stripe_invoice_id) == []
    sending.discard(shared.desk, shared.pen, row.id)
    again = kit.drafted(shared, row.customer_id)
    kit.approved(shared, again)
    sending.send(shared.desk, shared.pen, again.id)
    [standing] = kit.invoices(shared, row.customer_id)
    assert (kit.state(shared, again), standing["id"], standing["total"]) == (
        "sent",
        again.stripe_invoice_id,
        kit.FEES_DUE,
    )
    assert len(kit.mails(shared, again.stripe_invoice_id)) == 1


@pytest.mark.parametrize("name", ["amount", "line added", "due terms"])
def test_a_draft_edited_before_anybody_saw_it_goes_to_a_person(shared: TestWorld, name: str) -> None:
    row = kit.proposed(shared, kit.fees(shared, f"early {name}"))
    fill = drafting._wrong

    def edited(pen: Any, content: Any, stripe_id: str) -> list[str]:
        EDITS[name][0](shared, stripe_id)
        return fill(pen, content, stripe_id)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(drafting, "_wrong", edited)
        drafting.make_draft(shared.desk, shared.pen, row)
    with shared.desk.db.read() as session:
        stored = session.get_one(Invoice, row)
    assert stored.state == "needs_human"
    assert "not what was computed" in str(stored.error)
