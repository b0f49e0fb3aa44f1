"""Which periods can be rated: those that the terms' billing makes, while the contract is in force."""

from calendar import monthrange
from datetime import date

from pricing.periods import Period
from pricing.refusal import Refusal
from pricing.rules.windows import DAYS, MONTHS, billing_period
from pricing.terms import Terms


def check_period(terms: Terms, period: Period) -> None:
    """Raises Refusal for a period that these terms do not bill."""
    frequency = terms.billing.frequency
    if not _of_length(period, frequency, terms.billing.every):
        noun = "by the month" if frequency == "monthly" else frequency
        raise Refusal(
            "billing.frequency", f"these terms bill {noun}; {period.key} is none, rate one like {_like(frequency)}"
        )
    if terms.billing.anchor is not None and billing_period(terms, period.start) != period:
        right = billing_period(terms, period.start).key
        raise Refusal("billing.anchor", f"{period.key} is not a billing period of these terms; rate {right}")
    if period.end <= terms.effective_from:
        raise Refusal("effective_from", f"not in force before {terms.effective_from}; rate a later period")
    if terms.term_end and terms.term_end <= period.start:
        raise Refusal("term_end", f"not in force from {terms.term_end} on; rate an earlier period")


def _like(frequency: str) -> str:
    return {"monthly": "2025-11", "quarterly": "2025-10-01/2026-01-01", "annual": "2025-01-01/2026-01-01"}.get(
        frequency,
        "2025-11-03/2025-11-10"
        if frequency == "weekly"
        else "2025-11-03/2025-11-04"
        if frequency == "daily"
        else "2025-07-01/2026-01-01",
    )


def _of_length(period: Period, frequency: str, every: int) -> bool:
    """So many days, or from a day to the same day of a later month, or to its last day when it has none such."""
    if frequency in DAYS:
        return period.days == DAYS[frequency] * every
    first, last = period.start, period.end
    if first.day == 1 == last.day and frequency == "monthly" and every == 1 and period.days <= 31:
        return True
    if (last.year * 12 + last.month) - (first.year * 12 + first.month) != MONTHS[frequency] * every:
        return False
    shorter, longer = sorted((first, last), key=lambda day: day.day)
    return shorter.day == longer.day or _ends_month(shorter)


def _ends_month(day: date) -> bool:
    return day.day == monthrange(day.year, day.month)[1]
