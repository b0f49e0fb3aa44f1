"""Pools: included units that several charges share, given to their stretches before any of them is priced."""

from pricing.exact import Number, shown, total
from pricing.periods import Period
from pricing.refusal import Refusal
from pricing.rules.allowances import Allowance, opened, settle
from pricing.rules.measure import measure
from pricing.rules.shares import split
from pricing.rules.stretches import Stretch
from pricing.rules.units import units_of
from pricing.rules.work import Work
from pricing.terms import Pool, UsageCharge


def fill(work: Work, groups: list[tuple[Stretch, ...]]) -> None:
    """What each stretch takes of its pool, by line id, in `work.pooled`."""
    if work.terms.pools and not work.usual_units:
        raise Refusal(
            "order",
            "pools share units that were converted and rounded; keep convert, round_units, included in this order",
        )
    for pool in work.terms.pools:
        members = [group for name in pool.charges for group in groups if group[0].charge.id == name]
        if members:
            _fill(work, pool, members)


def _fill(work: Work, pool: Pool, members: list[tuple[Stretch, ...]]) -> None:
    counted: list[tuple[str, Number]] = []
    for group in members:
        for stretch in group:
            counted.append((stretch.line, _units(work, pool, stretch)))
    allowance = _opened(work, pool, members)
    if allowance.own is None:
        work.pooled.update(dict(counted))
        return
    if pool.taken == "in_order":
        for line, units in counted:
            work.pooled[line] = allowance.take(units)[0]
    else:
        taken = allowance.take(total(units for _, units in counted))[0]
        parts = (
            split(shown(taken), [units for _, units in counted], 0) if taken == shown(taken).to_integral_value() else []
        )
        if not parts:
            raise Refusal(
                f"pools.{pool.id}.taken",
                "whole units cannot be shared out of a part of one; round the metric to whole units",
            )
        for (line, _), part in zip(counted, parts, strict=True):
            work.pooled[line] = part
    settle(work, allowance)


def _units(work: Work, pool: Pool, stretch: Stretch) -> Number:
    charge = stretch.charge
    if not isinstance(charge, UsageCharge) or charge.included or charge.per_each:
        path = f"pools.{pool.id}.charges"
        raise Refusal(path, f"{charge.id} cannot share a pool; name usage charges without included units of their own")
    metric = work.terms.metric(charge.metric)
    raw = measure(work, metric, stretch.dates, charge.where)
    return units_of(raw.number, raw.per, metric)


def _opened(work: Work, pool: Pool, members: list[tuple[Stretch, ...]]) -> Allowance:
    charge = members[0][0].charge
    assert isinstance(charge, UsageCharge)
    unit = work.terms.metric(charge.metric).unit
    whole = members[0][0]._replace(path=f"pools.{pool.id}", dates=_reach(members))
    allowance = opened(work, (whole,), [pool.included], pool.id, unit)
    if allowance is None:
        raise Refusal(f"pools.{pool.id}.included.quantity", "is zero; leave the pool out")
    return allowance


def _reach(members: list[tuple[Stretch, ...]]) -> Period:
    stretches = [stretch.dates for group in members for stretch in group]
    return Period(min(one.start for one in stretches), max(one.end for one in stretches))
