"""Fees: recurring charges, whole or cut to the days in force, and one-time charges, whole or in instalments.

A fee's own interval may be longer than the invoice's: it is then due whole where the interval starts or ends, or spread
over the periods. Quantities that follow a level (seats) change on the days that the level does.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import cast
from zoneinfo import ZoneInfo

from pricing.exact import ZERO, Number, add, div, mul, shown, sub, total
from pricing.model.calendar import Interval
from pricing.model.charge import Instalment, OneTimeCharge, RecurringCharge
from pricing.periods import Period
from pricing.refusal import Refusal
from pricing.rules.measure import local
from pricing.rules.proration import prorated, ratio
from pricing.rules.stretches import Stretch
from pricing.rules.windows import DAYS, MONTHS, anchor_of, containing
from pricing.rules.work import Item, Work
from pricing.statement import Slice
from pricing.steps import Note, Step

LENGTH = {**dict(DAYS.items()), **{name: months * 30 for name, months in MONTHS.items()}}


def recurring(work: Work, group: tuple[Stretch, ...]) -> None:
    """The items of one recurring charge, a stretch after the other. Raises Refusal."""
    for stretch in group:
        charge = cast("RecurringCharge", stretch.charge)
        every = charge.every or work.terms.billing.frequency
        if every == work.terms.billing.frequency:
            _item(work, stretch, charge, [(stretch.dates, work.period)], alone=len(group) == 1)
        elif charge.spread:
            _spread(work, stretch, charge, every)
        else:
            parts = list(_due(work, stretch, charge, every))
            if parts:
                _item(work, stretch, charge, parts, alone=True)


def one_time(work: Work, group: tuple[Stretch, ...]) -> None:
    """The item of a charge, or of its instalments, whose day lies in the period."""
    for stretch in group:
        charge = cast("OneTimeCharge", stretch.charge)
        if charge.on is not None:
            if stretch.dates.start <= charge.on < stretch.dates.end:
                _once(work, stretch, charge, charge.amount, Step("flat", {"amount": charge.amount}, charge.amount,
                      work.currency, f"{stretch.path}.amount"))  # fmt: skip
            continue
        for number, one in enumerate(charge.instalments):
            if stretch.dates.start <= one.on < stretch.dates.end:
                amount = _instalment(work, charge.amount, charge.instalments, number)
                inputs: dict[str, Decimal | str] = {
                    "amount": charge.amount,
                    "number": Decimal(number + 1),
                    "of": Decimal(len(charge.instalments)),
                }
                step = Step("instalment", inputs, amount, work.currency, f"{stretch.path}.instalments.{number}")
                _once(work, stretch, charge, amount, step)


def _once(work: Work, stretch: Stretch, charge: OneTimeCharge, amount: Decimal, step: Step) -> None:
    line = f"{stretch.line}.{int(step.inputs['number'])}" if step.op == "instalment" else stretch.line
    work.items.append(
        Item(line, charge.id, "one_time", charge.description, stretch.dates, amount, [*stretch.escalation, step])
    )


def _instalment(work: Work, amount: Decimal, parts: tuple[Instalment, ...], number: int) -> Decimal:
    """The given amount, else an even share of what the given ones leave; the last one absorbs what rounding left."""
    given = parts[number].amount
    if given is not None:
        return given
    open_parts = [place for place, one in enumerate(parts) if one.amount is None]
    left = amount - sum((one.amount for one in parts if one.amount is not None), ZERO)
    even = work.round(div(left, Decimal(len(open_parts))))
    return left - even * (len(open_parts) - 1) if number == open_parts[-1] else even


def _due(work: Work, stretch: Stretch, charge: RecurringCharge, every: Interval) -> Iterator[tuple[Period, Period]]:
    """(days in force, whole interval) of each interval that falls due in this stretch."""
    whole = _interval(work, charge, every, stretch.dates.start)
    timing = charge.timing or work.terms.billing.timing
    longer = LENGTH[every] > LENGTH[work.terms.billing.frequency]
    while whole.start < stretch.dates.end:
        held = _held(work, charge, whole) if longer else stretch.dates.overlap(whole.start, whole.end)
        due = held and (held.start if timing == "advance" else held.end - timedelta(days=1))
        if held and due and (not longer or stretch.dates.start <= due < stretch.dates.end):
            yield held, whole
        whole = _interval(work, charge, every, whole.end)


def _interval(work: Work, charge: RecurringCharge, every: Interval, day: date) -> Period:
    terms = work.terms
    if terms.billing.anchor is None:
        anchor = max(charge.in_force.start or terms.effective_from, terms.effective_from)
        return containing(day, anchor, every, anchor.day)
    anchor, anchor_day = anchor_of(terms, every)
    return containing(day, anchor, every, anchor_day)


def _held(work: Work, charge: RecurringCharge, whole: Period) -> Period | None:
    contract = whole.overlap(work.terms.effective_from, work.terms.term_end)
    return contract.overlap(charge.in_force.start, charge.in_force.end) if contract else None


def _spread(work: Work, stretch: Stretch, charge: RecurringCharge, every: Interval) -> None:
    """An even part for each billing period of the interval; the last one takes what rounding left."""
    whole = _interval(work, charge, every, stretch.dates.start)
    if _held(work, charge, whole) != whole or stretch.dates != work.period:
        raise Refusal(
            f"{stretch.path}.spread", f"the charge does not hold for all of {whole.key}; say which part of it is due"
        )
    count = round(LENGTH[every] / LENGTH[work.terms.billing.frequency])
    number = round((work.period.start - whole.start).days / (whole.days / count))
    even = work.round(div(mul(charge.amount, charge.quantity), Decimal(count)))
    amount = charge.amount * charge.quantity - even * (count - 1) if number == count - 1 else even
    inputs: dict[str, Decimal | str] = {"amount": charge.amount, "number": Decimal(number + 1), "of": Decimal(count)}
    step = Step("instalment", inputs, amount, work.currency, f"{stretch.path}.spread")
    _add(work, stretch, charge, amount, [*stretch.escalation, step], None, None)


def _item(
    work: Work, stretch: Stretch, charge: RecurringCharge, parts: list[tuple[Period, Period]], alone: bool
) -> None:
    steps = [*stretch.escalation]
    if charge.metric is not None:
        exact, units = _by_level(work, stretch, charge, charge.metric, steps)
        _add(work, stretch, charge, exact, steps, units, work.terms.metric(charge.metric).unit)
        return
    amount: Number = charge.amount
    if charge.quantity != 1:
        inputs: dict[str, Decimal | str] = {"quantity": charge.quantity, "unit_amount": charge.amount}
        amount = mul(charge.quantity, charge.amount)
        steps.append(Step("price", inputs, shown(amount), work.currency, f"{stretch.path}.amount"))
    exact = total([_part(work, stretch, charge, amount, held, whole, alone, steps) for held, whole in parts])
    if len(parts) > 1:
        steps.append(
            Step(
                "sum",
                {f"part_{number:03}": one.result for number, one in enumerate(steps[-len(parts) :], 1)},
                shown(exact),
                work.currency,
            )
        )
    _add(work, stretch, charge, exact, steps, charge.quantity if charge.quantity != 1 else None, None)


def _part(
    work: Work,
    stretch: Stretch,
    charge: RecurringCharge,
    amount: Number,
    held: Period,
    whole: Period,
    alone: bool,
    steps: list[Step | Note],
) -> Number:
    if held == whole or _unprorated(charge, stretch, alone):
        steps.append(
            Step(
                "flat",
                {"amount": shown(amount) if charge.quantity != 1 else charge.amount},
                _as_given(charge, amount),
                work.currency,
                f"{stretch.path}.amount",
            )
        )
        return amount
    rule = charge.proration
    assert rule is not None
    return prorated(work, amount, ratio(rule, held, whole, work.zone), rule, f"{stretch.path}.proration.basis", steps)


def _as_given(charge: RecurringCharge, amount: Number) -> Decimal:
    return charge.amount if charge.quantity == 1 else shown(amount)


def _unprorated(charge: RecurringCharge, stretch: Stretch, alone: bool) -> bool:
    if charge.proration is None:
        path = f"{stretch.path}.proration"
        raise Refusal(path, "the fee holds for part of the period only; say how it is cut: actual_days or none")
    if charge.proration.basis == "none" and not alone:
        path = f"{stretch.path}.proration.basis"
        raise Refusal(path, "the fee changes inside the period and is not prorated; say which of the amounts holds")
    return charge.proration.basis == "none"


def _by_level(
    work: Work, stretch: Stretch, charge: RecurringCharge, metric: str, steps: list[Step | Note]
) -> tuple[Number, Number]:
    """The first level for the whole stretch, and each later change from its day on."""
    levels = _levels(work, stretch, charge, metric)
    rule = charge.proration
    amount: Number = ZERO
    before: Number = ZERO
    for day, level in levels:
        change = sub(level, before)
        held = Period(day, stretch.dates.end)
        inputs: dict[str, Decimal | str] = {"quantity": shown(change), "unit_amount": charge.amount}
        value = mul(change, charge.amount)
        steps.append(Step("level", inputs, shown(value), work.currency, f"{stretch.path}.amount"))
        if held != work.period:
            if rule is None:
                raise Refusal(
                    f"{stretch.path}.proration", f"the quantity changes on {day}; say how a part of the period is cut"
                )
            value = prorated(
                work, value, ratio(rule, held, work.period, work.zone), rule, f"{stretch.path}.proration.basis", steps
            )
        amount, before = add(amount, value), level
    if len(levels) > 1:
        steps.append(Step("sum", {}, shown(amount), work.currency))
    return amount, before


def _levels(work: Work, stretch: Stretch, charge: RecurringCharge, metric: str) -> list[tuple[date, Number]]:
    """The level at the stretch's start and after each change that counts, by day. A decrease counts as the terms say."""
    found: list[tuple[date, Number]] = []
    for day, level in _measured(work, stretch, metric):
        if not found:
            found.append((stretch.dates.start, level))
            continue
        reached = found[-1][1]
        if level < reached:
            if charge.proration is None or charge.proration.credit_on_decrease is None:
                path = f"{stretch.path}.proration.credit_on_decrease"
                raise Refusal(
                    path,
                    f"the quantity falls on {day}; say whether that gives anything back: yes, next_renewal or never",
                )
            if charge.proration.credit_on_decrease != "yes":
                continue
        late = charge.proration is not None and charge.proration.change_day == "old"
        from_day = day + timedelta(days=1) if late else day
        if level != reached and from_day < stretch.dates.end:
            found.append((from_day, level))
    return found


