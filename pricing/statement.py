"""What goes into a rating beside the terms, and what comes out.

What goes in is validated (pydantic); what comes out is made by the calculator alone and is plain named tuples, so that
thirty steps of working cost little. All of it survives a round trip through canonical JSON: a statement is replayed
from these values alone. How the numbers come about is the calculator's business (`pricing.rate`).
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import AwareDatetime, ConfigDict, Field, TypeAdapter, model_validator

from pricing.model.numbers import Count, Exact, Name, Price, Quantity, Strict
from pricing.periods import Period
from pricing.steps import Op, Step, Working
from pricing.terms import Terms

__all__ = [
    "CALCULATOR", "Balance", "Billed", "Bundle", "Carried", "Counter", "Event", "Kind", "Line", "Movement", "Op", "Opening",
    "PeriodDates", "Position", "Share", "Slice", "Statement", "Step", "Usage", "UsedRuling", "Working",
]  # fmt: skip

# A released rule never changes: a new one comes with a new version, and a kept bundle names the one that made it.
CALCULATOR = "2"


class Slice(Strict):
    """Usage of one metric in event time `[start, end)`, already aggregated. The quantity in the metric's unit is
    `quantity / per`, so that milliseconds can be counted exactly and billed in minutes (per 60000). `dims` are the
    values of its dimensions, `events` how many events it holds where a price asks for that."""

    metric: Name
    start: AwareDatetime
    end: AwareDatetime
    quantity: Quantity
    per: Annotated[Quantity, Field(gt=0)] = Decimal(1)
    dims: dict[str, str] = Field(default_factory=dict)
    events: Annotated[int, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.end <= self.start:
            raise ValueError("a slice must end after it starts")
        return self


class Event(Strict):
    """One measured event: `value` in the metric's unit, or `key`, which a unique count tells apart. A second event with
    the same `id` is the same event. `removed` takes a key out of a unique count again."""

    metric: Name
    at: AwareDatetime
    value: Quantity = Decimal(1)
    key: str | None = None
    id: str | None = None
    removed: bool = False
    dims: dict[str, str] = Field(default_factory=dict)


class Usage(Strict):
    """Slices that cover the period and overlap only with other dimensions, or events of metrics that have no slices. A
    metric with neither, and not named in `measured`, has not been measured and refuses."""

    slices: tuple[Slice, ...] = ()
    events: tuple[Event, ...] = ()
    measured: tuple[Name, ...] = ()
    snapshot: str | None = None


class Balance(Strict):
    """What is left of a prepaid commitment or a credit: money, or units for a commitment kept in units."""

    id: Name
    amount: Annotated[Price, Field(ge=0)]


class Counter(Strict):
    """What earlier periods of a window counted: billable units and rounded money of a charge, money that a minimum or a
    cap counted, units taken of an allowance. `id` is the charge, minimum, cap, pool, or 'minutes.included'."""

    id: str
    quantity: Quantity = Decimal(0)
    amount: Price = Decimal(0)


class Carried(Strict):
    """Rolled-over units of an allowance that still hold: `periods` more periods, this one counted."""

    id: str
    quantity: Count
    periods: Annotated[int, Field(ge=1)] = 1


class Opening(Strict):
    """The position in which a period begins. Absent is not zero: a rating that needs a balance or a counter refuses."""

    balances: tuple[Balance, ...] = ()
    counters: tuple[Counter, ...] = ()
    carried: tuple[Carried, ...] = ()


class Billed(Strict):
    """What already bills this line for this period, by whom: 'ari' or a Stripe subscription's id."""

    line: str
    amount: Price
    by: str


class PeriodDates(Strict):
    start: date
    end: date


class Share(NamedTuple):
    """One bill-to's part of a line: the parts add up to the line's amount."""

    key: str
    quantity: Exact
    exact: Exact
    amount: Exact


Kind = Literal[
    "recurring", "one_time", "usage", "shortfall", "drawdown", "overage", "discount", "cap", "credit", "tax",
]  # fmt: skip


class Line(NamedTuple):
    """One line: `amount` is the whole charge for the period, `billed` what others or earlier invoices took, `due` the
    rest."""

    id: str
    charge: str
    kind: Kind
    description: str
    period: Period
    quantity: Exact | None
    unit: str | None
    exact: Exact
    amount: Exact
    billed: Exact
    billed_by: tuple[str, ...]
    due: Exact
    steps: Working
    timing: Literal["advance", "arrears"] = "arrears"
    shares: tuple[Share, ...] = ()


class Movement(NamedTuple):
    """A balance or an allowance through the period: opening + granted - used - expired = closing, always."""

    id: str
    unit: str
    opening: Exact
    granted: Exact
    used: Exact
    expired: Exact
    closing: Exact


class Position(NamedTuple):
    """The closing position: next month's opening, and how each balance came to it. `used` is what was drawn."""

    balances: tuple[Balance, ...] = ()
    used: tuple[Balance, ...] = ()
    counters: tuple[Counter, ...] = ()
    carried: tuple[Carried, ...] = ()
    movements: tuple[Movement, ...] = ()

    @property
    def opening(self) -> Opening:
        return Opening(balances=self.balances, counters=self.counters, carried=self.carried)


class UsedRuling(NamedTuple):
    """A ruling that some step of this statement rests on."""

    path: str
    ruling: str


class Statement(NamedTuple):
    """The calculator's output.

    `total` adds the lines' amounts before tax, `due` what is left to invoice of them; `tax` is what taxes add on top and
    `tax_due` what is left of that. `taxes` also holds credits that count after tax; `payable` is all that is left to pay.
    """

    calculator: str
    currency: str
    period: Period
    lines: tuple[Line, ...]
    total: Exact
    due: Exact
    closing: Position
    assumed: tuple[str, ...] = ()
    taxes: tuple[Line, ...] = ()
    tax: Exact = Decimal(0)
    tax_due: Exact = Decimal(0)
    payable: Exact = Decimal(0)
    rulings: tuple[UsedRuling, ...] = ()

    @classmethod
    def from_json(cls, text: str) -> Self:
        """A stored statement. Raises pydantic.ValidationError."""
        return _ADAPTER.validate_json(text)  # type: ignore[return-value]


_ADAPTER = TypeAdapter(Statement, config=ConfigDict(strict=True))


class Bundle(Strict):
    """Everything that one rating rests on; `ari replay` needs nothing else."""

    calculator: str = CALCULATOR
    terms: Terms
    usage: Usage
    period: PeriodDates
    opening: Opening = Opening()
    billed: tuple[Billed, ...] = ()
