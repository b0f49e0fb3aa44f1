"""Metered charges: each stretch measured, included units taken off, the rest priced or drawn from a prepaid balance."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from pricing.changes import allowance, check_changes
from pricing.exact import Worked, decimal
from pricing.lines import close
from pricing.periods import Period
from pricing.prepaid import draw, drawn_from
from pricing.prices import price
from pricing.quantity import measure
from pricing.statement import Line, Opening, Step, Usage
from pricing.stretches import Stretch
from pricing.terms import Terms, UsageCharge

ZERO = Fraction(0)


class Count(NamedTuple):
    """What earlier stretches counted: all units, and those beyond the included ones."""

    units: Fraction = ZERO
    billable: Fraction = ZERO


def metered(
    terms: Terms, usage: Usage, period: Period, opening: Opening, versions: Sequence[tuple[Stretch, UsageCharge]]
) -> list[Line]:
    """The lines of one charge, a stretch after the other, for the count and the balance go on from one to the next."""
    check_changes(versions, period)
    lines: list[Line] = []
    before = Count()
    for stretch, charge in versions:
        if charge.tiers_on_change != "continue":
            before = Count()
        units = measure(terms, usage, terms.metric(charge.metric), stretch.dates)
        billable = _beyond_included(terms, charge, stretch, before, units)
        lines += _priced(terms, opening, charge, stretch, before, billable, lines)
        before = Count(before.units + units.value, before.billable + billable.value)
    return lines


def _beyond_included(terms: Terms, charge: UsageCharge, stretch: Stretch, before: Count, units: Worked) -> Worked:
    included = allowance(charge)
    if included == 0:
        return units
    taken = units.value if included is None else min(units.value, max(included - before.units, ZERO))
    left = units.value - taken
    inputs: dict[str, Decimal | str] = {
        "quantity": decimal(units.value),
        "included": "unlimited" if included is None else decimal(included),
        "taken": decimal(taken),
    }
    step = Step(op="include", inputs=inputs, result=decimal(left), unit=terms.metric(charge.metric).unit,
                path=f"{stretch.path}.included.quantity")  # fmt: skip
    return Worked(left, (*units.steps, step))


def _priced(
    terms: Terms, opening: Opening, charge: UsageCharge, stretch: Stretch, before: Count, units: Worked,
    earlier: Sequence[Line],
) -> list[Line]:  # fmt: skip
    prepaid = drawn_from(terms, stretch)
    if prepaid:
        return draw(terms, opening, prepaid, charge, stretch, units, earlier)
    amount = price(charge.price, before.billable, units.value, terms.currency, f"{stretch.path}.price")
    worked = Worked(amount.value, (*units.steps, *amount.steps))
    return [
        close(terms, worked, id=stretch.line, charge=charge.id, kind="usage", description=charge.description,
              dates=stretch.dates, quantity=units.value, unit=terms.metric(charge.metric).unit)
    ]  # fmt: skip
