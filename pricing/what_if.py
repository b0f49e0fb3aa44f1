"""What if: terms and usage with a change put in, and two statements held against each other, line by line.

Pure, like the calculator itself, and no second calculator: the changed terms are ordinary terms, validated as a whole,
and go through the same `rate`. Nothing is guessed: a path that the terms do not have, or a value that does not fit
there, is refused with the paths that come near.
"""

import json
from collections.abc import Sequence
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, NamedTuple

from pydantic import ValidationError

from pricing.canonical import tree
from pricing.exact import exactly
from pricing.refusal import Refusal
from pricing.rules.stretches import versions
from pricing.statement import Line, Statement, Step
from pricing.terms import Terms

# What a term is called by, and what kind of thing it is, are no terms that could have been agreed otherwise.
NAMES = ("id", "kind", "schema_version")
NEAR = 3


class Change(NamedTuple):
    """`path` as in a working's steps ('charges.minutes@2025-11-16.price.unit_amount', 'minimums.monthly'); `value` as
    JSON holds it, numbers as text. None takes an optional value away, or a whole minimum, discount, charge."""

    path: str
    value: Any


class Row(NamedTuple):
    """One line id in two statements. `gone` and `came` are the steps that only one of them has, `replaced` the changed
    paths of the charge or rule that those steps rest on."""

    id: str
    before: Line | None
    after: Line | None
    difference: Decimal
    gone: tuple[Step, ...]
    came: tuple[Step, ...]
    replaced: tuple[str, ...]


class Comparison(NamedTuple):
    """The rows' differences add up to `difference`, those of `taxes` to `tax_difference`."""

    currency: str
    rows: tuple[Row, ...]
    before: Decimal
    after: Decimal
    difference: Decimal
    taxes: tuple[Row, ...]
    tax_difference: Decimal


def changed(terms: Terms, changes: Sequence[Change]) -> Terms:
    """New terms with the changes in them. Raises Refusal, naming the path, for one that the terms do not have and for a
    value that does not fit."""
    data = tree(terms)
    named = _named(terms, data)
    for change in changes:
        _put(terms, data, named, change)
    _forget_notices(terms, data)
    made = _validated(terms, data, changes)
    if made.currency != terms.currency:
        raise Refusal("currency", "amounts in two currencies cannot be compared; leave the currency as it is")
    return made


def paths(terms: Terms) -> list[str]:
    """Every path that `changed` can set, as it is written."""
    data = tree(terms)
    return list(_leaves(data, _named(terms, data)))


def value_at(terms: Terms, path: str) -> Any:
    """What stands at a path, as JSON holds it; None for nothing, also when what would hold it is not there."""
    node = tree(terms)
    named = _named(terms, node)
    for name in path.split("."):
        node = _child(node, name, named) if node is not None else None
    return node


def compare(before: Statement, after: Statement, changes: Sequence[Change] = ()) -> Comparison:
    """The second statement against the first, both of one period and currency. Raises ValueError when they are not."""
    if (before.currency, before.period) != (after.currency, after.period):
        raise ValueError("only statements of the same period and currency can be compared")
    touched = [change.path for change in changes]
    with exactly():
        return Comparison(
            before.currency, _rows(before.lines, after.lines, touched), before.total, after.total,
            after.total - before.total, _rows(before.taxes, after.taxes, touched), after.tax - before.tax,
        )  # fmt: skip


def _rows(before: Sequence[Line], after: Sequence[Line], touched: Sequence[str]) -> tuple[Row, ...]:
    old, new = {line.id: line for line in before}, {line.id: line for line in after}
    return tuple(_row(name, old.get(name), new.get(name), touched) for name in dict.fromkeys([*old, *new]))


def _row(name: str, old: Line | None, new: Line | None, touched: Sequence[str]) -> Row:
    had, has = tuple(old.steps) if old else (), tuple(new.steps) if new else ()
    gone, came = (tuple(one for one in had if one not in has), tuple(one for one in has if one not in had))
    rests = {_owner(step.path) for step in (*gone, *came) if step.path}
    replaced = tuple(path for path in touched if _owner(path) in rests)
    difference = (new.amount if new else Decimal(0)) - (old.amount if old else Decimal(0))
    return Row(name, old, new, difference, gone, came, replaced)


