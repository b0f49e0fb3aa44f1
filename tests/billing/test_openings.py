"""A prepaid balance from month to month: what an unsettled month drew is gone, whether or not it was invoiced."""

from datetime import UTC, datetime
from decimal import Decimal

from billing.invoices.statements import billable, opening_position, rate_period
from pricing.periods import Period
from store import balances
from store.tables.balance import BalanceEntry
from tests.demo_terms import DEMO
from tests.world import TestWorld, add_customer

NOVEMBER, DECEMBER, JANUARY = (Period.month(key) for key in ("2025-11", "2025-12", "2026-01"))


def dapplewood(world: TestWorld, opening: str) -> str:
    made = add_customer(world, "Dapplewood Logistics", "org_dapplewood", "cus_TWDAPPLEWOOD", DEMO["dapplewood"])
    with world.desk.db.write() as session:
        contract = billable(session, made).contract.id
        entry = BalanceEntry(contract_id=contract, balance="annual_commit", kind="opening", unit="USD", source="ledger",
                             amount=Decimal(opening), period="2025-11", at=world.clock.now())  # fmt: skip
        balances.post(session, entry)
    return made


def held(world: TestWorld, customer: str, period: Period) -> Decimal:
    with world.desk.db.read() as session:
        base = billable(session, customer)
    [balance] = opening_position(world.desk, base, period).balances
    return balance.amount


def test_an_unsettled_month_is_rated_before_the_next(world: TestWorld) -> None:
    customer = dapplewood(world, "4300.00")
    world.clock.at = datetime(2025, 12, 20, 15, 0, tzinfo=UTC)
    assert held(world, customer, NOVEMBER) == Decimal("4300.00")
    assert held(world, customer, DECEMBER) == 0
    december = rate_period(world.desk, customer, DECEMBER).statement
    assert [line.kind for line in december.lines if line.quantity] == ["overage"]


def test_what_is_left_is_carried_over_several_months(world: TestWorld) -> None:
    customer = dapplewood(world, "100000.00")
    world.clock.at = datetime(2026, 1, 3, 15, 0, tzinfo=UTC)
    november = rate_period(world.desk, customer, NOVEMBER).statement
    december = rate_period(world.desk, customer, DECEMBER).statement
    drawn = [statement.closing.used[0].amount for statement in (november, december)]
    assert drawn[0] == Decimal("9000.00")
    assert held(world, customer, DECEMBER) == Decimal("91000.00")
    assert december.closing.balances[0].amount == Decimal("91000.00") - drawn[1]


def test_a_settled_month_comes_from_the_ledger(world: TestWorld) -> None:
    customer = dapplewood(world, "4300.00")
    with world.desk.db.write() as session:
        contract = billable(session, customer).contract.id
        entry = BalanceEntry(contract_id=contract, balance="annual_commit", kind="used", unit="USD", source="by hand",
                             amount=Decimal("-4000.00"), period="2025-11", at=world.clock.now())  # fmt: skip
        balances.post(session, entry)
    assert held(world, customer, DECEMBER) == Decimal("300.00")
