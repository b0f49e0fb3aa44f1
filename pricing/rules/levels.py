"""Levels: fees whose quantity a metric shows (seats), and which changes on the days that the level does.

The level of the first day counts for the whole stretch, every later change from its day on; what a decrease gives back
is for the terms to say. Levels of different dimensions add up.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from pricing.exact import ONE, ZERO, Number, add, div, mul, shown, sub, total
from pricing.model.charge import RecurringCharge
from pricing.model.metric import Metric
from pricing.periods import Period
from pricing.refusal import Refusal
from pricing.rules.events import once
from pricing.rules.measure import local
from pricing.rules.proration import prorated, ratio
from pricing.rules.stretches import Stretch
from pricing.rules.units import units_of
from pricing.rules.work import Work
from pricing.statement import Event, Slice
from pricing.steps import Note, Step

LEVELS = ("sum", "max", "last", "time_weighted")
Levels = list[tuple[date, Number]]


def by_level(
    work: Work, stretch: Stretch, charge: RecurringCharge, reached: Number, steps: list[Step | Note]
) -> tuple[Number, Number]:
    """The exact amount, and the level at the end; `reached` is what an earlier stretch of the period billed. Raises
    Refusal where a change is not settled by the terms."""
    rule = charge.proration
    if rule and rule.basis == "none" and stretch.dates != work.period and rule.on_change is None:
        reason = (
            "the fee holds for part of the period and is not prorated; say which of its versions bills in on_change"
        )
        raise Refusal(f"{stretch.path}.proration.basis", reason)
    amount: Number = ZERO
    before: Number = ZERO
    measured = _measured(work, stretch, work.metrics[charge.metric or ""])
    if rule and rule.credit_on_decrease in ("next_renewal", "never"):
        # A decrease that gives nothing back does not come with an amendment either.
        measured[0] = (measured[0][0], max(measured[0][1], reached))
    levels = _counting(stretch, charge, measured)
    for day, level in levels:
        held = Period(day, stretch.dates.end)
        value = _change(work, stretch, charge, before, level, steps)
        if held != work.period:
            if rule is None:
                reason = f"the quantity changes on {day}; say how a part of the period is cut"
                raise Refusal(f"{stretch.path}.proration", reason)
            share = ratio(rule, held, work.period, work.zone)
            value = prorated(work, value, share, rule, f"{stretch.path}.proration.basis", steps)
        amount, before = add(amount, value), level
    if len(levels) > 1:
        steps.append(Step("sum", {}, shown(amount), work.currency))
    return amount, before


def _change(
    work: Work, stretch: Stretch, charge: RecurringCharge, before: Number, level: Number, steps: list[Step | Note]
) -> Number:
    """What a change of the level costs for a whole period."""
    change = sub(level, before)
    if charge.tiers is None:
        value = mul(change, charge.amount)
        inputs: dict[str, Decimal | str] = {"quantity": shown(change), "unit_amount": charge.amount}
        steps.append(Step("level", inputs, shown(value), work.currency, f"{stretch.path}.amount"))
        return value
    old, new = _priced(charge, before), _priced(charge, level)
    value = sub(new, old)
    inputs = {
        "quantity": shown(change), "from": shown(before), "to": shown(level), "from_price": shown(old), "to_price": shown(new),
    }  # fmt: skip
    steps.append(Step("level", inputs, shown(value), work.currency, f"{stretch.path}.tiers"))
    return value


def _priced(charge: RecurringCharge, level: Number) -> Number:
    """A level at the price of its tiers."""
    assert charge.tiers is not None
    amount: Number = ZERO
    low = ZERO
    for tier in charge.tiers.tiers:
        reached = tier.up_to is None or level <= tier.up_to
        if charge.tiers.model == "volume":
            if reached:
                return add(mul(level, tier.unit_amount), tier.flat_amount if level else ZERO)
            continue
        inside = sub(level if tier.up_to is None else min(level, tier.up_to), low)
        if inside > 0:
            amount = add(amount, add(mul(inside, tier.unit_amount), tier.flat_amount))
        if reached or tier.up_to is None:
            break
        low = tier.up_to
    return amount


def _counting(stretch: Stretch, charge: RecurringCharge, measured: Levels) -> Levels:
    """The level at the stretch's start and after each change that counts, by day. A decrease counts as the terms say."""
    rule = charge.proration
    found: Levels = []
    for day, level in measured:
        reached = found[-1][1] if found else level
        if level < reached:
            if rule is None or rule.credit_on_decrease is None:
                path = f"{stretch.path}.proration.credit_on_decrease"
                reason = (
                    f"the quantity falls on {day}; say whether that gives anything back: yes, next_renewal or never"
                )
                raise Refusal(path, reason)
            if rule.credit_on_decrease != "yes":
                continue
        late = found and rule is not None and rule.change_day == "old"
        from_day = day + timedelta(days=1) if late else day
        if not found or (level != reached and from_day < stretch.dates.end):
            found.append((from_day, level))
    return found


