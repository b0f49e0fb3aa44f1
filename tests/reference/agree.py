"""`python -m tests.reference.agree --cases 100000 --seed 1`: does the calculator agree with the reference?

Every case is rated by both. Lines, total, due and closing position must be the same, and refusals must be common;
differences are shrunk and printed as JSON. Terms that are not read are counted and left out.
"""

import argparse
import copy
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from multiprocessing import Pool
from typing import Any

from pydantic import ValidationError

from pricing.periods import Period
from pricing.rate import rate
from pricing.refusal import Refusal
from pricing.statement import Billed, Opening, Usage
from pricing.terms import Terms
from tests.reference import naive
from tests.reference.cases import case
from tests.reference.figures import Json, Refused

SMALL = Fraction(1, 10**30)
"""What the fifty digits of a figure without end may differ by."""


@dataclass
class Tally:
    """What became of the cases; `different` are (number, case, what differs)."""

    outcomes: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    different: list[tuple[int, Json, Json]] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        self.outcomes += other.outcomes
        self.reasons += other.reasons
        self.different += other.different


def calculator(one: Json) -> Json:
    """The answer of the calculator in the reference's shape; {"refused"} or {"unread"} without one."""
    try:
        terms = Terms.model_validate_json(json.dumps(one["terms"]))
        usage = Usage.model_validate_json(json.dumps(one["usage"]))
        opening = Opening.model_validate_json(json.dumps(one["opening"]))
        billed = [Billed.model_validate_json(json.dumps(b)) for b in one["billed"]]
    except ValidationError as error:
        return {"unread": error.errors()[0]["msg"]}
    start, end = (date.fromisoformat(one["period"][name]) for name in ("start", "end"))
    try:
        made = rate(terms, usage, Period(start=start, end=end), opening, billed)
    except Refusal as refusal:
        return {"refused": refusal.term, "reason": refusal.reason}
    except Exception as error:
        return {"crashed": repr(error)}
    closing = made.closing
    return {
        "lines": {line.id: exact(line.amount) for line in made.lines},
        "due": {line.id: exact(line.due) for line in made.lines},
        "total": exact(made.total),
        "balances": {b.id: exact(b.amount) for b in closing.balances},
        "counters": {c.id: (exact(c.quantity), exact(c.amount)) for c in closing.counters},
        "carried": [(c.id, exact(c.quantity), c.periods) for c in closing.carried],
    }


def exact(number: Decimal) -> Fraction:
    return Fraction(number)


def reference(one: Json) -> Json:
    try:
        return naive.rate(one)
    except Refused as refused:
        return {"refused": refused.term}
    except Exception as error:
        return {"refused": f"crashed {error!r}"}


def differences(theirs: Json, ours: Json) -> Json:
    """What the two answers differ in, by name, as (calculator, reference); nothing where they agree."""
    if "unread" in theirs:
        return {}
    if "crashed" in theirs:
        return {"crashed": theirs["crashed"]}
    if "refused" in theirs or "refused" in ours:
        if "refused" in theirs and "refused" in ours:
            return {}
        return {"refused": (theirs.get("refused"), ours.get("refused")), "reason": theirs.get("reason")}
    out: Json = {}
    for name in ("lines", "due", "total", "balances", "counters", "carried"):
        left, right = comparable(theirs[name]), comparable(ours[name])
        for key in sorted({*left, *right} if name != "counters" else right, key=str):
            a, b = left.get(key, Fraction(0)), right.get(key, Fraction(0))
            if abs(a - b) > SMALL:
                out[f"{name}.{key}"] = (shown(a), shown(b))
    return out


def comparable(figures: Any) -> dict[Any, Fraction]:
    """Figures by key; those of nothing are as good as absent."""
    if isinstance(figures, Fraction):
        return {"": figures}
    if isinstance(figures, dict):
        return {
            (key, i): part
            for key, value in figures.items()
            for i, part in enumerate(value if isinstance(value, tuple) else (value,))
        }
    out: dict[Any, Fraction] = {}
    for name, quantity, periods in figures:
        out[name, periods] = out.get((name, periods), Fraction(0)) + quantity
    return out


def shown(number: Fraction) -> str:
    return str(number) if number.denominator == 1 else f"{number} = {float(number):.12g}"


def run(seed: int, numbers: range) -> Tally:
    tally = Tally()
    for number in numbers:
        one = case(seed, number)
        theirs, ours = calculator(one), reference(one)
        found = differences(theirs, ours)
        tally.outcomes[outcome(theirs, ours, found)] += 1
        tally.reasons[str(theirs.get("unread") or theirs.get("refused") or "rated")] += 1
        if found and len(tally.different) < 200:
            tally.different.append((number, one, found))
    return tally


def outcome(theirs: Json, ours: Json, found: Json) -> str:
    if found:
        return "different"
    if "unread" in theirs:
        return "not read"
    if "refused" in theirs:
        return "refused alike" if theirs["refused"] == ours["refused"] else "refused, other term"
    return "agree"


def smaller(one: Json) -> Iterator[Json]:
    """The case with one thing less, for every thing that can be left out."""
    for path in paths(one):
        less = copy.deepcopy(one)
        parent = less
        for key in path[:-1]:
            parent = parent[key]
        del parent[path[-1]]
        yield less


def paths(thing: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = list(thing.items()) if isinstance(thing, dict) else list(enumerate(thing))
    for key, value in items:
        if len(path) > 0:
            yield (*path, key)
        if isinstance(value, dict | list):
            yield from paths(value, (*path, key))


def shrunk(one: Json) -> Json:
    """The smallest case found that still differs in the same kind of thing."""
    kind = kinds(differences(calculator(one), reference(one)))
    again = True
    while again:
        again = False
        for less in smaller(one):
            try:
                found = differences(calculator(less), reference(less))
            except (
                KeyError,
                IndexError,
                StopIteration,
                ValueError,
                TypeError,
                AttributeError,
                ZeroDivisionError,
            ):
                continue
            if found and kinds(found) == kind:
                one, again = less, True
                break
    return one


def kinds(found: Json) -> set[str]:
    if "refused" in found:
        return {re.sub(r"[0-9@-]", "", str(term)) for term in found["refused"]}
    return {"crashed"} if "crashed" in found else {"figures"} if found else set()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.reference.agree")
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--show", type=int, default=3, help="differences to shrink and print")
    parser.add_argument("--reasons", action="store_true", help="count what was refused and not read")
    args = parser.parse_args()
    began, tally = time.perf_counter(), Tally()
    chunks = [
        (args.seed, range(i, min(i + 250, args.first + args.cases)))
        for i in range(args.first, args.first + args.cases, 250)
    ]
    with Pool(args.jobs) as workers:
        for part in workers.starmap(run, chunks):
            tally.add(part)
    told: list[set[str]] = []
    for number, one, found in tally.different:
        if len(told) == args.show or ("refused" in found and kinds(found) in told):
            continue
        told.append(kinds(found))
        least = shrunk(one)
        found = differences(calculator(least), reference(least))
        print(json.dumps({"number": number, "differs": found, "case": least}))
    for reason, count in tally.reasons.most_common(60) if args.reasons else ():
        print(f"{count:8} {reason}")
    rate_ = args.cases / (time.perf_counter() - began)
    print(
        f"{args.cases} cases: "
        + ", ".join(f"{n} {name}" for name, n in sorted(tally.outcomes.items()))
        + f"; {rate_:.0f} cases per second"
    )
    return 1 if tally.different else 0


if __name__ == "__main__":
    sys.exit(main())
