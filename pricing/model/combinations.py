"""Combinations of terms that have no settled meaning: refused where terms are read, not guessed where they are rated."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pricing.model.charge import UsageCharge
from pricing.model.commitment import Credit, Prepaid
from pricing.model.metric import Metric
from pricing.model.price import Percentage

if TYPE_CHECKING:
    from pricing.terms import Terms


def check(terms: "Terms") -> None:
    """Raises ValueError naming the charge and what cannot stand beside what."""
    metrics = {one.id: one for one in terms.metrics}
    _check_orders(terms)
    _check_rolling(terms)
    _check_pools(terms)
    _check_counted(terms)
    for charge in terms.charges:
        if isinstance(charge, UsageCharge):
            for what, beside in _clashes(terms, charge, metrics[charge.metric]):
                raise ValueError(
                    f"charge {charge.id}: {what} does not go together with {beside}; write two charges, or settle it by hand"
                )
        if charge.kind == "recurring" and charge.proration and charge.proration.on_change and charge.every:
            raise ValueError(
                f"charge {charge.id}: on_change is for a fee per billing period; leave `every` or on_change out"
            )
        if charge.kind == "recurring" and charge.metric and charge.every is not None:
            raise ValueError(f"charge {charge.id}: a fee by level is billed per billing period; leave `every` out")


def _check_orders(terms: "Terms") -> None:
    """A rule that names a minimum must come after it."""
    minimums = {one.id for one in terms.minimums}
    after = terms.order.index("minimum")
    staged = [(one.id, "cap", one.counts) for one in terms.caps]
    staged += [(one.id, "percent_discount", one.applies_to or ()) for one in terms.discounts if one.percent is not None]
    staged += [(one.id, "fixed_discount", one.applies_to or ()) for one in terms.discounts if one.amount is not None]
    staged += [(one.id, "credit", one.applies_to or ()) for one in terms.credits]
    for name, stage, scope in staged:
        if minimums.intersection(scope) and terms.order.index(stage) < after:
            raise ValueError(f"{name} names a minimum, but {stage} comes before it; put minimum first in order")


def _check_rolling(terms: "Terms") -> None:
    """A balance rolls into another of its own kind that ends later."""
    every: list[Prepaid | Credit] = [*terms.prepaid, *terms.credits]
    paid = {one.id: one for one in every}
    for one in every:
        if one.expiry is None or one.expiry.into is None:
            continue
        into = paid[one.expiry.into]
        if _kept_in(one) != _kept_in(into):
            raise ValueError(
                f"{one.id} rolls into {into.id}, kept in {_kept_in(into)}; let units roll into units, money into money"
            )
        if into.access.end and one.access.end and into.access.end <= one.access.end:
            raise ValueError(f"{one.id} rolls into {into.id}, which ends no later; let it roll into one that goes on")


def _check_pools(terms: "Terms") -> None:
    """Units come off once: a charge shares one pool at most."""
    seen: set[str] = set()
    for pool in terms.pools:
        twice = seen.intersection(pool.charges)
        if twice:
            raise ValueError(f"charge {min(twice)} is in two pools; its units can come off only one of them")
        seen.update(pool.charges)


def _check_counted(terms: "Terms") -> None:
    """Units drawn from a balance kept in units have no value that a minimum could count."""
    in_units = {name for one in terms.prepaid if one.kept_in == "units" for name in one.charges}
    for minimum in terms.minimums:
        if minimum.prepaid_counts and in_units.intersection(minimum.counts):
            raise ValueError(f"{minimum.id} counts prepaid units that have no price; set prepaid_counts to false")


def _kept_in(one: Prepaid | Credit) -> str:
    return one.kept_in if isinstance(one, Prepaid) else "money"


def _clashes(terms: "Terms", charge: UsageCharge, metric: Metric) -> Iterator[tuple[str, str]]:
    counted = list(_counted(terms, charge))
    prepaid = any(charge.id in one.charges for one in terms.prepaid)
    if charge.price.model == "matrix":
        others = [
            ("price_floor", charge.price_floor),
            ("accumulates", charge.accumulates != "period"),
            ("prepaid", prepaid),
        ]
        yield from (("a matrix price", name) for name in (*counted, *(name for name, given in others if given)))
    if isinstance(charge.price, Percentage):
        yield from _by_event(charge, charge.price, metric, counted)
    if charge.included and charge.included.consumes_tier:
        if charge.accumulates != "period":
            yield "consumes_tier", "accumulates"
        if charge.minimum_units is not None:
            yield "consumes_tier", "minimum_units"
        if terms.order[0] == "included" or terms.order[1] == "included":
            yield "consumes_tier", "an order that takes included units off before units are rounded"
    if charge.accumulates != "period":
        if charge.price_floor is not None:
            yield "accumulates", "price_floor"
        if prepaid:
            yield "accumulates", "a prepaid balance"
    if prepaid and charge.price_floor is not None:
        yield "a prepaid balance", "price_floor"


def _counted(terms: "Terms", charge: UsageCharge) -> Iterator[str]:
    """What changes the number of units before they are priced."""
    if charge.included:
        yield "included units"
    if charge.minimum_units is not None:
        yield "minimum_units"
    if any(charge.id in pool.charges for pool in terms.pools):
        yield "a pool"
    if any(one.units is not None and charge.id in (one.applies_to or ()) for one in terms.discounts):
        yield "free units"


def _by_event(charge: UsageCharge, price: Percentage, metric: Metric, counted: list[str]) -> Iterator[tuple[str, str]]:
    """Fees worked out event by event rest on the events' own values."""
    if price.fixed_per_event and charge.accumulates != "period":
        yield "fixed_per_event", "accumulates"
    bounds = (price.event_minimum, price.event_maximum, price.free_events, price.free_amount)
    if all(one is None for one in bounds):
        return
    yield from (("a fee worked out event by event", name) for name in counted)
    if charge.accumulates != "period":
        yield "a fee worked out event by event", "accumulates"
    rule = metric.rounding
    if (
        metric.aggregation != "sum"
        or metric.buckets
        or rule.mode != "none"
        or rule.divide_by != 1
        or rule.multiply_by != 1
    ):
        yield (
            "a fee worked out event by event",
            f"the aggregation, conversion or rounding of metric {metric.id} (use per_event)",
        )
