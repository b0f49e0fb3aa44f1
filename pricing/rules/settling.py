"""Settling: what others or earlier invoices already billed comes off each line; only the rest is due.

The line keeps its whole amount, so a period rated again after late usage bills the difference. More billed than the
line is worth leaves a negative rest, for a person to credit.
"""

from collections.abc import Sequence
from decimal import Decimal

from pricing.refusal import Refusal
from pricing.rules.work import Item, Work, line
from pricing.statement import Billed, Line, Step

MAY_BE_IDLE = ("shortfall", "overage")


def settle(work: Work, billed: Sequence[Billed]) -> tuple[Line, ...]:
    """The lines less `billed`; idle ones go, unless they were billed. Raises Refusal for a line that is not there."""
    zero = work.zero
    if not billed:
        return tuple([line(one, zero) for one in work.items if one.kind not in MAY_BE_IDLE or not _idle(one)])
    by_line: dict[str, list[Billed]] = {}
    known = {one.id for one in work.items}
    for one in billed:
        _check(work, one, known)
        by_line.setdefault(one.line, []).append(one)
    return tuple(
        _settled(line(one, zero), by_line.get(one.id, []), work)
        for one in work.items
        if one.id in by_line or not _idle(one)
    )


def _check(work: Work, one: Billed, known: set[str]) -> None:
    path = f"billed.{one.line}"
    if one.line not in known:
        raise Refusal(path, f"{one.by} billed a line that this period lacks; find out what for")
    if one.amount != work.round(one.amount):
        raise Refusal(path, f"{one.amount} is finer than {work.currency} goes; give what was invoiced")


def _idle(item: Item) -> bool:
    """Nothing fell short, nothing went beyond the balance: not worth a line, unless it was billed before."""
    return item.kind in MAY_BE_IDLE and not item.exact and not item.quantity


def _settled(one: Line, billed: Sequence[Billed], work: Work) -> Line:
    if not billed:
        return one
    taken = sum((part.amount for part in billed), work.zero)
    due = one.amount - taken
    inputs: dict[str, Decimal | str] = {"amount": one.amount, "billed": taken}
    step = Step("billed", inputs, due, work.currency)
    by = tuple(sorted({part.by for part in billed}))
    return one._replace(billed=taken, billed_by=by, due=due, steps=(*one.steps, step))
