"""Replay: a statement again from its bundle, byte for byte, outside the running system."""

from collections.abc import Sequence

from pricing.canonical import canonical
from pricing.periods import Period
from pricing.rate import NOTHING_OPEN, rate
from pricing.refusal import Refusal
from pricing.statement import CALCULATOR, Billed, Bundle, Opening, PeriodDates, Usage
from pricing.terms import Terms


def bundle(
    terms: Terms, usage: Usage, period: Period, opening: Opening = NOTHING_OPEN, billed: Sequence[Billed] = ()
) -> Bundle:
    """Everything that `rate` with the same arguments rests on."""
    dates = PeriodDates(start=period.start, end=period.end)
    return Bundle(terms=terms, usage=usage, period=dates, opening=opening, billed=tuple(billed))


def replay(bundle_json: str) -> str:
    """The statement as canonical JSON. Raises Refusal for another calculator's bundle and pydantic.ValidationError for
    text that is no bundle, periods.PeriodError for an empty period."""
    given = Bundle.model_validate_json(bundle_json)
    if given.calculator != CALCULATOR:
        made = f"the bundle was made by calculator {given.calculator!r} and this is {CALCULATOR!r}"
        raise Refusal("calculator", f"{made}; replay it with the release that made it")
    period = Period(given.period.start, given.period.end)
    return canonical(rate(given.terms, given.usage, period, given.opening, given.billed))
