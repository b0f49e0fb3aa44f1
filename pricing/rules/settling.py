"""Settling: what others or earlier invoices already billed comes off each line; only the rest is due.

The line keeps its whole amount, so a period rated again after late usage bills the difference. More billed than the
line is worth leaves a negative rest, for a person to credit.
"""

from collections.abc import Sequence
from decimal import Decimal

from pricing.exact import ZERO
from pricing.refusal import Refusal
from pricing.rules.work import Item, Work, line
from pricing.statement import Billed, Kind, Line, Step
from pricing.steps import Working
from pricing.terms import Cap, Charge, Credit, Discount, Minimum, Prepaid, Tax, Terms

MAY_BE_IDLE = ("shortfall", "overage")


def settle(work: Work, taxed: Sequence[Item], billed: Sequence[Billed]) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """The lines and the taxes less `billed`; idle ones go, unless they were billed. Raises Refusal for an unknown line."""
    zero = work.zero
    if not billed:
        kept = [line(one, zero) for one in work.items if one.kind not in MAY_BE_IDLE or not _idle(one)]
        return tuple(kept), tuple([line(one, zero) for one in taxed])
    by_line: dict[str, list[Billed]] = {}
    for one in billed:
        if one.amount != work.round(one.amount):
            raise Refusal(
                f"billed.{one.line}", f"{one.amount} is finer than {work.currency} goes; give what was invoiced"
            )
        by_line.setdefault(one.line, []).append(one)
    known = {one.id for one in (*work.items, *taxed)}
    gone = [_gone(work, name, by_line[name][0].by) for name in by_line if name not in known]
    kept = [
        _settled(line(one, zero), by_line.get(one.id, []), work)
        for one in [*work.items, *(one for one in gone if not _beside(work, one))]
        if one.id in by_line or not _idle(one)
    ]
    taxes = [*taxed, *(one for one in gone if _beside(work, one))]
    return tuple(kept), tuple(_settled(line(one, zero), by_line.get(one.id, []), work) for one in taxes)


def _beside(work: Work, item: Item) -> bool:
    """Whether it stands with the taxes: a tax, or a credit that counts after them."""
    return item.kind == "tax" or any(one.id == item.charge and one.tax == "after" for one in work.terms.credits)


def _gone(work: Work, name: str, by: str) -> Item:
    """A billed line that is no longer made, such as a discount of usage that was corrected away: worth nothing now, so
    all that was billed comes back. Raises Refusal when the terms know nothing that could have made it."""
    owner = name.replace("[", ".").replace("@", ".").split(".")[0]
    for kind, group in _owners(work.terms).items():
        for one in group:
            if one.id == owner:
                item = Item(name, owner, kind, one.description, work.period, ZERO, [])
                item.amount = work.zero
                return item
    raise Refusal(f"billed.{name}", f"{by} billed a line that this period lacks; find out what for")


def _owners(terms: Terms) -> dict[Kind, Sequence[Charge | Minimum | Cap | Prepaid | Credit | Discount | Tax]]:
    """Whatever makes lines, by the kind that theirs are."""
    return {
        "usage": terms.charges, "shortfall": terms.minimums, "cap": terms.caps, "drawdown": terms.prepaid,
        "credit": terms.credits, "discount": terms.discounts, "tax": terms.taxes,
    }  # fmt: skip


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
    return one._replace(billed=taken, billed_by=by, due=due, steps=Working([*one.steps, step]))
