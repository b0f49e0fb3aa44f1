"""docs/calculation.md: every example in it is run, and every figure in it is what the calculator says."""

import json
import re
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from pydantic import ValidationError

from pricing.alerts import crossed
from pricing.periods import Period, midnight
from pricing.rate import rate
from pricing.refusal import Refusal
from pricing.statement import Billed, Opening, Statement, Usage
from pricing.terms import Terms
from pricing.working import sentence

PAGE = (Path(__file__).parents[2] / "docs" / "calculation.md").read_text(encoding="utf-8")
FENCE = re.compile(r"^```yaml (base|example)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = [(kind, given) for kind, body in FENCE.findall(PAGE) for given in yaml.safe_load_all(body)]
BASE = next(body for kind, body in BLOCKS if kind == "base")
EXAMPLES = [body for kind, body in BLOCKS if kind == "example"]
NAMED = ("pools", "minimums", "caps", "prepaid", "credits", "discounts", "taxes")
GIVEN = {"period", "used", "slices", "events", "measured", "opening", "billed"}
SAID = {
    "lines", "total", "due", "taxed", "tax", "shares", "closing", "movements", "assumed", "alerts", "working",
    "refuses", "rejects",
}  # fmt: skip


def terms(example: dict[str, Any]) -> Terms:
    """The base with the example's own terms, and what the page says is left out. Through JSON, as a person's file would
    come in: the models are strict about everything else."""
    own = {name: value for name, value in example.items() if name not in GIVEN | SAID}
    own["charges"] = [_charge(one) for one in own["charges"]]
    if "metrics" in own:
        own["metrics"] = [{"id": "minutes", "unit": "min", **one} for one in own["metrics"]]
    for name in NAMED:
        own[name] = [{"description": one["id"], **one} for one in own.get(name, ())]
    return Terms.model_validate_json(json.dumps({**BASE, **own}, default=str))


def _charge(given: dict[str, Any]) -> dict[str, Any]:
    usage = {} if "kind" in given else {"kind": "usage", "id": "minutes", "metric": "minutes"}
    made = {**usage, **given}
    return {"description": made["id"].capitalize(), **made}


def usage(example: dict[str, Any], period: Period, zone: str) -> Usage:
    whole = {"metric": "minutes", "start": period.start, "end": period.end}
    slices = [{**whole, **one} for one in example.get("slices", ())] + _used(example.get("used"), period)
    events = [{"metric": "minutes", **one} for one in example.get("events", ())]
    for row in [*slices, *events]:
        row.update({name: _instant(row[name], zone) for name in ("start", "end", "at") if name in row})
    given = {"slices": slices, "events": events, "measured": example.get("measured", [])}
    return Usage.model_validate_json(json.dumps(given))


def _used(used: Any, period: Period) -> list[dict[str, Any]]:
    """One quantity for the whole period, or each from a day on."""
    by_day = used if isinstance(used, dict) else {} if used is None else {period.start: used}
    days = [*by_day, period.end]
    return [
        {"metric": "minutes", "start": day, "end": days[place + 1], "quantity": quantity}
        for place, (day, quantity) in enumerate(by_day.items())
    ]


def _instant(value: date, zone: str) -> str:
    if not isinstance(value, datetime):
        return midnight(value, zone).isoformat()
    return (value if value.tzinfo else value.replace(tzinfo=ZoneInfo(zone))).isoformat()


def opening(given: dict[str, Any]) -> Opening:
    rows = {
        "balances": [{"id": name, "amount": amount} for name, amount in given.get("balances", {}).items()],
        "counters": [{"id": name, "quantity": q, "amount": a} for name, (q, a) in given.get("counters", {}).items()],
        "carried": [
            {"id": name, "quantity": quantity, "periods": periods}
            for name, lots in given.get("carried", {}).items()
            for quantity, periods in lots
        ],
    }
    return Opening.model_validate_json(json.dumps(rows))


def closing(statement: Statement) -> dict[str, Any]:
    """The closing position in the page's own words, without what is empty."""
    now = statement.closing
    carried: dict[str, list[list[Any]]] = {}
    for lot in now.carried:
        carried.setdefault(lot.id, []).append([str(lot.quantity), lot.periods])
    found = {
        "balances": {one.id: str(one.amount) for one in now.balances},
        "counters": {one.id: [str(one.quantity), str(one.amount)] for one in now.counters},
        "carried": carried,
    }
    return {name: values for name, values in found.items() if values}


def rated(example: dict[str, Any]) -> tuple[Terms, Statement]:
    bill = terms(example)
    period = Period.parse(str(example.get("period", "2025-11")))
    billed = [Billed.model_validate_json(json.dumps({"by": "ari", **one})) for one in example.get("billed", [])]
    measured = usage(example, period, bill.time_zone)
    return bill, rate(bill, measured, period, opening(example.get("opening", {})), billed)


def found(example: dict[str, Any], bill: Terms, made: Statement) -> dict[str, Any]:
    """What the calculator says, under the names that the examples use."""
    lines = {"lines": made.lines, "taxed": made.taxes}
    amounts = {name: {one.id: str(one.amount) for one in group} for name, group in lines.items()}
    dues = {line.id: str(line.due) for line in (*made.lines, *made.taxes)}
    alerts = crossed(bill, made, None, opening(example.get("opening", {})))
    return amounts | {
        "total": str(made.total),
        "due": dues if isinstance(example.get("due"), dict) else str(made.due),
        "tax": str(made.tax),
        "shares": {one.id: {part.key: str(part.amount) for part in one.shares} for one in made.lines if one.shares},
        "closing": closing(made),
        "movements": {one.id: [str(figure) for figure in one[2:]] for one in made.closing.movements},
        "assumed": list(made.assumed),
        "alerts": [f"{one.threshold} {one.value}" for one in alerts],
        "working": [sentence(line, made.currency) for line in (*made.lines, *made.taxes)],
    }


def refusal(example: dict[str, Any]) -> str | None:
    try:
        rated(example)
    except Refusal as refused:
        return refused.term
    return None


def test_the_page_has_its_examples() -> None:
    assert len(EXAMPLES) > 80
    assert all({"lines", "refuses", "rejects"} & one.keys() for one in EXAMPLES)


@pytest.mark.parametrize("example", [one for one in EXAMPLES if "lines" in one])
def test_the_page_says_what_the_calculator_says(example: dict[str, Any]) -> None:
    said = {name: example[name] for name in SAID if name in example}
    everything = found(example, *rated(example))
    assert {name: everything[name] for name in said} == said


@pytest.mark.parametrize("example", [one for one in EXAMPLES if "refuses" in one])
def test_the_page_says_what_the_calculator_refuses(example: dict[str, Any]) -> None:
    assert refusal(example) == example["refuses"]


@pytest.mark.parametrize("example", [one for one in EXAMPLES if "rejects" in one])
def test_the_page_says_which_terms_are_not_read(example: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match=re.escape(example["rejects"])):
        terms(example)