def _owner(path: str) -> str:
    """'charges.minutes' of all that belongs to it: tiers and their model are one price, in several paths."""
    return ".".join(path.split(".")[:2])


def _named(terms: Terms, data: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The charges by their names in a path: 'minutes', and 'minutes@2025-11-16' for its later version."""
    by_id: dict[str, list[Any]] = {}
    for charge in terms.charges:
        by_id.setdefault(charge.id, []).append(charge)
    paths = {id(charge): path for group in by_id.values() for path, charge in versions(group)}
    return {
        paths[id(charge)].removeprefix("charges."): item
        for charge, item in zip(terms.charges, data["charges"], strict=True)
    }


def _put(terms: Terms, data: dict[str, Any], named: dict[str, dict[str, Any]], change: Change) -> None:
    *parents, last = change.path.split(".")
    node: Any = data
    for name in parents:
        if isinstance(node, dict) and node.get(name, "") is None:
            node[name] = {}
        node = _child(node, name, named)
    if isinstance(node, list):
        _replace(terms, node, last, named, change)
    elif isinstance(node, dict) and last not in NAMES and (last in node or not node):
        node[last] = change.value
    else:
        raise _unknown(terms, change.path)


def _replace(terms: Terms, items: list[Any], name: str, named: dict[str, dict[str, Any]], change: Change) -> None:
    found = _child(items, name, named)
    if found is None:
        raise _unknown(terms, change.path)
    place = next(number for number, item in enumerate(items) if item is found)
    items[place : place + 1] = [] if change.value is None else [change.value]


def _child(node: Any, name: str, named: dict[str, dict[str, Any]]) -> Any:
    """What `name` names inside `node`: a field, an element by its id or its number; None for nothing."""
    if isinstance(node, dict):
        return node.get(name)
    if not isinstance(node, list):
        return None
    if name in named and any(item is named[name] for item in node):
        return named[name]
    if name.isdecimal():
        return node[int(name)] if int(name) < len(node) else None
    return next((item for item in node if isinstance(item, dict) and item.get("id") == name), None)


def _forget_notices(terms: Terms, data: dict[str, Any]) -> None:
    """A notice about what was taken away goes with it; it moves no money."""
    groups = ("charges", "pools", "minimums", "caps", "prepaid", "credits")
    left = {item.get("id") for group in groups for item in data[group] or () if isinstance(item, dict)}
    had = {threshold.id for threshold in terms.thresholds}
    data["thresholds"] = [one for one in data["thresholds"] or () if one.get("id") not in had or one["of"] in left]


def _validated(terms: Terms, data: dict[str, Any], changes: Sequence[Change]) -> Terms:
    try:
        return Terms.model_validate_json(json.dumps(data))
    except ValidationError as wrong:
        problem = wrong.errors()[0]
        tried = ", ".join(change.path for change in changes)
        if problem["type"] == "extra_forbidden":
            raise _unknown(terms, tried) from wrong
        reason = problem["msg"].removeprefix("Value error, ")
        where = ".".join(str(part) for part in problem["loc"] if not isinstance(part, int))
        raise Refusal(tried, f"does not fit: {reason}{f' (at {where})' if where else ''}") from wrong


def _unknown(terms: Terms, path: str) -> Refusal:
    near = get_close_matches(path, paths(terms), n=NEAR, cutoff=0.5)
    known = f"the nearest are {', '.join(near)}" if near else f"they begin with {', '.join(sorted(_roots(terms)))}"
    return Refusal(path, f"these terms have no such path; {known}")


def _roots(terms: Terms) -> set[str]:
    return {path.split(".")[0] for path in paths(terms)}


def _leaves(node: Any, named: dict[str, dict[str, Any]], path: str = "") -> list[str]:
    if isinstance(node, dict):
        inner = [(f"{path}.{name}" if path else name, item) for name, item in node.items() if name not in NAMES]
    elif isinstance(node, list) and node and all(isinstance(item, dict) for item in node):
        inner = [(f"{path}.{_name(item, number, named)}", item) for number, item in enumerate(node)]
    else:
        return [path]
    return [leaf for name, item in inner for leaf in _leaves(item, named, name)]


def _name(item: dict[str, Any], number: int, named: dict[str, dict[str, Any]]) -> str:
    return next((name for name, one in named.items() if one is item), str(item.get("id", number)))
