"""Balances: entries count once, sums are exact, and a roll-forward ties or says why not."""

from datetime import datetime
from decimal import Decimal

import pytest

from store.balances import BalanceError, carried_on, entries, live, post, restore, roll_forward
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


def test_the_roll_forward_ties(db: Database, contract: str, now: datetime) -> None:
    tell(db, contract, now, STORY)
    with db.read() as session:
        rows = roll_forward(session, contract)
        assert roll_forward(session, "contract-none") == []
    assert [(row.period, row.opening, row.closing) for row in rows] == [
        ("2026-07", Decimal("1000.00"), Decimal("699.995")),
        ("2026-08", Decimal("699.995"), Decimal("200.1")),
        ("2026-10", Decimal("200.1"), Decimal("0")),
    ]
    for row in rows:
        assert row.opening + row.bought + row.used + row.expired + row.restored == row.closing
        assert {one.period for one in row.entries} == {row.period}


@pytest.mark.parametrize(
    ("first", "last", "periods"),
    [
        (None, None, ["2026-07", "2026-08", "2026-10"]),
        ("2026-08", None, ["2026-08", "2026-10"]),
        (None, "2026-09", ["2026-07", "2026-08"]),
        ("2026-09", "2026-09", []),
    ],
)
def test_a_part_of_the_roll_forward_opens_where_the_part_before_closed(
    db: Database, contract: str, now: datetime, first: str | None, last: str | None, periods: list[str]
) -> None:
    tell(db, contract, now, STORY)
    with db.read() as session:
        whole = {row.period: row for row in roll_forward(session, contract)}
        assert [whole[row.period] == row for row in roll_forward(session, contract, first, last)] == [True] * len(
            periods
        )


def test_positions_of_one_name_are_told_apart(db: Database, contract: str, now: datetime) -> None:
    with db.write() as session:
        for form, unit in (("quantity", "min"), ("amount", "USD"), ("balance", "USD")):
            assert post(session, entry(contract, now, "2026-07", "used", "-5", form=form, unit=unit))
        rows = roll_forward(session, contract)
    assert [(row.form, row.unit) for row in rows] == [("balance", "USD"), ("quantity", "min"), ("amount", "USD")]


def test_taking_back_is_exact_and_happens_once(db: Database, contract: str, now: datetime) -> None:
    tell(db, contract, now, STORY[:1])
    with db.write() as session:
        for kind, amount in (("used", "-300.005"), ("bought", "20"), ("expired", "-0.001")):
            post(session, entry(contract, now, "2026-07", kind, amount, source="invoice-1"))
        post(session, entry(contract, now, "2026-07", "used", "0", source="invoice-1", balance="other"))
        assert restore(session, contract, "invoice-1", now) == 2
        assert restore(session, contract, "invoice-1", now) == 0
        assert restore(session, contract, "invoice-2", now) == 0
        assert [one.kind for one in live(entries(session, contract))] == ["opening"]
        restored = [one for one in entries(session, contract) if one.kind == "restored"]
        assert {(one.balance, str(one.amount)) for one in restored} == {("prepaid", "280.006"), ("other", "0")}
        assert [row.closing for row in roll_forward(session, contract)] == [Decimal(0), Decimal("1000")]


def test_a_mistaken_opening_that_was_taken_back_may_be_entered_for_another_period(
    db: Database, contract: str, now: datetime
) -> None:
    tell(db, contract, now, STORY[:1])
    with db.write() as session:
        restore(session, contract, "statement 2026-07", now)
        post(session, entry(contract, now, "2026-08", "opening", "900"))
        assert [row.closing for row in roll_forward(session, contract)] == [0, 900]


@pytest.mark.parametrize(
    ("story", "words"),
    [
        ([("2026-07", "opening", "10"), ("2026-08", "opening", "10")], "2026-08: an opening of 10 after a closing"),
        ([("2026-07", "used", "-10"), ("2026-08", "opening", "10")], "2026-08: an opening of 10 after a closing"),
    ],
)
def test_a_roll_forward_that_does_not_tie(
    db: Database, contract: str, now: datetime, story: list[Posted], words: str
) -> None:
    tell(db, contract, now, story)
    with db.read() as session, pytest.raises(BalanceError, match=words):
        roll_forward(session, contract)


def test_two_units_do_not_add_up(db: Database, contract: str, now: datetime) -> None:
    tell(db, contract, now, STORY[:1])
    with db.write() as session:
        post(session, entry(contract, now, "2026-08", "bought", "5", unit="minutes"))
        with pytest.raises(BalanceError, match="USD and minutes"):
            roll_forward(session, contract)


def test_the_same_entry_counts_once_and_another_amount_is_refused(db: Database, contract: str, now: datetime) -> None:
    tell(db, contract, now, STORY[:2])
    with db.write() as session:
        assert not post(session, entry(contract, now, "2026-07", "used", "-300.005"))
        assert post(session, entry(contract, now, "2026-07", "used", "-1", source="late usage"))
        assert roll_forward(session, contract)[-1].closing == Decimal("698.995")
    with db.write() as session, pytest.raises(BalanceError, match=r"-300\.005 USD already, not -300 USD"):
        post(session, entry(contract, now, "2026-07", "used", "-300"))


@pytest.mark.parametrize(
    ("kind", "form", "amount", "words"),
    [
        ("gift", "balance", "1", "'gift' of a 'balance' is no entry"),
        ("used", "hunch", "1", "'used' of a 'hunch' is no entry"),
        ("opening", "balance", "-1", "is below zero"),
        ("carried", "allowance", "-1", "is below zero"),
    ],
)
def test_what_is_no_entry_is_refused(
    db: Database, contract: str, now: datetime, kind: str, form: str, amount: str, words: str
) -> None:
    with db.write() as session, pytest.raises(BalanceError, match=words):
        post(session, entry(contract, now, "2026-07", kind, amount, form=form))


def test_what_is_carried_on_moves_nothing_and_the_latest_word_holds(db: Database, contract: str, now: datetime) -> None:
    with db.write() as session:
        for source, amount in (("one", "60"), ("two", "50")):
            post(session, entry(contract, now, "2026-07", "bought", amount, form="allowance", source=source))
            lot = entry(contract, now, "2026-07", "carried", amount, form="allowance", source=source)
            lot.periods = 2
            post(session, lot)
        assert [row.closing for row in roll_forward(session, contract)] == [110]
        assert [one.amount for one in carried_on(session, contract)] == [50]
        restore(session, contract, "two", now)
        assert [one.amount for one in carried_on(session, contract)] == [60]


def test_long_sums_stay_exact(db: Database, contract: str, now: datetime) -> None:
    long = "0." + "0" * 29 + "1"
    tell(db, contract, now, [("2026-07", "opening", "1" + "0" * 30), ("2026-08", "bought", long)])
    with db.write() as session:
        assert str(roll_forward(session, contract)[-1].closing) == "1" + "0" * 30 + "." + "0" * 29 + "1"
        restore(session, contract, "statement 2026-08", now)
        assert f"{entries(session, contract)[-1].amount:f}" == "-" + long
