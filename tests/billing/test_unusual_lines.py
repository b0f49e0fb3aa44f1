"""Statements with more than plain charges, from the usage rows to Stripe: caps, seats, currencies, shares, and taxes refused."""

import pytest

from billing.errors import Refused
from billing.invoices import find, sending
from billing.invoices.approve import approve
from pricing.terms import Tax
from tests.billing import kit, twelve
from tests.demo_terms import DEMO
from tests.world import MARIBEL, ODO, TestWorld, add_customer

DUE = {"fennelbrook": 688480, "juniper": 800000, "kestrel": 782832, "inkwell": 134134}


@pytest.mark.parametrize("key", DUE)
def test_what_the_calculator_says_is_what_stripe_asks_for(world: TestWorld, key: str) -> None:
    row = kit.drafted(world, twelve.customer(world, key))
    for person in (ODO, MARIBEL):
        approve(world.desk, kit.click(row), person)
    sending.send(world.desk, world.pen, row.id)
    assert find.one(world.desk, row.id).state == "sent"
    standing = world.pen.get(str(row.stripe_invoice_id)) or {}
    assert (standing["status"], standing["total"], standing["currency"]) == ("open", DUE[key], row.currency.lower())


def test_a_month_that_stripe_already_bills_is_not_drafted(world: TestWorld) -> None:
    with pytest.raises(Refused, match=r"Stripe already bills \$7,000.00"):
        kit.drafted(world, twelve.customer(world, "lemonfish"))


def test_a_tax_of_the_terms_is_never_left_out_in_silence(world: TestWorld) -> None:
    taxed = DEMO["brindlecat"].model_copy(update={"taxes": (Tax(id="sales", description="Sales tax", percent=8),)})
    one = twelve.firm("brindlecat")
    with pytest.raises(Refused, match=r"on top of \$6,100.00"):
        kit.drafted(world, add_customer(world, one.name, one.org_id, one.customer_id, taxed))
