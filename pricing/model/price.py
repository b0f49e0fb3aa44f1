"""Price models: how billable units become an amount. Each is plain data; `pricing.rules.prices` does the arithmetic."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Literal, Protocol, Self

from pydantic import Field, model_validator

from pricing.model.numbers import Count, Percent, Price, Strict


class _Ended(Protocol):
    @property
    def up_to(self) -> Decimal | None: ...


def contiguous(tiers: Sequence[_Ended]) -> None:
    """Raises ValueError unless the ends rise and only the last is open: no quantity may match no tier, or two."""
    ends = [tier.up_to for tier in tiers]
    if ends[-1] is not None:
        raise ValueError("the last tier must be open: write up_to null")
    bounds = [end for end in ends[:-1] if end is not None]
    if len(bounds) != len(ends) - 1:
        raise ValueError("only the last tier may be open")
    if any(high <= low for low, high in pairwise([Decimal(0), *bounds])):
        raise ValueError("tiers must rise: each up_to above the one before")


class PerUnit(Strict):
    model: Literal["per_unit"] = "per_unit"
    unit_amount: Price


class Tier(Strict):
    """`up_to` is inclusive; None means no end. `flat_amount` is due once when the tier is entered. With `block` the
    tier's units are sold in blocks of that size, a started block whole, and `unit_amount` is the price of a block."""

    up_to: Count | None
    unit_amount: Price
    flat_amount: Price = Decimal(0)
    block: Annotated[Count, Field(gt=0)] | None = None


class Tiered(Strict):
    """graduated: each unit at its own tier's price. volume: all units at the price of the tier the total reaches. With
    `zero_usage_flat` the first tier's flat amount is due even when nothing was used."""

    model: Literal["graduated", "volume"]
    tiers: Annotated[tuple[Tier, ...], Field(min_length=1)]
    zero_usage_flat: bool = False

    @model_validator(mode="after")
    def _contiguous(self) -> Self:
        contiguous(self.tiers)
        return self


class Package(Strict):
    """`amount` for each package of `size` units; a part of one counts whole (up), not at all (down) or as its share."""

    model: Literal["package"] = "package"
    size: Annotated[Count, Field(gt=0)]
    amount: Price
    partial: Literal["up", "down", "prorata"]


class Stair(Strict):
    """A band and its price for the whole period."""

    up_to: Count | None
    amount: Price


class Stairstep(Strict):
    """One amount for the band that the total reaches, however far into it. Nothing is due at zero usage unless
    `zero_usage` says that the first band's amount is."""

    model: Literal["stairstep"] = "stairstep"
    tiers: Annotated[tuple[Stair, ...], Field(min_length=1)]
    zero_usage: bool = False

    @model_validator(mode="after")
    def _contiguous(self) -> Self:
        contiguous(self.tiers)
        return self


class Percentage(Strict):
    """`rate` percent of an amount of money that was measured, plus `fixed_per_event`. The first `free_events` events
    and the first `free_amount` of value are free, whichever ends first; `event_minimum` and `event_maximum` bound the
    fee of each paid event."""

    model: Literal["percentage"] = "percentage"
    rate: Percent
    fixed_per_event: Price = Decimal(0)
    event_minimum: Price | None = None
    event_maximum: Price | None = None
    free_events: Annotated[int, Field(gt=0)] | None = None
    free_amount: Annotated[Count, Field(gt=0)] | None = None


class PercentTier(Strict):
    """`rate` percent of the value inside the tier; `flat_amount` once when it is entered."""

    up_to: Count | None
    rate: Percent
    flat_amount: Price = Decimal(0)


class GraduatedPercentage(Strict):
    """Each part of the value at its own tier's percentage."""

    model: Literal["graduated_percentage"] = "graduated_percentage"
    tiers: Annotated[tuple[PercentTier, ...], Field(min_length=1)]
    zero_usage_flat: bool = False

    @model_validator(mode="after")
    def _contiguous(self) -> Self:
        contiguous(self.tiers)
        return self


class PassThrough(Strict):
    """A cost measured in the contract's currency, times `multiplier` (cost plus 15 % is 1.15)."""

    model: Literal["pass_through"] = "pass_through"
    multiplier: Price


FlatModel = Annotated[
    PerUnit | Tiered | Package | Stairstep | Percentage | GraduatedPercentage | PassThrough,
    Field(discriminator="model"),
]


class Cell(Strict):
    """The price of usage whose dimensions have these values."""

    when: Annotated[dict[str, str], Field(min_length=1)]
    price: FlatModel


class Matrix(Strict):
    """Prices by dimension. Usage that no cell names costs `otherwise`; without one it refuses."""

    model: Literal["matrix"] = "matrix"
    cells: Annotated[tuple[Cell, ...], Field(min_length=1)]
    otherwise: FlatModel | None = None

    @model_validator(mode="after")
    def _plain(self) -> Self:
        seen: list[dict[str, str]] = []
        for cell in self.cells:
            if cell.when in seen:
                raise ValueError(f"two cells have the price of {cell.when}; keep one")
            if seen and cell.when.keys() != seen[0].keys():
                raise ValueError("every cell must name the same dimensions")
            seen.append(cell.when)
        return self


PriceModel = Annotated[
    PerUnit | Tiered | Package | Stairstep | Percentage | GraduatedPercentage | PassThrough | Matrix,
    Field(discriminator="model"),
]
