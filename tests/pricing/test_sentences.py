"""Sentences and rows of every step that the rules make, from real ratings: each is true as it is read."""

import json
from decimal import Decimal
from typing import get_args

import pytest

from pricing.canonical import canonical
from pricing.rate import rate
from pricing.statement import Kind, Line, Op, Statement, Usage
from pricing.working import assumptions, sentence, shares, table
from tests.pricing.pricing_kit import NOVEMBER
from tests.pricing.sentence_cases import CASES
from tests.pricing.sentence_kit import Case, bill, metric, minutes, sites, used


def lines(statement: Statement) -> tuple[Line, ...]:
    return (*statement.lines, *statement.taxes)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_every_rule_says_what_it_did(case: Case) -> None:
    assert {line.id: sentence(line, "USD") for line in lines(case.rated())} == case.says


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_the_working_survives_its_json(case: Case) -> None:
    statement = case.rated()
    back = Statement.from_json(canonical(statement))
    for line, again in zip(lines(statement), lines(back), strict=True):
        assert (sentence(again, "USD"), table(again)) == (sentence(line, "USD"), table(line))
        written = json.loads(canonical(line))["steps"]
        assert [Decimal(step["result"]) for step in written] == [step.result for step in line.steps]


def test_no_step_and_no_kind_of_line_is_without_words() -> None:
    made = [line for case in CASES.values() for line in lines(case.rated())]
    assert {step.op for line in made for step in line.steps} == set(get_args(Op))
    assert {line.kind for line in made} == set(get_args(Kind))
    for line in made:
        rows = table(line)
        assert len(rows) == len(tuple(line.steps)) + len(line.shares)
        assert all(rule and arithmetic and result for rule, arithmetic, result, _ in rows)


@pytest.mark.parametrize(
    ("name", "line", "row"),
    [
        ("largest", 0, ("measure", "3 events, max", "10 min", "")),
        ("hundreds", 0, ("round units", "2,001 rounded up to a multiple of 100", "2,100 min", "metrics.minutes.rounding.mode")),
        ("rolled over", 0,
         ("include", "1,000 - 700 of 700 included, 200 rolled over", "300 min", "charges.minutes.included.quantity")),
        ("blocks", 0, ("tier", "tier 2: 4 × 5, 350 in blocks of 100", "$20.00", "charges.minutes.price.tiers.1.unit_amount")),
        ("percent of each event", 0, ("percent", "60 × 2.9% + 2 of 3 events × 0.30", "$2.34", "charges.minutes.price.rate")),
        ("rounded ratio", 0, ("prorate", "100 × 10 ÷ 30 days, ratio 0.33", "$33.00", "charges.fee.proration.basis")),
        ("cap of a part", 1, ("cap", "100 - 30, under the cap of 90", "$70.00", "caps.top.amount")),
        ("credit that lasts", 1, ("credit", "170 in the credit, 100 owed, 70 left", "$100.00", "credits.gift.amount")),
        ("tax inside", 1, ("tax", "100 × 19 ÷ (100 + 19)", "$15.9663865546…", "taxes.vat.percent")),
        ("average of daily percentiles", 0,
         ("measure", "3 events, percentile 95 of each day, then average", "0.6 min", "")),
        ("changes of a level", 0, ("measure", "3 events, last, each a change", "18 min", "")),
        ("each event converted", 0,
         ("events", "3 events, each × 3, ÷ 2, rounded up to a multiple of 10", "40 min", "metrics.minutes.per_event")),
        ("each event as it is", 0, ("events", "3 events, each by itself", "18 min", "metrics.minutes.per_event")),
        ("converted upwards", 0, ("convert", "2.01 × 60", "120.6 min", "metrics.minutes.rounding.multiply_by")),
        ("matrix", 0, ("measure", "region us: 100 ÷ 1", "100 min", "")),
        ("matrix", 0, ("sum", "10 + 102 + 100 + 100", "$312.00", "charges.minutes.price.cells")),
        ("percent with bounds", 0,
         ("percent", "160 × 2.9% + 3 of 3 events × 0.30, each at most 1", "$2.59", "charges.minutes.price.rate")),
        ("accumulated after a change", 1,
         ("earlier", "2,300 - 2,050 for 1,700 before, at this price", "$250.00", "charges.minutes@2025-11-21.accumulates")),
        ("for a year", 0, ("flat", "100 for 2025-11-01/2026-11-01", "$100.00", "charges.fee.amount")),
        ("spread quantity", 0, ("instalment", "part 3 of 3 of 3 × 100", "$100.00", "charges.fee.spread")),
        ("raised by shares of the first price", 0,
         ("escalate", "100, 3 times, last by 3% of the first price", "$109.00", "escalators.up")),
        ("raised and rounded", 0,
         ("escalate", "99, 1 times, last by 3%, rounded half up to 0 decimals", "$102.00", "escalators.up")),
        ("levels by tiers", 0, ("level", "8 to 14 by tiers: 380 - 240", "$140.00", "charges.fee.tiers")),
        ("cap of two lines", 2, ("cap", "200 - 50, under the cap of 50, off 100", "$100.00", "caps.top.amount")),
        ("minimum of a part by seconds", 1,
         ("prorate", "600 × 864,000 ÷ 2,595,600 seconds, ratio 0.3", "$180.00", "minimums.least.proration.basis")),
        ("discount of some days", 2,
         ("discount", "100 × 10% × 0.3333333333…", "$3.3333333333…", "discounts.promo.percent")),
        ("amount off some days", 2,
         ("discount", "a share of 50 off 66.66 on the days covered", "$25.00", "discounts.promo.amount")),
        ("no longer made", 2, ("billed", "0.00 - 100.00", "-$100.00", "")),
        ("free units of some days", 0,
         ("free units", "1,000 - 30 of 90 free on the days covered", "970 min", "discounts.free.units")),
        ("balance in units", 0, ("draw", "300 in the balance, 0 left", "300 min", "prepaid.commit.amount")),
    ],
)  # fmt: skip
def test_rows(name: str, line: int, row: tuple[str, ...]) -> None:
    assert row in table(lines(CASES[name].rated())[line])


