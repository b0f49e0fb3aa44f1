"""Each rule on its own: tiers at their edges, included units, rounding of units, changes, prepaid, what was billed."""

from datetime import date
from decimal import Decimal

import pytest

from pricing.periods import Period
from pricing.rate import cuts, rate
from pricing.statement import Billed, Usage
from pricing.terms import Included, InForce, Metric, Minimum, Terms, UnitRounding
from tests.pricing.pricing_kit import (
    FIRST,
    MID,
    NOVEMBER,
    RAW_MINUTES,
    SECOND,
    TIERS,
    amounts,
    fee,
    left,
    metered,
    per_unit,
    piece,
    prepaid,
    terms,
    tiered,
    used,
)  # fmt: skip

FLAT = (("100", "1", "10"), ("200", "0.5", "20"), (None, "0.1", "30"))


def total(bill: Terms, *quantities: str) -> str:
    return str(rate(bill, used(*quantities), NOVEMBER).total)


@pytest.mark.parametrize(
    ("units", "graduated", "volume"),
    [
        ("0", "0.00", "0.00"),
        ("1", "0.12", "0.12"),
        ("9999", "1199.88", "1199.88"),  # 9,999 x 0.12
        ("10000", "1200.00", "1200.00"),  # up_to belongs to the lower tier: 10,000 x 0.12
        ("10001", "1200.10", "1000.10"),  # 1,200 + 0.10, or 10,001 x 0.10
        ("49999", "5199.90", "4999.90"),  # 1,200 + 39,999 x 0.10, or 49,999 x 0.10
        ("50000", "5200.00", "5000.00"),  # 1,200 + 40,000 x 0.10, or 50,000 x 0.10
        ("50001", "5200.08", "4000.08"),  # 5,200 + 0.08, or 50,001 x 0.08
        ("10000.5", "1200.05", "1000.05"),  # a fraction above a tier is in the next one
    ],
)
def test_both_sides_of_every_tier(units: str, graduated: str, volume: str) -> None:
    raw = (RAW_MINUTES,)
    assert total(terms(metered(tiered("graduated")), metrics=raw), units) == graduated
    assert total(terms(metered(tiered("volume")), metrics=raw), units) == volume


@pytest.mark.parametrize(
    ("units", "graduated", "volume"),
    [
        ("0", "0.00", "0.00"),  # no tier is entered
        ("1", "11.00", "11.00"),  # 10 + 1
        ("100", "110.00", "110.00"),  # 10 + 100
        ("101", "130.50", "70.50"),  # 110 + 20 + 0.5, or 20 + 101 x 0.5
        ("200", "180.00", "120.00"),  # 110 + 20 + 50, or 20 + 100
        ("201", "210.10", "50.10"),  # 180 + 30 + 0.1, or 30 + 201 x 0.1
    ],
)
def test_a_flat_amount_is_due_once_when_its_tier_is_entered(units: str, graduated: str, volume: str) -> None:
    assert total(terms(metered(tiered("graduated", FLAT))), units) == graduated
    assert total(terms(metered(tiered("volume", FLAT))), units) == volume


@pytest.mark.parametrize(
    ("units", "billed"), [("19999", "0.00"), ("20000", "0.00"), ("20001", "0.09"), ("20012", "1.02"), ("0", "0.00")]
)
def test_included_units_come_off_first(units: str, billed: str) -> None:
    assert total(terms(metered(per_unit("0.085"), included="20000")), units) == billed


def test_included_units_come_off_before_the_first_tier() -> None:
    """61,250 - 1,250 = 60,000: 10,000 x 0.12 + 40,000 x 0.10 + 10,000 x 0.08 = 6,000."""
    assert total(terms(metered(tiered("graduated"), included="1250")), "61250") == "6000.00"


def test_unlimited_units_are_billed_at_nothing() -> None:
    charge = metered(per_unit("0.085")).model_copy(update={"included": Included(quantity=None)})
    assert total(terms(charge), "999999") == "0.00"


