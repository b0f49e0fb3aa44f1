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
from pricing.rules.measure import check_priced
from pricing.rules.metered import metered
from pricing.rules.periods import check_period
from pricing.rules.settling import settle
from pricing.rules.shares import allocate, split
from pricing.rules.stretches import Stretch, cuts, stretches
from pricing.rules.taxes import taxes
from pricing.rules.work import Work, line
from pricing.statement import CALCULATOR, Billed, Opening, Statement, Usage, UsedRuling
from pricing.steps import Working
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
    on_top = sum((one.amount or work.zero for one in taxed if _exclusive(terms, one.charge)), work.zero)
    if terms.credits:
        credits.apply_after_tax(work, sum((one.amount or work.zero for one in work.items), work.zero) + on_top)
    lines = settle(work, billed)
    return Statement(
        CALCULATOR, work.currency, work.period, lines,
        sum([one.amount for one in lines], work.zero), sum([one.due for one in lines], work.zero),
        closing.position(work), tuple(dict.fromkeys(work.assumed)), tuple([line(one, work.zero) for one in taxed]), on_top,
        _rulings(work),
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
STAGES: dict[Stage, Callable[[Work], None]] = {
    "round": _round, "percent_discount": discounts.percentages, "cap": commitments.caps, "minimum": commitments.minimums,
    "fixed_discount": discounts.amounts, "credit": credits.apply, "tax": _nothing,
}  # fmt: skip


def _exclusive(terms: Terms, tax: str) -> bool:
    return next(one.treatment for one in terms.taxes if one.id == tax) == "exclusive"


def _rulings(work: Work) -> tuple[UsedRuling, ...]:
    if not work.terms.rulings:
        return ()
    paths = {step.path for item in work.items for step in Working(item.steps) if step.path}
    everywhere = ("time_zone", "order", "currency")
    return tuple(
        UsedRuling(one.path, one.ruling)
        for one in work.terms.rulings
        if one.path in everywhere or any(path.startswith(one.path) or one.path.startswith(path) for path in paths)
    )
