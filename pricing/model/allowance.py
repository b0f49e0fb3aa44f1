"""Allowances: units that the fees already cover, alone, rolled over, or shared by several charges."""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from pricing.model.calendar import Proration, Window
from pricing.model.numbers import Count, Name, Percent, Strict


class Rollover(Strict):
    """Unused units that go on into later periods: `share` percent of them, never more than `ceiling` units or
    `ceiling_percent` of the allowance, for `expires_after` periods. `used` says whether they go before or after the
    period's own units."""

    share: Percent = Decimal(100)
    ceiling: Count | None = None
    ceiling_percent: Percent | None = None
    expires_after: Annotated[int, Field(ge=1, le=120)] = 1
    used: Literal["first", "last"] = "first"


class Included(Strict):
    """Units at no further charge. `quantity` None means unlimited, which only a quoted clause can say.

    They come back with each `resets` window. `proration` says what part of a window gets of them (None refuses), and
    `consumes_tier` whether included units fill the first tiers or tier one begins after them.
    """

    quantity: Count | None
    resets: Window = "period"
    proration: Proration | None = None
    consumes_tier: bool = False
    rollover: Rollover | None = None

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if self.quantity is None and self.rollover:
            raise ValueError("nothing is left over of unlimited units; leave rollover out")
        return self


class Pool(Strict):
    """Included units that several charges share: taken in the order listed, or in proportion to what each used, whole
    units by largest remainder."""

    id: Name
    description: str = "pool"
    included: Included
    charges: Annotated[tuple[Name, ...], Field(min_length=1)]
    taken: Literal["in_order", "proportional"] = "in_order"


class Allocation(Strict):
    """A line's amount split over the values of a dimension in proportion to their quantities: to the currency's last
    digit, by largest remainder; ties go to the value listed first in `order`, else the lower one (numbers by size)."""

    by: str
    order: tuple[str, ...] = ()
