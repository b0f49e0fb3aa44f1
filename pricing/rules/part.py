"""Part: one stretch of one usage charge on its way to an amount, with the steps that led there."""

from decimal import Decimal
from typing import Any

from pricing.exact import ZERO, Number, shown
from pricing.model.charge import UsageCharge
from pricing.model.metric import Metric
from pricing.rules.measure import Raw
from pricing.rules.stretches import Stretch
from pricing.rules.work import Item, Work
from pricing.statement import Kind
from pricing.steps import Note, Op, Step


class Part:
    """`units` are those left to price; `before` of the same count were priced by earlier stretches. `path` is where the
    price stands in the terms, `suffix` names the value of a charge that is rated per each value of a dimension."""

    __slots__ = ("before", "charge", "metric", "path", "raw", "steps", "stretch", "suffix", "units", "work")

    def __init__(self, work: Work, stretch: Stretch, metric: Metric, raw: Raw, suffix: str) -> None:
        self.work, self.stretch, self.metric, self.raw, self.suffix = work, stretch, metric, raw, suffix
        self.charge: UsageCharge = stretch.charge  # type: ignore[assignment]
        self.path = stretch.path + ".price"
        self.units: Number = ZERO
        self.before: Number = ZERO
        self.steps: list[Step | Note] = [raw.step]
        if stretch.escalation or raw.counting:
            self.steps[:0] = [*stretch.escalation, *raw.counting]

    def over(self, units: Number, before: Number, path: str, steps: list[Step | Note]) -> "Part":
        """Some of the units, priced elsewhere, with a working of their own."""
        other = Part(self.work, self.stretch, self.metric, self.raw, self.suffix)
        other.units, other.before, other.path, other.steps = units, before, path, steps
        return other

    def step(self, op: Op, inputs: dict[str, Decimal | str], amount: Number, path: str) -> Number:
        """An amount and how it came about; rounded where the terms round every tier, flat amount and cell."""
        if self.work.by_part:
            amount = self.work.round(amount)
        self.steps.append(Step(op, inputs, shown(amount), self.work.currency, path))
        return amount

    def note(self, op: Op, suffix: str | int, amount: Number, values: tuple[Any, ...]) -> Number:
        """The same for the models that most contracts have, noted only."""
        work = self.work
        if work.by_part:
            amount = work.round(amount)
        self.steps.append((op, self.path, suffix, work.currency, amount, values))
        return amount

    def units_step(self, op: Op, inputs: dict[str, Decimal | str], units: Number, path: str) -> Number:
        self.steps.append(Step(op, inputs, shown(units), self.metric.unit, path))
        return units

    def line(self, name: str) -> str:
        """The id of a line of this part: `name`, the value it is for, and the day from which it holds."""
        return f"{name}{self.suffix}{self.stretch.line[len(self.charge.id) :]}"

    def item(self, line: str, kind: Kind, description: str, exact: Number) -> Item:
        """The part as an item, put with the others."""
        made = Item(
            line, self.charge.id, kind, description, self.stretch.dates, exact, self.steps, self.units, self.metric.unit
        )
        self.work.items.append(made)
        return made
