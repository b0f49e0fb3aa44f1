"""What may be drafted at all: periods, payers, amounts, and law 8: nothing that somebody else bills already."""

import threading
from datetime import UTC, date, datetime

import pytest
from sqlmodel import select

from billing.errors import Refused
from billing.invoices import drafting, find, sending
from billing.invoices.statements import compute
from pricing.canonical import canonical, digest
from pricing.periods import Period, midnight
from pricing.terms import Terms
from store.ids import new_id
from store.tables.contract import Contract, TermsVersion
from tests.billing import kit
from tests.demo_terms import DEMO, _fee, _minutes, _price, _terms
from tests.world import TestWorld, add_customer

NEW_YORK = "America/New_York"


def refused(world: TestWorld, customer_id: str, words: str, period: Period = kit.NOVEMBER) -> str:
    """Refused with these words, and neither a row nor anything at Stripe was made."""
    with pytest.raises(Refused, match=words) as problem:
        kit.proposed(world, customer_id, period)
    assert find.invoices(world.desk, customer_id=customer_id, states=["planned", "drafted", "awaiting"]) == []
    return str(problem.value)


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
    refused(fresh, made, words, Period.month(period))


def test_the_month_is_over_at_the_contracts_own_midnight(fresh: TestWorld) -> None:
    made = kit.fees(fresh, "midnight")
    fresh.clock.at = datetime(2025, 12, 1, 5, tzinfo=UTC)
    assert kit.drafted(fresh, made).state == "awaiting"


def test_a_month_before_the_contract_began_is_refused(shared: TestWorld) -> None:
    refused(shared, kit.fees(shared, "before"), "not in force before 2025-01-01", Period.month("2024-11"))


def test_nobody_to_bill_is_refused(shared: TestWorld) -> None:
    refused(shared, kit.fees(shared, "no stripe", stripe_id=None), "no usable Stripe customer")
    refused(shared, kit.fees(shared, "unknown", stripe_id="cus_nobody"), "no usable Stripe customer|No such customer")
    refused(shared, kit.fees(shared, "no mail", stripe_id=kit.payer(shared, "no mail", email="")), "no e-mail address")
    gone = kit.payer(shared, "gone")
    made = kit.fees(shared, "gone", stripe_id=gone)
    kit.delete_at_stripe(shared, f"customers/{gone}")
    refused(shared, made, "no usable Stripe customer")
    with pytest.raises(Refused, match="no such customer"):
        kit.proposed(shared, "customer-00000000000000000000000000")


def test_terms_that_nobody_confirmed_do_not_bill(shared: TestWorld) -> None:
    made = kit.fees(shared, "unconfirmed")
    with shared.desk.db.write() as session:
        contract = session.exec(select(Contract).where(Contract.customer_id == made)).one()
        session.exec(select(TermsVersion).where(TermsVersion.contract_id == contract.id)).one().status = "proposed"
    refused(shared, made, "no confirmed terms")


@pytest.mark.parametrize(
    ("amounts", "words"), [(("0",), "Nothing is due"), (("5", "-5"), "Nothing is due"), (("5", "-7.50"), "too much")]
)
def test_an_invoice_over_nothing_or_less_is_not_drafted(
    shared: TestWorld, amounts: tuple[str, ...], words: str
) -> None:
    charges = [_fee(amount).model_copy(update={"id": f"fee_{n}"}) for n, amount in enumerate(amounts)]
    refused(shared, kit.fees(shared, f"amounts {amounts}", _terms(*charges)), words)


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


# -- law 8


def price(world: TestWorld, amount: str, interval: str = "month", **more: str) -> str:
    fields = {"currency": "usd", "unit_amount": amount, "recurring[interval]": interval, "product_data[name]": "Plan"}
    return str(kit.dashboard(world, "prices", **(fields | more))["id"])


