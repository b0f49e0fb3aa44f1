"""What goes into a rating beside the terms, and what comes out.

All of it is plain data that survives a round trip through canonical JSON: a statement is replayed from these values
alone. How the numbers come about is the calculator's business (`pricing.rate`).
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from pricing.terms import CurrencyCode, Exact, Name, Price, Quantity, Strict, Terms

# A released rule never changes: a new one comes with a new version, and a kept bundle names the one that made it.
CALCULATOR = "1"


class Slice(Strict):
    """Usage of one metric in event time `[start, end)`. The quantity in the metric's unit is `quantity / per`, so that
    milliseconds can be counted exactly and billed in minutes (per 60000)."""

    metric: Name
    start: AwareDatetime
    end: AwareDatetime
    quantity: Quantity
    per: Annotated[Quantity, Field(gt=0)] = Decimal(1)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.end <= self.start:
            raise ValueError("a slice must end after it starts")
        return self


class Usage(Strict):
    """Slices that do not overlap and cover the period; a metric with none has not been measured and refuses."""

    slices: tuple[Slice, ...] = ()
    snapshot: str | None = None


class Balance(Strict):
    """What is left of a prepaid commitment, in money."""

    id: Name
    amount: Annotated[Price, Field(ge=0)]


class Opening(Strict):
    balances: tuple[Balance, ...] = ()


class Billed(Strict):
    """What already bills this line for this period, by whom: 'ari' or a Stripe subscription's id."""

    line: str
    amount: Price
    by: str


class PeriodDates(Strict):
    start: date
    end: date


class Step(Strict):
    """One step of a line's working.

    `op` names the rule; `inputs` are the figures it took, by name; `result` is what came out, with its `unit` (a
    metric's unit word or a currency code); `path` is the term it rests on ('charges.minutes.included.quantity', or
    'charges.minutes@2025-11-16.price.unit_amount' for a later version of a charge), None for usage.
    """

    op: Literal[
        "measure", "convert", "round_units", "include", "tier", "price", "flat", "prorate", "sum",
        "shortfall", "draw", "overage", "round", "billed",
    ]  # fmt: skip
    # Left to right, so that a figure read back from JSON is a figure again and not its text.
    inputs: dict[str, Annotated[Exact | str, Field(union_mode="left_to_right")]]
    result: Exact
    unit: str
    path: str | None = None


class Line(Strict):
    """One line: `amount` is the whole charge for the period, `billed` what others or earlier invoices took, `due` the
    rest."""

    id: str
    charge: Name
    kind: Literal["recurring", "usage", "shortfall", "drawdown", "overage"]
    description: str
    period: PeriodDates
    quantity: Exact | None
    unit: str | None
    exact: Exact
    amount: Exact
    billed: Exact
    billed_by: tuple[str, ...] = ()
    due: Exact
    steps: tuple[Step, ...]


class Position(Strict):
    """The closing position: next month's opening."""

    balances: tuple[Balance, ...] = ()
    used: tuple[Balance, ...] = ()


class Statement(Strict):
    """The calculator's output. `total` adds the lines' amounts, `due` what is left to invoice."""

    calculator: str
    currency: CurrencyCode
    period: PeriodDates
    lines: tuple[Line, ...]
    total: Exact
    due: Exact
    closing: Position
    assumed: tuple[str, ...] = ()


class Bundle(Strict):
    """Everything that one rating rests on; `ari replay` needs nothing else."""

    calculator: str = CALCULATOR
    terms: Terms
    usage: Usage
    period: PeriodDates
    opening: Opening = Opening()
    billed: tuple[Billed, ...] = ()
