"""Canonical JSON: the one text that a value has, so that equal values have equal digests.

Promises sorted keys, no spaces, ASCII only (no encoding or collation can change the bytes), decimals as text with the
digits they were given and never an exponent, dates and instants in ISO form. Refuses whatever has more than one
reasonable text: floats, NaN, naive times, sets, bytes, keys that are not text. Reading it back is `json.loads`.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from pydantic import BaseModel

DIGITS_LIMIT = 100


def canonical(value: object) -> str:
    """The canonical JSON text of `value`.

    Takes None, bool, int, str, Decimal, date, aware datetime, enums of these, pydantic models, dataclasses, named
    tuples, other sequences, and mappings with text keys. Raises TypeError or ValueError naming the place ("$.lines[2].amount").
    """
    return json.dumps(tree(value), sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(text: str) -> str:
    """SHA-256 of the text's UTF-8 bytes, as 64 lower-case hex digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def plain(value: Decimal) -> str:
    """The decimal's own digits without an exponent: 1E+3 -> '1000', 12.50 -> '12.50'. Raises ValueError."""
    if not value.is_finite():
        raise ValueError(f"{value} is not a number that can be written down")
    # Written out, a tiny text such as 1e999999999 would take a gigabyte.
    if abs(int(value.as_tuple().exponent)) > DIGITS_LIMIT:
        raise ValueError(f"{value} is beyond {DIGITS_LIMIT} digits before or after the point; no amount needs them")
    return format(value, "f")


def instant(value: datetime) -> str:
    """'2026-09-01T00:00:00.000000+00:00': always UTC and one width, so that text sorts as time. Raises ValueError."""
    if value.utcoffset() is None:
        raise ValueError(f"{value.isoformat()} has no time zone; give it one, such as UTC")
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def tree(value: object, where: str = "$") -> Any:
    """`value` as plain JSON data, decimals and dates as text; what `canonical` writes. Raises as it does."""
    match value:
        case Enum():
            return tree(value.value, where)
        case None | bool() | int() | str():
            return value
        case Decimal() | date():
            return _scalar(value, where)
        case BaseModel():
            # Without serialize_as_any a subclass in a field loses its own fields, and the digest would not cover them.
            return tree(value.model_dump(serialize_as_any=True), where)
        case Mapping():
            return {_key(key, where): tree(item, f"{where}.{key}") for key, item in value.items()}
        case tuple() if hasattr(value, "_asdict"):
            return {name: tree(item, f"{where}.{name}") for name, item in value._asdict().items()}
        case Sequence() if not isinstance(value, bytes | bytearray | memoryview):
            return [tree(item, f"{where}[{number}]") for number, item in enumerate(value)]
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: tree(getattr(value, field.name), f"{where}.{field.name}") for field in fields(value)}
    raise TypeError(
        f"{where}: {type(value).__name__} has no canonical text; use Decimal, text, dates, lists or mappings"
    )


def _scalar(value: Decimal | date, where: str) -> str:
    try:
        if isinstance(value, Decimal):
            return plain(value)
        return instant(value) if isinstance(value, datetime) else value.isoformat()
    except ValueError as problem:
        raise ValueError(f"{where}: {problem}") from problem


def _key(key: object, where: str) -> str:
    if not isinstance(key, str):
        raise TypeError(f"{where}: the key {key!r} is not text")
    return key