def subscribe(world: TestWorld, payer: str, amount: str, start: datetime, interval: str = "month") -> str:
    begun = str(int(start.timestamp()))
    fields = {"customer": payer, "items[0][price]": price(world, amount, interval), "billing_cycle_anchor": begun}
    return str(kit.dashboard(world, "subscriptions", backdate_start_date=begun, **fields)["id"])


def invoiced(world: TestWorld, payer: str, amount: str, start: date, end: date, lines: int = 1, **more: str) -> str:
    """An invoice made by hand, one line for each of `lines` and the last of them over [start, end)."""
    fields = {"customer": payer, "collection_method": "send_invoice", "days_until_due": "30"}
    made = str(kit.dashboard(world, "invoices", **fields)["id"])
    for n in range(lines):
        last = n == lines - 1
        begin = int(midnight(start if last else date(2024, 1, 1), NEW_YORK).timestamp())
        finish = int(midnight(end if last else date(2024, 2, 1), NEW_YORK).timestamp())
        period = {"lines[0][period][start]": str(begin), "lines[0][period][end]": str(finish)}
        kit.dashboard(
            world,
            f"invoices/{made}/add_lines",
            **{"lines[0][amount]": amount, "lines[0][description]": "By hand"},
            **period,
        )
    return made


MID = datetime(2025, 11, 16, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "interval"),
    [
        (datetime(2025, 11, 20, 5, tzinfo=UTC), "month"),
        (MID, "month"),
        (datetime(2025, 11, 28, 5, tzinfo=UTC), "month"),
        (datetime(2025, 1, 1, 5, tzinfo=UTC), "year"),
    ],
)
def test_a_live_subscription_over_the_period_blocks_the_draft(
    shared: TestWorld, start: datetime, interval: str
) -> None:
    payer = kit.payer(shared, f"subscribed {start} {interval}")
    made = kit.fees(shared, f"subscribed {start} {interval}", stripe_id=payer)
    subscription = subscribe(shared, payer, "10000", start, interval)
    said = refused(shared, made, "will not draft")
    assert subscription in said
    assert "$100.00" in said


@pytest.mark.parametrize(
    "plan",
    [
        {"recurring[usage_type]": "metered", "unit_amount": "8"},
        {"billing_scheme": "tiered", "tiers_mode": "graduated", "tiers[0][up_to]": "inf", "tiers[0][unit_amount]": "8"},
    ],
)
def test_one_whose_amount_nobody_knows_yet_blocks_it_too(shared: TestWorld, plan: dict[str, str]) -> None:
    payer = kit.payer(shared, f"metered {len(plan)}")
    made = kit.fees(shared, f"metered {len(plan)}", stripe_id=payer)
    fields = {"currency": "usd", "recurring[interval]": "month", "product_data[name]": "Plan"} | plan
    metered = str(kit.dashboard(shared, "prices", **fields)["id"])
    begun = str(int(MID.timestamp()))
    items = {"items[0][price]": metered, "billing_cycle_anchor": begun, "backdate_start_date": begun}
    subscription = kit.dashboard(shared, "subscriptions", customer=payer, **items)["id"]
    assert f"already bills usage in this period: subscription {subscription}" in refused(shared, made, "will not draft")


def test_a_free_plan_blocks_nothing(shared: TestWorld) -> None:
    payer = kit.payer(shared, "free")
    made = kit.fees(shared, "free", stripe_id=payer)
    subscribe(shared, payer, "0", MID)
    assert kit.drafted(shared, made).state == "awaiting"


def test_a_subscription_that_bills_another_month_blocks_nothing(shared: TestWorld) -> None:
    payer = kit.payer(shared, "december")
    made = kit.fees(shared, "december", stripe_id=payer)
    subscribe(shared, payer, "10000", datetime(2025, 12, 1, tzinfo=UTC))  # midnight UTC: still November in New York
    assert kit.drafted(shared, made).state == "awaiting"


def test_a_canceled_subscription_blocks_nothing(shared: TestWorld) -> None:
    payer = kit.payer(shared, "canceled")
    made = kit.fees(shared, "canceled", stripe_id=payer)
    subscription = subscribe(shared, payer, "10000", MID)
    kit.delete_at_stripe(shared, f"subscriptions/{subscription}")
    assert kit.drafted(shared, made).state == "awaiting"


