"""Exact arithmetic: fractions while a line is worked out, decimals wherever a figure is kept or shown.

A month of milliseconds in minutes has no end as a decimal (1/3), so dividing first and multiplying after could move an
amount across half a cent. Fractions cannot; a figure becomes a decimal only once nothing is computed from it any more.
"""

from decimal import ROUND_05UP, Context, Decimal, localcontext
from fractions import Fraction
from typing import NamedTuple

from pricing.money import RoundMode, round_decimal
from pricing.statement import Step

DIGITS = 50


class Worked(NamedTuple):
    """A figure and the steps that led to it."""

    value: Fraction
    steps: tuple[Step, ...]


def decimal(value: Fraction) -> Decimal:
    """Every digit when there are at most 50, else the first 50.

    ROUND_05UP never lets a cut figure end in 0 or 5, so rounding it later gives what rounding `value` would have given.
    """
    with localcontext(Context(prec=DIGITS, rounding=ROUND_05UP)):
        return Decimal(value.numerator) / value.denominator


def rounded(value: Fraction, digits: int, mode: RoundMode) -> Decimal:
    """`value` at `digits` decimal places, decided on all of its digits; never a negative zero."""
    with localcontext(Context(prec=DIGITS)):
        return round_decimal(decimal(value), digits, mode) + 0
