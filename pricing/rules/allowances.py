"""Allowances: units that are included, what earlier periods took of them, and what rolls on.

An allowance that holds for part of its window only, changes inside it or restarts is shared out by its proration;
without one it refuses, because the usual wording leaves it open.
"""

from datetime import date
from itertools import pairwise

from pricing.exact import HUNDRED, ZERO, Number, add, div, mul, shown, sub, total
from pricing.model.allowance import Included, Rollover
from pricing.periods import Period
from pricing.refusal import Refusal
from pricing.rules.proration import ratio
from pricing.rules.stretches import Stretch
from pricing.rules.windows import Span, begins, span
from pricing.rules.work import Work, charge_of
from pricing.statement import Carried, Counter, Movement
from pricing.steps import Note, Step


class Allowance:
    """What is left of one allowance while a period is rated; None is unlimited."""

    def __init__(self, name: str, path: str, unit: str, rule: Included, window: Span | None) -> None:
        self.name, self.path, self.unit, self.rule, self.window = name, path, unit, rule, window
        self.charge = charge_of(name)
        self.own: Number | None = ZERO
        self.begun_with: Number = ZERO
        self.granted: Number = ZERO
        self.opened: Number = ZERO
        self.carried: list[Carried] = []
        self.used: Number = ZERO

    @property
    def rolled(self) -> Number:
        return total(one.quantity for one in self.carried)

    def take(self, units: Number) -> tuple[Number, Number]:
        """Take up to `units`: (taken in all, of which carried over)."""
        if self.own is None:
            return units, ZERO
        if not self.carried:
            taken = min(units, self.own)
            self.own = sub(self.own, taken)
            self.used = add(self.used, taken)
            return taken, ZERO
        rolled = self.rolled
        first, second = (rolled, self.own) if self._rolled_first else (self.own, rolled)
        head = min(units, first)
        tail = min(sub(units, head), second)
        of_rolled, of_own = (head, tail) if self._rolled_first else (tail, head)
        self.own = sub(self.own, of_own)
        self._use_carried(of_rolled)
        taken = add(head, tail)
        self.used = add(self.used, taken)
        return taken, of_rolled

    @property
    def _rolled_first(self) -> bool:
        return self.rule.rollover is not None and self.rule.rollover.used == "first"

    def _use_carried(self, units: Number) -> None:
        """The lots that expire soonest go first."""
        left: list[Carried] = []
        for lot in sorted(self.carried, key=lambda one: one.periods):
            used = min(units, lot.quantity)
            units = sub(units, used)
            left.append(_lot(lot.id, sub(lot.quantity, used), lot.periods))
        self.carried = left


def opened(
    work: Work, group: tuple[Stretch, ...], rules: list[Included | None], name: str, unit: str
) -> Allowance | None:
    """The allowance of a charge's stretches as the period begins; None when it has none. Raises Refusal."""
    if len(group) == 1 and _simple(work, group[0], rules[0]):
        return _whole(name, group[0], unit, rules[0])
    given = [(stretch, rule) for stretch, rule in zip(group, rules, strict=True) if rule and rule.quantity != 0]
    if not given:
        return None
    first, rule = given[0]
    path = f"{first.path}.included"
    allowance = Allowance(name, path, unit, rule, span(work.terms, rule.resets, work.period))
    if rule.quantity is None:
        if any(other is None or other.quantity is not None for other in rules):
            raise Refusal(
                f"{path}.quantity", "is unlimited for part of the period only; say what share of the rest counts"
            )
        allowance.own = None
        return allowance
    _fill(work, allowance, group, rules)
    return allowance


def _simple(work: Work, stretch: Stretch, rule: Included | None) -> bool:
    """Units of one whole period, as most allowances are: nothing to share out, carry or count on."""
    return bool(
        rule and rule.quantity and rule.resets == "period" and not rule.rollover and stretch.dates == work.period
    )


def _whole(name: str, stretch: Stretch, unit: str, rule: Included | None) -> Allowance:
    assert rule is not None and rule.quantity is not None
    allowance = Allowance(name, f"{stretch.path}.included", unit, rule, None)
    allowance.own = rule.quantity
    return allowance


def include(allowance: Allowance, units: Number, path: str, steps: list[Step | Note]) -> Number:
    """What is left of `units` after the allowance, as a step 'include'."""
    before = allowance.own if not allowance.carried else add(allowance.own or ZERO, allowance.rolled)
    carried = bool(allowance.carried)
    taken, of_rolled = allowance.take(units)
    left = sub(units, taken)
    values = (units, "unlimited" if before is None else before, taken)
    steps.append(("include", path, ".quantity", allowance.unit, left, (*values, of_rolled) if carried else values))
    return left


def settle(work: Work, allowance: Allowance) -> None:
    """The allowance at the period's end: what rolls on, what expires, and the counter that the next period needs."""
    if allowance.own is None or allowance.window is None:
        return
    own, used = allowance.own, allowance.used
    window_ends = allowance.window.ends_in(work.period) or allowance.rule.resets == "period"
    kept = _rolled_on(work, allowance, own) if window_ends else allowance.carried
    if allowance.rule.rollover and not kept:
        # An explicit nothing: the next period must not wonder whether it was forgotten.
        kept = [_lot(allowance.name, ZERO, 1)]
    left = total([*(one.quantity for one in kept), *([] if window_ends else [own])])
    whole = add(allowance.opened, allowance.granted)
    work.carried += kept
    work.movements.append(
        Movement(allowance.name, allowance.unit, shown(allowance.opened), shown(allowance.granted), shown(used),
                 shown(sub(sub(whole, used), left)), shown(left))
    )  # fmt: skip
    if allowance.rule.resets != "period" and not window_ends:
        before = (
            Counter(id=allowance.name) if allowance.window.begins_in(work.period) else work.counters.get(allowance.name)
        )
        # Units of carried lots are not the window's own.
        work.count(allowance.name, before, quantity=shown(sub(allowance.begun_with, own)))


