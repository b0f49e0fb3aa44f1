"""All twelve demo customers with their hand-written terms and every account they use, and how each one's November opens."""

from decimal import Decimal

from billing.usage import snapshot as snapshots
from pricing.periods import Period
from pricing.rate import rate
from pricing.statement import Balance, Billed, Carried, Opening, Statement
from pricing.terms import Terms
from sandbox.company.firms import firm, site_id
from store.tables.customer import UsageAccount
from tests.billing import kit
from tests.demo_terms import DEMO
from tests.world import TestWorld, add_customer

OPENINGS = {
    "dapplewood": Opening(balances=(Balance(id="annual_commit", amount=Decimal("4300.00")),)),
    "halfpenny": Opening(
        balances=(Balance(id="pilot_credit", amount=Decimal("3000.00")),),
        carried=(Carried(id="minutes.included", quantity=Decimal(6000)),),
    ),
}
NOTHING = Opening()


def customer(world: TestWorld, key: str) -> str:
    """The customer with its terms, its sites mapped to it; returns its id."""
    one = firm(key)
    made = add_customer(world, one.name, one.org_id, one.customer_id, DEMO[key])
    with world.desk.db.write() as session:
        for number in range(1, one.sites + 1):
            session.add(UsageAccount(store="warehouse", account=site_id(one, number), customer_id=made))
    return made


def rated(
    world: TestWorld, made: str, terms: Terms, period: Period = kit.NOVEMBER, opening: Opening = NOTHING,
    billed: tuple[Billed, ...] = (),
) -> Statement:  # fmt: skip
    """Measured in the usage database as of the world's clock, and put through the calculator."""
    return rate(terms, snapshots.take(world.desk, made, terms, period).usage(None), period, opening, billed)
