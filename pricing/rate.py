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
from pricing.rules.shares import allocate
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
        wanted, rule = STAGES[stage]
        if wanted is None or getattr(terms, wanted):
            rule(work)
    if work.shared:
        allocate(work)
    taxed = taxes(work) if terms.taxes else []
    after = credits.after_tax(work, taxed) if terms.credits else []
    return _statement(work, *settle(work, [*taxed, *after], billed))


def _statement(work: Work, lines: tuple[Line, ...], taxed: tuple[Line, ...]) -> Statement:
    zero = work.zero
    total, due = sum([one.amount for one in lines], zero), sum([one.due for one in lines], zero)
    tax = tax_due = zero
    payable = due
    if taxed:
        on_top = [one for one in taxed if _on_top(work.terms, one)]
        tax, tax_due = sum([one.amount for one in on_top], zero), sum([one.due for one in on_top], zero)
        payable += tax_due + sum([one.due for one in taxed if one.kind == "credit"], zero)
    # As Statement(...) would, at a third of its cost.
    assumed = tuple(dict.fromkeys(work.assumed)) if work.assumed else ()
    rulings = _rulings(work, lines, taxed) if work.terms.rulings else ()
    return tuple.__new__(Statement, (
        CALCULATOR, work.currency, work.period, lines, total, due, closing.position(work), assumed, taxed, tax, tax_due, payable,
        rulings,
    ))  # fmt: skip


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
    """The sum is rounded, and its digits are spread over the lines: one each to the largest remainders."""
    for item in work.items:
        if item.amount is None and item.mode is not None:
            work.close(item)
    items = [one for one in work.items if one.amount is None]
    floors = [rounded(one.exact, work.digits, "floor") for one in items]
    left = int((work.round(total(one.exact for one in items)) - sum(floors, work.zero)) / work.quantum)
    rests = [sub(one.exact, floor) for one, floor in zip(items, floors, strict=True)]
    extra = set(sorted(range(len(items)), key=lambda place: (-rests[place], place))[:left])
    for place, (item, floor) in enumerate(zip(items, floors, strict=True)):
        item.amount = floor + work.quantum if place in extra else floor
        item.steps.append(work.rounding_step(item.exact, item.amount))


def _nothing(work: Work) -> None:
    """Tax comes last and makes no lines."""


CHARGES: dict[str, Callable[[Work, tuple[Stretch, ...]], None]] = {
    "recurring": fees.recurring, "one_time": fees.one_time, "usage": metered,
}  # fmt: skip
EVERYWHERE = ("time_zone", "order", "currency", "billing.anchor")
# Each stage's rule, and the part of the terms without which it has nothing to do.
STAGES: dict[Stage, tuple[str | None, Callable[[Work], None]]] = {
    "round": (None, _round), "percent_discount": ("discounts", discounts.percentages), "cap": ("caps", commitments.caps),
    "minimum": ("minimums", commitments.minimums), "fixed_discount": ("discounts", discounts.amounts),
    "credit": ("credits", credits.apply), "tax": ("taxes", _nothing),
}  # fmt: skip


def _on_top(terms: Terms, line: Line) -> bool:
    """Whether a tax line adds to what is to be paid."""
    return line.kind == "tax" and any(one.id == line.charge and one.treatment == "exclusive" for one in terms.taxes)


def _rulings(work: Work, lines: Sequence[Line], taxed: Sequence[Line]) -> tuple[UsedRuling, ...]:
    """The rulings that some step rests on; those on what every line rests on always count."""
    paths = {step.path for line in (*lines, *taxed) for step in line.steps if step.path}
    return tuple(
        UsedRuling(one.path, one.ruling)
        for one in work.terms.rulings
        if one.path in EVERYWHERE or any(_within(path, one.path) or _within(one.path, path) for path in paths)
    )


def _within(path: str, other: str) -> bool:
    return path == other or path.startswith((f"{other}.", f"{other}@"))
