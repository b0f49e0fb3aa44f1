"""Amounts: integers in a currency's minor unit, and how Stripe gets there.

Promises Stripe's rounding (half up, once per line), its currency rules and minimum charges, and text for people.
Leaves out exchange rates and tax.
"""

from decimal import ROUND_HALF_UP, Decimal

from iso4217 import Currency

from sandbox.stripe.errors import invalid

LARGEST = 99_999_999
# Zero-decimal in life, two-decimal at Stripe; whole units only.
WHOLE_ONLY = {"isk", "ugx"}
MINIMUM = {
    "usd": 50, "aed": 200, "aud": 50, "bgn": 100, "brl": 50, "cad": 50, "chf": 50, "czk": 1500, "dkk": 250,
    "eur": 50, "gbp": 30, "hkd": 400, "huf": 17500, "inr": 50, "jpy": 50, "mxn": 1000, "myr": 200, "nok": 300,
    "nzd": 50, "pln": 200, "ron": 200, "sek": 300, "sgd": 50, "thb": 1000,
}  # fmt: skip
SIGNS = {"usd": "$", "eur": "€", "gbp": "£", "jpy": "¥"}


def exponent(currency: str) -> int:
    """Decimal places of an amount in the API."""
    return 2 if currency in WHOLE_ONLY else Currency(currency.upper()).exponent or 0


def known(currency: str) -> bool:
    return currency.upper() in Currency.__members__


def half_up(value: Decimal) -> int:
    """Rounds to an integer of minor units; a half goes away from zero."""
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def check(amount: int, currency: str, param: str) -> int:
    """The amount, if the currency allows it and it has at most eight digits."""
    step = 100 if currency in WHOLE_ONLY else 10 if exponent(currency) == 3 else 1
    if amount % step:
        raise invalid(f"Invalid amount: {currency} amounts must be a multiple of {step}, got {amount}.", param)
    if abs(amount) > LARGEST:
        most = text(LARGEST, currency)
        raise invalid(f"Amount must be no more than {most}", param, code="amount_too_large")
    return amount


def minimum(currency: str) -> int:
    """The smallest charge; less than this moves to the customer's balance."""
    return MINIMUM.get(currency, 50)


def plain(value: Decimal) -> str:
    """Fixed point, no exponent, no trailing zeros: how Stripe writes decimals."""
    digits = format(value, "f")
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def split(total: int, weights: list[int]) -> list[int]:
    """Shares of `total` in proportion to non-negative weights: floored, what is left a unit each from the first on."""
    whole = sum(weights)
    shares = [total * weight // whole if whole else 0 for weight in weights]
    bearing = [index for index, weight in enumerate(weights) if weight]
    for index in bearing[: total - sum(shares)]:
        shares[index] += 1
    return shares


def text(amount: int | Decimal, currency: str) -> str:
    """An amount in minor units for a person to read: `$1,234.50`, `CHF 12.00`, `-$3.00`."""
    places = exponent(currency)
    number = f"{abs(Decimal(amount)).scaleb(-places):,.{places}f}"
    sign = "-" if amount < 0 else ""
    return sign + (SIGNS[currency] + number if currency in SIGNS else f"{currency.upper()} {number}")
