"""Sentences and tables: what a person reads is what was computed. The golden rows test most sentences already."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.canonical import canonical
from pricing.money import show
from pricing.rate import rate
from pricing.statement import Billed, Opening, Statement, Usage
from pricing.terms import Included, Metric, Minimum, Terms, UnitRounding
from pricing.working import sentence, table
from tests.pricing import sentence_kit as kit
from tests.pricing.pricing_kit import (
    NOVEMBER,
    RAW_MINUTES,
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

FLAT = (("100", "1", "10"), (None, "0.5", "20"))
UNLIMITED = metered(per_unit("0.085")).model_copy(update={"included": Included(quantity=None)})
GIGABYTES = Metric(id="minutes", unit="GB", rounding=UnitRounding(divide_by=Decimal(1000), mode="up"))
MINIMUM = Minimum(id="monthly", description="Minimum", amount=Decimal("500"), counts=("minutes",))


@pytest.mark.parametrize(
    ("bill", "usage", "expected"),
    [
        (terms(metered(per_unit("0.085"), "20000")), "12000",
         "12,000 min - 12,000 of 20,000 included = 0 × $0.085 = $0.00"),
        (terms(UNLIMITED), "12000", "12,000 min - 12,000 included without limit = 0 × $0.085 = $0.00"),
        (terms(metered(tiered("graduated"))), "0", "0 × $0.12 = $0.00"),
        (terms(metered(tiered("graduated"), "100")), "300.5",
         "300.5 rounded up to 301 min - 100 included = 201: 201 × $0.12 = $24.12"),
        (terms(metered(tiered("graduated", FLAT))), "101",
         "100 × $1.00 + $10.00 flat + 1 × $0.50 + $20.00 flat = $130.50"),
        (terms(metered(tiered("volume", FLAT))), "101", "101 min × $0.50 (tier 2 for all) + $20.00 flat = $70.50"),
        (terms(metered(per_unit("2")), metrics=(GIGABYTES,)), "2001",
         "2,001 ÷ 1,000 = 2.001 rounded up to 3 GB × $2.00 = $6.00"),
        (terms(metered(per_unit("0.1"))), "-3", "-3 measured, billed as 0 min × $0.10 = $0.00"),
        (terms(metered(per_unit("0.1")), currency="CHF"), "25", "25 min × CHF 0.10 = CHF 2.50"),
        (terms(metered(per_unit("-0.1"))), "25", "25 min × -$0.10 = -$2.50"),
    ],
)  # fmt: skip
def test_sentences(bill: Terms, usage: str, expected: str) -> None:
    assert sentence(rate(bill, used(usage), NOVEMBER).lines[0], bill.currency) == expected


def test_a_figure_without_end_is_cut_with_an_ellipsis() -> None:
    bill = terms(metered(per_unit("0.1")), metrics=(RAW_MINUTES,))
    line = rate(bill, Usage(slices=(piece("100000", per=Decimal(60000)),)), NOVEMBER).lines[0]
    assert sentence(line, "USD") == "1.6666666666… min × $0.10 = $0.1666666666…, rounded half up to $0.17"


def test_a_fee_in_days_without_end() -> None:
    """1,000 x 10 / 30 = 333.33..."""
    line = rate(terms(fee("1000", "actual_days"), effective_from=date(2025, 11, 21)), Usage(), NOVEMBER).lines[0]
    assert sentence(line, "USD") == "10 of 30 days × $1,000.00 = $333.3333333333…, rounded half up to $333.33"


def test_a_minimum_that_was_billed_and_is_reached() -> None:
    bill = terms(metered(per_unit("1")), minimums=(MINIMUM,))
    line = rate(bill, used("600"), NOVEMBER, billed=(Billed(line="monthly.shortfall", amount=Decimal(20), by="ari"),))
    assert sentence(line.lines[1], "USD") == (
        "$500.00 minimum, $600.00 counted: nothing short, already billed by ari: $20.00, which leaves -$20.00"
    )


def test_tables_name_the_terms() -> None:
    bill = terms(metered(per_unit("0.085"), "20000"))
    usage = Usage(slices=(piece("1644741000", per=Decimal(60000)),))
    billed = (Billed(line="minutes", amount=Decimal("600"), by="ari"),)
    assert table(rate(bill, usage, NOVEMBER, Opening(), billed).lines[0]) == [
        ("measure", "1,644,741,000 ÷ 60,000", "27,412.35 min", ""),
        ("round units", "27,412.35 rounded up, 0 decimals", "27,413 min", "metrics.minutes.rounding.mode"),
        ("include", "27,413 - 20,000 of 20,000 included", "7,413 min", "charges.minutes.included.quantity"),
        ("price", "7,413 × 0.085", "$630.105", "charges.minutes.price.unit_amount"),
        ("round", "630.105 rounded half up", "$630.11", "rounding.mode"),
        ("billed", "630.11 - 600.00", "$30.11", ""),
    ]


def test_tables_of_tiers_and_of_a_balance() -> None:
    graduated = rate(terms(metered(tiered("graduated", FLAT))), used("101"), NOVEMBER).lines[0]
    assert [row[:3] for row in table(graduated)[2:]] == [
        ("tier", "tier 1: 100 × 1", "$100.00"),
        ("flat", "tier 1: 10", "$10.00"),
        ("tier", "tier 2: 1 × 0.5", "$0.50"),
        ("flat", "tier 2: 20", "$20.00"),
        ("sum", "100 + 10 + 0.5 + 20", "$130.50"),
        ("round", "130.5 rounded half up", "$130.50"),
    ]
    bill = terms(metered(per_unit("0.10")), prepaid=(prepaid(),))
    drawdown, overage = rate(bill, used("90000"), NOVEMBER, left("4300")).lines
    assert table(drawdown)[-1][:3] == ("draw", "4,300 in the balance, 0 left", "$4,300.00")
    assert ("overage", "90,000 - 43,000 prepaid", "47,000 min", "prepaid.commit.amount") in table(overage)


amounts = st.decimals(min_value=0, max_value=10**5, places=4).map(str)
counts = st.decimals(min_value="0.001", max_value=10**4, places=3).map(str)


@st.composite
def prices(draw: st.DrawFn) -> dict[str, Any]:
    """One of the price models, with any figures in it."""
    amount, count = draw(amounts), draw(counts)
    first, last = {"up_to": count}, {"up_to": None}
    flat = {"flat_amount": draw(amounts)}
    block = {"block": count} if draw(st.booleans()) else {}
    partial = draw(st.sampled_from(["up", "down", "prorata"]))
    return draw(st.sampled_from([
        {"model": "per_unit", "unit_amount": amount},
        {"model": "graduated", "tiers": [{**first, "unit_amount": amount, **flat}, {**last, "unit_amount": "0.07", **block}]},
        {"model": "volume", "tiers": [{**first, "unit_amount": amount}, {**last, "unit_amount": "3", **flat, **block}]},
        {"model": "package", "size": count, "amount": amount, "partial": partial},
        {"model": "stairstep", "tiers": [{**first, "amount": amount}, {**last, "amount": "700.005"}]},
        {"model": "percentage", "rate": amount},
        {"model": "graduated_percentage", "tiers": [{**first, "rate": amount, **flat}, {**last, "rate": "1.5"}]},
        {"model": "pass_through", "multiplier": amount},
    ]))  # fmt: skip


@st.composite
def roundings(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "mode": draw(st.sampled_from(["half_up", "half_even", "up", "down", "floor", "ceiling"])),
        "level": draw(st.sampled_from(["line", "part", "statement"])),
        "tax": draw(st.sampled_from(["line", "statement"])),
    }


@st.composite
def units(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "mode": draw(st.sampled_from(["none", "up", "down", "half_up"])),
        "decimals": draw(st.integers(-2, 3)),
        "divide_by": draw(st.sampled_from(["1", "3", "1000"])),
    }


@st.composite
def bills(draw: st.DrawFn) -> Terms:
    """Usage at any price beside a fee for part of the month, with whatever else a contract may do to them."""
    usage = kit.minutes(draw(prices()), included={"quantity": draw(counts)}, price_floor=draw(st.none() | amounts))
    days = {"basis": draw(st.sampled_from(["seconds", "fixed_30"]))}
    fee_ = kit.fee(draw(amounts), quantity=draw(counts), proration=days, in_force={"end": "2025-11-12"})
    both = ["minutes", "fee"]
    percent, off = draw(st.integers(0, 100)), draw(st.integers(0, 99))
    return kit.bill(
        usage, fee_, rounding=draw(roundings()), metrics=(kit.metric(rounding=draw(units())),),
        currency=draw(st.sampled_from(["USD", "JPY", "CHF"])),
        discounts=[kit.owner("promo", percent=str(percent)), kit.owner("off", amount=str(off))],
        minimums=[kit.owner("least", amount="5000", counts=both, overage_factor="1.25")],
        caps=[kit.owner("top", amount="9000", counts=both)], taxes=[kit.owner("vat", percent="19")],
    )  # fmt: skip


@given(bills(), st.decimals(min_value=0, max_value=10**6, places=3))
def test_any_working_can_be_read_and_kept(bill: Terms, quantity: Decimal) -> None:
    statement = rate(bill, Usage(slices=(piece(str(quantity), per=Decimal(7)),)), NOVEMBER)
    back = Statement.from_json(canonical(statement))
    assert back == statement
    for line, again in zip((*statement.lines, *statement.taxes), (*back.lines, *back.taxes), strict=True):
        said = sentence(line, bill.currency)
        assert said == sentence(again, bill.currency)
        assert show(abs(line.amount), bill.currency) in said
        assert table(line) == table(again)