@pytest.mark.parametrize(
    ("rounding", "quantity", "per", "units"),
    [
        (UnitRounding(), "60001", "60000", Decimal(60001) / 60000),
        (UnitRounding(mode="up"), "60001", "60000", Decimal(2)),
        (UnitRounding(mode="up"), "120000", "60000", Decimal(2)),
        (UnitRounding(mode="down"), "119999", "60000", Decimal(1)),
        (UnitRounding(mode="half_up"), "90000", "60000", Decimal(2)),
        (UnitRounding(mode="half_up"), "89999", "60000", Decimal(1)),
        (UnitRounding(mode="up", decimals=1), "61000", "60000", Decimal("1.1")),
        (UnitRounding(mode="up", divide_by=Decimal(1000)), "2001", "1", Decimal(3)),
        (UnitRounding(mode="up", divide_by=Decimal(3)), "9", "1", Decimal(3)),  # 9/3 is 3, not a hair above it
        # One part in 10^20 above a whole number still rounds up: nothing may be lost on the way.
        (UnitRounding(mode="up"), "100000000000000.00000000000000000001", "1", Decimal(100000000000001)),
    ],
)
def test_units_are_converted_first_and_rounded_after(
    rounding: UnitRounding, quantity: str, per: str, units: Decimal
) -> None:
    bill = terms(metered(per_unit("0.001")), metrics=(Metric(id="minutes", unit="min", rounding=rounding),))
    usage = Usage(slices=(piece(quantity, per=Decimal(per)),))
    found = rate(bill, usage, NOVEMBER).lines[0].quantity
    assert found is not None and abs(found - units) < Decimal("1E-25")


def test_dividing_never_moves_an_amount_across_half_a_cent() -> None:
    """625,000 ms are 10.41666... min; x 0.06 is 0.625 exactly, which rounds half up to 0.63."""
    bill = terms(metered(per_unit("0.06")), metrics=(RAW_MINUTES,))
    line = rate(bill, Usage(slices=(piece("625000", per=Decimal(60000)),)), NOVEMBER).lines[0]
    assert (str(line.exact), str(line.amount)) == ("0.625", "0.63")


def test_a_negative_total_is_billed_as_none_and_said() -> None:
    statement = rate(terms(metered(per_unit("0.1"))), used("-12.5"), NOVEMBER)
    assert str(statement.total) == "0.00"
    assert statement.assumed == ("minutes: -12.5 min measured; a total below zero is billed as none",)


def test_less_than_half_a_cent_to_the_customer_is_not_minus_zero() -> None:
    statement = rate(terms(metered(per_unit("-0.0001"))), used("1"), NOVEMBER)
    assert amounts(statement) == {"minutes": "0.00"}


def test_a_correction_inside_the_period_lowers_the_total() -> None:
    usage = Usage(slices=(piece("100", end=MID), piece("-40", start=MID)))
    statement = rate(terms(metered(per_unit("0.1"))), usage, NOVEMBER)
    assert (str(statement.total), statement.assumed) == ("6.00", ())


def changed(model: str, how: str | None, included: str | None = None) -> Terms:
    """Tiers T until the 16th, then T at half price."""
    half = tuple((up_to, str(Decimal(price) / 2)) for up_to, price in TIERS)
    return terms(
        metered(tiered(model), included, in_force=FIRST),
        metered(tiered(model, half), included, in_force=SECOND, tiers_on_change=how),
    )


def test_tiers_that_restart_begin_at_tier_one() -> None:
    """8,000 x 0.12 = 960; then 8,000 x 0.06 = 480."""
    assert total(changed("graduated", "restart"), "8000", "8000") == "1440.00"


def test_tiers_that_continue_begin_where_the_earlier_stretch_ended() -> None:
    """8,000 x 0.12 = 960; then 2,000 x 0.06 + 6,000 x 0.05 = 420."""
    assert total(changed("graduated", "continue"), "8000", "8000") == "1380.00"


def test_a_flat_amount_is_not_due_again_when_the_count_continues() -> None:
    """10 + 60 x 1; then the rest of tier one, 40 x 1, and 20 + 20 x 0.5."""
    charges = [
        metered(tiered("graduated", FLAT), in_force=force, tiers_on_change="continue") for force in (FIRST, SECOND)
    ]
    assert amounts(rate(terms(*charges), used("60", "60"), NOVEMBER)) == {
        "minutes": "70.00", "minutes@2025-11-16": "70.00",
    }  # fmt: skip


def test_included_units_last_over_a_change_that_continues() -> None:
    """1,000 included: 600 before; then 400 of 700 are still included and 300 x 0.06 = 18."""
    assert total(changed("graduated", "continue", included="1000"), "600", "700") == "18.00"


def test_tiers_continue_after_the_included_units() -> None:
    """9,000 - 1,000 included = 8,000 x 0.12 = 960; then 2,000 x 0.06 + 6,000 x 0.05 = 420."""
    assert total(changed("graduated", "continue", included="1000"), "9000", "8000") == "1380.00"


def test_versions_may_be_written_in_any_order() -> None:
    bill = changed("graduated", "continue")
    turned = bill.model_copy(update={"charges": bill.charges[::-1]})
    assert rate(turned, used("8000", "8000"), NOVEMBER) == rate(bill, used("8000", "8000"), NOVEMBER)


