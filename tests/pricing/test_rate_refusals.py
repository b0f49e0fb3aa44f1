"""Where the terms or the usage are silent: each refusal names the term and ends in what to do."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from pricing.periods import Period
from pricing.rate import rate
from pricing.refusal import Refusal
from pricing.statement import Balance, Billed, Opening, Slice, Usage
from pricing.terms import InForce, Minimum, PerUnit, Terms
from tests.pricing.pricing_kit import (
    FIRST,
    MID,
    NOVEMBER,
    SECOND,
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

PLAIN = terms(metered(per_unit("0.1")))
CUT = terms(metered(per_unit("0.1"), in_force=FIRST), metered(per_unit("0.2"), in_force=SECOND))
LATE = InForce(start=MID)


def minimum(**more: Any) -> Minimum:
    return Minimum(**{"id": "monthly", "description": "Min", "amount": Decimal("5000"), "counts": ("minutes",), **more})


def bills(line: str, amount: str = "1.00") -> tuple[Billed, ...]:
    return (Billed(line=line, amount=Decimal(amount), by="sub_1"),)


def changed(first: Any, second: Any, **more: Any) -> Terms:
    return terms(metered(**first, in_force=FIRST), metered(**second, in_force=SECOND), **more)


def commit(**more: Any) -> Terms:
    return terms(metered(per_unit("0.10")), prepaid=(prepaid(**more),))


TIERED: dict[str, Any]
GIVEN: dict[str, Any]
TIERED, GIVEN = {"price": tiered("graduated")}, {"price": per_unit("0.1"), "included": "1000"}
MORE = {"price": per_unit("0.1"), "included": "2000", "tiers_on_change": "continue"}
HALVES = used("1", "1")

CASES: dict[str, tuple[Terms, Usage, dict[str, Any], str, str]] = {
    # Usage
    "not measured": (PLAIN, Usage(), {}, "usage.minutes", "not measured from 2025-11-01T00:00-04:00 to 2025-12-01"),
    "a gap": (PLAIN, Usage(slices=(piece("1", end=MID), piece("1", start=date(2025, 11, 17)))), {}, "usage.minutes",
              "not measured from 2025-11-16T00:00-05:00 to 2025-11-17T00:00-05:00"),
    "no beginning": (PLAIN, Usage(slices=(piece("1", start=MID),)), {}, "usage.minutes", "to 2025-11-16T00:00-05:00"),
    "no end": (PLAIN, Usage(slices=(piece("1", end=MID),)), {}, "usage.minutes", "from 2025-11-16T00:00-05:00"),
    "an overlap": (PLAIN, Usage(slices=(piece("1"), piece("1", end=MID))), {}, "usage.minutes", "overlap"),
    "a slice twice": (PLAIN, Usage(slices=(piece("1"), piece("1"))), {}, "usage.minutes", "overlap"),
    "across a cut": (CUT, used("1"), {}, "usage.minutes", "across 2025-11-16T00:00-05:00; cut the usage there"),
    "across the period": (PLAIN, Usage(slices=(piece("1", start=date(2025, 10, 31)),)), {}, "usage.minutes",
                          "across 2025-11-01T00:00-04:00"),
    "unpriced time": (terms(metered(per_unit("0.1"), in_force=SECOND)), HALVES, {}, "usage.minutes", "no charge"),
    "unknown metric": (PLAIN, Usage(slices=(piece("1"), piece("1", metric="sms"))), {}, "usage.sms", "no charge"),
    "beyond sense": (PLAIN, used("9E+14", "9E+14"), {}, "usage.minutes", "10^15"),
    # Changes inside the period
    "tiers change": (changed(TIERED, TIERED), HALVES, {}, "charges.minutes@2025-11-16.tiers_on_change", "restart"),
    "volume continues": (
        changed(TIERED, {"price": tiered("volume"), "tiers_on_change": "continue"}), HALVES, {},
        "charges.minutes@2025-11-16.tiers_on_change", "write restart"),
    "included, new price": (changed(GIVEN, GIVEN), HALVES, {}, "charges.minutes@2025-11-16.tiers_on_change", "restart"),
    "included restarts": (changed(GIVEN, {**GIVEN, "tiers_on_change": "restart"}), HALVES, {},
                          "charges.minutes.included.quantity", "what share"),
    "included changes": (changed(GIVEN, MORE), HALVES, {}, "charges.minutes.included.quantity", "what share"),
    "included ends": (changed(GIVEN, {"price": per_unit("1")}), HALVES, {},
                      "charges.minutes.included.quantity", "what share"),
    "included for a part": (terms(metered(**GIVEN, in_force=LATE)), Usage(slices=(piece("1", start=MID),)), {},
                            "charges.minutes.included.quantity", "part of the period"),
    "included over a gap": (
        terms(metered(**GIVEN, in_force=FIRST),
              metered(**GIVEN, in_force=InForce(start=date(2025, 11, 20)), tiers_on_change="continue")), Usage(), {},
        "charges.minutes.included.quantity", "part of the period"),
    # Fees
    "fee for a part": (terms(fee("100", in_force=LATE)), Usage(), {}, "charges.platform_fee.proration", "actual_days"),
    "unprorated fee changes": (
        terms(fee("100", "none", in_force=FIRST), fee("200", "actual_days", in_force=SECOND)), Usage(), {},
        "charges.platform_fee.proration.basis", "which of the amounts"),
    # Minimums
    "minimum for a part": (terms(metered(per_unit("1")), minimums=(minimum(in_force=LATE),)), used("1"), {},
                           "minimums.monthly.in_force", "2025-11-16/2025-12-01"),
    "minimum, contract ends": (
        terms(metered(per_unit("1")), minimums=(minimum(),), term_end=MID), Usage(slices=(piece("1", end=MID),)), {},
        "minimums.monthly.in_force", "settle it by hand"),
    "minimum over prepaid": (
        terms(metered(per_unit("1")), minimums=(minimum(),), prepaid=(prepaid(),)), used("1"), {"opening": left("10")},
        "minimums.monthly.counts", "prepaid"),
    # Prepaid
    "no balance": (commit(), used("1"), {}, "opening.balances.commit", "not zero"),
    "no overage price": (commit(overage=None), used("11"), {"opening": left("1")}, "prepaid.commit.overage_unit_amount",
                         "no price"),
    "window opens inside": (commit(access=LATE), used("1"), {"opening": left("1")}, "usage.minutes", "cut the usage there"),
    "tiers drawn": (terms(metered(tiered("graduated")), prepaid=(prepaid(),)), used("1"), {"opening": left("1")},
                    "charges.minutes.price", "one price per unit"),
    "a fee drawn": (terms(fee("1"), prepaid=(prepaid(applies_to="platform_fee"),)), Usage(), {},
                    "prepaid.commit.applies_to", "only usage"),
    "two commitments": (
        terms(metered(per_unit("1")), prepaid=(prepaid(), prepaid(id="second"))), used("1"), {"opening": left("1")},
        "opening.balances.second", "not zero"),
    "unknown balance": (PLAIN, used("1"), {"opening": left("1")}, "opening.balances.commit", "no such prepaid"),
    "balance twice": (
        commit(), used("1"), {"opening": Opening(balances=(Balance(id="commit", amount=Decimal(1)),) * 2)},
        "opening.balances.commit", "twice"),
    "balance too fine": (commit(), used("1"), {"opening": left("1.005")}, "opening.balances.commit", "finer than USD"),
    # What was billed
    "unknown line": (PLAIN, used("1"), {"billed": bills("seats")}, "billed.seats", "sub_1 billed a line"),
    "billed too fine": (PLAIN, used("1"), {"billed": bills("minutes", "0.005")}, "billed.minutes", "finer than USD"),
    # The period
    "before the contract": (PLAIN, used("1"), {"period": Period.month("2024-12")}, "effective_from", "not in force"),
    "after the contract": (terms(fee("1"), term_end=date(2025, 11, 1)), Usage(), {}, "term_end", "not in force"),
    "half a month": (PLAIN, used("1"), {"period": Period(MID, date(2025, 12, 1))}, "billing.frequency", "month"),
    "a quarter": (PLAIN, used("1"), {"period": Period(date(2025, 9, 1), date(2025, 12, 1))}, "billing.frequency",
                  "month"),
    "an absurd amount": (terms(metered(per_unit("999999"))), used("1000002"), {}, "minutes", "10^12"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_silence_refuses(case: tuple[Terms, Usage, dict[str, Any], str, str]) -> None:
    bill, usage, more, term, words = case
    with pytest.raises(Refusal) as refused:
        rate(bill, usage, **{"period": NOVEMBER, **more})
    assert refused.value.term == term
    assert words in refused.value.reason
    assert str(refused.value) == f"{term}: {refused.value.reason}"


def test_the_first_day_of_a_contract_is_in_force_and_the_day_before_is_not() -> None:
    bill = terms(fee("30", "actual_days"), effective_from=date(2025, 11, 30))
    assert str(rate(bill, Usage(), NOVEMBER).total) == "1.00"
    with pytest.raises(Refusal):
        rate(bill, Usage(), Period.month("2025-10"))


def test_a_minimum_reached_without_the_prepaid_units_needs_no_answer() -> None:
    """1,000 drawn; 9,000 x 0.115 = 1,035 overage reaches 1,000 alone, so both readings give the same bill."""
    bill = terms(metered(per_unit("0.10")), minimums=(minimum(amount=Decimal("1000")),), prepaid=(prepaid(),))
    assert str(rate(bill, used("10000"), NOVEMBER, left("100.00")).total) == "1035.00"


@pytest.mark.parametrize("number", ["abc", "", "NaN", "Infinity", "1e-31", 0.1, True, None, "1" * 13])
def test_what_is_no_number_is_no_price(number: Any) -> None:
    with pytest.raises(ValidationError):
        PerUnit(unit_amount=number)


def test_a_slice_needs_a_zone_and_a_length() -> None:
    whole = piece("1")
    with pytest.raises(ValidationError, match="timezone"):
        Slice(metric="minutes", start=whole.start.replace(tzinfo=None), end=whole.end, quantity=Decimal(1))
    with pytest.raises(ValidationError, match="end after it starts"):
        Slice(metric="minutes", start=whole.start, end=whole.start, quantity=Decimal(1))


def test_one_id_is_one_thing() -> None:
    with pytest.raises(ValidationError, match="changes what it counts"):
        terms(fee("1", id="minutes", in_force=FIRST), metered(per_unit("1"), in_force=SECOND))
    with pytest.raises(ValidationError, match="id monthly appears twice"):
        terms(metered(per_unit("1")), minimums=(minimum(), minimum()))
