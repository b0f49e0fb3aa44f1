"""Quantities: from what was measured to what is billed, as one phrase.

'27,412.35 rounded up to 27,413 min - 20,000 included = 7,413'. The order is that of the steps, for contracts differ in
what comes first; the unit stands after the last figure that was converted or rounded.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from pricing.figures import number, shown
from pricing.statement import Op, Step

COUNTING: tuple[Op, ...] = (
    "events", "measure", "convert", "round_units", "include", "pool", "free_units", "minimum_units", "overage",
)  # fmt: skip
AGGREGATED = {
    "sum": "total", "count": "count", "max": "highest value", "last": "last value", "unique": "different keys",
    "percentile": "percentile", "time_weighted": "average over time",
}  # fmt: skip
# Of events that each add to a level.
CHANGED = {"last value": "the level they lead to"}
ACROSS = {"sum": "added up", "max": "the highest of them", "average": "averaged over every"}


class Counted(NamedTuple):
    """`text` ends with `quantity`; `plain` when nothing was done to what was measured."""

    text: str
    quantity: Decimal
    plain: bool


def counted(steps: Sequence[Step], unit: str) -> Counted:
    """The phrase of the steps that count units; other steps are passed over."""
    own = [step for step in steps if step.op in COUNTING]
    last = max(place for place, step in enumerate(own) if step.op in ("measure", "convert", "round_units"))
    text = ""
    for place, step in enumerate(own):
        following = own[place + 1].op if place + 1 < len(own) else None
        text += _phrase(step, following) + (f" {unit}" if place == last else "")
    return Counted(text, own[-1].result, text == f"{number(own[-1].result)} {unit}")


def _phrase(step: Step, following: Op | None) -> str:
    left = f" = {number(step.result)}"
    match step.op:
        case "events":
            rule = event_rule(step)
            return f"each event counted {rule}; " if rule else ""
        case "measure":
            return measured(step)
        case "convert":
            return f" {conversion(step)}{left}"
        case "round_units":
            return (
                "" if step.result == step.inputs["quantity"] else f" rounded {shown(step, 'mode')} to {_multiple(step)}"
            )
        case "minimum_units":
            return f", billed as the minimum of {number(step.result)}"
        case "overage":
            return f" - {shown(step, 'covered')} prepaid{left}"
    # One equation for all that comes off together: '500 - 100 included - 50 free = 350'.
    return _off(step) + ("" if following in ("pool", "free_units") else left)


def measured(step: Step) -> str:
    text = f"{shown(step, 'total')} measured, billed as " if "total" in step.inputs else ""
    return f"{aggregation(step)}{text}{number(step.result)}"


def aggregation(step: Step) -> str:
    """'120 events by highest value: ', or nothing for a plain quantity."""
    if "aggregation" not in step.inputs:
        return ""
    noun = "events" if "events" in step.inputs else "slices"
    count, how = shown(step, noun), AGGREGATED[str(step.inputs["aggregation"])]
    if "event_values" in step.inputs:
        noun, how = "changes", CHANGED.get(how, how)
    if "percentile" in step.inputs:
        how = f"percentile {shown(step, 'percentile')}"
    if "every" in step.inputs:
        every, across = shown(step, "every"), str(step.inputs["across"])
        how += f" of each {every}, {ACROSS[across]}" + (f" {every}" if across == "average" else "")
    return f"{plural(count, noun)} by {how}: "


def plural(count: str, nouns: str) -> str:
    """'1 event', '3 events'."""
    return f"{count} {nouns[:-1] if count == '1' else nouns}"


def conversion(step: Step) -> str:
    """'× 60' or '÷ 1,000'."""
    return f"× {shown(step, 'multiply_by')}" if "multiply_by" in step.inputs else f"÷ {shown(step, 'divide_by')}"


def event_rule(step: Step) -> str:
    """What the metric does to single events before they are aggregated; '' for nothing."""
    rules = [f"at least {shown(step, 'minimum')}"] if "minimum" in step.inputs else []
    rules += [f"in whole steps of {shown(step, 'increment')}"] if "increment" in step.inputs else []
    rules += [f"× {shown(step, 'multiply_by')}"] if "multiply_by" in step.inputs else []
    rules += [f"÷ {shown(step, 'divide_by')}"] if "divide_by" in step.inputs else []
    rules += [f"rounded {shown(step, 'mode')}{_digits(step)}"] if "mode" in step.inputs else []
    return ", ".join(rules)


def _digits(step: Step) -> str:
    decimals = int(Decimal(step.inputs["decimals"]))
    if decimals < 0:
        return f" to a multiple of {10**-decimals:,}"
    return f" to {plural(str(decimals), 'decimals')}" if decimals else ""


def _multiple(step: Step) -> str:
    decimals = int(Decimal(step.inputs["decimals"]))
    return number(step.result) if decimals >= 0 else f"a multiple of {10**-decimals:,}: {number(step.result)}"


def _off(step: Step) -> str:
    if step.op == "pool":
        return f" - {shown(step, 'taken')} from {shown(step, 'pool')}"
    if step.op == "free_units":
        free, of = shown(step, "free"), shown(step, "of")
        on = f" on the {shown(step, 'on')}" if "on" in step.inputs else ""
        return f" - {free} free" if free == of else f" - {free} of {of} free{on}"
    return f" - {_included(step)}"


def _included(step: Step) -> str:
    taken, included = shown(step, "taken"), shown(step, "included")
    rolled = f", {shown(step, 'rolled_over')} of them rolled over" if step.inputs.get("rolled_over") else ""
    if included == "unlimited":
        return f"{taken} included without limit"
    return (f"{taken} included" if taken == included else f"{taken} of {included} included") + rolled
