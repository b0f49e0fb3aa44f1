"""A month that makes no invoice is closed by a decision, and the ledger then says what it moved."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from billing.errors import Refused
from billing.invoices import close as closing
from billing.invoices import sending, statements
from billing.invoices.close import close
from billing.invoices.policy import Actor
from billing.invoices.statements import billable, opening_position, rate_period
from billing.opening_files import read
from billing.openings import approve, propose
from pricing.periods import Period
from pricing.statement import Carried, Opening
from store import balances, log
from store.balances import Roll
from tests.billing import kit
from tests.demo_terms import DEMO
from tests.world import ODO, WREN, TestWorld, add_customer

NOVEMBER, DECEMBER = Period.month("2025-11"), Period.month("2025-12")
HEAD = "customer,position,kind,amount,unit,period,periods,evidence\n"
HALFPENNY = (
    HEAD
    + "Halfpenny Credit Union,pilot_credit,balance,3000.00,USD,2025-11,,credit memo 12\n"
    + 'Halfpenny Credit Union,minutes.included,carried,"6,000",min,2025-11,1,October: 9 000 unused\n'
)
DAPPLEWOOD = HEAD + "Dapplewood Logistics,annual_commit,balance,4300.00,USD,2025-11,,ledger of 31 October\n"


def entered(world: TestWorld, sheet: str) -> None:
    """Proposed by Wren, approved by Odo."""
    rows = read(world.desk, sheet)
    assert [row.reason for row in rows if row.reason] == []
    made = propose(world.desk, [row.entered for row in rows if row.entered], WREN)
    approve(world.desk, made.id, made.digest, ODO)


def halfpenny(world: TestWorld) -> str:
    made = add_customer(world, "Halfpenny Credit Union", "org_halfpenny", "cus_TWHALFPENNY", DEMO["halfpenny"])
    entered(world, HALFPENNY)
    return made


def dapplewood(world: TestWorld) -> str:
    made = add_customer(world, "Dapplewood Logistics", "org_dapplewood", "cus_TWDAPPLEWOOD", DEMO["dapplewood"])
    entered(world, DAPPLEWOOD)
    return made


def rolls(world: TestWorld, customer: str) -> dict[str, Roll]:
    with world.desk.db.read() as session:
        found = balances.roll_forward(session, billable(session, customer).contract.id)
    return {row.position: row for row in found}


def figures(row: Roll) -> list[str]:
    return [f"{one:f}" for one in (row.opening, row.bought, row.used, row.expired, row.restored, row.closing)]


def opening(world: TestWorld, customer: str, period: Period) -> Opening:
    with world.desk.db.read() as session:
        base = billable(session, customer)
    return opening_position(world.desk, base, period)


def test_halfpennys_credit_and_minutes_read_well(world: TestWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    made = halfpenny(world)
    before = opening(world, made, DECEMBER)
    close(world.desk, made, NOVEMBER, ODO)
    found = rolls(world, made)
    assert figures(found["pilot_credit"]) == ["3000.00", "0", "-250.00", "0", "0", "2750.00"]
    assert figures(found["minutes.included"]) == ["6000", "30000", "-36000", "0", "0", "0"]
    monkeypatch.setattr(statements.snapshots, "take", None)
    assert opening(world, made, DECEMBER) == before, "from the ledger now, with nothing measured"
    assert [(one.id, one.amount) for one in before.balances] == [("pilot_credit", Decimal("2750.00"))]
    assert before.carried == (Carried(id="minutes.included", quantity=Decimal(0), periods=1),)


def test_dapplewoods_commitment_is_used_up_by_an_invoice(world: TestWorld) -> None:
    made = dapplewood(world)
    with pytest.raises(
        Refused, match=r"\$5,405.00 is due from Dapplewood Logistics for November 2025; draft it instead"
    ):
        close(world.desk, made, NOVEMBER, ODO)
    row = kit.drafted(world, made)
    with pytest.raises(Refused, match="is due"):
        close(world.desk, made, NOVEMBER, ODO)
    kit.approved(world, row)
    sending.send(world.desk, world.pen, row.id)
    found = rolls(world, made)["annual_commit"]
    assert figures(found) == ["4300.00", "0", "-4300.00", "0", "0", "0.00"]
    assert [one.source for one in found.entries][1:] == [row.id]
    assert [(one.id, str(one.amount)) for one in opening(world, made, DECEMBER).balances] == [("annual_commit", "0.00")]


def test_closing_twice_is_closing_once(world: TestWorld) -> None:
    made = halfpenny(world)
    for _ in range(2):
        close(world.desk, made, NOVEMBER, ODO)
    with world.desk.db.read() as session:
        contract = billable(session, made).contract.id
    assert kit.logged(world, contract) == ["period.closed"]
    assert figures(rolls(world, made)["pilot_credit"])[-1] == "2750.00"
    assert log.verify(world.desk.db, b"k" * 32) == []


@pytest.mark.parametrize(
    ("actor", "period", "words"),
    [
        (WREN, NOVEMBER, "not among the people who may do this"),
        (Actor(ODO.id, ODO.name, ODO.groups, bot=True), NOVEMBER, "Only people"),
        (ODO, DECEMBER, "December 2025 is still running"),
    ],
)
def test_what_is_not_closed(world: TestWorld, actor: Actor, period: Period, words: str) -> None:
    made = halfpenny(world)
    with pytest.raises(Refused, match=words):
        close(world.desk, made, period, actor)
    assert all(one.kind == "opening" for row in rolls(world, made).values() for one in row.entries)


def test_a_process_that_dies_in_closing_has_closed_nothing(world: TestWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    made = halfpenny(world)

    def die(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(closing, "record", die)
    with pytest.raises(KeyboardInterrupt):
        close(world.desk, made, NOVEMBER, ODO)
    assert figures(rolls(world, made)["pilot_credit"])[-1] == "3000.00"
    monkeypatch.undo()
    close(world.desk, made, NOVEMBER, ODO)
    assert figures(rolls(world, made)["pilot_credit"])[-1] == "2750.00"


def test_the_credit_that_is_left_at_the_year_s_end_expires(world: TestWorld) -> None:
    made = halfpenny(world)
    close(world.desk, made, NOVEMBER, ODO)
    world.clock.at = datetime(2026, 1, 5, 15, 0, tzinfo=UTC)
    december = rate_period(world.desk, made, DECEMBER).statement
    [credit] = [one for one in december.closing.movements if one.id == "pilot_credit"]
    assert (credit.opening, credit.closing) == (Decimal("2750.00"), 0)
    assert credit.used + credit.expired == Decimal("2750.00")
