"""Settling: what others or earlier invoices already billed comes off each line; only the rest is due.

The line keeps its whole amount, so a period rated again after late usage bills the difference. More billed than the
line is worth leaves a negative rest, for a person to credit.
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from pricing.lines import to_currency
from pricing.refusal import Refusal
from pricing.statement import Billed, Line, Step
from pricing.terms import Terms


def settle(terms: Terms, lines: Sequence[Line], billed: Sequence[Billed]) -> tuple[Line, ...]:
    """`lines` less `billed`; idle ones go, unless they were billed. Raises Refusal for a line that is not there."""
    _check(terms, lines, billed)
    by_line = {line.id: [one for one in billed if one.line == line.id] for line in lines}
    return tuple(_settled(line, by_line[line.id], terms) for line in lines if by_line[line.id] or not _idle(line))


def _check(terms: Terms, lines: Sequence[Line], billed: Sequence[Billed]) -> None:
    known = {line.id for line in lines}
    for one in billed:
        if one.line not in known:
            raise Refusal(f"billed.{one.line}", f"{one.by} billed a line that this period lacks; find out what for")
        if one.amount != to_currency(terms, Fraction(one.amount)):
            path = f"billed.{one.line}"
            raise Refusal(path, f"{one.amount} is finer than {terms.currency} goes; give what was invoiced")


def _idle(line: Line) -> bool:
    """Nothing fell short, nothing went beyond the balance: not worth a line, unless it was billed before."""
    return line.kind in ("shortfall", "overage") and not line.exact and not line.quantity


def _settled(line: Line, billed: Sequence[Billed], terms: Terms) -> Line:
    if not billed:
        return line
    taken = sum((one.amount for one in billed), to_currency(terms, Fraction(0)))
    due = line.amount - taken
    inputs: dict[str, Decimal | str] = {"amount": line.amount, "billed": taken}
    step = Step(op="billed", inputs=inputs, result=due, unit=terms.currency)
    by = tuple(sorted({one.by for one in billed}))
    return line.model_copy(update={"billed": taken, "billed_by": by, "due": due, "steps": (*line.steps, step)})
