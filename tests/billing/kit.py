"""What the money tests share: customers, drafts, clicks, a person at Stripe's Dashboard, and a look at what came of it."""

from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import Any

import httpx
import pytest
import stripe
from sqlmodel import select

from billing.errors import Refused
from billing.invoices import draft, drafting, find
from billing.invoices.approve import Click, approve
from billing.invoices.pen import Pen
from billing.invoices.statements import billable
from pricing.periods import Period
from pricing.terms import Terms
from store import balances
from store.tables.balance import BalanceEntry
from store.tables.contract import ChargeOwner
from store.tables.invoice import Invoice
from store.tables.log import LogEntry
from tests.demo_terms import DEMO, _fee, _terms
from tests.world import MARIBEL, ODO, WREN, TestWorld, add_customer

NOVEMBER = Period.month("2025-11")
CHANNEL, CARD = "C01BILLING", "1.000001"
NAMES = {
    "acornhill": "Acornhill Freight Co.", "brindlecat": "Brindlecat Dental Group", "copperkettle": "Copperkettle Insurance",
    "dapplewood": "Dapplewood Logistics", "elmfoot": "Elmfoot Utilities", "gumdrop": "Gumdrop Mobility",
}  # fmt: skip
FEES = _terms(*[_fee(amount).model_copy(update={"id": f"fee_{amount}"}) for amount in ("100", "200", "350")])
FEES_DUE = 65000
HTTP = httpx.Client(trust_env=False, verify=False)


def customer(world: TestWorld, key: str, terms: Terms | None = None) -> str:
    """A customer of the demo company with its hand-written terms."""
    made = add_customer(world, NAMES[key], f"org_{key}", f"cus_TW{key.upper()}", terms or DEMO[key])
    if key == "acornhill":
        bills_elsewhere(world, made, "platform_fee")
    if key == "dapplewood":
        opening(world, made, "2025-11", "4300.00")
    return made


def payer(world: TestWorld, name: str, **fields: str) -> str:
    """A new customer at Stripe; returns its id."""
    return str(dashboard(world, "customers", **({"name": name, "email": "pay@invented.example"} | fields))["id"])


def fees(world: TestWorld, name: str, terms: Terms = FEES, stripe_id: str | None = "new") -> str:
    """A customer who pays fees and has no usage: three lines, $650.00 together."""
    return add_customer(world, name, f"org_{name}", payer(world, name) if stripe_id == "new" else stripe_id, terms)


def contract(world: TestWorld, customer_id: str) -> str:
    with world.desk.db.read() as session:
        return billable(session, customer_id).contract.id


def bills_elsewhere(world: TestWorld, customer_id: str, charge: str) -> None:
    """A person has decided that a Stripe subscription bills this charge."""
    row = ChargeOwner(contract_id=contract(world, customer_id), charge_id=charge, from_date=DEMO["acornhill"].effective_from,
                      owner="stripe_subscription", decided_by=ODO.id, decided_at=world.clock.now())  # fmt: skip
    with world.desk.db.write() as session:
        session.add(row)


def opening(world: TestWorld, customer_id: str, period: str, amount: str) -> None:
    row = BalanceEntry(contract_id=contract(world, customer_id), balance="annual_commit", kind="opening", unit="USD",
                       amount=Decimal(amount), period=period, source="ledger", at=world.clock.now())  # fmt: skip
    with world.desk.db.write() as session:
        balances.post(session, row)


def proposed(world: TestWorld, customer_id: str, period: Period = NOVEMBER) -> str:
    return draft.propose(world.desk, customer_id, period, WREN.id, CHANNEL, None).id


def drafted(world: TestWorld, customer_id: str, period: Period = NOVEMBER, pen: Pen | None = None) -> Invoice:
    """A draft at Stripe whose card was posted."""
    made = proposed(world, customer_id, period)
    drafting.make_draft(world.desk, pen or world.pen, made)
    with world.desk.db.write() as session:
        row = find.load(session, made)
        row.card_ts = CARD
        return row


def click(row: Invoice, **changes: str) -> Click:
    return replace(Click(row.id, row.digest, CHANNEL, CARD), **changes)


def approved(world: TestWorld, row: Invoice) -> None:
    """By as many people as it takes."""
    results = [approve(world.desk, click(row), actor).result for actor in (ODO, MARIBEL)]
    assert "approved" in results, results


def state(world: TestWorld, row: Invoice) -> str:
    return find.one(world.desk, row.id).state


def note(world: TestWorld, row: Invoice) -> str:
    return find.one(world.desk, row.id).note or ""


def invoices(world: TestWorld, customer_id: str) -> list[dict[str, Any]]:
    """Ari's invoices at Stripe for a customer, deleted ones not among them."""
    with world.desk.db.read() as session:
        payer = billable(session, customer_id).customer.stripe_customer_id
    rows = world.stripe.rows("invoices")
    return [row for row in rows if row["customer"] == payer and row["metadata"].get("ari_key")]


def mails(world: TestWorld, stripe_id: str | None) -> list[dict[str, Any]]:
    return [mail for mail in world.stripe.rows("emails") if mail["about"] == stripe_id]


def dashboard(world: TestWorld, path: str, **fields: str) -> dict[str, Any]:
    """What a person does in Stripe's Dashboard: a POST without a key."""
    answer = HTTP.post(f"{world.url}/_stripe/dashboard/v1/{path}", data=fields)
    found: dict[str, Any] = answer.raise_for_status().json()
    return found


def add_line(world: TestWorld, stripe_id: str, amount: str = "100") -> object:
    fields = {"lines[0][amount]": amount, "lines[0][description]": "A little extra"}
    return dashboard(world, f"invoices/{stripe_id}/add_lines", **fields)


def delete_at_stripe(world: TestWorld, path: str) -> None:
    HTTP.delete(f"{world.url}/_stripe/dashboard/v1/{path}").raise_for_status()


def control(world: TestWorld, path: str, /, **body: Any) -> None:
    HTTP.post(f"{world.url}/_stripe/{path}", json=body).raise_for_status()


def fault(world: TestWorld, mode: str, path: str, **more: Any) -> None:
    """The next matching call goes wrong; `mode` as sandbox/stripe/faults.py has them."""
    control(world, "faults", mode=mode, path=path, **more)


def expire_keys(world: TestWorld) -> None:
    control(world, "keys/expire")


@cache
def impatient_client(url: str) -> stripe.StripeClient:
    """The SDK does not try again by itself, so that each fault reaches Ari. One for all tests: it loads certificates."""
    return stripe.StripeClient("rk_test_local", base_addresses={"api": url}, max_network_retries=0)


def impatient(world: TestWorld) -> Pen:
    return Pen(impatient_client(world.url))


def logged(world: TestWorld, subject: str) -> list[str]:
    """The kinds of the log's entries about a thing, in order."""
    with world.desk.db.read() as session:
        rows = session.exec(select(LogEntry).where(LogEntry.subject == subject).order_by(LogEntry.seq))  # type: ignore[arg-type]
        return [row.kind for row in rows]


def refused(world: TestWorld, customer_id: str, words: str, period: Period = NOVEMBER) -> str:
    """Refused with these words, and neither a row nor anything at Stripe was made."""
    with pytest.raises(Refused, match=words) as problem:
        proposed(world, customer_id, period)
    assert find.invoices(world.desk, customer_id=customer_id, states=["planned", "drafted", "awaiting"]) == []
    return str(problem.value)


def change(world: TestWorld, row: Invoice, **values: Any) -> None:
    """What somebody with a database shell could do."""
    with world.desk.db.write() as session:
        session.get_one(Invoice, row.id).sqlmodel_update(values)