def test_volume_that_restarts_looks_at_each_stretch_alone() -> None:
    """8,000 x 0.12 = 960; then 12,000 x 0.05 = 600."""
    assert total(changed("volume", "restart"), "8000", "12000") == "1560.00"


def test_a_price_per_unit_may_change_without_a_word_about_tiers() -> None:
    bill = terms(metered(per_unit("0.11"), in_force=FIRST), metered(per_unit("0.095"), in_force=SECOND))
    assert total(bill, "22000", "25500") == "4842.50"


def test_the_contract_dates_cut_like_in_force() -> None:
    """In force for 10 of 30 days: 1,500 x 10 / 30 = 500; usage is measured from the 21st on."""
    bill = terms(
        fee("1500", "actual_days"), metered(per_unit("0.1")), effective_from=date(2025, 11, 21),
    )  # fmt: skip
    usage = Usage(slices=(piece("10", start=date(2025, 11, 21)),))
    assert amounts(rate(bill, usage, NOVEMBER)) == {"platform_fee": "500.00", "minutes": "1.00"}
    assert [one.isoformat() for one in cuts(bill, NOVEMBER, "minutes")[0]] == [
        "2025-11-21T05:00:00+00:00", "2025-12-01T05:00:00+00:00",
    ]  # fmt: skip


def test_the_clock_change_adds_no_day() -> None:
    """Daylight saving ends on 2 November 2025: the 1st to the 3rd are 49 hours and 2 of 30 days."""
    bill = terms(fee("1500", "actual_days"), term_end=date(2025, 11, 3))
    assert amounts(rate(bill, Usage(), NOVEMBER)) == {"platform_fee": "100.00"}


def test_a_fee_that_is_not_prorated_is_due_whole() -> None:
    bill = terms(fee("1500", "none"), effective_from=date(2025, 11, 21))
    assert amounts(rate(bill, Usage(), NOVEMBER)) == {"platform_fee": "1500.00"}


@pytest.mark.parametrize(
    ("start", "end"),
    [((2025, 11, 1), (2025, 12, 1)), ((2025, 11, 16), (2025, 12, 16)), ((2025, 1, 31), (2025, 2, 28)),
     ((2025, 2, 28), (2025, 3, 31)), ((2025, 12, 15), (2026, 1, 15))],
)  # fmt: skip
def test_a_month_may_begin_on_any_day(start: tuple[int, int, int], end: tuple[int, int, int]) -> None:
    assert amounts(rate(terms(fee("1500")), Usage(), Period(date(*start), date(*end)))) == {"platform_fee": "1500.00"}


@pytest.mark.parametrize(("units", "short"), [("45454", "0.06"), ("45455", None), ("45456", None), ("0", "5000.00")])
def test_a_shortfall_appears_only_below_the_minimum(units: str, short: str | None) -> None:
    """45,454 x 0.11 = 4,999.94; one minute more is 5,000.05."""
    minimum = Minimum(id="monthly", description="Minimum", amount=Decimal("5000"), counts=("minutes",))
    bill = terms(metered(per_unit("0.11")), minimums=(minimum,))
    assert amounts(rate(bill, used(units), NOVEMBER)).get("monthly.shortfall") == short


def test_a_minimum_counts_the_charges_it_names_and_no_other() -> None:
    """1,000 x 0.11 = 110 counts, the fee of 2,500 does not: 5,000 - 110 = 4,890."""
    minimum = Minimum(id="monthly", description="Minimum", amount=Decimal("5000"), counts=("minutes",))
    bill = terms(fee("2500"), metered(per_unit("0.11")), minimums=(minimum,))
    assert amounts(rate(bill, used("1000"), NOVEMBER))["monthly.shortfall"] == "4890.00"


def test_a_shortfall_billed_before_late_usage_is_taken_back() -> None:
    """820 were billed as short; with late usage nothing is short, and the line stays to say so: 0 - 820."""
    minimum = Minimum(id="monthly", description="Minimum", amount=Decimal("5000"), counts=("minutes",))
    bill = terms(metered(per_unit("0.11")), minimums=(minimum,))
    earlier = (Billed(line="monthly.shortfall", amount=Decimal("820.00"), by="ari"),)
    line = rate(bill, used("50000"), NOVEMBER, billed=earlier).lines[1]
    assert (line.id, str(line.amount), str(line.due)) == ("monthly.shortfall", "0.00", "-820.00")


