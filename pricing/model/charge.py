"""Charges: what the contract bills for. An amended charge stands once per stretch of time under the same id."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from pricing.model.allowance import Allocation, Included
from pricing.model.calendar import InForce, Interval, Proration, Window
from pricing.model.numbers import Count, Name, Price, Strict
from pricing.model.price import PriceModel, Tiered


class Instalment(Strict):
    """A part of an amount: invoiced in the period that holds `on`. `amount` None takes an even share of what the others
    leave."""

    on: date
    amount: Price | None = None


class RecurringCharge(Strict):
    """A fee per `every` (None: the billing frequency). Without `proration` a partial interval refuses: silence is an
    open question.

    `quantity` units are charged, or as many as the level metric `metric` shows (seats), at `amount` each or, where
    `tiers` price the level, at what a change adds to their price (then `amount` is 0). A fee with a longer interval
    than the invoice is due whole at its interval's start (advance) or end (arrears), or with `spread` in equal parts,
    the last of which absorbs what rounding left.
    """

    kind: Literal["recurring"] = "recurring"
    id: Name
    description: str
    amount: Price
    quantity: Count = Decimal(1)
    metric: Name | None = None
    tiers: Tiered | None = None
    every: Interval | None = None
    timing: Literal["advance", "arrears"] | None = None
    spread: bool = False
    proration: Proration | None = None
    in_force: InForce = InForce()

    @model_validator(mode="after")
    def _levels(self) -> Self:
        if self.metric and (self.spread or self.quantity != 1):
            raise ValueError("a quantity that a metric shows cannot be spread, nor given beside it")
        if self.tiers and (not self.metric or self.amount):
            raise ValueError("tiers price the level of a metric; name it, and write amount 0")
        if self.tiers and (self.tiers.zero_usage_flat or any(tier.block for tier in self.tiers.tiers)):
            raise ValueError(
                "tiers of a level have neither blocks nor a flat amount at zero; bill those on a usage charge"
            )
        return self


class OneTimeCharge(Strict):
    """A fee once, in the period that holds `on`; or in instalments, of which the last absorbs what rounding left."""

    kind: Literal["one_time"] = "one_time"
    id: Name
    description: str
    amount: Price
    on: date | None = None
    instalments: tuple[Instalment, ...] = ()
    in_force: InForce = InForce()

    @model_validator(mode="after")
    def _dated(self) -> Self:
        if (self.on is None) == (not self.instalments):
            raise ValueError("a one-time charge needs either `on` or `instalments`")
        given = [one.amount for one in self.instalments if one.amount is not None]
        if len(given) == len(self.instalments) and given and sum(given) != self.amount:
            raise ValueError(f"the instalments add up to {sum(given)}, not to {self.amount}")
        if self.amount > 0 and sum(given) > self.amount:
            raise ValueError(f"the instalments come to {sum(given)}, more than {self.amount}")
        return self


class UsageCharge(Strict):
    """A charge on a metric. Included units come off before the price model's first unit.

    `where` keeps only usage whose dimensions have one of the values; `per_each` rates every value of a dimension on its
    own, with tiers and included units of its own; `accumulates` counts tiers over a longer window than the period;
    `minimum_units` are billed even when fewer were used; `price_floor` is the least that a billable unit costs.
    """

    kind: Literal["usage"] = "usage"
    id: Name
    description: str
    metric: Name
    price: PriceModel
    included: Included | None = None
    where: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    per_each: str | None = None
    accumulates: Window = "period"
    minimum_units: Count | None = None
    price_floor: Price | None = None
    allocation: Allocation | None = None
    in_force: InForce = InForce()
    tiers_on_change: Literal["restart", "continue"] | None = None


Charge = Annotated[RecurringCharge | OneTimeCharge | UsageCharge, Field(discriminator="kind")]