def _measured(work: Work, stretch: Stretch, metric: Metric) -> Levels:
    """The level of the first day, then of each day on which it changes, converted and rounded as the metric says."""
    if metric.aggregation not in LEVELS or metric.buckets:
        raise Refusal(
            f"metrics.{metric.id}.aggregation", "a fee follows a level; let the metric be one, such as 'last'"
        )
    slices = work.slices.get(metric.id)
    if not slices and metric.aggregation not in ("last", "time_weighted"):
        how = "let the metric be 'last', with event_values 'change' where they add up"
        reason = f"events of a {metric.aggregation} are no levels; {how}"
        raise Refusal(f"metrics.{metric.id}.aggregation", reason)
    raw = _of_slices(work, stretch, metric, slices) if slices else _of_events(work, stretch, metric)
    if any(level < 0 for _, level in raw):
        raise Refusal(f"usage.{metric.id}", "falls below zero, which no level can; check what was added and taken away")
    levels = [(day, units_of(level, ONE, metric)) for day, level in raw]
    return [one for place, one in enumerate(levels) if place == 0 or one[1] != levels[place - 1][1]]


def _of_slices(work: Work, stretch: Stretch, metric: Metric, slices: Iterable[Slice]) -> Levels:
    start, end = stretch.dates.bounds(work.zone)
    own = sorted((one for one in slices if one.start < end and start < one.end), key=lambda one: one.start)
    at = start
    for one in own:
        if one.start > at:
            break
        at = max(at, one.end)
    if at < end:
        later = next((one.start for one in own if one.start > at), end)
        span = f"{local(at, work.zone)} to {local(later, work.zone)}"
        raise Refusal(f"usage.{metric.id}", f"not measured from {span}; measure it before billing")
    work.priced.update(map(id, own))
    instants = sorted({max(one.start, start) for one in own})
    zone = ZoneInfo(work.zone)
    return _by_day([(at.astimezone(zone).date(), _sum_at(own, at)) for at in instants])


def _sum_at(slices: Iterable[Slice], at: datetime) -> Number:
    return total(div(one.quantity, one.per) for one in slices if one.start <= at < one.end)


def _of_events(work: Work, stretch: Stretch, metric: Metric) -> Levels:
    start, end = stretch.dates.bounds(work.zone)
    if metric.per_event:
        raise Refusal(f"metrics.{metric.id}.per_event", "is for usage; a level is stated as it is, so leave it out")
    events = once(work, metric, [one for one in work.events.get(metric.id, ()) if one.at < end])
    if metric.event_values == "level" and (not events or events[0].at > start):
        raise Refusal(
            f"usage.{metric.id}", f"no level is known at {local(start, work.zone)}; give the one that held then"
        )
    work.priced.update(map(id, (one for one in work.events.get(metric.id, ()) if one.at < end)))
    zone = ZoneInfo(work.zone)
    instants = sorted({start, *(one.at for one in events if one.at > start)})
    return _by_day([(at.astimezone(zone).date(), _level_at(metric, events, at)) for at in instants])


def _level_at(metric: Metric, events: Iterable[Event], at: datetime) -> Number:
    """Changes up to an instant added up; of levels the last one of each combination of dimensions."""
    known = [one for one in events if one.at <= at]
    if metric.event_values == "change":
        return total(one.value for one in known)
    return total({tuple(sorted(one.dims.items())): one.value for one in known}.values())


def _by_day(levels: Levels) -> Levels:
    """Several changes on one day count as the last of them."""
    return list(dict(levels).items())