def test_a_subscription_made_after_the_draft_voids_its_approval(shared: TestWorld) -> None:
    payer = kit.payer(shared, "later")
    row = kit.drafted(shared, kit.fees(shared, "later", stripe_id=payer))
    kit.approved(shared, row)
    subscription = subscribe(shared, payer, "10000", MID)
    sending.send(shared.desk, shared.pen, row.id)
    assert kit.state(shared, row) == "stale"
    assert subscription in kit.note(shared, row)
    assert kit.mails(shared, row.stripe_invoice_id) == []
    refused(shared, row.customer_id, subscription)


@pytest.mark.parametrize("state", ["draft", "open", "paid"])
@pytest.mark.parametrize("lines", [1, 14])
def test_an_invoice_made_by_hand_blocks_the_draft(shared: TestWorld, state: str, lines: int) -> None:
    payer = kit.payer(shared, f"by hand {state} {lines}")
    made = kit.fees(shared, f"by hand {state} {lines}", stripe_id=payer)
    invoice = invoiced(shared, payer, "12345", date(2025, 11, 1), date(2025, 12, 1), lines)
    if state != "draft":
        kit.dashboard(shared, f"invoices/{invoice}/finalize")
    if state == "paid":
        kit.dashboard(shared, f"invoices/{invoice}/pay", paid_out_of_band="true")
    said = refused(shared, made, "will not draft")
    assert invoice in said
    assert f"{state} invoice" in said


def test_one_that_was_voided_and_one_of_another_month_block_nothing(shared: TestWorld) -> None:
    payer = kit.payer(shared, "voided by hand")
    made = kit.fees(shared, "voided by hand", stripe_id=payer)
    invoice = invoiced(shared, payer, "12345", date(2025, 11, 1), date(2025, 12, 1))
    kit.dashboard(shared, f"invoices/{invoice}/finalize")
    kit.dashboard(shared, f"invoices/{invoice}/void")
    invoiced(shared, payer, "12345", date(2025, 10, 1), date(2025, 11, 1))
    assert kit.drafted(shared, made).state == "awaiting"


def test_a_pending_item_in_the_period_blocks_the_draft(shared: TestWorld) -> None:
    payer = kit.payer(shared, "pending")
    made = kit.fees(shared, "pending", stripe_id=payer)
    period = {"period[start]": "1762600000", "period[end]": "1763600000"}
    item = kit.dashboard(
        shared, "invoiceitems", customer=payer, amount="4200", currency="usd", description="Extra", **period
    )
    assert item["id"] in refused(shared, made, "will not draft")


def test_a_fee_said_to_be_billed_elsewhere_must_stand_there(world: TestWorld) -> None:
    made = kit.customer(world, "acornhill")
    assert compute(world.desk, made, kit.NOVEMBER).due == "$630.11"
    kit.delete_at_stripe(world, "subscriptions/sub_TWACORNHILLPLAN")
    assert compute(world.desk, made, kit.NOVEMBER).due == "$630.11", "its invoice of November was paid"
    refused(world, made, "shows no such line", Period.month("2025-04"))


def test_a_fee_that_stripe_bills_at_another_price_is_no_match(fresh: TestWorld) -> None:
    dearer = DEMO["acornhill"].model_copy(update={"charges": (_fee("2600"), _minutes(_price("0.085"), 20000))})
    refused(fresh, kit.customer(fresh, "acornhill", dearer), "shows no such line")


def test_without_anybodys_decision_the_fee_is_not_billed_twice(fresh: TestWorld) -> None:
    made = add_customer(fresh, "Acornhill Freight Co.", "org_acornhill", "cus_TWACORNHILL", DEMO["acornhill"])
    said = refused(fresh, made, "will not draft")
    assert "sub_TWACORNHILLPLAN" in said
    assert "$2,500.00" in said


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
