"""Rate: terms and measured usage in, a statement out. The one place that knows the order of the rules.

Pure and deterministic: the same five values give the same statement, whatever the order of slices. The whole period is
rated every time; what was billed before comes off at the end. Where the terms are silent it raises Refusal, so a
statement that exists is one that the terms decide. docs/calculation.md has an example of each rule.
"""

from collections.abc import Callable, Sequence

from pricing.exact import exactly, rounded, sub, total
from pricing.order import Stage
from pricing.periods import Period
from pricing.rules import closing, commitments, credits, discounts, fees, pools
from pricing.rules.balances import grant
from pricing.rules.measure import check_priced
from pricing.rules.metered import metered
from pricing.rules.periods import check_period
from pricing.rules.settling import settle
from pricing.rules.shares import allocate, split
from pricing.rules.stretches import Stretch, cuts, stretches
from pricing.rules.taxes import taxes
from pricing.rules.work import Work
from pricing.statement import CALCULATOR, Billed, Line, Opening, Statement, Usage, UsedRuling
from pricing.terms import Terms

__all__ = ["CALCULATOR", "NOTHING_OPEN", "cuts", "rate"]

NOTHING_OPEN = Opening()


def rate(
    terms: Terms, usage: Usage, period: Period, opening: Opening = NOTHING_OPEN, billed: Sequence[Billed] = ()
) -> Statement:
    """The statement of one period of one contract. Raises Refusal, naming the term that is missing or unclear."""
    # The caller's decimal context must not reach in: the same inputs give the same bytes in every process.
    with exactly():
        return _rate(Work(terms, usage, period, opening), billed)


def _rate(work: Work, billed: Sequence[Billed]) -> Statement:
    terms = work.terms
    check_period(terms, work.period)
    closing.check_opening(work)
    if terms.prepaid or terms.credits:
        grant(work)
    groups = stretches(terms, work.period)
    if terms.pools:
        pools.fill(work, groups)
    for group in groups:
        CHARGES[group[0].charge.kind](work, group)
    check_priced(work)
    for stage in terms.order[4:]:
        STAGES[stage](work)
    if work.shared:
        allocate(work)
    taxed = taxes(work) if terms.taxes else []
    after = credits.after_tax(work, taxed) if terms.credits else []
    lines, tax_lines = settle(work, [*taxed, *after], billed)
    due, tax_due = (
        sum([one.due for one in lines], work.zero),
        sum([one.due for one in tax_lines if _on_top(terms, one)], work.zero),
    )
    paid_after = sum([one.due for one in tax_lines if one.kind == "credit"], work.zero)
    return Statement(
        CALCULATOR, work.currency, work.period, lines,
        sum([one.amount for one in lines], work.zero), due,
        closing.position(work), tuple(dict.fromkeys(work.assumed)), tax_lines,
        sum([one.amount for one in tax_lines if _on_top(terms, one)], work.zero), tax_due, due + tax_due + paid_after,
        _rulings(work, [*lines, *tax_lines]),
    )  # fmt: skip


def _round(work: Work) -> None:
    """Every line so far, once; later lines are rounded as they come."""
    work.rounded = True
    if work.terms.rounding.level == "statement":
        _round_together(work)
        return
    close = work.close
    for item in work.items:
        if item.amount is None:
            close(item)


def _round_together(work: Work) -> None:
    """The sum is rounded, and its digits are spread over the lines by largest remainder."""
    items = [one for one in work.items if one.amount is None]
    floors = [rounded(one.exact, work.digits, "floor") for one in items]
    left = work.round(total(one.exact for one in items)) - sum(floors, work.zero)
    rests = [sub(one.exact, floor) for one, floor in zip(items, floors, strict=True)]
    for item, floor, extra in zip(items, floors, split(left, rests, work.digits), strict=True):
        item.amount = floor + extra
        item.steps.append(work.rounding_step(item.exact, item.amount))


def _nothing(work: Work) -> None:
    """Tax comes last and makes no lines."""


CHARGES: dict[str, Callable[[Work, tuple[Stretch, ...]], None]] = {
    "recurring": fees.recurring, "one_time": fees.one_time, "usage": metered,
}  # fmt: skip
EVERYWHERE = ("time_zone", "order", "currency", "billing.anchor")
STAGES: dict[Stage, Callable[[Work], None]] = {
    "round": _round, "percent_discount": discounts.percentages, "cap": commitments.caps, "minimum": commitments.minimums,
    "fixed_discount": discounts.amounts, "credit": credits.apply, "tax": _nothing,
}  # fmt: skip


def _on_top(terms: Terms, line: Line) -> bool:
    """Whether a tax line adds to what is to be paid."""
    return line.kind == "tax" and any(one.id == line.charge and one.treatment == "exclusive" for one in terms.taxes)


def _rulings(work: Work, lines: Sequence[Line]) -> tuple[UsedRuling, ...]:
    """The rulings that some step rests on; those on what every line rests on always count."""
    if not work.terms.rulings:
        return ()
    paths = {step.path for line in lines for step in line.steps if step.path}
    return tuple(
        UsedRuling(one.path, one.ruling)
        for one in work.terms.rulings
        if one.path in EVERYWHERE or any(_within(path, one.path) or _within(one.path, path) for path in paths)
    )


def _within(path: str, other: str) -> bool:
    return path == other or path.startswith((f"{other}.", f"{other}@"))
