"""Exact arithmetic: decimals as long as they are exact, fractions where a division has no end.

A month of milliseconds in minutes has no end as a decimal (1/3), so dividing first and multiplying after could move an
amount across half a cent. Inside `exactly()` a decimal operation that would lose a digit raises, and the functions here
go on with a fraction instead; a figure is cut only once nothing is computed from it any more.
"""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from decimal import ROUND_05UP, Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow, localcontext
from fractions import Fraction

from pricing.money import DECIMAL_MODE, RoundMode, quantum

Number = Decimal | Fraction

DIGITS = 50
ZERO, ONE, HUNDRED = Decimal(0), Decimal(1), Decimal(100)
_EXACT = Context(prec=200, traps=[DivisionByZero, Inexact, InvalidOperation, Overflow])
# Cut figures never end in 0 or 5, so rounding one later gives what rounding the whole figure would have given.
_CUT = Context(prec=DIGITS, rounding=ROUND_05UP)
# Rounding drops digits by intent, so it must not run where that raises.
ROUNDING = Context(prec=400)


def exactly() -> AbstractContextManager[Context]:
    """The context in which every decimal operation is exact or raises; the caller's own never reaches in."""
    return localcontext(_EXACT)


def add(one: Number, other: Number) -> Number:
    try:
        return one + other  # type: ignore[operator]
    except (TypeError, Inexact):
        return Fraction(one) + Fraction(other)


def sub(one: Number, other: Number) -> Number:
    try:
        return one - other  # type: ignore[operator]
    except (TypeError, Inexact):
        return Fraction(one) - Fraction(other)


def mul(one: Number, other: Number) -> Number:
    try:
        return one * other  # type: ignore[operator]
    except (TypeError, Inexact):
        return Fraction(one) * Fraction(other)


def div(one: Number, other: Number) -> Number:
    """Raises ZeroDivisionError; callers divide by what terms and calendars keep above zero."""
    try:
        return one / other  # type: ignore[operator]
    except (TypeError, Inexact):
        return Fraction(one) / Fraction(other)


def total(values: Iterable[Number]) -> Number:
    found: Number = ZERO
    for value in values:
        found = add(found, value)
    return found


def shown(value: Number) -> Decimal:
    """Every digit when there are at most 50, else the first 50; without trailing zeros, never a negative zero."""
    return _plain(value if isinstance(value, Decimal) else _cut(value))


def cut_ratio(one: Decimal, other: Decimal) -> Decimal:
    """The first 50 digits of `one / other`, without working out the fraction: enough to round it rightly."""
    return _CUT.divide(one, other)


def shown_ratio(one: Decimal, other: Decimal) -> Decimal:
    """`one / other` as `shown` would show it."""
    return _plain(_CUT.divide(one, other))


def rounded(value: Number, digits: int, mode: RoundMode) -> Decimal:
    """`value` at `digits` decimal places, decided on all of its digits; never a negative zero."""
    cut = value if isinstance(value, Decimal) else _cut(value)
    found = cut.quantize(quantum(digits), DECIMAL_MODE[mode], ROUNDING)
    return found or found.copy_abs()


def _plain(value: Decimal) -> Decimal:
    """Without trailing zeros, but never as 2E+2: people read these figures."""
    whole = value.to_integral_value()
    return (whole.quantize(ONE) if whole else ZERO) if whole == value else value.normalize(_CUT)


def _cut(value: Fraction) -> Decimal:
    return _CUT.divide(Decimal(value.numerator), Decimal(value.denominator))
