"""Releases: what each released calculator wrote, so that its bundles replay to the same bytes for ever.

A released rule never changes; calculator 2 rates all that calculator 1 could to the same figures and steps, and writes
more about them. A rule that must give another result comes with another version and keeps the old one beside it.
"""

from decimal import Decimal
from typing import Any

from pricing.canonical import canonical, plain, tree
from pricing.exact import shown
from pricing.refusal import Refusal
from pricing.statement import CALCULATOR, Statement

# What calculator 2 added to a statement, a line and the closing position.
SINCE_2 = {
    "statement": ("taxes", "tax", "tax_due", "payable", "rulings"),
    "line": ("timing", "shares"),
    "closing": ("counters", "carried", "movements"),
}


def as_written_by(calculator: str, statement: Statement) -> str:
    """`statement` as canonical JSON in the form of that release. Raises Refusal for one that this code does not know."""
    if calculator == CALCULATOR:
        return canonical(statement)
    if calculator == "1":
        return canonical(_first(tree(statement)))
    made = f"the bundle was made by calculator {calculator!r} and this one knows '1' and {CALCULATOR!r}"
    raise Refusal("calculator", f"{made}; replay it with the release that made it")


def _first(statement: dict[str, Any]) -> dict[str, Any]:
    lines = [_without(line, "line") | _shortened(line) for line in statement["lines"]]
    closing = _without(statement["closing"], "closing")
    return _without(statement, "statement") | {"lines": lines, "closing": closing, "calculator": "1"}


def _shortened(line: dict[str, Any]) -> dict[str, Any]:
    """Calculator 1 wrote exact figures without trailing zeros."""
    figures = {name: line[name] for name in ("exact", "quantity") if line[name] is not None}
    return {name: plain(shown(Decimal(figure))) for name, figure in figures.items()}


def _without(values: dict[str, Any], kind: str) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in SINCE_2[kind]}