def _measured(work: Work, stretch: Stretch, metric: str) -> list[tuple[date, Number]]:
    start, end = stretch.dates.bounds(work.zone)
    zone = ZoneInfo(work.zone)
    slices = sorted((one for one in work.slices.get(metric, ()) if one.start < end and start < one.end), key=_start)
    if slices:
        at = start
        for one in slices:
            if one.start > at:
                raise Refusal(
                    f"usage.{metric}",
                    f"not measured from {local(at, work.zone)} to {local(one.start, work.zone)}; measure it before billing",
                )
            at = max(at, one.end)
        if at < end:
            raise Refusal(
                f"usage.{metric}",
                f"not measured from {local(at, work.zone)} to {local(end, work.zone)}; measure it before billing",
            )
        work.priced.update(map(id, slices))
        return [(max(one.start, start).astimezone(zone).date(), div(one.quantity, one.per)) for one in slices]
    events = sorted((one for one in work.events.get(metric, ()) if one.at < end), key=lambda one: one.at)
    if not events or events[0].at > start:
        raise Refusal(f"usage.{metric}", f"no level is known at {local(start, work.zone)}; give the one that held then")
    work.priced.update(map(id, events))
    first = [one for one in events if one.at <= start][-1:]
    later = [one for one in events if one.at > start]
    return [(max(one.at, start).astimezone(zone).date(), one.value) for one in first + later]


def _start(one: Slice) -> datetime:
    return one.start


def _add(
    work: Work,
    stretch: Stretch,
    charge: RecurringCharge,
    exact: Number,
    steps: list[Step | Note],
    units: Number | None,
    unit: str | None,
) -> None:
    item = Item(stretch.line, charge.id, "recurring", charge.description, stretch.dates, exact, steps, units, unit)
    item.timing = charge.timing or work.terms.billing.timing
    work.items.append(item)
