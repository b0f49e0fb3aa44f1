"""Terms: the plain values that the calculator sees, and nothing else.

Strict, frozen, writable by hand. Where a value came from (page, quote, who confirmed it) lives in the evidence beside
it, never in here. A charge that an amendment changes appears once per stretch of time under the same id, with
`in_force` ranges that do not overlap: usage is cut at those dates, in the contract's time zone.
"""

from collections import defaultdict
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from pricing.money import RoundMode, exponent

QUANTITY_LIMIT = Decimal(10) ** 15
PRICE_LIMIT = Decimal(10) ** 12
DECIMALS_LIMIT = 30


def _exact(value: Any) -> Any:
    """Text and whole numbers only: a float has already lost the digits that the contract printed."""
    if isinstance(value, bool | float):
        raise ValueError('write numbers as text, such as "0.085"')
    try:
        return Decimal(value) if isinstance(value, str | int) else value
    except InvalidOperation as unread:
        raise ValueError(f"{value!r} is not a number") from unread


def _finite(value: Decimal) -> Decimal:
    if not value.is_finite():
        raise ValueError("must be a finite number")
    return value


def _decimals(value: Decimal) -> Decimal:
    if int(value.as_tuple().exponent) < -DECIMALS_LIMIT:
        raise ValueError(f"has more than {DECIMALS_LIMIT} decimals")
    return value


def _price(value: Decimal) -> Decimal:
    if abs(value) >= PRICE_LIMIT:
        raise ValueError("is above any price that can be meant (10^12)")
    return _decimals(value)


def _quantity(value: Decimal) -> Decimal:
    if abs(value) >= QUANTITY_LIMIT:
        raise ValueError("is above any quantity that can be meant (10^15)")
    return _decimals(value)


def _currency(code: str) -> str:
    exponent(code)
    return code


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as unknown:
        raise ValueError(f"{name!r} is not a time zone; write one such as America/New_York") from unknown
    return name


