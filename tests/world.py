"""A world for tests: the demo company's usage, a local Stripe on a real socket, Ari's own database, and a clock to move.

Not a fixture file: fixtures are in conftest.py and call these.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from billing.desk import Desk
from billing.invoices.pen import Pen
from billing.invoices.policy import Actor
from billing.invoices.stripe_client import make_client
from billing.invoices.stripe_reads import Reads
from billing.usage.stores import Stores
from pricing.canonical import canonical, digest
from pricing.terms import Terms
from sandbox.stripe import seed, serving
from sandbox.stripe.world import World
from settings import Clock, Settings, load
from store.database import Database
from store.tables.contract import Contract, TermsVersion
from store.tables.customer import Customer, UsageAccount

ROOT = Path(__file__).resolve().parent.parent
CLOSE = datetime(2025, 12, 2, 15, 0, tzinfo=UTC)
ODO = Actor("U02ODO", "Odo Pell", frozenset({"S01FINAPP"}))
MARIBEL = Actor("U03MARIBEL", "Maribel Quince", frozenset({"S01FINAPP"}))
WREN = Actor("U01WREN", "Wren Halloway")


@dataclass
class MovableClock:
    """Business time that stands still until a test moves it."""

    at: datetime = CLOSE

    def now(self) -> datetime:
        return self.at


@dataclass
class TestWorld:
    """`url` is the local Stripe's address; `stripe` its inside, for counting mails and requests."""

    __test__ = False

    desk: Desk
    pen: Pen
    clock: MovableClock
    stripe: World
    url: str
    customers: dict[str, str] = field(default_factory=dict)


def settings_for(home: Path, company: Path, stripe_url: str, monkeypatch) -> Settings:  # type: ignore[no-untyped-def]
    values = {
        "SLACK_BOT_TOKEN": "xoxb-ari-local", "SLACK_APP_TOKEN": "xapp-ari-local", "STRIPE_API_KEY": "rk_test_local",
        "STRIPE_API_BASE": stripe_url, "ARI_LOG_KEY": "k" * 32, "ARI_HOME": str(home), "STRIPE_WEBHOOK_SECRET": "whsec_local",
        "ARI_CONFIG": str(ROOT / "ari.example.yml"), "USAGE_DATABASE": str(company / "usage.db"),
    }  # fmt: skip
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    for name in ("DATABASE_URL", "ARI_CLOCK_URL", "OPENAI_API_KEY", "ARI_SLACK_MODE"):
        monkeypatch.delenv(name, raising=False)
    return load(env_file=None)


@contextmanager
def opened(home: Path, company: Path, monkeypatch) -> Iterator[TestWorld]:  # type: ignore[no-untyped-def]
    """A fresh world at the close of November 2025."""
    clock = MovableClock()
    inside = World(clock, None)
    seed.load(inside, json.loads((company / "stripe-seed.json").read_text(encoding="utf-8")))
    with serving.serving(inside) as url:
        settings = settings_for(home, company, url, monkeypatch)
        db = Database(f"sqlite:///{home / 'ari.db'}")
        db.migrate()
        client = make_client("rk_test_local", url)
        desk = Desk(db, Stores(settings.file.usage.stores), Reads(client), Clock(clock.now), settings, home)
        yield TestWorld(desk, Pen(client), clock, inside, url)
        db.close()


def add_customer(world: TestWorld, name: str, account: str, stripe_id: str | None, terms: Terms) -> str:
    """A customer with terms that somebody has confirmed; returns its id."""
    now = world.clock.now()
    with world.desk.db.write() as session:
        customer = Customer(name=name, stripe_customer_id=stripe_id, created_at=now)
        contract = Contract(customer_id=customer.id, title=f"{name} order form", created_at=now)
        body = canonical(terms)
        session.add_all([
            customer, contract, UsageAccount(store="warehouse", account=account, customer_id=customer.id),
            TermsVersion(contract_id=contract.id, version=1, status="confirmed", effective_from=date(2025, 1, 1), terms=body,
                         terms_sha=digest(body), evidence="{}", questions="[]", proposed_at=now, proposed_by="ari",
                         confirmed_at=now, confirmed_by=WREN.id),
        ])  # fmt: skip
    world.customers[name] = customer.id
    return customer.id
