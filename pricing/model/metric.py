"""Metrics: what is counted, and how a count becomes billable units."""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from pricing.model.numbers import Count, Exact, Name, Strict

UnitMode = Literal["none", "up", "down", "half_up", "half_even"]
Aggregation = Literal["sum", "count", "max", "unique", "last", "time_weighted", "percentile"]


class UnitRounding(Strict):
    """How a quantity becomes billable units: converted first (times `multiply_by`, over `divide_by`), rounded after.
    Negative `decimals` round to tens, hundreds and so on."""

    multiply_by: Annotated[Count, Field(gt=0)] = Decimal(1)
    divide_by: Annotated[Count, Field(gt=0)] = Decimal(1)
    mode: UnitMode = "none"
    decimals: Annotated[int, Field(ge=-12, le=12)] = 0


class EventRule(Strict):
    """What each event counts as, before events are aggregated: at least `minimum`, then up to a whole number of
    `increment`s ('6-second increments, at least 30 seconds'), then converted and rounded."""

    minimum: Count | None = None
    increment: Annotated[Count, Field(gt=0)] | None = None
    rounding: UnitRounding = UnitRounding()


class Buckets(Strict):
    """The aggregation runs in each hour, day or month of the contract's zone; `across` joins the results ('the sum of
    daily peaks', 'the average of daily values')."""

    every: Literal["hour", "day", "month"]
    across: Literal["sum", "max", "average"]


class Metric(Strict):
    """What is counted. `unit` is the word an invoice uses ('min'); which rows count is the usage store's business.

    Aggregates that do not merge (unique, percentile) are taken from one slice or from events. time_weighted averages a
    level over time, by calendar days or by seconds, over the whole billing period. An event of a level metric states
    the level, or with `event_values` 'change' what it adds to it.
    """

    id: Name
    unit: str
    aggregation: Aggregation = "sum"
    percentile: Annotated[Exact, Field(gt=0, le=100)] | None = None
    weighted_by: Literal["days", "seconds"] = "days"
    event_values: Literal["level", "change"] = "level"
    per_event: EventRule | None = None
    buckets: Buckets | None = None
    rounding: UnitRounding = UnitRounding()
    excluded: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.aggregation == "percentile") != (self.percentile is not None):
            raise ValueError("percentile and the aggregation 'percentile' go together")
        level = self.aggregation in ("last", "time_weighted")
        if self.buckets and level:
            raise ValueError(
                f"a level ({self.aggregation}) holds on from bucket to bucket; leave buckets out, or aggregate a sum or a max"
            )
        if self.event_values == "change" and not level:
            raise ValueError("event_values 'change' is for levels: aggregation last or time_weighted")
        return self
