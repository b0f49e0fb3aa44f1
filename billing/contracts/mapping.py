"""A first document: from a draft to whole terms.

Promises Terms only when every part is there; else None, and the draft says what is missing.
"""

from datetime import date, timedelta

from pydantic import ValidationError

from billing.contracts import charges
from billing.contracts.draft import Choices, Draft
from pricing.terms import Billing, LineRounding, Prepaid, Ruled, Terms, UsageCharge

ZONES: Choices = tuple(
    (name, f"{name.split('/')[-1].replace('_', ' ')} ({name})")
    for name in ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "Europe/London",
                 "Europe/Berlin", "UTC")
)  # fmt: skip
CURRENCIES: Choices = tuple((code, code) for code in ("USD", "CAD", "AUD", "EUR", "GBP", "CHF"))
LINE_ROUNDING: Choices = (("half_up", "Half a cent is rounded up"), ("half_even", "Half a cent goes to the even cent"))
TIMING: Choices = (("arrears", "After the month"), ("advance", "Before the month"))
FREQUENCY: Choices = (("month", "Every month"), ("other", "Otherwise"))
NET_DAYS: Choices = tuple((days, f"{days} days after the invoice") for days in ("0", "15", "30", "45", "60"))


def whole(draft: Draft) -> Terms | None:
    """The terms of an order form or agreement."""
    if not draft.inputs.reading.fees and not draft.inputs.reading.usage:
        draft.problem("no_price", "No price was found in this document. If it holds one, enter the terms by hand.")
        return None
    begins, ends = first_day(draft), term_end(draft)
    general = {
        "currency": value_or(draft, "currency", "currency", "the currency", CURRENCY_TEXT, CURRENCIES),
        "time_zone": value_or(draft, "time_zone", "time_zone", "the time zone", ZONE_TEXT, ZONES),
        "effective_from": begins, "billing": billing(draft), "rounding": rounding(draft),
    }  # fmt: skip
    partial = any(day is not None and day.day != 1 for day in (begins, ends))
    fees, metered = charges.fees(draft, partial), _metered(draft)
    minimum = charges.minimum(draft, [*(fees or []), *(metered or [])]) if draft.inputs.reading.minimum else None
    prepaid = _prepaid(draft, metered, begins, ends)
    metrics = [charges.metric(draft, charge.metric) for charge in metered or []]
    missing = fees is None or metered is None or None in metrics or None in general.values()
    if missing or (draft.inputs.reading.minimum and not minimum) or (draft.inputs.reading.commitment and not prepaid):
        return None
    return assemble(
        draft, **general, term_end=ends, metrics=tuple(metrics), charges=(*(fees or ()), *(metered or ())),
        minimums=(minimum,) if minimum else (), prepaid=(prepaid,) if prepaid else (),
        thresholds=charges.notices(draft) if prepaid else (),
    )  # fmt: skip


CURRENCY_TEXT = "The contract names no currency; a bare $ does not say whose dollars. Which is it?"
ZONE_TEXT = "The contract does not say in which time zone its months begin and end. Which is it?"


def assemble(draft: Draft, **parts: object) -> Terms | None:
    try:
        return Terms.model_validate({**parts, "rulings": _ruled(draft, parts.get("rulings", ()))})
    except ValidationError as wrong:
        reasons = "; ".join(error["msg"] for error in wrong.errors())
        draft.problem("incoherent", f"The terms do not hold together: {reasons}.")
        return None


def _ruled(draft: Draft, earlier: object) -> tuple[Ruled, ...]:
    """Which terms rest on a ruling, those of the amended terms first: a statement names the ones that it used."""
    known: dict[str, Ruled] = {one.path: one for one in earlier}  # type: ignore[attr-defined]
    known |= {path: Ruled(path=path, ruling=one.ruling) for path, one in draft.evidence.items() if one.ruling}
    return tuple(known[path] for path in sorted(known))


def value_or(draft: Draft, name: str, path: str, what: str, text: str, choices: Choices) -> str | None:
    """The stated value, else a ruling, else a question under the field's own name."""
    value = draft.take(name, path, what)
    return value if value is not None or draft.said(name) else draft.ask(name, path, text, choices)


