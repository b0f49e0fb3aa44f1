"""Law 8: nothing is drafted that a subscription, an invoice or a pending item at Stripe bills already."""

from datetime import UTC, date, datetime

import pytest

from billing.invoices import sending
from billing.invoices.statements import compute
from pricing.periods import Period, midnight
from tests.billing import kit
from tests.demo_terms import DEMO, _fee, _minutes, _price
from tests.world import TestWorld, add_customer

NEW_YORK = "America/New_York"
MID = datetime(2025, 11, 16, 5, tzinfo=UTC)


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
    said = kit.refused(shared, made, "will not draft")
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
    assert f"already bills usage in this period: subscription {subscription}" in kit.refused(
        shared, made, "will not draft"
    )


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
    kit.refused(shared, row.customer_id, subscription)


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
    said = kit.refused(shared, made, "will not draft")
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
    assert item["id"] in kit.refused(shared, made, "will not draft")


def test_a_fee_said_to_be_billed_elsewhere_must_stand_there(world: TestWorld) -> None:
    made = kit.customer(world, "acornhill")
    assert compute(world.desk, made, kit.NOVEMBER).due == "$630.11"
    kit.delete_at_stripe(world, "subscriptions/sub_TWACORNHILLPLAN")
    assert compute(world.desk, made, kit.NOVEMBER).due == "$630.11", "its invoice of November was paid"
    kit.refused(world, made, "shows no such line", Period.month("2025-04"))


def test_a_fee_that_stripe_bills_at_another_price_is_no_match(fresh: TestWorld) -> None:
    dearer = DEMO["acornhill"].model_copy(update={"charges": (_fee("2600"), _minutes(_price("0.085"), 20000))})
    kit.refused(fresh, kit.customer(fresh, "acornhill", dearer), "shows no such line")


def test_without_anybodys_decision_the_fee_is_not_billed_twice(fresh: TestWorld) -> None:
    made = add_customer(fresh, "Acornhill Freight Co.", "org_acornhill", "cus_TWACORNHILL", DEMO["acornhill"])
    said = kit.refused(fresh, made, "will not draft")
    assert "sub_TWACORNHILLPLAN" in said
    assert "$2,500.00" in said
