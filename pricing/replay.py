"""Replay: a statement again from its bundle, byte for byte, outside the running system.

Bundles of every released calculator replay: terms of an older schema are upgraded, and where an older release wrote
fewer fields, `pricing.releases` writes those.
"""

import json
from collections.abc import Sequence

from pricing.periods import Period
from pricing.rate import NOTHING_OPEN, rate
from pricing.releases import as_written_by
from pricing.statement import Billed, Bundle, Opening, PeriodDates, Usage
from pricing.stored import upgraded
from pricing.terms import Terms


def bundle(
    terms: Terms, usage: Usage, period: Period, opening: Opening = NOTHING_OPEN, billed: Sequence[Billed] = ()
) -> Bundle:
    """Everything that `rate` with the same arguments rests on."""
    dates = PeriodDates(start=period.start, end=period.end)
    return Bundle(terms=terms, usage=usage, period=dates, opening=opening, billed=tuple(billed))


def replay(bundle_json: str) -> str:
    """The statement as canonical JSON. Raises Refusal for the bundle of an unknown calculator and pydantic.ValidationError
    for text that is no bundle, periods.PeriodError for an empty period."""
    given = read(bundle_json)
    period = Period(given.period.start, given.period.end)
    return as_written_by(given.calculator, rate(given.terms, given.usage, period, given.opening, given.billed))


def read(bundle_json: str) -> Bundle:
    """A bundle of any release, its terms upgraded to the present schema. Raises as `replay` does."""
    try:
        data = json.loads(bundle_json)
    except ValueError:
        return Bundle.model_validate_json(bundle_json)
    if isinstance(data, dict) and isinstance(data.get("terms"), dict):
        data = {**data, "terms": upgraded(data["terms"])}
    return Bundle.model_validate_json(json.dumps(data))
