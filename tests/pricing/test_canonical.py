"""Canonical JSON: one text per value, and a refusal for whatever could have two."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal, localcontext
from enum import Enum, StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from pricing.canonical import canonical, digest, instant, plain


class Colour(StrEnum):
    RED = "red"


class Level(Enum):
    HIGH = Decimal("1.50")


class Base(BaseModel):
    id: str


class Tier(Base):
    price: Decimal


class Plan(BaseModel):
    first: Base
    tiers: tuple[Base, ...] = ()


@dataclass(frozen=True, slots=True)
class Amount:
    amount: Decimal
    currency: str


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        ([True, False, 0, -12], "[true,false,0,-12]"),
        (10**30, "1" + "0" * 30),
        ({"b": 1, "a": [1, (2,)], "B": {}}, '{"B":{},"a":[1,[2]],"b":1}'),
        (Decimal("12.50"), '"12.50"'),
        (Decimal("1E+3"), '"1000"'),
        (Decimal("1.5E-8"), '"0.000000015"'),
        (Decimal("0E-10"), '"0.0000000000"'),
        (date(2026, 9, 1), '"2026-09-01"'),
        (datetime(2026, 9, 1, tzinfo=UTC), '"2026-09-01T00:00:00.000000+00:00"'),
        (
            datetime(2026, 9, 1, 2, 0, 0, 7, timezone(timedelta(hours=2))),
            '"2026-09-01T00:00:00.000007+00:00"',
        ),
        (Colour.RED, '"red"'),
        (Level.HIGH, '"1.50"'),
        ({Colour.RED: 1}, '{"red":1}'),
        ("Zürich “quoted”\x00", '"Z\\u00fcrich \\u201cquoted\\u201d\\u0000"'),
        ("\ud83d", '"\\ud83d"'),
        (Plan(first=Tier(id="a", price=Decimal("1"))), '{"first":{"id":"a","price":"1"},"tiers":[]}'),
        ([Amount(Decimal("1.0"), "USD")], '[{"amount":"1.0","currency":"USD"}]'),
    ],
)
def test_text(value: Any, text: str) -> None:
    assert canonical(value) == text


@pytest.mark.parametrize(
    ("value", "error", "words"),
    [
        (1.5, TypeError, r"\$: float"),
        (float("nan"), TypeError, r"\$: float"),
        ({"lines": [{"amount": 0.1}]}, TypeError, r"\$\.lines\[0\]\.amount: float"),
        (Decimal("NaN"), ValueError, "NaN"),
        (Decimal("-Infinity"), ValueError, "Infinity"),
        ({"a": Decimal("1e999999")}, ValueError, r"\$\.a: .*beyond 100 digits"),
        (datetime(2026, 9, 1), ValueError, "no time zone"),
        ({1: "a"}, TypeError, "the key 1 is not text"),
        ({"a"}, TypeError, "set"),
        (b"a", TypeError, "bytes"),
        (object(), TypeError, "object"),
        (Amount, TypeError, "type"),
        (timedelta(1), TypeError, "timedelta"),
    ],
)
def test_refused(value: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        canonical(value)


def test_digest_is_sha256() -> None:
    assert digest("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert digest("ä") == "33e6d73fee82904c8d7afb78de1154d1e8dc2a0edb08120e63df5b9385c2d9cc"


scalars = st.none() | st.booleans() | st.integers() | st.text()
trees = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)
decimals = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30)


@given(trees)
def test_reading_it_back_gives_the_value_and_the_same_text(tree: Any) -> None:
    text = canonical(tree)
    assert text.isascii()
    assert json.loads(text) == tree
    assert canonical(json.loads(text)) == text


@given(st.dictionaries(st.text(), scalars))
def test_order_of_keys_does_not_matter(tree: dict[str, Any]) -> None:
    assert canonical(dict(reversed(tree.items()))) == canonical(tree)


@given(decimals)
def test_decimals_keep_value_and_scale(value: Decimal) -> None:
    text = plain(value)
    assert "E" not in text.upper()
    assert Decimal(text) == value
    if int(value.as_tuple().exponent) <= 0:
        assert Decimal(text).as_tuple() == value.as_tuple()


def test_decimals_ignore_the_context() -> None:
    with localcontext(prec=3):
        assert plain(Decimal("123456789.123456789")) == "123456789.123456789"


moments = st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1), timezones=st.timezones())


@given(moments, moments)
def test_instants_sort_as_text(one: datetime, other: datetime) -> None:
    assert (instant(one) < instant(other)) is (one.astimezone(UTC) < other.astimezone(UTC))
