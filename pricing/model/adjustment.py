"""Adjustments: discounts, price escalators, taxes, line rounding, and thresholds that people want to hear about."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from pricing.model.calendar import InForce, Proration
from pricing.model.commitment import Names
from pricing.model.numbers import Count, Exact, Name, Percent, Price, Strict
from pricing.money import RoundMode


class Discount(Strict):
    """Exactly one of: `percent` off, an `amount` off in each period, `units` free in each period.

    It applies to lines of the named charges (None: all) on days in force, or in the first `periods` billing periods,
    beginning with the one that holds its start. A line that is only partly inside its dates refuses, unless `proration` says
    what part of it counts. Percentages
    are taken one after the other (sequential) or each of the undiscounted amount (additive); an amount is split over
    the lines by largest remainder and never takes them below zero. `mode` rounds what comes off (None: as lines are).
    """

    id: Name
    description: str
    percent: Annotated[Percent, Field(ge=0, le=100)] | None = None
    amount: Annotated[Price, Field(ge=0)] | None = None
    units: Count | None = None
    applies_to: Names | None = None
    stacking: Literal["sequential", "additive"] = "sequential"
    mode: RoundMode | None = None
    in_force: InForce = InForce()
    periods: Annotated[int, Field(ge=1)] | None = None
    proration: Proration | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if [self.percent, self.amount, self.units].count(None) != 2:
            raise ValueError("a discount has exactly one of percent, amount and units")
        if self.units is not None and self.applies_to is None:
            raise ValueError("free units need applies_to: the charge whose units they are")
        if self.periods and (self.in_force.start is None or self.in_force.end):
            raise ValueError("a discount for a number of periods needs in_force.start, and no end")
        return self


class IndexValue(Strict):
    """The published change of an index, in percent, that counts for the step on `on`."""

    on: date
    percent: Percent


class Escalator(Strict):
    """Raises prices on `first` and every `every_months` after, by `percent`, plus an index where `index` names one (its
    values must be given: a missing one refuses), kept between `floor` and `ceiling`.

    Compounding steps multiply the price already raised, others add the same share of the first price. Each new price is
    rounded to `decimals` places (None: never). `tiers_on_change` says how a period is counted that a step falls into.
    """

    id: Name
    applies_to: Names
    first: date
    every_months: Annotated[int, Field(ge=1, le=120)] = 12
    percent: Percent = Decimal(0)
    index: str | None = None
    index_values: tuple[IndexValue, ...] = ()
    floor: Percent | None = None
    ceiling: Percent | None = None
    compounding: bool = True
    decimals: Annotated[int, Field(ge=0, le=12)] | None = None
    mode: RoundMode = "half_up"
    until: date | None = None
    tiers_on_change: Literal["restart", "continue"] | None = None


class Tax(Strict):
    """`percent` on the lines of the named charges (None: all), on top of them or inside them. Reverse charge is a tax of
    0 whose description says so."""

    id: Name
    description: str
    percent: Annotated[Percent, Field(ge=0, le=100)]
    applies_to: Names | None = None
    treatment: Literal["exclusive", "inclusive"] = "exclusive"


class LineRounding(Strict):
    """Amounts are rounded once per line, at the currency's scale or at `decimals`. With level 'part' each
    tier, flat amount and cell of a line is rounded; with 'statement' the exact sum is, and its digits are spread over the
    lines by largest remainder. Each tax is rounded per line or once."""

    mode: RoundMode
    decimals: Annotated[int, Field(ge=0, le=12)] | None = None
    level: Literal["part", "line", "statement"] = "line"
    tax: Literal["line", "statement"] = "statement"


class Threshold(Strict):
    """Levels that people want to hear about: of what `of` names (a charge, an allowance, a minimum, a prepaid balance),
    in percent, in money or in units, and every `step` beyond the last. falling: a balance going down to the value."""

    id: Name
    of: Name
    percents: tuple[Annotated[Exact, Field(gt=0)], ...] = ()
    amounts: tuple[Price, ...] = ()
    quantities: tuple[Count, ...] = ()
    step: Annotated[Price, Field(gt=0)] | None = None
    direction: Literal["rising", "falling"] = "rising"
    customer_notice_required: bool = False

    @model_validator(mode="after")
    def _some(self) -> Self:
        if sum(1 for one in (self.percents, self.amounts, self.quantities) if one) != 1:
            raise ValueError("a threshold has values of exactly one kind: percents, amounts or quantities")
        return self
