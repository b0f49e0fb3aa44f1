"""Recurring fees: whole for a whole period, cut by calendar days for a part of one, if the terms say so."""

from fractions import Fraction

from pricing.exact import Worked, decimal
from pricing.lines import close
from pricing.periods import Period
from pricing.refusal import Refusal
from pricing.statement import Line, Step
from pricing.stretches import Stretch
from pricing.terms import RecurringCharge, Terms


def fee(terms: Terms, period: Period, charge: RecurringCharge, stretch: Stretch, alone: bool) -> Line:
    """One stretch of a fee. `alone` is False when the fee changes inside the period."""
    whole = stretch.dates == period or _unprorated(charge, stretch, alone)
    worked = _whole(terms, charge, stretch) if whole else _part(terms, period, charge, stretch)
    return close(terms, worked, id=stretch.line, charge=charge.id, kind="recurring", description=charge.description,
                 dates=stretch.dates)  # fmt: skip


def _unprorated(charge: RecurringCharge, stretch: Stretch, alone: bool) -> bool:
    if charge.proration is None:
        path = f"{stretch.path}.proration"
        raise Refusal(path, "the fee holds for part of the period only; say how it is cut: actual_days or none")
    if charge.proration.basis == "none" and not alone:
        path = f"{stretch.path}.proration.basis"
        raise Refusal(path, "the fee changes inside the period and is not prorated; say which of the amounts holds")
    return charge.proration.basis == "none"


def _whole(terms: Terms, charge: RecurringCharge, stretch: Stretch) -> Worked:
    step = Step(op="flat", inputs={"amount": charge.amount}, result=charge.amount, unit=terms.currency,
                path=f"{stretch.path}.amount")  # fmt: skip
    return Worked(Fraction(charge.amount), (step,))


def _part(terms: Terms, period: Period, charge: RecurringCharge, stretch: Stretch) -> Worked:
    days, of = Fraction(stretch.dates.days), Fraction(period.days)
    part = Fraction(charge.amount) * days / of
    inputs = {"amount": charge.amount, "days": decimal(days), "of": decimal(of)}
    step = Step(op="prorate", inputs={**inputs}, result=decimal(part), unit=terms.currency,
                path=f"{stretch.path}.proration.basis")  # fmt: skip
    return Worked(part, (step,))
