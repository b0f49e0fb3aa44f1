"""Working: a line's steps as one sentence and as table rows, its shares, and what a statement took for granted.

Reads nothing but the line, so a card, an answer and a proof pack cannot differ, and a stored line still explains itself
years later. As JSON the working is the steps themselves (`pricing.canonical`). Sentences are made in `pricing.sentences`.
"""

from collections.abc import Sequence
from string import Formatter

from pricing.figures import came_to, figure, money, number, plus, same, shown
from pricing.quantities import COUNTING, event_rule, plural
from pricing.sentences import sentence
from pricing.statement import Line, Share, Statement, Step

__all__ = ["assumptions", "sentence", "shares", "table"]

Row = tuple[str, str, str, str]

# The first of an op's rows whose figures the step has: a rule writes only those that it took.
ARITHMETIC: dict[str, tuple[str, ...]] = {
    "measure": ("{events} events, {aggregation}", "{slices} slices, {aggregation}", "{quantity} ÷ {per}"),
    "convert": ("{quantity} × {multiply_by}", "{quantity} ÷ {divide_by}"),
    "round_units": ("{quantity} rounded {mode}, {decimals} decimals",),
    "include": (
        "{quantity} - {taken} of {included} included, {rolled_over} rolled over", "{quantity} - {taken} of {included} included",
    ),
    "pool": ("{quantity} - {taken} from {pool}",),
    "free_units": ("{quantity} - {free} of {of} free on the {on}", "{quantity} - {free} of {of} free"),
    "minimum_units": ("{quantity}, at least {minimum}",),
    "overage": ("{quantity} - {covered} prepaid",),
    "price": ("{quantity} × {unit_amount}",),
    "tier": ("{blocks} × {unit_amount}, {quantity} in blocks of {block}", "{quantity} × {unit_amount}"),
    "flat": ("{amount} for {whole}", "{amount}"),
    "package": ("{packages} × {amount}, {quantity} in packages of {size}, partial {partial}",),
    "stair": ("{quantity}",),
    "percent": (
        "{paid} × {rate}% + {paid_events} of {events} events × {fixed}, each from {event_minimum} to {event_maximum}",
        "{paid} × {rate}% + {paid_events} of {events} events × {fixed}, each at least {event_minimum}",
        "{paid} × {rate}% + {paid_events} of {events} events × {fixed}, each at most {event_maximum}",
        "{paid} × {rate}% + {paid_events} of {events} events × {fixed}", "{quantity} × {rate}%",
    ),
    "floor": ("{quantity} × {unit_amount}, more than {amount}",),
    "escalate": (
        "{price}, {steps} times, last by {percent}% of the {share_of}, rounded {mode} to {decimals} decimals",
        "{price}, {steps} times, last by {percent}% of the {share_of}",
        "{price}, {steps} times, last by {percent}%, rounded {mode} to {decimals} decimals",
        "{price}, {steps} times, last by {percent}%",
    ),
    "level": ("{from} to {to} by tiers: {to_price} - {from_price}", "{quantity} × {unit_amount}"),
    "prorate": (
        "{amount} × {days} ÷ {of} {unit}, ratio {ratio}", "{amount} × {days} ÷ {of} days, ratio {ratio}",
        "{amount} × {days} ÷ {of} {unit}", "{amount} × {days} ÷ {of} days",
    ),
    "instalment": ("part {number} of {of} of {quantity} × {amount}", "part {number} of {of} of {amount}"),
    "earlier": ("{amount} - {earlier} for {quantity} before, at {at}", "{amount} - {earlier} for {quantity} in earlier periods",),
    "shortfall": ("{minimum} - {counted}, {earlier} of it in earlier periods", "{minimum} - {counted}"),
    "overage_factor": ("{beyond} × ({factor} - 1)",),
    "cap": ("{amount} - {room}, under the cap of {cap}",),
    "discount": (
        "{amount} × {percent}% × {share}", "{amount} × {percent}%", "a share of {amount} off {of} on the {on}",
        "a share of {amount} off {of}",
    ),
    "draw": ("{balance} in the balance, {left} left",),
    "recharge": ("{times} × {amount}, below {below}",),
    "credit": ("{balance} in the credit, {amount} owed, {left} left",),
    "tax": ("{amount} × {percent}%",),
    "round": ("{exact} rounded {mode}",),
    "billed": ("{amount} - {billed}",),
}  # fmt: skip


