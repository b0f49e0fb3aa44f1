"""What may be drafted at all: periods, payers, amounts; and what changes between a draft and its sending."""

import threading
from datetime import UTC, datetime

import pytest
from sqlmodel import select

from billing.errors import Refused
from billing.invoices import drafting, sending
from pricing.canonical import canonical, digest
from pricing.periods import Period
from pricing.terms import Terms
from store.ids import new_id
from store.tables.contract import Contract, TermsVersion
from tests.billing import kit
from tests.demo_terms import _fee, _terms
from tests.world import TestWorld


@pytest.mark.parametrize(
    ("now", "period", "words"),
    [
        (datetime(2025, 12, 1, 4, 59, 59, tzinfo=UTC), "2025-11", "still running"),
        (datetime(2025, 12, 2, 15, tzinfo=UTC), "2025-12", "still running"),
        (datetime(2025, 12, 2, 15, tzinfo=UTC), "2026-07", "still running"),
    ],
)
def test_a_running_or_future_month_is_not_drafted(fresh: TestWorld, now: datetime, period: str, words: str) -> None:
    made = kit.fees(fresh, "early")
    fresh.clock.at = now
    kit.refused(fresh, made, words, Period.month(period))


def test_the_month_is_over_at_the_contracts_own_midnight(fresh: TestWorld) -> None:
    made = kit.fees(fresh, "midnight")
    fresh.clock.at = datetime(2025, 12, 1, 5, tzinfo=UTC)
    assert kit.drafted(fresh, made).state == "awaiting"


def test_a_month_before_the_contract_began_is_refused(shared: TestWorld) -> None:
    kit.refused(shared, kit.fees(shared, "before"), "not in force before 2025-01-01", Period.month("2024-11"))


def test_nobody_to_bill_is_refused(shared: TestWorld) -> None:
    kit.refused(shared, kit.fees(shared, "no stripe", stripe_id=None), "no usable Stripe customer")
    kit.refused(
        shared, kit.fees(shared, "unknown", stripe_id="cus_nobody"), "no usable Stripe customer|No such customer"
    )
    kit.refused(
        shared, kit.fees(shared, "no mail", stripe_id=kit.payer(shared, "no mail", email="")), "no e-mail address"
    )
    gone = kit.payer(shared, "gone")
    made = kit.fees(shared, "gone", stripe_id=gone)
    kit.delete_at_stripe(shared, f"customers/{gone}")
    kit.refused(shared, made, "no usable Stripe customer")
    with pytest.raises(Refused, match="no such customer"):
        kit.proposed(shared, "customer-00000000000000000000000000")


def test_terms_that_nobody_confirmed_do_not_bill(shared: TestWorld) -> None:
    made = kit.fees(shared, "unconfirmed")
    with shared.desk.db.write() as session:
        contract = session.exec(select(Contract).where(Contract.customer_id == made)).one()
        session.exec(select(TermsVersion).where(TermsVersion.contract_id == contract.id)).one().status = "proposed"
    kit.refused(shared, made, "no confirmed terms")


@pytest.mark.parametrize(
    ("amounts", "words"), [(("0",), "Nothing is due"), (("5", "-5"), "Nothing is due"), (("5", "-7.50"), "too much")]
)
def test_an_invoice_over_nothing_or_less_is_not_drafted(
    shared: TestWorld, amounts: tuple[str, ...], words: str
) -> None:
    charges = [_fee(amount).model_copy(update={"id": f"fee_{n}"}) for n, amount in enumerate(amounts)]
    kit.refused(shared, kit.fees(shared, f"amounts {amounts}", _terms(*charges)), words)


def test_a_credit_beside_a_fee_is_a_line_of_its_own(shared: TestWorld) -> None:
    credit = _fee("-0.02").model_copy(update={"id": "credit"})
    row = kit.drafted(shared, kit.fees(shared, "credit", _terms(_fee("10"), credit)))
    [standing] = kit.invoices(shared, row.customer_id)
    assert (row.state, standing["total"]) == ("awaiting", 998)


