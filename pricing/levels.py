"""Levels: how far a charge, an allowance, a minimum, a cap or a balance got, as a statement shows it.

Units are those used, included ones counted; money of a charge is what its own lines come to, before discounts and credits;
money of a minimum or a cap is what it counts at its place in the order. Thresholds are compared with these.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from pricing.exact import ZERO, Number, add, mul, sub, total
from pricing.model.adjustment import Threshold
from pricing.model.calendar import Window
from pricing.order import Stage
from pricing.periods import Period
from pricing.refusal import Refusal
from pricing.rules.proration import ratio
from pricing.rules.windows import span
from pricing.statement import Counter, Line, Opening, Statement
from pricing.terms import Cap, Credit, Included, Minimum, Pool, Prepaid, Terms, UsageCharge

EACH = re.compile(r"\[.*\]")
UNITS = ("measure", "convert", "round_units")
TAKEN = ("include", "pool", "free_units", "minimum_units")
OFF = ("discount", "cap", "credit")


class Level(NamedTuple):
    """Used `before` this period and `now`, in `unit`, of a `whole` that may be absent (None) or without limit."""

    unit: str
    before: Number
    now: Number
    whole: Number | None = None
    unlimited: bool = False


class _Rating(NamedTuple):
    terms: Terms
    statement: Statement
    opening: Opening

    @property
    def period(self) -> Period:
        return Period(self.statement.period.start, self.statement.period.end)

    def earlier(self, name: str, window: Window) -> Counter:
        """What earlier periods of the window counted; nothing when it begins in this one."""
        if window == "period" or span(self.terms, window, self.period).begins_in(self.period):
            return Counter(id=name)
        return next((one for one in self.opening.counters if one.id == name), Counter(id=name))

    def lines(self, charges: Iterable[str]) -> list[Line]:
        return [one for one in self.statement.lines if one.charge in charges]


def levels(terms: Terms, statement: Statement, opening: Opening, threshold: Threshold) -> list[tuple[str, Level]]:
    """The level of what the threshold names; one for each '[key]' where a charge is rated for each, else for ''.

    None for a balance that was not open. Raises Refusal for units of what is money, and money of what is units.
    """
    rating = _Rating(terms, statement, opening)
    named: list[Pool | Minimum | Cap | Prepaid | Credit] = [
        *terms.pools,
        *terms.minimums,
        *terms.caps,
        *terms.prepaid,
        *terms.credits,
    ]
    owner = next((one for one in named if one.id == threshold.of), None)
    if owner is None:
        keys = sorted({_key(one) for one in rating.lines([threshold.of])}) or [""]
        return [(key, _of_charge(rating, threshold, key)) for key in keys]
    in_units = isinstance(owner, Pool) or (isinstance(owner, Prepaid) and owner.kept_in == "units")
    if threshold.amounts if in_units else threshold.quantities:
        wanted = "in units: write quantities" if in_units else "in money: write amounts"
        raise Refusal(f"thresholds.{threshold.id}", f"{owner.id} is kept {wanted}, or percents")
    if isinstance(owner, Pool):
        return [
            (
                "",
                _allowed(
                    rating, owner.id, owner.included, used(rating.lines(owner.charges)), _unit(rating, owner.charges[0])
                ),
            )
        ]
    if isinstance(owner, Minimum | Cap):
        return [("", _of_commitment(rating, owner))]
    return [("", level) for level in _of_balance(rating, owner, threshold)]


def used(lines: Iterable[Line]) -> Number:
    """Units that lines rest on, once for each stretch: what was measured, converted and rounded, before anything came off."""
    stretches = {(_key(one), one.charge, one.period.start): one for one in lines if one.kind not in OFF}
    return total(_units(one) for one in stretches.values())


def _units(line: Line) -> Number:
    """A line of several cells measures several times."""
    runs: list[Number] = []
    open_run = False
    for step in line.steps:
        if step.op == "measure":
            runs, open_run = [*runs, step.result], True
        elif step.op in UNITS and open_run:
            runs[-1] = step.result
        elif step.op in TAKEN:
            open_run = False
    return total(runs) if runs else line.quantity or ZERO


def _of_charge(rating: _Rating, threshold: Threshold, key: str) -> Level:
    lines = [one for one in rating.lines([threshold.of]) if _key(one) == key and one.kind not in OFF]
    versions = [one for one in rating.terms.charges if one.id == threshold.of and isinstance(one, UsageCharge)]
    window: Window = versions[-1].accumulates if versions else "period"
    counter = rating.earlier(f"{threshold.of}{key}", window)
    rule = next((one.included for one in reversed(versions) if one.included), None)
    if threshold.amounts:
        return Level(rating.statement.currency, counter.amount, add(counter.amount, total(one.amount for one in lines)))
    if rule:
        return _allowed(rating, f"{threshold.of}{key}.included", rule, used(lines), _unit(rating, threshold.of))
    return Level(_unit(rating, threshold.of), counter.quantity, add(counter.quantity, used(lines)))


def _allowed(rating: _Rating, name: str, rule: Included, units: Number, unit: str) -> Level:
    """Units used of an allowance; the whole holds what rolled over into it and only its share of a part of a period."""
    if rule.quantity is None:
        return Level(unit, ZERO, units, unlimited=True)
    before = rating.earlier(name, rule.resets).quantity
    moved = next((one for one in rating.statement.closing.movements if one.id == name), None)
    whole = rule.quantity if moved is None else total([before, moved.opening, moved.granted])
    return Level(unit, before, add(before, units), whole)


def _of_commitment(rating: _Rating, rule: Minimum | Cap) -> Level:
    stage: Stage = "cap" if isinstance(rule, Cap) else "minimum"
    before = rating.earlier(rule.id, rule.over).amount
    counted = [one for one in rating.lines(rule.counts) if _comes_before(rating, one, stage)]
    drawn = [step.result for one in counted if one.kind == "drawdown" for step in one.steps if step.op == "draw"]
    counts = drawn if isinstance(rule, Minimum) and rule.prepaid_counts else []
    now = total([before, *(one.amount for one in counted), *counts])
    return Level(rating.statement.currency, before, now, _held(rating, rule))


def _comes_before(rating: _Rating, line: Line, stage: Stage) -> bool:
    """Whether a line was there when the stage came: what comes off later is not counted."""
    if line.kind not in OFF:
        return True
    fixed = any(one.amount is not None and line.id.startswith(f"{one.id}.") for one in rating.terms.discounts)
    made: dict[str, Stage] = {
        "discount": "fixed_discount" if fixed else "percent_discount",
        "cap": "cap",
        "credit": "credit",
    }
    return rating.terms.order.index(made[line.kind]) < rating.terms.order.index(stage)


def _held(rating: _Rating, rule: Minimum | Cap) -> Number:
    """The amount, or its share where it holds for a part of its window."""
    window = span(rating.terms, rule.over, rating.period)
    held = window.dates.overlap(rule.in_force.start, rule.in_force.end)
    if rule.proration is None or held is None or held == window.whole:
        return rule.amount
    return mul(rule.amount, ratio(rule.proration, held, window.whole, rating.terms.time_zone).value)


def _of_balance(rating: _Rating, owner: Prepaid | Credit, threshold: Threshold) -> Iterable[Level]:
    """What was drawn since it was granted; a falling level is what is left, recharged and expired parts counted."""
    moved = next((one for one in rating.statement.closing.movements if one.id == owner.id), None)
    if moved is None:
        return []
    opened = next((one.amount for one in rating.opening.balances if one.id == owner.id), owner.amount)
    before = sub(owner.amount, opened)
    now = sub(owner.amount, moved.closing) if threshold.direction == "falling" else add(before, moved.used)
    return [Level(moved.unit, before, now, owner.amount)]


def _unit(rating: _Rating, charge: str) -> str:
    metric = next(getattr(one, "metric", None) for one in rating.terms.charges if one.id == charge)
    return rating.terms.metric(metric).unit if metric else "unit"


def _key(line: Line) -> str:
    found = EACH.search(line.id)
    return found[0] if found else ""
