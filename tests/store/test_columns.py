"""What goes into a column comes out of it, digit by digit; what would lose something does not go in."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, Table, create_engine, insert, select, text
from sqlalchemy.exc import StatementError

from store.columns import DecimalText, UtcTime

THING = Table("thing", MetaData(), Column("id", Integer), Column("amount", DecimalText), Column("at", UtcTime))
MEMORY = create_engine("sqlite://")


def through(**values: object) -> object:
    with MEMORY.connect() as connection:
        THING.create(connection, checkfirst=True)
        connection.execute(insert(THING).values(**values))
        (name,) = values
        return connection.scalar(select(THING.c[name]))


@given(st.decimals(allow_nan=False, allow_infinity=False, places=9, min_value=-(10**15), max_value=10**15))
def test_decimals_come_back_exactly(value: Decimal) -> None:
    kept = through(amount=value)
    assert isinstance(kept, Decimal)
    assert kept.as_tuple() == value.as_tuple()


@given(st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1), timezones=st.timezones()))
def test_instants_come_back_in_utc(value: datetime) -> None:
    kept = through(at=value)
    assert isinstance(kept, datetime)
    assert (kept, kept.tzinfo) == (value.astimezone(UTC), UTC)


@pytest.mark.parametrize("column", ["amount", "at"])
def test_nothing_stays_nothing(column: str) -> None:
    assert through(**{column: None}) is None


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("amount", 1.5, "takes Decimal only"),
        ("amount", 1, "takes Decimal only"),
        ("amount", "1.5", "takes Decimal only"),
        ("amount", Decimal("NaN"), "NaN"),
        ("amount", Decimal("1e999999"), "beyond 100 digits"),
        ("at", datetime(2026, 9, 1), "no time zone"),
        ("at", "2026-09-01", "takes aware datetimes only"),
    ],
)
def test_refused(column: str, value: object, words: str) -> None:
    with pytest.raises(StatementError, match=words):
        through(**{column: value})


def test_comparing_the_text_compares_the_time() -> None:
    noon = datetime(2026, 9, 1, 12, tzinfo=UTC)
    with MEMORY.connect() as connection:
        THING.create(connection, checkfirst=True)
        connection.execute(insert(THING), [{"id": n, "at": noon + timedelta(microseconds=n)} for n in (2, 0, 1)])
        later = noon.astimezone(timezone(timedelta(hours=-7)))
        assert connection.scalars(select(THING.c.id).where(THING.c.at > later).order_by(THING.c.at)).all() == [1, 2]
        assert connection.scalar(text("SELECT min(at) FROM thing")) == "2026-09-01T12:00:00.000000+00:00"
