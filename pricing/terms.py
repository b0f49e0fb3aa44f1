"""Terms: the plain values that the calculator sees, and nothing else.

Strict, frozen, writable by hand. Where a value came from (page, quote, who confirmed it) lives in the evidence beside
it, never in here. A charge that an amendment changes appears once per stretch of time under the same id, with
`in_force` ranges that do not overlap: usage is cut at those dates, in the contract's time zone. This module is the door
to the model: its parts are defined in `pricing.model`, one noun a file.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from pricing import order as orders
from pricing.model import combinations
from pricing.model.adjustment import Discount, Escalator, IndexValue, LineRounding, Tax, Threshold
from pricing.model.allowance import Allocation, Included, Pool, Rollover
from pricing.model.calendar import Anchor, Billing, InForce, Interval, LateUsage, Proration, Window
from pricing.model.charge import Charge, Instalment, OneTimeCharge, RecurringCharge, UsageCharge
from pricing.model.commitment import Cap, Credit, Expiry, Minimum, Prepaid, Recharge
from pricing.model.metric import Buckets, EventRule, Metric, UnitRounding
from pricing.model.numbers import (
    DECIMALS_LIMIT,
    PRICE_LIMIT,
    QUANTITY_LIMIT,
    Count,
    CurrencyCode,
    Exact,
    Name,
    Percent,
    Price,
    Quantity,
    Strict,
    Zone,
)
from pricing.model.price import (
    Cell,
    FlatModel,
    GraduatedPercentage,
    Matrix,
    Package,
    PassThrough,
    Percentage,
    PercentTier,
    PerUnit,
    PriceModel,
    Stair,
    Stairstep,
    Tier,
    Tiered,
)
from pricing.order import Stage

__all__ = [
    "DECIMALS_LIMIT",
    "PRICE_LIMIT",
    "QUANTITY_LIMIT",
    "Allocation",
    "Anchor",
    "BillTo",
    "Billing",
    "Buckets",
    "Cap",
    "Cell",
    "Charge",
    "Count",
    "Credit",
    "CurrencyCode",
    "Discount",
    "Escalator",
    "EventRule",
    "Exact",
    "Expiry",
    "FlatModel",
    "GraduatedPercentage",
    "InForce",
    "Included",
    "IndexValue",
    "Instalment",
    "Interval",
    "LateUsage",
    "LineRounding",
    "Matrix",
    "Metric",
    "Minimum",
    "Name",
    "OneTimeCharge",
    "Package",
    "PassThrough",
    "PerUnit",
    "Percent",
    "PercentTier",
    "Percentage",
    "Pool",
    "Prepaid",
    "Price",
    "PriceModel",
    "Proration",
    "Quantity",
    "Recharge",
    "RecurringCharge",
    "Rollover",
    "Ruled",
    "Stage",
    "Stair",
    "Stairstep",
    "Strict",
    "Tax",
    "Terms",
    "Threshold",
    "Tier",
    "Tiered",
    "UnitRounding",
    "UsageCharge",
    "Window",
    "Zone",
]  # fmt: skip

SCHEMA: Literal[2] = 2


class BillTo(Strict):
    """Who receives (a part of) the invoice: `key` is the value of the dimension by which lines are allocated, None for
    the whole."""

    id: Name
    name: str
    key: str | None = None
    po_number: str | None = None


class Ruled(Strict):
    """A term that the contract leaves open and a ruling answers: `path` as in a working's steps ('rounding.mode')."""

    path: str
    ruling: str


def _ordered(order: tuple[Stage, ...]) -> tuple[Stage, ...]:
    orders.check(order)
    return order


class Terms(Strict):
    """One contract as it stands after all its amendments."""

    schema_version: Literal[2] = SCHEMA
    currency: CurrencyCode
    time_zone: Zone
    effective_from: date
    term_end: date | None = None
    billing: Billing
    rounding: LineRounding
    metrics: tuple[Metric, ...] = ()
    charges: Annotated[tuple[Charge, ...], Field(min_length=1)]
    pools: tuple[Pool, ...] = ()
    minimums: tuple[Minimum, ...] = ()
    caps: tuple[Cap, ...] = ()
    prepaid: tuple[Prepaid, ...] = ()
    credits: tuple[Credit, ...] = ()
    discounts: tuple[Discount, ...] = ()
    escalators: tuple[Escalator, ...] = ()
    taxes: tuple[Tax, ...] = ()
    order: Annotated[tuple[Stage, ...], AfterValidator(_ordered)] = orders.DEFAULT
    thresholds: tuple[Threshold, ...] = ()
    late_usage: LateUsage | None = None
    bill_tos: tuple[BillTo, ...] = ()
    rulings: tuple[Ruled, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> Self:
        _unique([metric.id for metric in self.metrics], "metric")
        _unique([bill_to.id for bill_to in self.bill_tos], "bill-to")
        charges = list(dict.fromkeys(charge.id for charge in self.charges))
        _unique(charges + [one.id for group in self._owners() for one in group], "id")
        _references(self, set(charges))
        _stretches(self.charges)
        combinations.check(self)
        if self.term_end and self.term_end <= self.effective_from:
            raise ValueError("term_end must come after effective_from")
        return self

    def metric(self, name: str) -> Metric:
        return next(metric for metric in self.metrics if metric.id == name)

    def _owners(self) -> tuple[Iterable[Pool | Minimum | Cap | Prepaid | Credit | Discount | Escalator | Tax], ...]:
        """Whatever has lines or balances of its own, whose ids must differ from each other."""
        return (
            self.pools, self.minimums, self.caps, self.prepaid, self.credits, self.discounts, self.escalators, self.taxes,
        )  # fmt: skip


def _unique(names: list[str], what: str) -> None:
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise ValueError(f"{what} {', '.join(sorted(twice))} appears twice")


def _references(terms: Terms, charges: set[str]) -> None:
    metrics = {metric.id for metric in terms.metrics}
    paid: list[Prepaid | Credit] = [*terms.prepaid, *terms.credits]
    balances = {one.id for one in paid}
    bounds: list[Minimum | Cap] = [*terms.minimums, *terms.caps]
    wanted = [
        (one.metric, metrics, one.id) for one in terms.charges if not isinstance(one, OneTimeCharge) and one.metric
    ]
    priced = charges | {one.id for one in terms.minimums}
    wanted += [(name, charges, one.id) for one in terms.minimums for name in one.counts]
    wanted += [(name, priced, one.id) for one in terms.caps for name in one.counts]
    wanted += [(name, charges, one.id) for one in terms.prepaid for name in one.charges]
    scoped: list[Credit | Discount | Tax] = [*terms.credits, *terms.discounts, *terms.taxes]
    wanted += [(name, priced, one.id) for one in scoped for name in one.applies_to or ()]
    wanted += [(name, charges, one.id) for one in terms.escalators for name in one.applies_to]
    wanted += [(name, charges, pool.id) for pool in terms.pools for name in pool.charges]
    wanted += [(one.expiry.into, balances, one.id) for one in paid if one.expiry and one.expiry.into]
    targets = charges | balances | {one.id for one in bounds} | {pool.id for pool in terms.pools}
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
        counts[charge.id].add(None if isinstance(charge, OneTimeCharge) else charge.metric)
    for name, stretches in by_id.items():
        if len(counts[name]) > 1:
            raise ValueError(f"charge {name} changes what it counts; give the later stretch an id of its own")
        ordered = sorted(stretches, key=lambda one: one.start or date.min)
        for earlier, later in pairwise(ordered):
            if earlier.end is None or later.start is None or later.start < earlier.end:
                raise ValueError(f"charge {name} is in force twice on the same day")
