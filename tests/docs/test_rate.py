"""docs/rate.md: every example in it is run, and every figure in it is in the answer; docs/terms.schema.json is current."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from cli.main import app
from cli.rate import Extras, rated
from pricing.canonical import tree
from pricing.schema import schema
from tests.demo_terms import DEMO

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "rate.md").read_text(encoding="utf-8")
PAIR = re.compile(r"^```json input\n(.*?)^```\n```json answer\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXAMPLES = [(given, json.loads(answer)) for given, answer in PAIR.findall(PAGE)]


def holds(found: Any, wanted: Any) -> bool:
    """Whether `found` says all that the page says; of `assumed` and `alerts` the page may leave some out."""
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(
            name in found and holds(found[name], one) for name, one in wanted.items()
        )
    if isinstance(wanted, list):
        return isinstance(found, list) and all(any(holds(one, part) for one in found) for part in wanted)
    return bool(found == wanted)


def answer(given: str) -> Any:
    return json.loads(rated(given.replace("\n", " ").encode(), Extras(exact=True, steps=True, alerts=True)))


def test_the_page_has_its_examples() -> None:
    assert len(EXAMPLES) == PAGE.count("```json input") == PAGE.count("```json answer") == 16


@pytest.mark.parametrize(("given", "wanted"), EXAMPLES)
def test_the_page_says_what_the_command_says(given: str, wanted: Any) -> None:
    found = answer(given)
    assert holds(found, wanted), found
    assert len(found.get("alerts", [])) == len(wanted.get("alerts", []))


def test_the_schema_is_current() -> None:
    assert CliRunner().invoke(app, ["schema"]).stdout == (DOCS / "terms.schema.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", DEMO)
def test_the_schema_takes_terms(name: str) -> None:
    Draft202012Validator(schema()).validate(tree(DEMO[name]))


def test_the_schema_refuses_what_the_models_refuse() -> None:
    good = tree(DEMO["brindlecat"])
    Draft202012Validator.check_schema(schema())
    checked = Draft202012Validator(schema())
    assert not checked.is_valid({**good, "charges": []})
    assert not checked.is_valid({**good, "surprise": 1})
    assert not checked.is_valid({**good, "billing": {"net_days": "30"}})


def test_descriptions_are_docstrings() -> None:
    parts = schema()["$defs"]
    assert parts["Included"]["description"].startswith("Units at no further charge.")
    assert {"Slice", "Event", "Opening", "RateInput"} <= parts.keys()
