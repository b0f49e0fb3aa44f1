"""The values that terms are made of: exact numbers as text, currencies, zones, names. Nothing here is ever a float."""

from decimal import Decimal, InvalidOperation
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from pricing.money import exponent

QUANTITY_LIMIT = Decimal(10) ** 15
PRICE_LIMIT = Decimal(10) ** 12
DECIMALS_LIMIT = 30


def _exact(value: Any) -> Any:
    """Text and whole numbers only: a float has already lost the digits that the contract printed."""
    if isinstance(value, bool | float):
        raise ValueError('write numbers as text, such as "0.085"')
    try:
        return Decimal(value) if isinstance(value, str | int) else value
    except InvalidOperation as unread:
        raise ValueError(f"{value!r} is not a number") from unread


def _finite(value: Decimal) -> Decimal:
    if not value.is_finite():
        raise ValueError("must be a finite number")
    return value


def _decimals(value: Decimal) -> Decimal:
    if int(value.as_tuple().exponent) < -DECIMALS_LIMIT:
        raise ValueError(f"has more than {DECIMALS_LIMIT} decimals")
    return value


def _price(value: Decimal) -> Decimal:
    if value.copy_abs() >= PRICE_LIMIT:
        raise ValueError("is above any price that can be meant (10^12)")
    return _decimals(value)


def _quantity(value: Decimal) -> Decimal:
    if value.copy_abs() >= QUANTITY_LIMIT:
        raise ValueError("is above any quantity that can be meant (10^15)")
    return _decimals(value)


def _currency(code: str) -> str:
    exponent(code)
    return code


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as unknown:
        raise ValueError(f"{name!r} is not a time zone; write one such as America/New_York") from unknown
    return name


Exact = Annotated[Decimal, BeforeValidator(_exact), AfterValidator(_finite)]
Price = Annotated[Exact, AfterValidator(_price)]
Quantity = Annotated[Exact, AfterValidator(_quantity)]
Count = Annotated[Quantity, Field(ge=0)]
Percent = Annotated[Price, Field(description="in percent: 2.9 is 2.9 %")]
CurrencyCode = Annotated[str, AfterValidator(_currency)]
Zone = Annotated[str, AfterValidator(_zone)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")]


class Strict(BaseModel):
    """Unknown fields are refused, and nothing changes after construction."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
