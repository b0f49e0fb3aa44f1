"""Reading: what a reader, rules or a model, says that a contract states; every value as printed.

Promises a small form and no judgement: nothing in here is checked or normalised. A field lists each place that states
it, so that a document which contradicts itself can be seen to; a field without a place says why. The kind in each
annotation names the parser by which `verify` derives a value from the quote alone.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Kind = Literal[
    "name", "words", "date", "money", "quantity", "percent", "days", "term", "currency", "zone", "document",
    "frequency", "timing", "unit_rounding", "line_rounding", "proration", "tier_model", "counts", "collected",
    "beyond", "span",
]  # fmt: skip


class Form(BaseModel):
    """Unknown fields are refused; text only."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Said(Form):
    """One place: the value as printed (or the listed word that it means), the page from 1, the words around it."""

    value: str
    page: Annotated[int, Field(ge=1)]
    quote: Annotated[str, Field(min_length=1)]


class Stated(Form):
    """Every place that states one thing; none with the reason why."""

    said: tuple[Said, ...] = ()
    reason: str | None = None


Name = Annotated[Stated, "name"]
Words = Annotated[Stated, "words"]
Day = Annotated[Stated, "date"]
Money = Annotated[Stated, "money"]
Amount = Annotated[Stated, "quantity"]


class Fee(Form):
    """A fixed fee. `period` is month, quarter or year; `collected` is 'subscription' when other billing takes it."""

    description: Words = Stated()
    amount: Money = Stated()
    period: Annotated[Stated, "frequency"] = Stated()
    timing: Annotated[Stated, "timing"] = Stated()
    collected: Annotated[Stated, "collected"] = Stated()


class TierRow(Form):
    """`up_to` is the band's last quantity as printed, or 'above' for the open end; `width` stands in its place for 'the
    next 40,000'; `above` is where the band begins."""

    above: Amount = Stated()
    up_to: Amount = Stated()
    width: Amount = Stated()
    unit_price: Money = Stated()


class Usage(Form):
    """A price per unit of something counted: `unit_price`, or `tiers` with their model (graduated | volume)."""

    metric: Words = Stated()
    unit_price: Money = Stated()
    included: Amount = Stated()
    tier_model: Annotated[Stated, "tier_model"] = Stated()
    tiers: tuple[TierRow, ...] = ()


class MonthlyMinimum(Form):
    """`counts` is what it is held against: usage | all."""

    amount: Money = Stated()
    counts: Annotated[Stated, "counts"] = Stated()


class Dates(Form):
    """When prices begin and end: `ends` is the last day, `length` months or years, `renews` the words that say so."""

    effective: Day = Stated()
    ends: Day = Stated()
    length: Annotated[Stated, "term"] = Stated()
    renews: Words = Stated()


class Commitment(Form):
    """An amount paid ahead and drawn down. `covers` is a span as printed: 'calendar year 2025', 'May 1 to ...'."""

    amount: Money = Stated()
    covers: Annotated[Stated, "span"] = Stated()
    drawdown_price: Money = Stated()
    overage_price: Money = Stated()
    notices: Annotated[tuple[Said, ...], "percent"] = ()


class Change(Form):
    """What an amendment changes: `what` names the fee or the thing counted, `starts` the first day of the new price."""

    what: Words = Stated()
    starts: Day = Stated()
    old: Money = Stated()
    new: Money = Stated()


class Signature(Form):
    """Who signed for the customer and for the vendor, and when."""

    customer: Name = Stated()
    vendor: Name = Stated()
    dates: Annotated[tuple[Said, ...], "date"] = ()


class NotBillable(Form):
    """An amount that was seen and is no price, with the reason; `understood` is False where no rule knows it."""

    amount: str
    reason: str
    page: int
    quote: str
    understood: bool = True


class Reading(Form):
    """One document."""

    document: Annotated[Stated, "document"] = Stated()
    amends: Day = Stated()
    customer: Name = Stated()
    vendor: Name = Stated()
    signatures: Signature = Signature()
    currency: Annotated[Stated, "currency"] = Stated()
    dates: Dates = Dates()
    net_days: Annotated[Stated, "days"] = Stated()
    po_number: Words = Stated()
    frequency: Annotated[Stated, "frequency"] = Stated()
    timing: Annotated[Stated, "timing"] = Stated()
    time_zone: Annotated[Stated, "zone"] = Stated()
    unit_rounding: Annotated[Stated, "unit_rounding"] = Stated()
    line_rounding: Annotated[Stated, "line_rounding"] = Stated()
    proration: Annotated[Stated, "proration"] = Stated()
    excluded: Annotated[tuple[Said, ...], "words"] = ()
    fees: tuple[Fee, ...] = ()
    usage: tuple[Usage, ...] = ()
    minimum: MonthlyMinimum | None = None
    commitment: Commitment | None = None
    changes: tuple[Change, ...] = ()
    beyond: Annotated[tuple[Said, ...], "beyond"] = ()
    not_billable: tuple[NotBillable, ...] = ()
