"""Changed terms, changed usage, and the difference line by line: golden amounts, refusals, and sums that tie."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.canonical import canonical
from pricing.model.metric import Metric
from pricing.rate import rate
from pricing.refusal import Refusal
from pricing.statement import Event, Statement, Usage
from pricing.terms import Discount, Minimum, Tax, Terms, Threshold
from pricing.what_if import Change, Comparison, changed, compare, paths, value_at
from pricing.what_if_usage import changed_usage
from tests.demo_terms import DEMO
from tests.pricing.pricing_kit import (
    FIRST,
    MID,
    NOVEMBER,
    RAW_MINUTES,
    SECOND,
    WHOLE_MINUTES,
    fee,
    left,
    metered,
    per_unit,
    piece,
    terms,
    tiered,
    used,
)

AMENDED = terms(
    fee("1500", "actual_days", in_force=FIRST), fee("2000", "actual_days", in_force=SECOND),
    metered(per_unit("0.11"), in_force=FIRST), metered(per_unit("0.095"), in_force=SECOND),
)  # fmt: skip
MINIMUM = Minimum(id="monthly", description="Minimum", amount=Decimal("5000"), counts=("minutes",))
NOTICE = Threshold(id="near", of="monthly", percents=(Decimal(80),))
FLOOR = terms(metered(per_unit("0.11")), minimums=(MINIMUM,), thresholds=(NOTICE,))


def tried(bill: Terms, usage: Usage, *changes: tuple[str, Any], **more: Any) -> Comparison:
    made = [Change(*change) for change in changes]
    return compare(rate(bill, usage, NOVEMBER, **more), rate(changed(bill, made), usage, NOVEMBER, **more), made)


GOLDEN: list[tuple[Terms, Usage, tuple[str, Any], str, dict[str, Any]]] = [
    (DEMO["copperkettle"], used("50400"), ("charges.minutes.price.model", "graduated"), "1200.00", {}),
    (DEMO["acornhill"], used("27413"), ("charges.minutes.price.unit_amount", "0.07"), "-111.20", {}),
    (DEMO["acornhill"], used("27413"), ("charges.minutes.included.quantity", "30000"), "-630.11", {}),
    (DEMO["acornhill"], used("27413"), ("charges.minutes.included.quantity", None), "-630.11", {}),
    (DEMO["acornhill"], used("27413"), ("charges.minutes.included", None), "1700.00", {}),
    (DEMO["brindlecat"], used("61250"), ("charges.minutes.included.quantity", "50000"), "-4775.00", {}),
    (DEMO["brindlecat"], used("61250"), ("charges.minutes.price", {"model": "per_unit", "unit_amount": "0.09"}), "-587.50", {}),
    (DEMO["brindlecat"], used("61250"), ("charges.minutes.price.tiers.2.unit_amount", "0.05"), "-337.50", {}),
    (FLOOR, used("38000"), ("minimums.monthly", None), "-820.00", {}),
    (FLOOR, used("38000"), ("minimums.monthly.amount", "6000"), "1000.00", {}),
    (AMENDED, used("22000", "25500"), ("charges.minutes@2025-11-16.price.unit_amount", "0.11"), "382.50", {}),
    (AMENDED, used("22000", "25500"), ("charges.platform_fee.amount", "1700"), "100.00", {}),
    (DEMO["dapplewood"], used("90000"), ("prepaid.annual_commit.overage_unit_amount", "0.07"), "-2115.00",
     {"opening": left("4300.00", "annual_commit")}),
]  # fmt: skip


@pytest.mark.parametrize(("bill", "usage", "change", "difference", "more"), GOLDEN)
def test_the_difference_to_the_cent(
    bill: Terms, usage: Usage, change: tuple[str, Any], difference: str, more: dict[str, Any]
) -> None:
    found = tried(bill, usage, change, **more)
    assert found.difference == Decimal(difference)
    assert [row.replaced for row in found.rows if row.difference] == [(change[0],)]


def test_a_row_says_which_steps_differ() -> None:
    [row] = tried(DEMO["copperkettle"], used("50400"), ("charges.minutes.price.model", "graduated")).rows
    assert (row.before and row.before.amount, row.after and row.after.amount) == (
        Decimal("4032.00"),
        Decimal("5232.00"),
    )
    assert [step.op for step in row.gone] == ["price", "round"]
    assert [step.op for step in row.came] == ["tier", "tier", "tier", "sum", "round"]


def test_a_line_that_only_one_month_has() -> None:
    gone = tried(FLOOR, used("38000"), ("minimums.monthly", None)).rows[1]
    assert (gone.id, gone.after, gone.difference) == ("monthly.shortfall", None, Decimal("-820.00"))
    assert changed(FLOOR, [Change("minimums.monthly", None)]).thresholds == ()


def test_taxes_have_rows_of_their_own() -> None:
    taxed = terms(metered(per_unit("0.10")), taxes=(Tax(id="vat", description="VAT", percent=Decimal(20)),))
    found = tried(taxed, used("100"), ("charges.minutes.price.unit_amount", "0.20"))
    assert (found.difference, found.tax_difference) == (Decimal("10.00"), Decimal("2.00"))
    assert [row.difference for row in found.taxes] == [Decimal("2.00")]


def test_the_order_of_operations_is_a_change_too() -> None:
    half = Discount(id="half", description="Half", percent=Decimal(50), applies_to=("minutes",))
    bill = terms(metered(per_unit("0.11")), minimums=(MINIMUM,), discounts=(half,))
    order = [stage for stage in bill.order if stage not in ("percent_discount", "minimum")]
    last = [*order[:5], "minimum", "percent_discount", *order[5:]]
    assert tried(bill, used("38000"), ("order", last)).difference == Decimal("-2090.00")


REFUSED = [
    (("charges.minutes.price.unit_amont", "0.07"), "no such path", "charges.minutes.price.unit_amount"),
    (("charges.sms.price.unit_amount", "0.07"), "no such path", "charges.minutes.price.unit_amount"),
    (("minimums.monthly.amount", "0.07"), "no such path", "minimums"),
    (("charges.minutes.price.tiers.0.unit_amount", "1"), "no such path", "charges.minutes.price.unit_amount"),
    (("charges.minutes.discount.percent", "1"), "no such path", "charges.minutes."),
    (("charges.minutes.price.unit_amount", "seven"), "is not a number", "price"),
    (("charges.minutes.price.unit_amount", 0.07), "write numbers as text", "price"),
    (("charges.minutes.price.model", "graduated"), "Field required", "tiers"),
    (("charges.minutes.included.quantity", "-5"), "greater than or equal to 0", "included"),
    (("charges.minutes.metric", "sms"), "which these terms do not have", "sms"),
    (("charges.minutes.id", "other"), "no such path", "charges.minutes."),
    (("charges.minutes", None), "at least 1", "charges"),
    (("currency", "EUR"), "two currencies", "leave"),
    (("order", ["tax"]), "order must name every stage", "missing"),
    (("", "1"), "no such path", "they begin with"),
]


@pytest.mark.parametrize(("change", "reason", "near"), REFUSED)
def test_what_does_not_fit_is_refused_with_a_reason(change: tuple[str, Any], reason: str, near: str) -> None:
    with pytest.raises(Refusal) as refused:
        changed(terms(metered(per_unit("0.085"), included="200")), [Change(*change)])
    assert reason in refused.value.reason and near in refused.value.reason


@pytest.mark.parametrize("bill", [*DEMO.values(), AMENDED, FLOOR])
def test_every_path_can_be_set_to_what_it_is(bill: Terms) -> None:
    for path in paths(bill):
        assert canonical(changed(bill, [Change(path, value_at(bill, path))])) == canonical(bill), path


def test_statements_of_two_months_are_not_compared() -> None:
    november = rate(FLOOR, used("1"), NOVEMBER)
    with pytest.raises(ValueError, match="same period"):
        compare(november, november._replace(currency="EUR"))


BILLS = (FLOOR, DEMO["copperkettle"], DEMO["acornhill"], terms(metered(tiered("graduated")), fee("12.34")))


@given(st.sampled_from(BILLS), st.sampled_from(BILLS), st.decimals(0, 10**6, places=3), st.decimals(0, 10**6, places=3))
def test_the_rows_add_up_to_the_difference(one: Terms, other: Terms, before: Decimal, after: Decimal) -> None:
    """Whatever the two statements are: other terms, other lines, other usage."""
    found = compare(rate(one, used(str(before)), NOVEMBER), rate(other, used(str(after)), NOVEMBER))
    assert sum((row.difference for row in found.rows), Decimal(0)) == found.after - found.before == found.difference


SPLIT = Usage(slices=(piece("600", end=MID, per=Decimal(60)), piece("30", start=MID)), snapshot="snapshot-1")
MORE: list[tuple[str, str, list[str]]] = [
    ("factor", "1.1", ["11", "33"]),
    ("factor", "0", ["0", "0"]),
    ("absolute", "100", ["25", "75"]),
    ("absolute", "101", ["25", "76"]),
    ("absolute", "0.1", ["0.025", "0.075"]),
    ("difference", "10", ["12", "38"]),
    ("difference", "-40", ["0", "0"]),
]


@pytest.mark.parametrize(("how", "amount", "parts"), MORE)
def test_usage_keeps_its_shares(how: Any, amount: str, parts: list[str]) -> None:
    made = changed_usage(SPLIT, RAW_MINUTES, how, Decimal(amount))
    assert [one.quantity / one.per for one in made.slices] == [Decimal(part) for part in parts]
    assert made.snapshot is None


@given(
    st.sampled_from(["absolute", "difference"]),
    st.decimals(0, 10**6, places=2),
    st.lists(st.integers(0, 10**9), min_size=2, max_size=2),
)
def test_no_unit_is_lost_in_spreading(how: Any, amount: Decimal, raw: list[int]) -> None:
    """Milliseconds of whole minutes, so that a sum of quotients is exact."""
    bounds = ({"end": MID}, {"start": MID})
    usage = Usage(
        slices=tuple(
            piece(str(one * 60000), per=Decimal(60000), **dates) for one, dates in zip(raw, bounds, strict=True)
        )
    )  # type: ignore[arg-type]
    made = changed_usage(usage, RAW_MINUTES, how, amount)
    wanted = amount if how == "absolute" else amount + sum(raw)
    assert sum(one.quantity / one.per for one in made.slices) == wanted


LEVEL = Metric(id="minutes", unit="min", aggregation="max")
UNFIT: list[tuple[Usage, Metric, str, str, str]] = [
    (Usage(), RAW_MINUTES, "factor", "2", "has not been measured"),
    (SPLIT, RAW_MINUTES, "factor", "-1", "below zero"),
    (SPLIT, RAW_MINUTES, "absolute", "-1", "below zero"),
    (SPLIT, RAW_MINUTES, "difference", "-41", "below zero"),
    (SPLIT, LEVEL, "absolute", "5", "change it by a percentage"),
    (SPLIT, RAW_MINUTES, "factor", "1e14", "above any quantity"),
]


@pytest.mark.parametrize(("usage", "metric", "how", "amount", "reason"), UNFIT)
def test_usage_that_cannot_be_changed_so(usage: Usage, metric: Metric, how: Any, amount: str, reason: str) -> None:
    with pytest.raises(Refusal) as refused:
        changed_usage(usage, metric, how, Decimal(amount))
    assert reason in refused.value.reason and refused.value.term == "usage.minutes"


def test_how_many_events_there_would_be_is_not_known() -> None:
    made = changed_usage(Usage(slices=(piece("1", events=1),)), RAW_MINUTES, "factor", Decimal(2))
    assert made.slices[0].events is None


def test_events_are_made_larger_but_never_invented() -> None:
    start = NOVEMBER.bounds("America/New_York")[0]
    usage = Usage(events=(Event(metric="minutes", at=start, value=Decimal(3), id="a"),))
    assert changed_usage(usage, WHOLE_MINUTES, "factor", Decimal(2)).events[0].value == 6
    for how, aggregation in (("absolute", "sum"), ("factor", "count")):
        with pytest.raises(Refusal, match="event by event"):
            changed_usage(usage, Metric(id="minutes", unit="min", aggregation=aggregation), how, Decimal(2))  # type: ignore[arg-type]


def test_ten_percent_more_of_a_demo_month() -> None:
    before: Statement = rate(DEMO["elmfoot"], used("38000"), NOVEMBER)
    usage = changed_usage(used("38000"), WHOLE_MINUTES, "factor", Decimal("1.5"))
    found = compare(before, rate(DEMO["elmfoot"], usage, NOVEMBER))
    assert [str(row.difference) for row in found.rows] == ["2090.00", "-820.00"]