def table(line: Line) -> list[Row]:
    """One row for each step, then for each share: rule, arithmetic, result with its unit, the term it rests on ('' for
    usage).

    ('price', '7,413 × 0.085', '$630.105', 'charges.minutes.price.unit_amount')
    """
    steps = tuple(line.steps)
    rows = [(one.op.replace("_", " "), _arithmetic(one), _result(one, line, steps), one.path or "") for one in steps]
    return rows + [("share", *_share(line, share, steps[-1].unit), "") for share in line.shares]


def shares(line: Line, currency: str) -> list[str]:
    """'north: 300 of 1,000 min × $100.00 = $30.00', for each value that the line is split over."""
    rows = [_share(line, share, currency) for share in line.shares]
    return [f"{text} = {amount}" for text, amount in rows]


def assumptions(statement: Statement) -> list[str]:
    """What was taken for granted, and the rulings that the statement rests on: 'rounding.mode by ruling: half up'."""
    return [*statement.assumed, *(f"{one.path} by ruling: {one.ruling}" for one in statement.rulings)]


def _share(line: Line, share: Share, currency: str) -> tuple[str, str]:
    amount = money(share.amount, currency)
    whole = plus(*(one.quantity for one in line.shares))
    if not whole:
        return f"{share.key}: an even part of {money(line.amount, currency)}, for nothing was used", amount
    text = f"{share.key}: {number(share.quantity)} of {number(whole)} {line.unit} × {money(line.exact, currency)}"
    if same(share.exact, share.amount):
        return text, amount
    return f"{text} = {money(share.exact, currency)}, rounded so that all shares add up,", amount


def _arithmetic(step: Step) -> str:
    """What the step did to its inputs; names come from the step, whose inputs lose their order in canonical JSON."""
    if step.op == "sum":
        return " + ".join(shown(step, name) for name in sorted(step.inputs)) or "the amounts above"
    if step.op == "events":
        return f"{plural(shown(step, 'events'), 'events')}, each {event_rule(step) or 'by itself'}"
    text = _template(step).format(**{name: shown(step, name) for name in step.inputs})
    if step.op == "measure":
        return f"{shown(step, 'cell')}: {text}" if "cell" in step.inputs else text
    return f"tier {shown(step, 'tier')}: {text}" if "tier" in step.inputs else text


def _template(step: Step) -> str:
    if step.inputs.get("treatment") == "inclusive":
        return "{amount} × {percent} ÷ (100 + {percent})"
    if step.op == "round_units" and figure(step, "decimals") < 0:
        return f"{{quantity}} rounded {{mode}} to a multiple of {10 ** -int(figure(step, 'decimals')):,}"
    if step.op == "cap" and step.inputs["counted"] != step.inputs["amount"]:
        return "{counted} - {room}, under the cap of {cap}, off {amount}"
    if step.op == "measure":
        return _measured(step)
    return next(one for one in ARITHMETIC[step.op] if _fields(one) <= step.inputs.keys())


def _measured(step: Step) -> str:
    """What was counted and how; plain slices are only added up."""
    template = next(one for one in ARITHMETIC["measure"] if _fields(one) <= step.inputs.keys())
    template += " {percentile}" if "percentile" in step.inputs else ""
    template += " of each {every}, then {across}" if "every" in step.inputs else ""
    return template + (", each a change" if "event_values" in step.inputs else "")


def _fields(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def _result(step: Step, line: Line, steps: Sequence[Step]) -> str:
    kept_in_units = step.op == "draw" and not any(one.op == "price" for one in steps)
    if step.op in COUNTING or kept_in_units:
        return f"{number(step.result)} {step.unit}"
    return came_to(step)
