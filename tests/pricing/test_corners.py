"""Corners that mutants of the calculator lived in: rules met rarely, at the one value where a slip would show.

The bills are in corners.yaml, written like the examples of docs/calculation.md.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from pricing.money import Money
from pricing.periods import Period
from pricing.refusal import Refusal
from pricing.rules.windows import billing_period
from pricing.statement import Statement
from tests.docs.test_calculation import SAID, found, rated, refusal
from tests.pricing.pricing_kit import fee, terms

CORNERS = Path(__file__).with_name("corners.yaml").read_text(encoding="utf-8")
CASES = [pytest.param(one, id=one.pop("name")) for one in yaml.safe_load_all(CORNERS)]
OURS = {
    "paths": lambda made: [step.path for line in made.lines for step in line.steps if step.path],
    "quantities": lambda made: [str(line.quantity) for line in made.lines],
    "sums": lambda made: [len(step.inputs) for line in made.lines for step in line.steps if step.op == "sum"],
    "raised": lambda made: [step.inputs["of"] for one in made.lines for step in one.steps if step.op == "escalate"],
    "moved": lambda made: {one.id: one.unit for one in made.closing.movements},
    "inputs": lambda made: next(_plain(step.inputs) for step in made.lines[0].steps if step.op == "percent"),
}


def _plain(inputs: dict[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in inputs.items()}


def _told(example: dict[str, Any], made: Statement) -> dict[str, Any]:
    return {name: read(made) for name, read in OURS.items() if name in example}


@pytest.mark.parametrize("example", CASES)
def test_a_corner(example: dict[str, Any]) -> None:
    given = {name: value for name, value in example.items() if name not in OURS}
    if "refuses" in given:
        assert refusal(given) == given["refuses"]
        return
    bill, made = rated(given)
    everything = found(given, bill, made) | _told(example, made)
    said = {name: example[name] for name in sorted((SAID | OURS.keys()) & example.keys())}
    assert {name: everything[name] for name in said} == said


@pytest.mark.parametrize(
    ("amount", "currency", "mode", "rounded"),
    [
        ("0.125", "USD", "half_up", "0.13"), ("0.125", "USD", "half_even", "0.12"), ("0.5", "JPY", "half_up", "1"),
        ("0.0005", "KWD", "half_up", "0.001"),
    ],
)  # fmt: skip
def test_money_is_rounded_at_its_currency(amount: str, currency: str, mode: Any, rounded: str) -> None:
    assert Money(Decimal(amount), currency).rounded(mode) == Money(Decimal(rounded), currency)


def test_money_is_rounded_half_up_unless_told() -> None:
    assert Money(Decimal("0.125"), "USD").rounded() == Money(Decimal("0.13"), "USD")


def test_money_is_taken_away_and_turned_round() -> None:
    assert Money(Decimal(5), "USD") - Money(Decimal(7), "USD") == -Money(Decimal(2), "USD")


def test_without_an_anchor_no_billing_period_is_made_up() -> None:
    with pytest.raises(Refusal) as refused:
        billing_period(terms(fee("1")), date(2025, 11, 5))
    assert refused.value.term == "billing.anchor"


def test_the_month_of_an_instant_is_that_of_the_zone() -> None:
    assert Period.month_of(datetime(2025, 11, 1, 3, tzinfo=UTC), "America/New_York") == Period.month("2025-10")


@pytest.mark.parametrize(("now", "before"), [("2025-11", "2025-10"), ("2025-01", "2024-12"), ("2024-03", "2024-02")])
def test_the_month_before(now: str, before: str) -> None:
    assert Period.month(now).previous() == Period.month(before)
