"""When terms hold and how time is cut: dates in force, billing periods, windows, proration, invoicing."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from pricing.model.numbers import Strict

Interval = Literal["daily", "weekly", "monthly", "quarterly", "semiannual", "annual"]

# Over what a count runs on: an allowance, tiers, a minimum, a cap. `quarter` is three billing months from the
# contract's start, `contract_year` twelve; `calendar_year` begins on 1 January; `term` is the contract's whole life.
Window = Literal["period", "quarter", "contract_year", "calendar_year", "term"]


class InForce(Strict):
    """`[start, end)` in calendar dates of the contract's zone; None is open."""

    start: date | None = None
    end: date | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.start and self.end and self.end <= self.start:
            raise ValueError("in_force must end after it starts")
        return self


class Proration(Strict):
    """How a part of a period counts.

    actual_days: calendar days of the part by those of the period. fixed_30: every month has 30 days. seconds: elapsed
    seconds, so daylight saving counts. none: the part counts whole. `change_day` says at which amount the day of a
    change bills, `ratio_decimals` rounds the ratio half up before it multiplies (None: never), `round_first` rounds the
    whole amount before it is cut, and `credit_on_decrease` says what a smaller quantity gives back inside a period that
    it was billed for. Where a fee changes inside a period and is not cut
    (basis none), `on_change` says which amount holds.
    """

    basis: Literal["actual_days", "fixed_30", "seconds", "none"]
    change_day: Literal["new", "old"] = "new"
    ratio_decimals: Annotated[int, Field(ge=0, le=30)] | None = None
    round_first: bool = False
    credit_on_decrease: Literal["yes", "next_renewal", "never"] | None = None
    on_change: Literal["both", "old", "new"] | None = None


class Anchor(Strict):
    """Where billing periods begin: on the first of the calendar interval, or on `day`, which comes back after short
    months (31 January, 28 February, 31 March). Without a day an anniversary is that of `effective_from`."""

    kind: Literal["calendar", "anniversary"]
    day: Annotated[int, Field(ge=1, le=31)] | None = None


class Billing(Strict):
    """When invoices are made and when they fall due: every `every` intervals of `frequency`. Without an anchor any period
    of the right length is rated."""

    frequency: Interval = "monthly"
    every: Annotated[int, Field(ge=1, le=120)] = 1
    anchor: Anchor | None = None
    timing: Literal["arrears", "advance"] = "arrears"
    net_days: Annotated[int, Field(ge=0, le=365)]
    po_number: str | None = None


class LateUsage(Strict):
    """What happens to usage that arrives after its invoice: within `window_days` of the period's end (None: always) the
    period is rated again and the difference is booked, waived, or credited; later usage is shown and not billed."""

    window_days: Annotated[int, Field(ge=0, le=3660)] | None = None
    after: Literal["next_invoice", "credit_note", "waive"]
    dated_to: Literal["period", "now"] = "period"
    notice: str | None = None
