"""Balances: entries count once, sums are exact, and a roll-forward ties or says why not."""

from datetime import datetime
from decimal import Decimal

import pytest

from store.balances import BalanceError, balance, post, roll_forward
from store.database import Database
from store.tables.balance import BalanceEntry

Posted = tuple[str, str, str]
STORY: list[Posted] = [
    ("2026-07", "opening", "1000.00"),
    ("2026-07", "used", "-300.005"),
    ("2026-08", "bought", "500"),
    ("2026-08", "used", "-999.995"),
    ("2026-08", "restored", "0.10"),
    ("2026-10", "expired", "-200.10"),
]


def entry(contract: str, now: datetime, period: str, kind: str, amount: str, **changes: str) -> BalanceEntry:
    fields = {"balance": "prepaid", "unit": "USD", "source": f"statement {period}", **changes}
    return BalanceEntry(contract_id=contract, period=period, kind=kind, amount=Decimal(amount), at=now, **fields)


def tell(db: Database, contract: str, now: datetime, story: list[Posted]) -> None:
    with db.write() as session:
        for period, kind, amount in story:
            assert post(session, entry(contract, now, period, kind, amount))


@pytest.mark.parametrize(
    ("before", "left"),
    [
        ("2026-06", "0"),
        ("2026-07", "1000.00"),
        ("2026-08", "699.995"),
        ("2026-09", "200.100"),
        ("2026-10", "200.100"),
        ("2026-11", "0.000"),
    ],
)
def test_what_is_left_as_a_period_begins(db: Database, contract: str, now: datetime, before: str, left: str) -> None:
    tell(db, contract, now, STORY)
    with db.read() as session:
        assert balance(session, contract, "prepaid", before) == Decimal(left)
        assert balance(session, contract, "other", before) == 0


def test_the_roll_forward_ties(db: Database, contract: str, now: datetime) -> None:
    tell(db, contract, now, STORY)
    with db.read() as session:
        rows = roll_forward(session, contract, "prepaid")
        assert roll_forward(session, contract, "other") == []
    assert [(row.period, row.opening, row.closing) for row in rows] == [
        ("2026-07", Decimal("1000.00"), Decimal("699.995")),
        ("2026-08", Decimal("699.995"), Decimal("200.1")),
        ("2026-10", Decimal("200.1"), Decimal("0")),
    ]
    for row in rows:
        assert row.opening + row.bought + row.used + row.expired + row.restored == row.closing


@pytest.mark.parametrize(
    ("story", "words"),
    [
        ([("2026-07", "opening", "10"), ("2026-08", "opening", "10")], "2026-08: an opening of 10 after a closing"),
        ([("2026-07", "bought", "10"), ("2026-08", "used", "-10.01")], "2026-08: closes at -0.01"),
    ],
)
def test_a_roll_forward_that_does_not_tie(
    db: Database, contract: str, now: datetime, story: list[Posted], words: str
) -> None:
    tell(db, contract, now, story)
    with db.read() as session, pytest.raises(BalanceError, match=words):
        roll_forward(session, contract, "prepaid")


def test_two_units_do_not_add_up(db: Database, contract: str, now: datetime) -> None:
    tell(db, contract, now, STORY[:1])
    with db.write() as session:
        post(session, entry(contract, now, "2026-08", "bought", "5", unit="minutes"))
        with pytest.raises(BalanceError, match="USD and minutes"):
            roll_forward(session, contract, "prepaid")


def test_the_same_entry_counts_once_and_another_amount_is_refused(db: Database, contract: str, now: datetime) -> None:
    tell(db, contract, now, STORY[:2])
    with db.write() as session:
        assert not post(session, entry(contract, now, "2026-07", "used", "-300.005"))
        assert post(session, entry(contract, now, "2026-07", "used", "-1", source="late usage"))
        assert balance(session, contract, "prepaid", "2026-08") == Decimal("698.995")
    with db.write() as session, pytest.raises(BalanceError, match=r"-300\.005 USD already, not -300 USD"):
        post(session, entry(contract, now, "2026-07", "used", "-300"))


@pytest.mark.parametrize(("kind", "amount"), [("used", "1"), ("expired", "0.01"), ("bought", "-1"), ("opening", "-1")])
def test_a_wrong_sign_is_refused(db: Database, contract: str, now: datetime, kind: str, amount: str) -> None:
    with db.write() as session, pytest.raises(BalanceError, match="wrong sign"):
        post(session, entry(contract, now, "2026-07", kind, amount))


def test_an_unknown_kind_is_refused(db: Database, contract: str, now: datetime) -> None:
    with db.write() as session, pytest.raises(BalanceError, match="'gift' is not a kind"):
        post(session, entry(contract, now, "2026-07", "gift", "1"))


def test_long_sums_stay_exact(db: Database, contract: str, now: datetime) -> None:
    tell(db, contract, now, [("2026-07", "opening", "1" + "0" * 30), ("2026-08", "bought", "0." + "0" * 29 + "1")])
    with db.read() as session:
        assert str(balance(session, contract, "prepaid", "2026-09")) == "1" + "0" * 30 + "." + "0" * 29 + "1"