def test_a_line_says_how_it_is_split() -> None:
    terms = bill(minutes(allocation={"by": "region"}), metrics=(metric(),))
    line = rate(terms, Usage(slices=sites(north="100", south="100.05")), NOVEMBER).lines[0]
    assert sentence(line, "USD") == "200.05 min × $0.10 = $20.005, rounded half up to $20.01"
    assert shares(line, "USD") == [
        "north: 100 of 200.05 min × $20.005 = $10.00",
        "south: 100.05 of 200.05 min × $20.005 = $10.005, rounded so that all shares add up, = $10.01",
    ]
    assert table(line)[-2:] == [
        ("share", "north: 100 of 200.05 min × $20.005", "$10.00", ""),
        ("share", "south: 100.05 of 200.05 min × $20.005 = $10.005, rounded so that all shares add up,", "$10.01", ""),
    ]


def test_a_split_without_usage_is_even() -> None:
    price = {
        "model": "graduated",
        "zero_usage_flat": True,
        "tiers": [{"up_to": None, "unit_amount": "1", "flat_amount": "3"}],
    }
    terms = bill(minutes(price, allocation={"by": "region"}))
    line = rate(terms, Usage(slices=sites(north="0", south="0")), NOVEMBER).lines[0]
    assert shares(line, "USD")[0] == "north: an even part of $3.00, for nothing was used = $1.50"


def test_a_statement_says_what_it_assumed_and_who_ruled() -> None:
    terms = bill(minutes(), rulings=[{"path": "rounding.mode", "ruling": "half up, by the controller"}])
    assert assumptions(rate(terms, Usage(slices=(used("-5"),)), NOVEMBER)) == [
        "minutes: -5 min measured; a total below zero is billed as none",
        "rounding.mode by ruling: half up, by the controller",
    ]