def _fill(work: Work, allowance: Allowance, group: tuple[Stretch, ...], rules: list[Included | None]) -> None:
    rule, window = allowance.rule, allowance.window
    assert window is not None
    first = begins(work.terms, work.period, group[0].charge.id)
    begun = window.begins_in(work.period) or rule.resets == "period" or first
    quantity = _window_quantity(work, allowance, group, rules)
    if begun:
        allowance.granted, allowance.own = quantity, quantity
    else:
        earlier = work.counter(allowance.name, f"{allowance.path}.resets").quantity
        allowance.own = max(sub(quantity, earlier), ZERO)
        allowance.opened = allowance.own
    allowance.begun_with = allowance.own
    if rule.rollover:
        allowance.carried = _carried(work, allowance, first)
        allowance.opened = add(allowance.opened, allowance.rolled)


def _carried(work: Work, allowance: Allowance, first: bool) -> list[Carried]:
    found = [one for one in work.opening.carried if one.id == allowance.name]
    # Another value of the dimension has a lot, or none had usage yet: this one is new.
    new = "[" in allowance.name and allowance.charge in {charge_of(one.id) for one in work.opening.carried}
    if not found and not new and not first and work.period.start > work.terms.effective_from:
        raise Refusal(
            f"opening.carried.{allowance.name}", "is missing, which is not zero; say what rolled over into this period"
        )
    return found


def _window_quantity(
    work: Work, allowance: Allowance, group: tuple[Stretch, ...], rules: list[Included | None]
) -> Number:
    """What the window grants by the end of this period: all of it, or the share of the days on which each quantity holds."""
    rule, window = allowance.rule, allowance.window
    assert window is not None and rule.quantity is not None
    held = _held(work, window, group, rules)
    restarts = any(stretch.counting == "restart" for stretch in group[1:])
    of = work.period if rule.resets == "period" else window.whole
    quantities = {None if other is None else other.quantity for _, other in held}
    if not restarts and len(quantities) == 1 and _covers([dates for dates, _ in held], of):
        return rule.quantity
    if rule.proration is None or (restarts and rule.resets != "period"):
        raise Refusal(f"{allowance.path}.quantity", _why(len(quantities) > 1, restarts))
    if any(other and (other.quantity is None or other.proration is None) for _, other in held):
        raise Refusal(
            f"{allowance.path}.proration",
            "another version of this allowance says nothing of its share; add a proration there",
        )
    return total(_share(work, dates, of, other) for dates, other in held)


def _held(
    work: Work, window: Span, group: tuple[Stretch, ...], rules: list[Included | None]
) -> list[tuple[Period, Included | None]]:
    """The days of the window on which each version's allowance holds, of versions that have begun by this period."""
    first = group[0].charge
    if group[0].path.startswith("pools.") and rules[0] is not None and rules[0].resets != "period":
        return [(window.dates, rules[0])]
    if first.id not in {one.id for one in work.terms.charges} or rules[0] is None or rules[0].resets == "period":
        return [(stretch.dates, rule) for stretch, rule in zip(group, rules, strict=True)]
    found: list[tuple[Period, Included | None]] = []
    for charge in sorted(
        (one for one in work.terms.charges if one.id == first.id), key=lambda one: one.in_force.start or date.min
    ):
        dates = window.dates.overlap(charge.in_force.start, charge.in_force.end)
        if dates and dates.start < work.period.end:
            found.append((dates, charge.included))  # type: ignore[union-attr]
    return found


def _share(work: Work, dates: Period, of: Period, rule: Included | None) -> Number:
    if rule is None or rule.quantity is None or rule.proration is None:
        return ZERO
    return mul(rule.quantity, ratio(rule.proration, dates, of, work.zone).value)


def _why(changes: bool, restarts: bool) -> str:
    if restarts:
        return "the count restarts inside the period; say what share of the included units each part gets"
    if changes:
        return "the included units change inside the period; say what share of each quantity counts"
    return "the included units hold for part of the period only; say what share of them counts"


def _covers(parts: list[Period], whole: Period) -> bool:
    unbroken = all(earlier.end == later.start for earlier, later in pairwise(parts))
    return unbroken and parts[0].start == whole.start and parts[-1].end == whole.end


def _rolled_on(work: Work, allowance: Allowance, own: Number) -> list[Carried]:
    rule = allowance.rule.rollover
    if rule is None:
        return []
    kept = [
        _lot(one.id, one.quantity, one.periods - 1) for one in allowance.carried if one.periods > 1 and one.quantity
    ]
    room = _ceiling(rule, allowance)
    rolled = div(mul(own, rule.share), HUNDRED)
    if room is not None:
        rolled = min(rolled, max(sub(room, total(one.quantity for one in kept)), ZERO))
    return [*kept, _lot(allowance.name, rolled, rule.expires_after)]


def _ceiling(rule: Rollover, allowance: Allowance) -> Number | None:
    bounds = [] if rule.ceiling is None else [rule.ceiling]
    if rule.ceiling_percent is not None:
        assert allowance.rule.quantity is not None
        bounds.append(shown(div(mul(allowance.rule.quantity, rule.ceiling_percent), HUNDRED)))
    return min(bounds, default=None)


def _lot(name: str, quantity: Number, periods: int) -> Carried:
    return Carried.model_construct(id=name, quantity=shown(quantity), periods=periods)
