"""Prepaid commitments: units drawn from a balance at the charge's own price, the units beyond it priced as overage.

A drawdown line is due 0, for its units were paid ahead; their value is rounded like any line and leaves the balance. A
missing balance is never zero, a missing overage price never free. Which of two balances comes first, and windows that
open or close inside a stretch, are refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from pricing.exact import Worked, decimal
from pricing.lines import close, rounding, to_currency
from pricing.prices import per_unit
from pricing.refusal import Refusal
from pricing.statement import Balance, Line, Opening, Position, Step
from pricing.stretches import Stretch
from pricing.terms import PerUnit, Prepaid, RecurringCharge, Terms, UsageCharge


@dataclass(frozen=True, slots=True)
class Drawing:
    """One stretch of a charge against a balance: of `units`, `covered` are paid for at `unit_amount`."""

    terms: Terms
    prepaid: Prepaid
    charge: UsageCharge
    stretch: Stretch
    unit_amount: Decimal
    units: Worked
    balance: Fraction

    @property
    def covered(self) -> Fraction:
        value = self.units.value * Fraction(self.unit_amount)
        return self.units.value if value <= self.balance else self.balance / Fraction(self.unit_amount)

    @property
    def unit(self) -> str:
        return self.terms.metric(self.charge.metric).unit

    def line_id(self, kind: str) -> str:
        """'commit.overage', or 'commit.overage@2025-11-16' for a later stretch."""
        return f"{self.prepaid.id}.{kind}{self.stretch.line.removeprefix(self.charge.id)}"


def check_prepaid(terms: Terms, opening: Opening) -> None:
    """Raises Refusal for a commitment that pays for a fee, and for a balance that is unknown, doubled or too fine."""
    fees = {charge.id for charge in terms.charges if isinstance(charge, RecurringCharge)}
    for prepaid in terms.prepaid:
        if prepaid.applies_to in fees:
            raise Refusal(f"prepaid.{prepaid.id}.applies_to", "names a fee, but only usage draws; name a usage charge")
    names = [balance.id for balance in opening.balances]
    for balance in opening.balances:
        path = f"opening.balances.{balance.id}"
        if balance.id not in {prepaid.id for prepaid in terms.prepaid}:
            raise Refusal(path, "the terms have no such prepaid commitment; name one they have")
        if names.count(balance.id) > 1:
            raise Refusal(path, "is given twice; give one opening balance")
        if balance.amount != to_currency(terms, Fraction(balance.amount)):
            raise Refusal(path, f"{balance.amount} is finer than {terms.currency} goes; give one that can be paid")


def drawn_from(terms: Terms, stretch: Stretch) -> Prepaid | None:
    """The commitment that pays for a stretch of a charge, if any. Raises Refusal when that is not plain."""
    found = [one for one in terms.prepaid if one.applies_to == stretch.charge.id and _open(one, stretch)]
    if len(found) > 1:
        raise Refusal(f"prepaid.{found[1].id}", f"{found[0].id} pays for the same units; say which is drawn first")
    return found[0] if found else None


def draw(
    terms: Terms, opening: Opening, prepaid: Prepaid, charge: UsageCharge, stretch: Stretch, units: Worked,
    earlier: Sequence[Line],
) -> list[Line]:  # fmt: skip
    """A drawdown line, and an overage line when the terms price one. `earlier` drew from the same balance."""
    if not isinstance(charge.price, PerUnit) or charge.price.unit_amount < 0:
        raise Refusal(f"{stretch.path}.price", "a prepaid balance needs one price per unit, not below zero")
    balance = Fraction(_opened(opening, prepaid) - drawn(prepaid.id, earlier))
    drawing = Drawing(terms, prepaid, charge, stretch, charge.price.unit_amount, units, balance)
    if prepaid.overage_unit_amount is not None:
        return [_drawdown(drawing), _overage(drawing, prepaid.overage_unit_amount)]
    if drawing.covered < units.value:
        path = f"prepaid.{prepaid.id}.overage_unit_amount"
        raise Refusal(path, "the balance is used up and the terms give no price for units beyond it; add one")
    return [_drawdown(drawing)]


def drawn(prepaid: str, lines: Sequence[Line]) -> Decimal:
    """What `lines` took from one balance."""
    return sum((drawn_value(line) for line in lines if line.id.startswith(f"{prepaid}.drawdown")), Decimal(0))


def drawn_value(line: Line) -> Decimal:
    """What one line took from its balance; zero for a line that draws none."""
    return sum((step.result for step in line.steps if step.op == "draw"), Decimal(0))


def closing(opening: Opening, lines: Sequence[Line]) -> Position:
    """Every opening balance less what was drawn from it, and what was drawn."""
    used = [(one, drawn(one.id, lines)) for one in opening.balances]
    drawing = {line.id.split(".")[0] for line in lines if line.kind == "drawdown"}
    return Position(
        balances=tuple(Balance(id=one.id, amount=one.amount - taken) for one, taken in used),
        used=tuple(Balance(id=one.id, amount=taken) for one, taken in used if one.id in drawing),
    )


def _open(prepaid: Prepaid, stretch: Stretch) -> bool:
    shared = stretch.dates.overlap(prepaid.access.start, prepaid.access.end)
    if shared and shared != stretch.dates:
        path = f"prepaid.{prepaid.id}.access"
        raise Refusal(path, f"opens or closes inside {stretch.dates.key}, where usage is not cut; bill it by hand")
    return shared is not None


def _opened(opening: Opening, prepaid: Prepaid) -> Decimal:
    for balance in opening.balances:
        if balance.id == prepaid.id:
            return balance.amount
    raise Refusal(f"opening.balances.{prepaid.id}", "is missing, which is not zero; say what was left at the start")


def _drawdown(one: Drawing) -> Line:
    value = per_unit(one.covered, one.unit_amount, one.terms.currency, f"{one.stretch.path}.price.unit_amount")
    taken = to_currency(one.terms, value.value)
    inputs = {"balance": one.balance, "quantity": one.covered, "left": one.balance - Fraction(taken)}
    step = Step(op="draw", inputs={name: decimal(figure) for name, figure in inputs.items()}, result=taken,
                unit=one.terms.currency, path=f"prepaid.{one.prepaid.id}.amount")  # fmt: skip
    return close(
        one.terms, Worked(Fraction(0), (*one.units.steps, *value.steps)), id=one.line_id("drawdown"),
        charge=one.charge.id, kind="drawdown", dates=one.stretch.dates, quantity=one.covered, unit=one.unit,
        description=f"{one.charge.description}, drawn from {one.prepaid.description}",
        last=(rounding(one.terms, value.value), step),
    )  # fmt: skip


def _overage(one: Drawing, unit_amount: Decimal) -> Line:
    beyond = one.units.value - one.covered
    step = Step(op="overage", inputs={"quantity": decimal(one.units.value), "covered": decimal(one.covered)},
                result=decimal(beyond), unit=one.unit, path=f"prepaid.{one.prepaid.id}.amount")  # fmt: skip
    amount = per_unit(beyond, unit_amount, one.terms.currency, f"prepaid.{one.prepaid.id}.overage_unit_amount")
    return close(
        one.terms, Worked(amount.value, (*one.units.steps, step, *amount.steps)), id=one.line_id("overage"),
        charge=one.charge.id, kind="overage", description=f"{one.charge.description}, beyond {one.prepaid.description}",
        dates=one.stretch.dates, quantity=beyond, unit=one.unit,
    )  # fmt: skip
