"""Commitments: what is missing to a minimum, what goes beyond it at a factor, what a cap takes off.

A minimum is due once, at the end of its window; for a part of one it needs a proration. Whether a drawn balance counts
is for the contract to say.
"""

from collections.abc import Sequence
from decimal import Decimal

from pricing.exact import ONE, ZERO, Number, add, mul, shown, sub, total
from pricing.model.commitment import Cap, Minimum
from pricing.periods import Period
from pricing.refusal import Refusal
from pricing.rules.discounts import net, nets, take_off
from pricing.rules.proration import ratio
from pricing.rules.windows import Span, span, whole_or_part
from pricing.rules.work import Item, Work
from pricing.statement import Counter
from pricing.steps import Note, Step


def minimums(work: Work) -> None:
    """The shortfall of each minimum, at zero when enough was billed; none while it is not in force."""
    for minimum in work.terms.minimums:
        if minimum.over == "period" and _always(work, minimum):
            _settle(work, minimum, minimum.amount, ZERO, work.period, True, [])
            continue
        path = f"minimums.{minimum.id}"
        window = span(work.terms, minimum.over, work.period)
        held = _held(work, minimum, window)
        if held:
            steps: list[Step | Note] = []
            amount = _amount(work, minimum, path, window, held, steps)
            earlier = _earlier(work, minimum, path, held)
            days = held.overlap(work.period.start, work.period.end) or work.period
            reached = _settle(work, minimum, amount, earlier, days, held.end <= work.period.end, steps)
            _carry(work, minimum, window, held, reached)


def _always(work: Work, rule: Minimum | Cap) -> bool:
    """Whether a rule holds for the whole period, as most do."""
    span = rule.in_force
    return span.start is None and span.end is None and whole_or_part(work.terms, work.period) is work.period


def caps(work: Work) -> None:
    """What the counted lines of a window come to above the cap comes off again, from the last line on."""
    for cap in work.terms.caps:
        window = span(work.terms, cap.over, work.period)
        held = _held(work, cap, window)
        if held is None:
            continue
        cut: list[Step | Note] = []
        room = sub(_amount(work, cap, f"caps.{cap.id}", window, held, cut), _earlier(work, cap, f"caps.{cap.id}", held))
        counted = _counted(work, cap.counts)
        reached = nets(work, counted)
        above = sub(reached, max(room, ZERO))
        for item in reversed(counted):
            left = net(work, item)
            off = min(above, left)
            if off > 0:
                inputs: dict[str, Decimal | str] = {
                    "amount": shown(left),
                    "cap": cap.amount,
                    "room": shown(max(room, ZERO)),
                    "counted": shown(reached),
                }
                for share in cut:
                    inputs = {**share.inputs, **inputs}  # type: ignore[union-attr]
                step = Step("cap", inputs, shown(off), work.currency, f"caps.{cap.id}.amount")
                take_off(work, item, cap.id, "cap", cap.description, off, step)
                above = sub(above, off)
        _carry(work, cap, window, held, nets(work, counted))


def _held(work: Work, rule: Minimum | Cap, window: Span) -> Period | None:
    """The days of the window on which the rule holds; None when none of them are in this period."""
    if rule.in_force.start is None and rule.in_force.end is None:
        return window.dates
    held = window.dates.overlap(rule.in_force.start, rule.in_force.end)
    return held if held and held.overlap(work.period.start, work.period.end) else None


def _settle(
    work: Work, minimum: Minimum, amount: Number, earlier: Number, days: Period, ends: bool, steps: list[Step | Note]
) -> Number:
    """The items of a minimum, on the days of the period on which it holds; what the period counts towards it. A shortfall
    is due where its window ends."""
    counted = _counted(work, minimum.counts)
    reached = nets(work, counted)
    if work.terms.prepaid:
        reached = add(reached, _drawn(work, minimum, counted, add(earlier, reached), amount))
    so_far = add(earlier, reached) if earlier else reached
    if minimum.overage_factor is not None:
        _beyond(work, minimum, amount, earlier, so_far, days)
    if minimum.shortfall and ends:
        steps.append(_short(work, minimum, amount, earlier, so_far, bool(steps)))
        name = f"{minimum.id}.shortfall"
        missing = sub(amount, so_far) if so_far < amount else ZERO
        item = Item(name, minimum.id, "shortfall", minimum.description, days, missing, steps)
        work.items.append(_late(work, item))
    return reached