def test_asking_twice_gives_the_same_draft(shared: TestWorld) -> None:
    made = kit.fees(shared, "asked twice")
    assert kit.proposed(shared, made) == kit.proposed(shared, made)
    row = kit.drafted(shared, made)
    kit.approved(shared, row)
    sending.send(shared.desk, shared.pen, row.id)
    assert kit.proposed(shared, made) == row.id
    assert len(kit.invoices(shared, made)) == 1


@pytest.mark.parametrize("round_", range(2))
def test_two_proposals_at_once_are_one_invoice(shared: TestWorld, round_: int) -> None:
    made = kit.fees(shared, f"at once {round_}")
    gate, found = threading.Barrier(3), []

    def run() -> None:
        gate.wait(5)
        row = kit.proposed(shared, made)
        drafting_until(shared, row)
        found.append(row)

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(found) == 3
    assert len(set(found)) == 1
    assert len(kit.invoices(shared, made)) == 1


def drafting_until(world: TestWorld, row: str) -> None:
    """As three workers would: whoever is told that another is at it comes back."""
    for _ in range(200):
        try:
            return drafting.make_draft(world.desk, world.pen, row)
        except Exception:
            threading.Event().wait(0.02)
    raise AssertionError("never drafted")


# -- what changes between draft and sending


def superseded(world: TestWorld, customer_id: str, terms: Terms) -> None:
    with world.desk.db.write() as session:
        contract = session.exec(select(Contract).where(Contract.customer_id == customer_id)).one()
        old = session.exec(select(TermsVersion).where(TermsVersion.contract_id == contract.id)).one()
        old.status, body = "superseded", canonical(terms)
        fresh = old.model_dump() | {"id": new_id("terms"), "version": 2, "status": "confirmed"}
        session.add(TermsVersion.model_validate(fresh | {"terms": body, "terms_sha": digest(body)}))


def test_terms_confirmed_after_the_draft_void_its_approval(shared: TestWorld) -> None:
    row = kit.drafted(shared, kit.fees(shared, "amended"))
    kit.approved(shared, row)
    superseded(shared, row.customer_id, _terms(_fee("20")))
    sending.send(shared.desk, shared.pen, row.id)
    assert (kit.state(shared, row), kit.note(shared, row)) == (
        "stale",
        "the terms have changed since the draft was made",
    )
    sending.discard(shared.desk, shared.pen, row.id)
    again = kit.drafted(shared, row.customer_id)
    assert (again.gen, str(again.due)) == (2, "20.00")


def test_terms_edited_in_place_void_it_too(shared: TestWorld) -> None:
    row = kit.drafted(shared, kit.fees(shared, "edited terms"))
    kit.approved(shared, row)
    with shared.desk.db.write() as session:
        version = session.exec(select(TermsVersion).where(TermsVersion.contract_id == row.contract_id)).one()
        version.terms = canonical(_terms(_fee("20")))
    sending.send(shared.desk, shared.pen, row.id)
    assert kit.state(shared, row) == "stale"


def test_usage_that_came_after_the_draft_voids_its_approval(fresh: TestWorld) -> None:
    row = kit.drafted(fresh, kit.customer(fresh, "gumdrop"))
    kit.approved(fresh, row)
    fresh.clock.at = datetime(2025, 12, 10, 15, tzinfo=UTC)
    sending.send(fresh.desk, fresh.pen, row.id)
    assert kit.state(fresh, row) == "stale"
    assert "usage of this period has changed" in kit.note(fresh, row)
    assert kit.mails(fresh, row.stripe_invoice_id) == []
    sending.discard(fresh.desk, fresh.pen, row.id)
    again = kit.drafted(fresh, row.customer_id)
    assert again.due > row.due
    assert fresh.pen.get(str(row.stripe_invoice_id)) is None
