"""Money: a Decimal amount in one currency, and the rounding that currencies ask for.

Promises exact arithmetic inside one currency and refuses to mix two. Exponents come from the ISO 4217 data of the
`iso4217` package; what Stripe does differently for some currencies is Stripe's door's business, not this module's.
"""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal
from functools import cache
from typing import Literal

from iso4217 import Currency

RoundMode = Literal["half_up", "half_even", "down", "up", "floor", "ceiling"]

DECIMAL_MODE: dict[RoundMode, str] = {
    "half_up": ROUND_HALF_UP,
    "half_even": ROUND_HALF_EVEN,
    "down": ROUND_DOWN,
    "up": ROUND_UP,
    "floor": ROUND_FLOOR,
    "ceiling": ROUND_CEILING,
}


class CurrencyError(ValueError):
    """A currency code that ISO 4217 does not know, or two currencies in one sum."""


@cache
def exponent(currency: str) -> int:
    """Digits after the decimal point of one unit of `currency` (ISO 4217: USD 2, JPY 0, KWD 3).

    Raises CurrencyError for an unknown code and for codes that have no minor unit, such as gold.
    """
    try:
        digits = Currency(currency).exponent
    except ValueError as unknown:
        raise CurrencyError(f"{currency!r} is not an ISO 4217 currency code; use one such as USD or EUR") from unknown
    if digits is None:
        raise CurrencyError(f"{currency} has no minor unit, so it cannot be invoiced")
    return digits


@cache
def quantum(digits: int) -> Decimal:
    """The smallest step at `digits` decimal places: 2 -> 0.01."""
    return Decimal(1).scaleb(-digits)


def round_decimal(value: Decimal, digits: int, mode: RoundMode = "half_up") -> Decimal:
    """`value` at `digits` decimal places."""
    return value.quantize(quantum(digits), rounding=DECIMAL_MODE[mode])


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in major units (12.50 is twelve dollars fifty) of one ISO 4217 currency."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal):
            raise TypeError(f"money needs a Decimal, not {type(self.amount).__name__}")
        if not self.amount.is_finite():
            raise ValueError(f"{self.amount} is not an amount of money")
        exponent(self.currency)

    def __add__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.amount - other.amount, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    def rounded(self, mode: RoundMode = "half_up") -> "Money":
        """At the currency's own scale, half away from zero unless a contract says otherwise."""
        return Money(round_decimal(self.amount, exponent(self.currency), mode), self.currency)

    def minor(self) -> int:
        """Whole minor units (USD 630.11 -> 63011). Raises ValueError when a fraction of one is left."""
        scaled = self.amount.scaleb(exponent(self.currency))
        if scaled != scaled.to_integral_value():
            raise ValueError(f"{self.amount} {self.currency} is not a whole number of minor units; round it first")
        return int(scaled)

    @classmethod
    def from_minor(cls, minor: int, currency: str) -> "Money":
        """USD 63011 -> 630.11."""
        return cls(Decimal(minor).scaleb(-exponent(currency)), currency)

    def __str__(self) -> str:
        return show(self.amount, self.currency)

    def _same(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise CurrencyError(f"cannot mix {self.currency} and {other.currency} in one sum")


SIGN = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}


def show(amount: Decimal, currency: str) -> str:
    """'$1,234.50', '-$3.00', 'CHF 12.00': every digit that the amount has, at least the currency's own."""
    digits = max(exponent(currency), -int(amount.normalize().as_tuple().exponent))
    body = f"{abs(amount):,.{digits}f}"
    sign = "-" if amount < 0 else ""
    return f"{sign}{SIGN[currency]}{body}" if currency in SIGN else f"{sign}{currency} {body}"
