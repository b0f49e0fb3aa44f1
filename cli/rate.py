"""`ari rate`: the calculator for anybody, JSON lines in, JSON lines out, without Slack, Stripe or a database.

docs/rate.md has the form of input and answer. One line never stops the others: whatever is wrong with it is its answer.
"""

import sys
import traceback
from decimal import Decimal
from typing import Annotated, NamedTuple

import typer

from pricing.alerts import crossed
from pricing.canonical import canonical, tree
from pricing.defaults import Completed, completed
from pricing.exact import div, exactly, shown, sub, total
from pricing.inputs import Data, read_json
from pricing.periods import Period
from pricing.rate import rate
from pricing.refusal import Refusal
from pricing.statement import Line, Statement, Step
from pricing.working import sentence

# What `--steps` calls the results of the steps that it lists.
FIGURES = {
    "measure": "measured", "events": "counted_events", "convert": "converted", "round_units": "rounded_units",
    "include": "beyond_included", "pool": "beyond_pool", "free_units": "beyond_free_units",
    "minimum_units": "billable", "overage": "beyond_prepaid", "draw": "drawn", "escalate": "raised_price",
    "prorate": "prorated",
}  # fmt: skip


class Extras(NamedTuple):
    """What an answer holds beside the statement, the closing position and what was assumed."""

    exact: bool = False
    steps: bool = False
    alerts: bool = False


def rate_lines(
    file: Annotated[typer.FileBinaryRead, typer.Argument(help="A file of JSON lines; '-' reads standard input.")] = "-",  # type: ignore[assignment]
    exact: Annotated[bool, typer.Option("--exact", help="Add the totals of the unrounded lines.")] = False,
    steps: Annotated[bool, typer.Option("--steps", help="Add the figures between usage and amount, by name.")] = False,
    alerts: Annotated[bool, typer.Option("--alerts", help="Add the thresholds that were crossed.")] = False,
) -> None:
    """Rate one input per line ({terms, usage, period, opening?, billed?}); print an answer or a refusal per line."""
    for line in file:
        if line.strip():
            typer.echo(rated(line, Extras(exact, steps, alerts)))


def rated(line: bytes, extras: Extras = Extras()) -> str:  # noqa: B008 - a named tuple never changes
    """One line's answer, as canonical JSON: {"statement", "closing", "assumed"}, or {"refused": {"term", "reason"}}."""
    data: Data = {}
    try:
        data = read_json(line.decode("utf-8-sig"))
        body = answer(completed(data), extras)
    except Refusal as refusal:
        body = _refused(refusal.term, refusal.reason)
    except UnicodeDecodeError:
        body = _refused("input", "is not UTF-8 text; save the file as UTF-8")
    except RecursionError:
        body = _refused("input", "is nested too deeply; no terms need that")
    except Exception as fault:
        # A fault of ours must not take the other lines with it; it is told, not hidden.
        traceback.print_exc(file=sys.stderr)
        body = _refused("calculator", f"failed with {type(fault).__name__}; this is a fault of Ari's, please report it")
    return canonical({"id": data["id"], **body} if isinstance(data.get("id"), str | int) else body)


def answer(given: Completed, extras: Extras) -> Data:
    """The statement with a sentence for each line; `closing` is what the next period's `opening` takes."""
    bundle = given.bundle
    period = Period(bundle.period.start, bundle.period.end)
    statement = rate(bundle.terms, bundle.usage, period, bundle.opening, bundle.billed)
    told = tree(statement)
    closing = told.pop("closing")
    for body, line in zip(told["lines"] + told["taxes"], statement.lines + statement.taxes, strict=True):
        body["working"] = sentence(line, statement.currency)
        if extras.steps:
            body["figures"] = figures(line)
    if extras.exact:
        told["exact"] = exact_totals(statement)
    found: Data = {"statement": told, "closing": closing, "assumed": given.assumed}
    if extras.alerts:
        found["alerts"] = crossed(bundle.terms, statement, given.previous, bundle.opening)
    return found


def exact_totals(statement: Statement) -> dict[str, Decimal]:
    """What the totals would be if no line were rounded; what was billed before comes off `due` as it was billed."""
    with exactly():
        whole = total(line.exact for line in statement.lines)
        billed = total(line.billed for line in statement.lines)
        taxes = total(line.exact for line in statement.taxes if line.kind == "tax")
        return {"total": shown(whole), "due": shown(sub(whole, billed)), "taxes": shown(taxes)}


def figures(line: Line) -> list[Data]:
    """The figures between usage and amount that people compare, in the order in which they came about."""
    found: list[Data] = []
    for step in line.steps:
        name = FIGURES.get(step.op)
        if name:
            found.append({"name": name, "value": step.result, "unit": step.unit, "path": step.path})
        if step.op == "prorate":
            found.append({"name": "ratio", "value": ratio(step), "path": step.path, **_parts(step)})
    shares = [{"name": "share", "key": one.key, "value": one.amount, "exact": one.exact} for one in line.shares]
    return found + shares


def ratio(step: Step) -> Decimal:
    """'prorate' keeps its two counts; a ratio that the terms round is kept beside them."""
    inputs = {name: Decimal(value) for name, value in step.inputs.items() if name in ("days", "of", "ratio")}
    with exactly():
        return inputs.get("ratio") or shown(div(inputs["days"], inputs["of"]))


def _parts(step: Step) -> Data:
    return {"part": step.inputs["days"], "of": step.inputs["of"], "unit": step.inputs.get("unit", "days")}


def _refused(term: str, reason: str) -> Data:
    return {"refused": {"term": term, "reason": reason}}