def first_day(draft: Draft, path: str = "effective_from") -> date | None:
    value = draft.take("dates.effective", path, "the first day")
    if value is None and not draft.said("dates.effective"):
        dated = range(len(draft.inputs.reading.signatures.dates))
        days = [draft.inputs.verdicts.get(f"signatures.dates.{place}").value for place in dated]
        last = max((day for day in days if day), default=None)
        if last is None:
            draft.problem("effective_from", "The contract does not say from which day it holds. Enter the day by hand.")
            return None
        text = "The contract does not say from which day it holds. Is it the day of the last signature?"
        value = draft.ask("effective_from", path, text, ((last, f"Yes, {last}"), ("other", "No")))
        if value == "other":
            draft.problem("effective_from", "Enter the day from which the contract holds by hand.")
            return None
    return date.fromisoformat(value) if value else None


def term_end(draft: Draft) -> date | None:
    """The day after the last one; none when the term renews by itself."""
    if draft.inputs.verdicts.get("dates.renews").state == "verified":
        draft.take("dates.renews", "term_end", "the renewal")
        return None
    last = draft.take("dates.ends", "term_end", "the last day")
    if last:
        return date.fromisoformat(last) + timedelta(days=1)
    months, begins = draft.inputs.verdicts.get("dates.length"), draft.inputs.verdicts.get("dates.effective")
    if not draft.said("dates.ends") and months.value and begins.value:
        end = add_months(date.fromisoformat(begins.value), int(months.value))
        draft.infer("term_end", end.isoformat(), f"{months.value} months after {begins.value}: “{months.quote}”")
        return end
    return None


def add_months(day: date, months: int) -> date:
    """31 January and one month is 1 March: the day after the last of February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    try:
        return date(year, month + 1, day.day)
    except ValueError:
        return date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)


def billing(draft: Draft) -> Billing | None:
    days = value_or(draft, "net_days", "billing.net_days", "the payment term", "When are invoices due?", NET_DAYS)
    monthly = frequency(draft) == "month"
    timing = draft.take("timing", "billing.timing", "whether it is billed before or after the month")
    if timing is None and not draft.said("timing"):
        if draft.inputs.reading.usage:
            timing = draft.infer("billing.timing", "arrears", "use can only be billed after it happened")
        else:
            timing = draft.ask("timing", "billing.timing", "Is the fee billed before or after the month?", TIMING)
    number = draft.take("po_number", "billing.po_number", "the purchase order number")
    if number is None:
        draft.forget("billing.po_number")
    if days is None or timing is None or not monthly:
        return None
    return Billing.model_validate({"net_days": int(days), "timing": timing, "po_number": number})


def frequency(draft: Draft) -> str | None:
    value = draft.take("frequency", "billing.frequency", "how often it is billed")
    if value is None and not draft.said("frequency"):
        text = "The contract does not say how often it is billed. How often is it?"
        value = draft.ask("frequency", "billing.frequency", text, FREQUENCY)
    if value not in (None, "month"):
        draft.problem("frequency", "The contract does not bill by the month; Ari cannot bill that yet.")
    return value


def rounding(draft: Draft) -> LineRounding | None:
    mode = draft.take("line_rounding", "rounding.mode", "how amounts are rounded")
    if mode is None and not draft.said("line_rounding"):
        text = "The contract does not say how half a cent is rounded."
        mode = draft.ask("line_rounding", "rounding.mode", text, LINE_ROUNDING)
    return LineRounding.model_validate({"mode": mode}) if mode else None


def _metered(draft: Draft) -> list[UsageCharge] | None:
    """The usage charges; two prices for one metric in one document are no charge at all."""
    made: list[UsageCharge | None] = []
    for place in range(len(draft.inputs.reading.usage)):
        field = f"usage.{place}.metric"
        words = draft.take(field, f"usage.{place}.metric", "what is counted")
        draft.forget(f"usage.{place}.metric")
        name = charges.metric_of(draft, words, field) if words else None
        made.append(charges.usage(draft, place, name) if name else None)
    return [charge for charge in made if charge] if all(made) else None


def _prepaid(draft: Draft, metered: list[UsageCharge] | None, begins: date | None, ends: date | None) -> Prepaid | None:
    if draft.inputs.reading.commitment is None:
        return None
    if metered is not None and len(metered) != 1:
        text = "The prepaid commitment could be drawn down by several charges; Ari needs one."
        draft.problem("commitment.applies_to", text)
        return None
    return charges.prepaid(draft, metered[0].id, begins, ends) if metered and begins else None
