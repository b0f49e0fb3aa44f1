"""How figures and instants are written for people: one place, so that a card, a table and an answer never differ."""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from pricing.money import show
from pricing.periods import Period


def amount(value: Decimal, currency: str) -> str:
    return show(value, currency)


def quantity(value: Decimal, unit: str) -> str:
    """'27,413 min'; fractions keep their digits, up to six places."""
    shown = value.quantize(Decimal("0.000001")).normalize() if value % 1 else value.to_integral_value()
    return f"{shown:,f} {unit}"


def percent(part: Decimal, whole: Decimal) -> str:
    return f"{(part / whole * 100).quantize(Decimal('0.1'))} %"


def moment(instant: datetime, zone: ZoneInfo) -> str:
    """'13 Nov 2025, 08:55 New York'."""
    local = instant.astimezone(zone)
    return f"{local.day} {local:%b %Y, %H:%M} {zone.key.rsplit('/', 1)[-1].replace('_', ' ')}"


def period(value: Period) -> str:
    """'November 2025', or the dates when it is not a calendar month; the last day is shown inclusive."""
    if "/" not in value.key:
        return f"{value.start:%B %Y}"
    last = value.end.fromordinal(value.end.toordinal() - 1)
    return f"{value.start.day} {value.start:%b %Y} – {last.day} {last:%b %Y}"


def dated(description: str, part: Period, whole: Period) -> str:
    """'Platform fee (1 – 15 Nov)' for a part of the period that is billed, else the description alone."""
    if part == whole:
        return description
    last = part.end.fromordinal(part.end.toordinal() - 1)
    return f"{description} ({part.start.day} {part.start:%b} – {last.day} {last:%b})"


def ruled(path: str, ruling: str) -> str:
    """'Line rounding rests on the house ruling (rounding.mode).' for a statement that used a ruling."""
    source, _, key = ruling.partition(":")
    whose = "the house ruling" if source == "house" else "an answer given for this contract"
    return f"{key.replace('_', ' ').capitalize()} rests on {whose} ({path})."
