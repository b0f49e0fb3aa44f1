"""docs/calculation.md: every example in it is run, and every figure in it is what the calculator says."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from pricing.periods import Period
from pricing.rate import rate
from pricing.refusal import Refusal
from pricing.statement import Billed, Opening, Statement, Usage
from pricing.terms import Terms
from pricing.working import sentence

PAGE = (Path(__file__).parents[2] / "docs" / "calculation.md").read_text(encoding="utf-8")
FENCE = re.compile(r"^```yaml (base|example)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = [(kind, yaml.safe_load(body)) for kind, body in FENCE.findall(PAGE)]
BASE = next(body for kind, body in BLOCKS if kind == "base")
EXAMPLES = [body for kind, body in BLOCKS if kind == "example"]


def rated(example: dict[str, Any]) -> Statement:
    """Through JSON, as a person's file would come in: the models are strict about everything else."""
    terms = Terms.model_validate_json(json.dumps({**BASE, **example["terms"]}, default=str))
    usage = Usage.model_validate_json(json.dumps({"slices": example["usage"]}))
    opening = Opening.model_validate_json(json.dumps(example.get("opening", {})))
    billed = [Billed.model_validate_json(json.dumps(one)) for one in example.get("billed", [])]
    return rate(terms, usage, Period.month("2025-11"), opening, billed)


def test_the_page_has_its_examples() -> None:
    assert len(EXAMPLES) == PAGE.count("```yaml example") == 11


@pytest.mark.parametrize("example", [one for one in EXAMPLES if "refuses" not in one])
def test_the_page_says_what_the_calculator_says(example: dict[str, Any]) -> None:
    statement = rated(example)
    assert {line.id: str(line.amount) for line in statement.lines} == example["lines"]
    assert [sentence(line, statement.currency) for line in statement.lines] == example["working"]
    assert str(statement.total) == example.get("total", str(statement.total))
    assert str(statement.due) == example.get("due", str(statement.due))
    assert {one.id: str(one.amount) for one in statement.closing.balances} == example.get("closing", {})


@pytest.mark.parametrize("example", [one for one in EXAMPLES if "refuses" in one])
def test_the_page_says_what_the_calculator_refuses(example: dict[str, Any]) -> None:
    with pytest.raises(Refusal) as refused:
        rated(example)
    assert refused.value.term == example["refuses"]