@pytest.mark.parametrize(
    ("units", "balance", "lines", "closing"),
    [
        ("43000", "4300.00", {"commit.drawdown": "0.00"}, "0.00"),
        ("43001", "4300.00", {"commit.drawdown": "0.00", "commit.overage": "0.12"}, "0.00"),
        ("42999", "4300.00", {"commit.drawdown": "0.00"}, "0.10"),
        ("0", "4300.00", {"commit.drawdown": "0.00"}, "4300.00"),
        ("100", "0.00", {"commit.drawdown": "0.00", "commit.overage": "11.50"}, "0.00"),
        # The balance ends inside a unit: 4,300.05 / 0.10 = 43,000.5; 0.5 x 0.115 = 0.0575.
        ("43001", "4300.05", {"commit.drawdown": "0.00", "commit.overage": "0.06"}, "0.00"),
    ],
)
def test_a_balance_is_drawn_until_it_ends(units: str, balance: str, lines: dict[str, str], closing: str) -> None:
    bill = terms(metered(per_unit("0.10")), prepaid=(prepaid(),))
    statement = rate(bill, used(units), NOVEMBER, left(balance))
    assert amounts(statement) == lines
    assert str(statement.closing.balances[0].amount) == closing


def test_free_units_leave_an_empty_balance_alone() -> None:
    statement = rate(terms(metered(per_unit("0")), prepaid=(prepaid(),)), used("100"), NOVEMBER, left("0.00"))
    assert amounts(statement) == {"commit.drawdown": "0.00"}


def test_overage_at_no_charge_is_still_shown() -> None:
    bill = terms(metered(per_unit("0.10")), prepaid=(prepaid(overage="0"),))
    line = rate(bill, used("100"), NOVEMBER, left("4.00")).lines[1]
    assert (line.id, str(line.quantity), str(line.amount)) == ("commit.overage", "60", "0.00")


def test_what_is_drawn_is_rounded_like_a_line() -> None:
    """1,234 x 0.0333 = 41.0922 -> 41.09 leaves the balance."""
    bill = terms(metered(per_unit("0.0333")), prepaid=(prepaid(),))
    closing = rate(bill, used("1234"), NOVEMBER, left("100.00")).closing
    assert (str(closing.used[0].amount), str(closing.balances[0].amount)) == ("41.09", "58.91")


def test_a_balance_goes_on_over_a_price_change() -> None:
    """1,000 x 0.10 = 100 of 150; then 50 / 0.08 = 625 of 1,000, and 375 x 0.115 = 43.125."""
    bill = terms(
        metered(per_unit("0.10"), in_force=FIRST), metered(per_unit("0.08"), in_force=SECOND), prepaid=(prepaid(),)
    )
    statement = rate(bill, used("1000", "1000"), NOVEMBER, left("150.00"))
    assert amounts(statement) == {
        "commit.drawdown": "0.00", "commit.drawdown@2025-11-16": "0.00", "commit.overage@2025-11-16": "43.13",
    }  # fmt: skip
    assert str(statement.closing.used[0].amount) == "150.00"


def test_outside_its_window_a_balance_is_left_alone() -> None:
    closed = prepaid(access=InForce(end=date(2025, 11, 1)))
    bill = terms(metered(per_unit("0.10")), prepaid=(closed,))
    statement = rate(bill, used("100"), NOVEMBER, left("7.00"))
    assert amounts(statement) == {"minutes": "10.00"}
    assert (str(statement.closing.balances[0].amount), statement.closing.used) == ("7.00", ())


def test_several_bills_of_one_line_add_up() -> None:
    earlier = [
        Billed(line="minutes", amount=Decimal(amount), by=by) for amount, by in (("1.00", "sub_1"), ("2", "ari"))
    ]
    line = rate(terms(metered(per_unit("0.1"))), used("100"), NOVEMBER, billed=earlier).lines[0]
    assert (str(line.billed), line.billed_by, str(line.due)) == ("3.00", ("ari", "sub_1"), "7.00")


def test_a_charge_that_is_not_in_force_has_no_line() -> None:
    bill = terms(fee("100"), metered(per_unit("0.1"), in_force=InForce(start=date(2026, 1, 1))))
    assert amounts(rate(bill, Usage(), NOVEMBER)) == {"platform_fee": "100.00"}
    assert cuts(bill, NOVEMBER, "minutes") == []


def test_cuts_join_all_charges_on_a_metric() -> None:
    bill = terms(
        metered(per_unit("0.1"), in_force=FIRST), metered(per_unit("0.2"), in_force=SECOND),
        metered(per_unit("0.01"), id="recording", in_force=InForce(start=date(2025, 11, 20))),
    )  # fmt: skip
    days = [start.date().isoformat() for start, _ in cuts(bill, NOVEMBER, "minutes")]
    assert days == ["2025-11-01", "2025-11-16", "2025-11-20"]


def test_before_the_contract_there_is_nothing_to_measure() -> None:
    assert cuts(terms(metered(per_unit("0.1"))), Period.month("2024-11"), "minutes") == []
