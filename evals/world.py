"""The world of an eval: the demo company at the close of a month, with confirmed terms, for one run.

Usage is the sandbox's, Stripe is the local one, the database is new, and everything between is the real thing. The
terms are the hand-written ones of the tests, so that an eval of conversation is no eval of reading.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from agent.caller import Caller
from billing.invoices.find import invoices
from billing.invoices.statements import billable
from sandbox.company.build import build
from store import balances
from store.tables.balance import BalanceEntry
from store.tables.contract import ChargeOwner
from tests.demo_terms import DEMO
from tests.world import ODO, ROOT, WREN, TestWorld, add_customer, opened

NAMES = {
    "acornhill": "Acornhill Freight Co.",
    "brindlecat": "Brindlecat Dental Group",
    "copperkettle": "Copperkettle Insurance",
    "dapplewood": "Dapplewood Logistics",
    "elmfoot": "Elmfoot Utilities",
    "gumdrop": "Gumdrop Mobility",
}
CALLER = Caller(WREN.id, WREN.name, "T01TIN", "C01BILLING", "1764687600.000100", channel_shared=False)


def company() -> Path:
    """The demo company's files, built when they are not there yet."""
    folder = ROOT / "build" / "company"
    folder.mkdir(parents=True, exist_ok=True)
    build(folder, lambda line: None)
    return folder


@contextmanager
def world(files: Path, at: datetime) -> Iterator[TestWorld]:
    """A fresh world at business time `at`."""
    with TemporaryDirectory() as home, pytest.MonkeyPatch.context() as patch, opened(Path(home), files, patch) as made:
        for key, name in NAMES.items():
            add_customer(made, name, f"org_{key}", f"cus_TW{key.upper()}", DEMO[key])
        _fee_is_billed_by_stripe(made, made.customers[NAMES["acornhill"]])
        _commitment_is_mostly_used(made, made.customers[NAMES["dapplewood"]])
        made.clock.at = at
        yield made


def standing_invoices(made: TestWorld) -> tuple[str, ...]:
    found = invoices(made.desk)
    return tuple(sorted(f"{one.customer} {one.period} {one.state} {one.due}" for one in found))


def _fee_is_billed_by_stripe(made: TestWorld, customer_id: str) -> None:
    with made.desk.db.write() as session:
        contract = billable(session, customer_id).contract.id
        session.add(
            ChargeOwner(
                contract_id=contract, charge_id="platform_fee", from_date=DEMO["acornhill"].effective_from,
                owner="stripe_subscription", decided_by=ODO.id, decided_at=made.clock.now(),
            )
        )  # fmt: skip


def _commitment_is_mostly_used(made: TestWorld, customer_id: str) -> None:
    with made.desk.db.write() as session:
        entry = BalanceEntry(
            contract_id=billable(session, customer_id).contract.id, balance="annual_commit", kind="opening", unit="USD",
            amount=Decimal("4300.00"), period="2025-11", source="ledger", at=made.clock.now(),
        )  # fmt: skip
        balances.post(session, entry)
