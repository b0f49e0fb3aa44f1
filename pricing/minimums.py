"""Minimums: what is missing when the counted charges of a period come to less than was committed.

Due once, on a line of its own, over a whole period. A minimum in force for part of a period is refused, and so is one
that prepaid units could fill: whether a drawn balance counts is for the contract to say.
"""

from decimal import Decimal
from fractions import Fraction

from pricing.exact import Worked, decimal
from pricing.lines import close
from pricing.periods import Period
from pricing.prepaid import drawn_value
from pricing.refusal import Refusal
from pricing.statement import Line, Step
from pricing.terms import Minimum, Terms


def shortfall(terms: Terms, period: Period, minimum: Minimum, lines: list[Line]) -> list[Line]:
    """The shortfall line, at zero when enough was billed; none while the minimum is not in force."""
    if not _in_force(terms, period, minimum):
        return []
    counted = [line for line in lines if line.charge in minimum.counts]
    reached = sum((line.amount for line in counted), Decimal(0))
    _check_prepaid(minimum, counted, reached)
    missing = max(Fraction(minimum.amount) - Fraction(reached), Fraction(0))
    step = Step(op="shortfall", inputs={"minimum": minimum.amount, "counted": reached}, result=decimal(missing),
                unit=terms.currency, path=f"minimums.{minimum.id}.amount")  # fmt: skip
    return [
        close(terms, Worked(missing, (step,)), id=f"{minimum.id}.shortfall", charge=minimum.id, kind="shortfall",
              description=minimum.description, dates=period)
    ]  # fmt: skip


def _in_force(terms: Terms, period: Period, minimum: Minimum) -> bool:
    contract = period.overlap(terms.effective_from, terms.term_end)
    shared = contract and contract.overlap(minimum.in_force.start, minimum.in_force.end)
    if shared and shared != period:
        raise Refusal(
            f"minimums.{minimum.id}.in_force",
            f"the minimum holds for {shared.key} only and no term says what share of it is due; settle it by hand",
        )
    return shared is not None


def _check_prepaid(minimum: Minimum, counted: list[Line], reached: Decimal) -> None:
    if reached < minimum.amount and any(drawn_value(line) for line in counted):
        raise Refusal(
            f"minimums.{minimum.id}.counts",
            "whether units drawn from a prepaid balance count changes this bill and no term says so; settle it by hand",
        )
