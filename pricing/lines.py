"""Lines: an exact amount becomes a statement line, rounded once at the currency's scale.

What others already billed is settled afterwards, over all lines together.
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from pricing.exact import Worked, decimal, rounded
from pricing.money import exponent
from pricing.periods import Period
from pricing.refusal import Refusal
from pricing.statement import Line, PeriodDates, Step
from pricing.terms import Terms

AMOUNT_LIMIT = Fraction(10**12)
Kind = Literal["recurring", "usage", "shortfall", "drawdown", "overage"]


def to_currency(terms: Terms, exact: Fraction) -> Decimal:
    return rounded(exact, exponent(terms.currency), terms.rounding.mode)


def rounding(terms: Terms, exact: Fraction) -> Step:
    return Step(op="round", inputs={"exact": decimal(exact), "mode": terms.rounding.mode},
                result=to_currency(terms, exact), unit=terms.currency, path="rounding.mode")  # fmt: skip


def close(
    terms: Terms, worked: Worked, *, id: str, charge: str, kind: Kind, description: str, dates: Period,
    quantity: Fraction | None = None, unit: str | None = None, last: Sequence[Step] = (),
) -> Line:  # fmt: skip
    """A line of `worked.value`, whose working ends in `last`, else in its rounding. Raises Refusal from 10^12 on."""
    if abs(worked.value) >= AMOUNT_LIMIT:
        raise Refusal(id, "comes to 10^12 or more; check the price and the quantity")
    amount = to_currency(terms, worked.value)
    return Line(
        id=id, charge=charge, kind=kind, description=description,
        period=PeriodDates(start=dates.start, end=dates.end),
        quantity=None if quantity is None else decimal(quantity), unit=unit,
        exact=decimal(worked.value), amount=amount, billed=to_currency(terms, Fraction(0)), due=amount,
        steps=(*worked.steps, *(last or [rounding(terms, worked.value)])),
    )  # fmt: skip
