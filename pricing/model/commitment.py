"""Commitments: minimums and caps over charges, prepaid balances that units draw from, credits that lines draw from."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from pricing.model.calendar import InForce, Proration, Window
from pricing.model.numbers import Count, Name, Percent, Price, Strict

Names = Annotated[tuple[Name, ...], Field(min_length=1)]


class Minimum(Strict):
    """When the counted charges of a window come to less than `amount`, the shortfall is due once, at the window's end,
    as a line of its own (never, with `shortfall` false). With `overage_factor` what goes beyond the amount costs that
    many times its price. `prepaid_counts`: whether units drawn from a prepaid balance count (None refuses when it
    matters).
    """

    id: Name
    description: str
    amount: Annotated[Price, Field(gt=0)]
    counts: Names
    over: Window = "period"
    proration: Proration | None = None
    overage_factor: Annotated[Price, Field(gt=0)] | None = None
    shortfall: bool = True
    prepaid_counts: bool | None = None
    in_force: InForce = InForce()


class Cap(Strict):
    """The counted charges of a window never come to more than `amount`; what is above is taken off on a line of its
    own."""

    id: Name
    description: str
    amount: Annotated[Price, Field(ge=0)]
    counts: Names
    over: Window = "period"
    proration: Proration | None = None
    in_force: InForce = InForce()


class Expiry(Strict):
    """What becomes of a balance that is left when its access ends: lost, rolled into `into` (a share, up to a ceiling),
    or paid back, which a person does."""

    left: Literal["forfeits", "rolls", "refunds"]
    share: Percent | None = None
    ceiling: Count | None = None
    into: Name | None = None

    @model_validator(mode="after")
    def _rolls(self) -> Self:
        if (self.left == "rolls") != (self.into is not None):
            raise ValueError("a balance that rolls needs `into`, the balance that receives it; no other has one")
        return self


class Recharge(Strict):
    """Buy `amount` more when the balance falls below `below`; at most `ceiling` in a period."""

    below: Price
    amount: Annotated[Price, Field(gt=0)]
    ceiling: Price | None = None


class Prepaid(Strict):
    """A commitment paid ahead and drawn down unit by unit until it is used up.

    Units draw at the charge's own price, or at `drawdown_unit_amount`; a balance kept `in` units draws the units
    themselves. What no balance covers costs `overage_unit_amount`; there is no default for it, unless
    `on_exhaustion` says that the charge's own price goes on ('list') or that service stops ('stop'). Several balances
    are drawn by priority (lower first), then earlier end, then promotional before paid, then earlier start, then id.
    """

    id: Name
    description: str
    amount: Annotated[Price, Field(gt=0)]
    kept_in: Literal["money", "units"] = "money"
    applies_to: Name | Names
    access: InForce
    drawdown_unit_amount: Price | None = None
    overage_unit_amount: Price | None = None
    on_exhaustion: Literal["overage", "list", "stop"] = "overage"
    recharge: Recharge | None = None
    priority: int = 0
    promotional: bool = False
    expiry: Expiry | None = None

    @model_validator(mode="after")
    def _money(self) -> Self:
        if self.kept_in == "units" and self.recharge:
            raise ValueError("a balance kept in units cannot be recharged: no price says what a purchase costs")
        return self

    @property
    def charges(self) -> tuple[str, ...]:
        return (self.applies_to,) if isinstance(self.applies_to, str) else self.applies_to


class Credit(Strict):
    """Money that pays for lines after they were priced, before or after tax. Several credits are used like several
    prepaid balances. Lines of days inside `access` are paid; one that is only partly inside refuses, unless `proration`
    says what part of it counts. None in `applies_to` means every line."""

    id: Name
    description: str
    amount: Annotated[Price, Field(gt=0)]
    applies_to: Names | None = None
    access: InForce
    proration: Proration | None = None
    tax: Literal["before", "after"] = "before"
    priority: int = 0
    promotional: bool = True
    expiry: Expiry | None = None
