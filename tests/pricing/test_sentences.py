"""Sentences and rows of every step that the rules make, from real ratings: each is true as it is read."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import get_args

import pytest

from pricing.canonical import canonical
from pricing.rate import rate
from pricing.statement import Kind, Line, Op, Statement, Usage, Working
from pricing.working import assumptions, sentence, shares, table
from tests.pricing.pricing_kit import NOVEMBER
from tests.pricing.sentence_cases import CASES
from tests.pricing.sentence_kit import Case, bill, metric, minutes, sites, used

# Named by the type, made by no rule.
UNMADE = {"rollover", "draw_units"}


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
    assert {step.op for line in made for step in line.steps} == set(get_args(Op)) - UNMADE
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


@pytest.mark.parametrize(
    ("name", "op", "more", "told"),
    [
        ("percentile", "measure", {"percentile": Decimal(95)}, "3 events by percentile 95: 10 min"),
        ("largest", "measure", {"every": "day", "across": "sum"}, "3 events by highest value of each day, added up: 10 min"),
        ("each event", "events", {"divide_by": Decimal(60), "mode": "up"}, "in whole steps of 6, ÷ 60, rounded up; 3 events"),
        ("levels", "level", {"from": "2025-11-11"}, "3 more seats from 2025-11-11 × $60.00 × 20 of 30 days"),
        ("spread", "instalment", {"quantity": Decimal(2)}, "part 3 of 3 of 2 × $100.00"),
    ],
)  # fmt: skip
def test_a_step_that_tells_more_is_heard(name: str, op: str, more: Mapping[str, Decimal | str], told: str) -> None:
    """What a rule may write down beside the figures that it needs."""
    line = CASES[name].rated().lines[0]
    steps = [step._replace(inputs={**step.inputs, **more}) if step.op == op else step for step in line.steps]
    assert told in sentence(line._replace(steps=Working(steps)), "USD")
