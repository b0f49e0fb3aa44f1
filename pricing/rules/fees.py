"""Fees: recurring charges, whole or cut to the days in force, and one-time charges, whole or in instalments.

A fee's own interval may be longer than the invoice's: it is then due whole where the interval starts or ends, or spread
over the periods. Fees whose quantity follows a level are worked out in `pricing.rules.levels`.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from pricing.exact import ZERO, Number, add, div, mul, shown
from pricing.model.calendar import Interval
from pricing.model.charge import Instalment, OneTimeCharge, RecurringCharge
from pricing.periods import Period
from pricing.refusal import Refusal
from pricing.rules.levels import by_level
from pricing.rules.proration import prorated, ratio
from pricing.rules.stretches import Stretch
from pricing.rules.windows import DAYS, MONTHS, anchor_of, containing
from pricing.rules.work import Item, Work
from pricing.steps import Note, Step

# Only to tell which of two intervals is longer, and how many of one make the other.
LENGTH = {**DAYS, **{name: months * 30 for name, months in MONTHS.items()}}


class Fee:
    """One stretch of a recurring charge on its way to an item."""

    def __init__(self, work: Work, stretch: Stretch) -> None:
        self.work, self.stretch, self.path = work, stretch, stretch.path
        self.charge: RecurringCharge = stretch.charge  # type: ignore[assignment]
        self.steps: list[Step | Note] = [*stretch.escalation]

    def item(self, exact: Number, units: Number | None = None, unit: str | None = None) -> None:
        charge, stretch = self.charge, self.stretch
        made = Item(
            stretch.line, charge.id, "recurring", charge.description, stretch.dates, exact, self.steps, units, unit
        )
        made.timing = charge.timing or self.work.terms.billing.timing
        self.work.items.append(made)


def recurring(work: Work, group: tuple[Stretch, ...]) -> None:
    """The items of one recurring charge, a stretch after the other. Raises Refusal."""
    reached: Number = ZERO
    for stretch in _billing(group):
        fee = Fee(work, stretch)
        charge, billing = fee.charge, work.terms.billing
        if charge.every is None and charge.metric is None and stretch.dates is work.period:
            # Whole, as most fees are.
            _whole(fee, [(work.period, work.period)], alone=True)
            continue
        every = charge.every or billing.frequency
        if charge.metric is not None:
            exact, reached = by_level(work, stretch, charge, reached, fee.steps)
            fee.item(exact, reached, work.metrics[charge.metric].unit)
        elif every == billing.frequency and (billing.every == 1 or charge.every is None):
            _whole(fee, [(stretch.dates, work.period)], alone=len(group) == 1)
        elif charge.spread:
            _spread(fee, every)
        else:
            parts = list(_due(fee, every))
            if parts:
                _whole(fee, parts, alone=not any(_changed(fee, whole) for _, whole in parts))


def one_time(work: Work, group: tuple[Stretch, ...]) -> None:
    """The item of a charge, or of its instalments, whose day lies in the period."""
    for stretch in group:
        charge: OneTimeCharge = stretch.charge  # type: ignore[assignment]
        if charge.on is not None and stretch.dates.start <= charge.on < stretch.dates.end:
            step = Step("flat", {"amount": charge.amount}, charge.amount, work.currency, f"{stretch.path}.amount")
            _once(work, stretch, stretch.line, charge.amount, step)
        for number, one in enumerate(charge.instalments):
            if stretch.dates.start <= one.on < stretch.dates.end:
                _instalment(work, stretch, charge, number)


def _billing(group: tuple[Stretch, ...]) -> tuple[Stretch, ...]:
    """The stretches that bill: all, or of an unprorated fee that changes the one that the terms say holds."""
    rule = group[-1].charge.proration  # type: ignore[union-attr]
    if len(group) == 1 or rule is None or rule.basis != "none" or rule.on_change in (None, "both"):
        return group
    return group[:1] if rule.on_change == "old" else group[-1:]


def _once(work: Work, stretch: Stretch, line: str, amount: Decimal, step: Step) -> None:
    charge = stretch.charge
    work.items.append(Item(line, charge.id, "one_time", charge.description, stretch.dates, amount, [step]))


def _instalment(work: Work, stretch: Stretch, charge: OneTimeCharge, number: int) -> None:
    path = f"{stretch.path}.instalments"
    amount = _part_of(work, charge.amount, charge.instalments, number, path)
    inputs: dict[str, Decimal | str] = {
        "amount": charge.amount, "number": Decimal(number + 1), "of": Decimal(len(charge.instalments)),
    }  # fmt: skip
    step = Step("instalment", inputs, amount, work.currency, f"{path}.{number}")
    _once(work, stretch, f"{stretch.line}.{number + 1}", amount, step)


def _part_of(work: Work, amount: Decimal, parts: tuple[Instalment, ...], number: int, path: str) -> Decimal:
    """The given amount, else an even share of what the given ones leave; the last one absorbs what rounding left."""
    for place, one in enumerate(parts):
        if one.amount is not None and one.amount != work.round(one.amount):
            raise Refusal(
                f"{path}.{place}.amount", f"{one.amount} is finer than {work.currency} goes; give what can be paid"
            )
    given = parts[number].amount
    if given is not None:
        return given
    open_parts = [place for place, one in enumerate(parts) if one.amount is None]
    left = amount - sum((one.amount for one in parts if one.amount is not None), ZERO)
    even = work.round(div(left, Decimal(len(open_parts))))
    return left - even * (len(open_parts) - 1) if number == open_parts[-1] else even


def _due(fee: Fee, every: Interval) -> Iterator[tuple[Period, Period]]:
    """(days in force, whole interval) of each interval that falls due in this stretch."""
    work, dates = fee.work, fee.stretch.dates
    timing = fee.charge.timing or work.terms.billing.timing
    longer = LENGTH[every] > LENGTH[work.terms.billing.frequency] * work.terms.billing.every
    whole = _interval(fee, every, dates.start)
    while whole.start < dates.end:
        held = _held(fee, whole) if longer else dates.overlap(whole.start, whole.end)
        due = held and (held.start if timing == "advance" else held.end - timedelta(days=1))
        if held and due and (not longer or dates.start <= due < dates.end):
            yield held, whole
        whole = _interval(fee, every, whole.end)


def _changed(fee: Fee, whole: Period) -> bool:
    """Whether another version of this fee holds for a part of the interval."""
    others = (
        one.in_force
        for one in fee.work.terms.charges
        if one.id == fee.charge.id and one.in_force != fee.charge.in_force
    )
    return any(whole.overlap(one.start, one.end) for one in others)


def _interval(fee: Fee, every: Interval, day: date) -> Period:
    """The fee's own interval that holds `day`; without an anchor it is counted from the fee's first day under this id."""
    terms = fee.work.terms
    if terms.billing.anchor is None:
        starts = [one.in_force.start or terms.effective_from for one in terms.charges if one.id == fee.charge.id]
        anchor = max(min(starts), terms.effective_from)
        return containing(day, anchor, every, anchor.day)
    anchor, anchor_day = anchor_of(terms, every)
    return containing(day, anchor, every, anchor_day)


def _held(fee: Fee, whole: Period) -> Period | None:
    contract = whole.overlap(fee.work.terms.effective_from, fee.work.terms.term_end)
    return contract.overlap(fee.charge.in_force.start, fee.charge.in_force.end) if contract else None


def _spread(fee: Fee, every: Interval) -> None:
    """An even part for each billing period of the interval; the last one takes what rounding left."""
    work, charge = fee.work, fee.charge
    whole = _interval(fee, every, fee.stretch.dates.start)
    if _held(fee, whole) != whole or fee.stretch.dates != work.period:
        raise Refusal(
            f"{fee.path}.spread", f"the charge does not hold for all of {whole.key}; say which part of it is due"
        )
    count, rest = divmod(LENGTH[every], LENGTH[work.terms.billing.frequency] * work.terms.billing.every)
    if rest or not count:
        raise Refusal(
            f"{fee.path}.spread",
            f"{every} is no whole number of invoices, so no even part of it is due; name another interval",
        )
    number = round((work.period.start - whole.start).days / (whole.days / count))
    amount = charge.amount * charge.quantity
    even = work.round(div(amount, Decimal(count)))
    part = amount - even * (count - 1) if number == count - 1 else even
    inputs: dict[str, Decimal | str] = {"amount": charge.amount, "number": Decimal(number + 1), "of": Decimal(count)}
    if charge.quantity != 1:
        inputs["quantity"] = charge.quantity
    fee.steps.append(Step("instalment", inputs, part, work.currency, f"{fee.path}.spread"))
    fee.item(part)


def _whole(fee: Fee, parts: list[tuple[Period, Period]], alone: bool) -> None:
    """The fee for each (days held, interval), whole or cut."""
    charge, work = fee.charge, fee.work
    amount: Number = charge.amount
    if charge.quantity != 1:
        amount = mul(charge.quantity, charge.amount)
        values = (charge.quantity, charge.amount)
        fee.steps.append(("price", fee.path, ".amount", work.currency, amount, values))
    exact: Number = ZERO
    for held, whole in parts:
        exact = add(exact, _part(fee, amount, held, whole, alone))
    if len(parts) > 1:
        fee.steps.append(("sum", None, "", work.currency, exact, (len(parts),)))
    fee.item(exact, charge.quantity if charge.quantity != 1 else None)


def _part(fee: Fee, amount: Number, held: Period, whole: Period, alone: bool) -> Number:
    work, rule = fee.work, fee.charge.proration
    if held is whole or held == whole or _unprorated(fee, alone):
        result = fee.charge.amount if fee.charge.quantity == 1 else shown(amount)
        if held == whole == work.period:
            fee.steps.append(("flat", fee.path, ".amount", work.currency, result, (result,)))
        else:
            inputs: dict[str, Decimal | str] = {"amount": result, "held": held.key, "whole": whole.key}
            fee.steps.append(Step("flat", inputs, result, work.currency, f"{fee.path}.amount"))
        return amount
    assert rule is not None
    return prorated(work, amount, ratio(rule, held, whole, work.zone), rule, f"{fee.path}.proration.basis", fee.steps)


def _unprorated(fee: Fee, alone: bool) -> bool:
    rule = fee.charge.proration
    if rule is None:
        reason = "the fee holds for part of the period only; say how it is cut: actual_days or none"
        raise Refusal(f"{fee.path}.proration", reason)
    if rule.basis == "none" and not alone and rule.on_change is None:
        reason = "the fee changes inside the period and is not prorated; say which of the amounts holds in on_change"
        raise Refusal(f"{fee.path}.proration.basis", reason)
    return rule.basis == "none"