Exact = Annotated[Decimal, BeforeValidator(_exact), AfterValidator(_finite)]
Price = Annotated[Exact, AfterValidator(_price)]
Quantity = Annotated[Exact, AfterValidator(_quantity)]
Count = Annotated[Quantity, Field(ge=0)]
CurrencyCode = Annotated[str, AfterValidator(_currency)]
Zone = Annotated[str, AfterValidator(_zone)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")]


class Strict(BaseModel):
    """Unknown fields are refused, and nothing changes after construction."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class UnitRounding(Strict):
    """How the quantity of a period becomes billable units: converted first, rounded after."""

    divide_by: Annotated[Count, Field(gt=0)] = Decimal(1)
    mode: Literal["none", "up", "down", "half_up"] = "none"
    decimals: Annotated[int, Field(ge=0, le=12)] = 0


class Metric(Strict):
    """What is counted. `unit` is the word an invoice uses ('min'); which rows count is the usage store's business."""

    id: Name
    unit: str
    rounding: UnitRounding = UnitRounding()
    excluded: tuple[str, ...] = ()


class PerUnit(Strict):
    model: Literal["per_unit"] = "per_unit"
    unit_amount: Price


class Tier(Strict):
    """`up_to` is inclusive; None means no end. `flat_amount` is due once when the tier is entered."""

    up_to: Count | None
    unit_amount: Price
    flat_amount: Price = Decimal(0)


class Tiered(Strict):
    """graduated: each unit at its own tier's price. volume: all units at the price of the tier the total reaches."""

    model: Literal["graduated", "volume"]
    tiers: Annotated[tuple[Tier, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _contiguous(self) -> Self:
        ends = [tier.up_to for tier in self.tiers]
        if ends[-1] is not None:
            raise ValueError("the last tier must be open: write up_to null")
        bounds = [end for end in ends[:-1] if end is not None]
        if len(bounds) != len(ends) - 1:
            raise ValueError("only the last tier may be open")
        if any(high <= low for low, high in zip([Decimal(0), *bounds], bounds, strict=False)):
            raise ValueError("tiers must rise: each up_to above the one before")
        return self


PriceModel = Annotated[PerUnit | Tiered, Field(discriminator="model")]


class Included(Strict):
    """Units at no further charge in each period; None means unlimited, which only a quoted clause can say."""

    quantity: Count | None


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
    """How a fee for part of a period is cut."""

    basis: Literal["actual_days", "none"]


class RecurringCharge(Strict):
    """A fee per billing period. Without `proration` a partial period refuses: silence is an open question."""

    kind: Literal["recurring"] = "recurring"
    id: Name
    description: str
    amount: Price
    proration: Proration | None = None
    in_force: InForce = InForce()


class UsageCharge(Strict):
    """A charge on a metric. Included units come off before the price model's first unit."""

    kind: Literal["usage"] = "usage"
    id: Name
    description: str
    metric: Name
    price: PriceModel
    included: Included | None = None
    in_force: InForce = InForce()
    tiers_on_change: Literal["restart", "continue"] | None = None


Charge = Annotated[RecurringCharge | UsageCharge, Field(discriminator="kind")]


class Minimum(Strict):
    """A monthly minimum: when the counted charges come to less, the shortfall is due as a line of its own."""

    id: Name
    description: str
    amount: Annotated[Price, Field(gt=0)]
    counts: Annotated[tuple[Name, ...], Field(min_length=1)]
    in_force: InForce = InForce()


class Prepaid(Strict):
    """A commitment paid ahead and drawn down at the charge's own price until it is used up.

    `overage_unit_amount` prices what the balance no longer covers; there is no default for it.
    """

    id: Name
    description: str
    amount: Annotated[Price, Field(gt=0)]
    applies_to: Name
    access: InForce
    overage_unit_amount: Price | None = None


class Threshold(Strict):
    """A level that people want to hear about, in percent of what `of` names (included units, a prepaid balance)."""

    id: Name
    of: Name
    percents: Annotated[tuple[Annotated[Exact, Field(gt=0)], ...], Field(min_length=1)]
    customer_notice_required: bool = False


class LineRounding(Strict):
    """Amounts are rounded once per line, at the currency's scale."""

    mode: RoundMode


class Billing(Strict):
    """When invoices are made and when they fall due."""

    frequency: Literal["monthly"] = "monthly"
    timing: Literal["arrears", "advance"] = "arrears"
    net_days: Annotated[int, Field(ge=0, le=365)]
    po_number: str | None = None


class Terms(Strict):
    """One contract as it stands after all its amendments."""

    schema_version: Literal[1] = 1
    currency: CurrencyCode
    time_zone: Zone
    effective_from: date
    term_end: date | None = None
    billing: Billing
    rounding: LineRounding
    metrics: tuple[Metric, ...] = ()
    charges: Annotated[tuple[Charge, ...], Field(min_length=1)]
    minimums: tuple[Minimum, ...] = ()
    prepaid: tuple[Prepaid, ...] = ()
    thresholds: tuple[Threshold, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> Self:
        _unique([metric.id for metric in self.metrics], "metric")
        _unique([minimum.id for minimum in self.minimums], "minimum")
        _unique([prepaid.id for prepaid in self.prepaid], "prepaid")
        _references(self)
        _stretches(self.charges)
        if self.term_end and self.term_end <= self.effective_from:
            raise ValueError("term_end must come after effective_from")
        return self

    def metric(self, name: str) -> Metric:
        return next(metric for metric in self.metrics if metric.id == name)


def _unique(names: list[str], what: str) -> None:
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ValueError(f"{what} {', '.join(sorted(twice))} appears twice")


def _references(terms: Terms) -> None:
    metrics = {metric.id for metric in terms.metrics}
    charges = {charge.id for charge in terms.charges}
    wanted = [(charge.metric, metrics, charge.id) for charge in terms.charges if isinstance(charge, UsageCharge)]
    wanted += [(name, charges, minimum.id) for minimum in terms.minimums for name in minimum.counts]
    wanted += [(prepaid.applies_to, charges, prepaid.id) for prepaid in terms.prepaid]
    targets = charges | {prepaid.id for prepaid in terms.prepaid}
    wanted += [(threshold.of, targets, threshold.id) for threshold in terms.thresholds]
    for name, known, owner in wanted:
        if name not in known:
            raise ValueError(f"{owner} refers to {name!r}, which these terms do not have")


def _stretches(charges: tuple[Charge, ...]) -> None:
    """Stretches of one charge must not overlap: a day billed at two prices is billed twice."""
    by_id: dict[str, list[InForce]] = defaultdict(list)
    counts: dict[str, set[str | None]] = defaultdict(set)
    for charge in charges:
        by_id[charge.id].append(charge.in_force)
        counts[charge.id].add(charge.metric if isinstance(charge, UsageCharge) else None)
    for name, stretches in by_id.items():
        if len(counts[name]) > 1:
            raise ValueError(f"charge {name} changes what it counts; give the later stretch an id of its own")
        ordered = sorted(stretches, key=lambda one: one.start or date.min)
        for earlier, later in pairwise(ordered):
            if earlier.end is None or later.start is None or later.start < earlier.end:
                raise ValueError(f"charge {name} is in force twice on the same day")
