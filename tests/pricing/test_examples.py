"""Examples from first principles, one data file a topic: what a bill comes to, beside the arithmetic that says so.

An example is written in the form of those in docs/calculation.md, on top of the page's base and of its own document's.
`because` is arithmetic that anybody can check by hand: it is worked out here in fractions, must be true, and must state
every figure that the example expects; only then is the calculator asked.
"""

import ast
import math
import operator
from collections import Counter
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from tests.docs.test_calculation import SAID, found, rated, refusal, terms

FILES = sorted((Path(__file__).parent / "examples").glob("*.yaml"))
OURS = {"name", "because"}
STATED = ("lines", "taxed", "total", "due", "tax", "shares")


def half_up(value: Fraction, digits: Fraction = Fraction(0)) -> Fraction:
    """Ties go away from zero, as on an invoice."""
    scale = 10 ** int(digits)
    return Fraction(math.floor(abs(value) * scale + Fraction(1, 2)) * (1 if value >= 0 else -1), scale)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "round": half_up, "ceil": math.ceil, "floor": math.floor, "min": min, "max": max,
}  # fmt: skip
OPERATORS: dict[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
}  # fmt: skip


def worth(node: ast.expr, text: str) -> Fraction:
    """Numbers, + - * /, parentheses and the five functions, exactly; anything else is no arithmetic."""
    match node:
        case ast.Constant():
            return Fraction(ast.get_source_segment(text, node) or "")
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -worth(operand, text)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            return OPERATORS[type(op)](worth(left, text), worth(right, text))
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in FUNCTIONS:
            return Fraction(FUNCTIONS[name](*(worth(one, text) for one in args)))
    raise ValueError(f"{text!r} is not arithmetic")


def equation(text: str) -> list[Fraction]:
    """The sides of `text`, which must be equal, and the numbers in it."""
    text = text.strip().replace("=", "==")
    tree = ast.parse(text, mode="eval").body
    assert isinstance(tree, ast.Compare), f"{text!r} is no equation"
    sides = [worth(one, text) for one in (tree.left, *tree.comparators)]
    assert len(set(sides)) == 1, f"{text} is not true: {[float(one) for one in sides]}"
    return sides + [worth(one, text) for one in ast.walk(tree) if isinstance(one, ast.Constant)]


def figures(value: Any) -> Iterator[Fraction]:
    for one in value.values() if isinstance(value, dict) else [value]:
        yield from figures(one) if isinstance(one, dict) else [abs(Fraction(one))]


def expected(example: dict[str, Any]) -> set[Fraction]:
    return {one for name in STATED if name in example for one in figures(example[name])} - {Fraction(0)}


def cases() -> Iterator[Any]:
    for file in FILES:
        for document in yaml.load_all(file.read_text(encoding="utf-8"), yaml.CSafeLoader):
            for one in document["examples"]:
                yield pytest.param({**document.get("base", {}), **one}, id=f"{file.stem}: {one['name']}")


EXAMPLES = list(cases())
WORKED = [pytest.param(*one.values, id=one.id) for one in EXAMPLES if "because" in one.values[0]]


def test_there_are_many_and_no_two_have_the_same_name() -> None:
    assert len(EXAMPLES) > 300
    assert not [name for name, times in Counter(one.id for one in EXAMPLES).items() if times > 1]


@pytest.mark.parametrize("example", WORKED)
def test_the_arithmetic_is_true_and_states_every_figure(example: dict[str, Any]) -> None:
    stated = {abs(number) for text in example["because"].split(";") for number in equation(text)}
    missing = expected(example) - stated
    assert not missing, f"not worked out: {[float(one) for one in missing]}"


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_calculator_agrees(example: dict[str, Any]) -> None:
    given = {name: value for name, value in example.items() if name not in OURS}
    if "rejects" in given:
        with pytest.raises(ValidationError, match=given["rejects"]):
            terms(given)
    elif "refuses" in given:
        assert refusal(given) == given["refuses"]
    else:
        assert "because" in example and {"lines", "total"} & example.keys()
        everything = found(given, *rated(given))
        said = {name: given[name] for name in sorted(SAID & given.keys())}
        assert {name: everything[name] for name in said} == said