def _short(work: Work, minimum: Minimum, amount: Number, earlier: Number, so_far: Number, cut: bool) -> Note:
    missing = sub(amount, so_far) if so_far < amount else ZERO
    whole = shown(amount) if cut else minimum.amount
    counted = so_far if type(so_far) is Decimal else shown(so_far)
    values = (whole, counted, earlier) if earlier else (whole, counted)
    return ("shortfall", "minimums", f".{minimum.id}.amount", work.currency, missing, values)


def _beyond(work: Work, minimum: Minimum, amount: Number, earlier: Number, so_far: Number, days: Period) -> None:
    """What this period adds beyond the commitment costs `overage_factor` times its price: the rest of it is added."""
    assert minimum.overage_factor is not None
    beyond = sub(max(sub(so_far, amount), ZERO), max(sub(earlier, amount), ZERO))
    if not beyond:
        return
    inputs: dict[str, Decimal | str] = {"beyond": shown(beyond), "factor": minimum.overage_factor}
    exact = mul(beyond, sub(minimum.overage_factor, ONE))
    step = Step("overage_factor", inputs, shown(exact), work.currency, f"minimums.{minimum.id}.overage_factor")
    text = f"{minimum.description}: beyond it"
    work.items.append(
        _late(work, Item(f"{minimum.id}.overage", minimum.id, "overage", text, days, exact, [step], beyond))
    )


def _late(work: Work, item: Item) -> Item:
    """Rounded at once when the rounding stage is over."""
    if work.rounded:
        work.close(item)
    return item


def _counted(work: Work, names: Sequence[str]) -> list[Item]:
    return [one for one in work.items if one.origin is None and one.charge in names]


def _amount(work: Work, rule: Minimum | Cap, path: str, window: Span, held: Period, steps: list[Step | Note]) -> Number:
    """The amount for the days held: whole for a whole window, else prorated or refused."""
    if held is window.whole or held == window.whole:
        return rule.amount
    if rule.proration is None:
        noun = "cap" if isinstance(rule, Cap) else "minimum"
        shared = held.overlap(work.period.start, work.period.end) or held
        key = shared.key if rule.over == "period" else held.key
        reason = f"the {noun} holds for {key} only and no term says what share of it is due; settle it by hand"
        raise Refusal(f"{path}.in_force", reason)
    share = ratio(rule.proration, held, window.whole, work.zone)
    amount = mul(rule.amount, share.value)
    inputs: dict[str, Decimal | str] = {"amount": rule.amount, "days": share.part, "of": share.of}
    if share.unit != "days":
        inputs["unit"] = share.unit
    if rule.proration.ratio_decimals is not None:
        inputs["ratio"] = shown(share.value)
    steps.append(Step("prorate", inputs, shown(amount), work.currency, f"{path}.proration.basis"))
    return amount


def _earlier(work: Work, rule: Minimum | Cap, path: str, held: Period) -> Number:
    """What earlier periods of the days held counted."""
    if rule.over == "period" or held.start >= work.period.start:
        return ZERO
    return work.counter(rule.id, f"{path}.over").amount


def _carry(work: Work, rule: Minimum | Cap, window: Span, held: Period, reached: Number) -> None:
    if rule.over == "period" or window.ends_in(work.period) or held.end <= work.period.end:
        return
    begun = held.start >= work.period.start
    work.count(rule.id, Counter(id=rule.id) if begun else work.counters.get(rule.id), amount=work.round(reached))


def _drawn(work: Work, minimum: Minimum, counted: Sequence[Item], so_far: Number, amount: Number) -> Number:
    """The value of prepaid units, where the terms count it. Raises Refusal when they are silent and it matters."""
    drawn = total(
        step.result
        for item in counted
        if item.kind == "drawdown"
        for step in item.steps
        if isinstance(step, Step) and step.op == "draw"
    )
    if not drawn or minimum.prepaid_counts is False:
        return ZERO
    if minimum.prepaid_counts:
        return drawn
    if so_far < amount:
        raise Refusal(
            f"minimums.{minimum.id}.counts",
            "whether units drawn from a prepaid balance count changes this bill and no term says so; settle it by hand",
        )
    return ZERO
