"""Rate: terms and measured usage in, a statement out. The one place that knows the order of the rules.

Pure and deterministic: the same five values give the same statement, whatever the order of slices. The whole period is
rated every time; what was billed before comes off at the end. Where the terms are silent it raises Refusal, so a
statement that exists is one that the terms decide. docs/calculation.md has an example of each rule.
"""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from decimal import Context, localcontext
from fractions import Fraction

from pricing.exact import DIGITS
from pricing.lines import to_currency
from pricing.metered import metered
from pricing.minimums import shortfall
from pricing.periods import Period
from pricing.prepaid import check_prepaid, closing
from pricing.quantity import check_priced
from pricing.recurring import fee
from pricing.refusal import Refusal
from pricing.settling import settle
from pricing.statement import CALCULATOR, Billed, Line, Opening, PeriodDates, Statement, Usage
from pricing.stretches import Stretch, cuts, stretches
from pricing.terms import RecurringCharge, Terms, UsageCharge

__all__ = ["CALCULATOR", "cuts", "rate"]

NOTHING_OPEN = Opening()


def rate(
    terms: Terms, usage: Usage, period: Period, opening: Opening = NOTHING_OPEN, billed: Sequence[Billed] = ()
) -> Statement:
    """The statement of one month of one contract. Raises Refusal, naming the term that is missing or unclear."""
    # The caller's decimal context must not reach in: the same inputs give the same bytes in every process.
    with localcontext(Context(prec=DIGITS)):
        return _rate(terms, usage, period, opening, billed)


def _rate(terms: Terms, usage: Usage, period: Period, opening: Opening, billed: Sequence[Billed]) -> Statement:
    _check_period(terms, period)
    check_priced(terms, usage, period)
    check_prepaid(terms, opening)
    charged = [line for group in stretches(terms, period) for line in _charge(terms, usage, period, opening, group)]
    short = [line for minimum in terms.minimums for line in shortfall(terms, period, minimum, charged)]
    lines = settle(terms, [*charged, *short], billed)
    nothing = to_currency(terms, Fraction(0))
    return Statement(
        calculator=CALCULATOR,
        currency=terms.currency,
        period=PeriodDates(start=period.start, end=period.end),
        lines=lines,
        total=sum((line.amount for line in lines), nothing),
        due=sum((line.due for line in lines), nothing),
        closing=closing(opening, lines),
        assumed=_assumed(lines),
    )


def _charge(terms: Terms, usage: Usage, period: Period, opening: Opening, group: Sequence[Stretch]) -> list[Line]:
    fees = [(stretch, stretch.charge) for stretch in group if isinstance(stretch.charge, RecurringCharge)]
    if fees:
        return [fee(terms, period, charge, stretch, alone=len(fees) == 1) for stretch, charge in fees]
    versions = [(stretch, stretch.charge) for stretch in group if isinstance(stretch.charge, UsageCharge)]
    return metered(terms, usage, period, opening, versions)


def _check_period(terms: Terms, period: Period) -> None:
    if not _is_month(period):
        raise Refusal(
            "billing.frequency", f"these terms bill by the month; {period.key} is none, rate one like 2025-11"
        )
    if period.end <= terms.effective_from:
        raise Refusal("effective_from", f"not in force before {terms.effective_from}; rate a later period")
    if terms.term_end and terms.term_end <= period.start:
        raise Refusal("term_end", f"not in force from {terms.term_end} on; rate an earlier period")


def _is_month(period: Period) -> bool:
    """From a day to the same day of the next month, or to its last day when it has none such."""
    first, last = period.start, period.end
    if (last.year * 12 + last.month) - (first.year * 12 + first.month) != 1:
        return False
    shorter, longer = sorted((first, last), key=lambda day: day.day)
    return shorter.day == longer.day or _ends_month(shorter)


def _ends_month(day: date) -> bool:
    return day.day == monthrange(day.year, day.month)[1]


def _assumed(lines: Sequence[Line]) -> tuple[str, ...]:
    """What the reader must be told beside the lines: totals below zero, billed as none."""
    floored = [
        f"{line.charge}: {step.inputs['total']} {step.unit} measured; a total below zero is billed as none"
        for line in lines
        for step in line.steps
        if step.op == "measure" and "total" in step.inputs
    ]
    return tuple(dict.fromkeys(floored))
