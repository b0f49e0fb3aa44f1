"""A ledger without a world around it: terms with every kind of position, usage as a table, statements that are posted and
taken back, and the same months rated from scratch."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlmodel import Session

from billing.desk import Desk
from billing.invoices import statements
from billing.invoices.ledger import post_statement
from billing.invoices.positions import written
from billing.invoices.statements import Billable, opening_position
from pricing.canonical import canonical, digest
from pricing.periods import Period
from pricing.rate import cuts, rate
from pricing.statement import Bundle, Opening, PeriodDates, Slice, Statement, Usage
from pricing.terms import Terms
from settings import Clock
from store import balances
from store.database import Database
from store.ids import new_id
from store.tables.balance import BalanceEntry
from store.tables.contract import Contract, TermsVersion
from store.tables.customer import Customer
from store.tables.statement import Statement as StatementRow

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
MONTHS = [Period.month(f"2025-{number:02}") for number in range(1, 13)]
METRICS = ("minutes", "texts", "calls")
ZONE = "America/New_York"


def usage_charge(name: str, price: dict[str, object], **more: object) -> dict[str, object]:
    return {"kind": "usage", "id": name, "description": name, "metric": name, "price": price, **more}


def flat(amount: str) -> dict[str, object]:
    return {"model": "per_unit", "unit_amount": amount}


def terms(**changes: object) -> Terms:
    """A balance, a credit, carried units, an allowance and tiers over a quarter, a quarterly minimum and a yearly cap."""
    tiers = {
        "model": "graduated",
        "tiers": [{"up_to": "50", "unit_amount": "0.70"}, {"up_to": None, "unit_amount": "0.31"}],
    }
    body = {
        "currency": "USD", "time_zone": ZONE, "effective_from": "2025-01-01", "billing": {"net_days": 30},
        "rounding": {"mode": "half_up"},
        "metrics": [{"id": name, "unit": name[:3], "rounding": {"mode": "up"}} for name in METRICS],
        "charges": [
            usage_charge("minutes", flat("0.105"), included={
                "quantity": "100", "rollover": {"share": "50", "ceiling": "60", "expires_after": 2}}),
            usage_charge("texts", flat("0.10")),
            usage_charge("calls", tiers, accumulates="quarter", included={"quantity": "40", "resets": "quarter"}),
        ],
        "prepaid": [{
            "id": "commit", "description": "commitment", "amount": "50", "applies_to": "texts", "overage_unit_amount": "0.15",
            "access": {"start": "2025-01-01", "end": "2025-08-01"}, "expiry": {"left": "forfeits"}, "on_exhaustion": "overage"}],
        "credits": [{"id": "pilot", "description": "pilot credit", "amount": "40", "applies_to": ["calls"],
                     "access": {"start": "2025-01-01", "end": "2025-11-01"}, "expiry": {"left": "forfeits"}}],
        "minimums": [{"id": "floor", "description": "minimum", "amount": "120", "counts": ["minutes", "calls"], "over": "quarter"}],
        "caps": [{"id": "roof", "description": "cap", "amount": "900", "counts": ["minutes"], "over": "calendar_year"}],
    }  # fmt: skip
    return Terms.model_validate_json(canonical(body | changes))


@dataclass
class Books:
    """One contract. `used` is what each month measured; `sources` what was posted, newest last, with what it measured."""

    desk: Desk
    base: Billable
    used: dict[str, dict[str, int]] = field(default_factory=dict)
    sources: dict[str, list[tuple[str, dict[str, int]]]] = field(default_factory=dict)

    def usage(self, month: Period) -> Usage:
        start, end = month.bounds(ZONE)
        counted = self.used.get(month.key, {})
        return Usage(slices=tuple(
            Slice(metric=one.id, start=a, end=b, quantity=Decimal(counted.get(one.id, 0) if number == 0 else 0))
            for one in self.base.terms.metrics
            for number, (a, b) in enumerate(cuts(self.base.terms, month, one.id) or [(start, end)])
        ))  # fmt: skip

    def opening(self, month: Period) -> Opening:
        return opening_position(self.desk, self.base, month)

    def statement(self, month: Period, opening: Opening) -> Statement:
        return rate(self.base.terms, self.usage(month), month, opening)

    def scratch(self, opening: Opening, months: list[Period]) -> dict[str, Opening]:
        """Each month's opening with nothing but the calculator, from `opening` in the first on."""
        found: dict[str, Opening] = {}
        for month in months:
            found[month.key] = opening
            opening = written(self.base.terms, self.statement(month, opening).closing.opening)
        return found

    def stored(self, session: Session, month: Period, opening: Opening) -> StatementRow:
        bundle = Bundle(terms=self.base.terms, usage=self.usage(month), opening=opening,
                        period=PeriodDates(start=month.start, end=month.end))  # fmt: skip
        statement, body = self.statement(month, opening), canonical(bundle)
        row = StatementRow(
            contract_id=self.base.contract.id, period=month.key, bundle=body, sha=digest(body), total=statement.total,
            due=statement.due, currency="USD", terms_version_id=self.base.version.id, calculator="2", created_at=NOW,
        )  # fmt: skip
        session.add(row)
        session.flush()
        return row

    def bill(self, month: Period) -> str:
        """Rate the month as it stands and post it, as an invoice that was sent does; a second one is a true-up."""
        opening, source = self.opening(month), new_id("invoice")
        with self.desk.db.write() as session:
            post_statement(self.desk, session, self.stored(session, month, opening), source)
        self.sources.setdefault(month.key, []).append((source, dict(self.used.get(month.key, {}))))
        return source

    def void(self, month: Period, source: str) -> None:
        with self.desk.db.write() as session:
            balances.restore(session, self.base.contract.id, source, NOW)
        left = [one for one in self.sources[month.key] if one[0] != source]
        self.sources[month.key] = left
        if left:
            self.used[month.key] = dict(left[-1][1])

    def rolls(self) -> list[balances.Roll]:
        with self.desk.db.read() as session:
            return balances.roll_forward(session, self.base.contract.id)

    def entries(self) -> list[BalanceEntry]:
        with self.desk.db.read() as session:
            return balances.entries(session, self.base.contract.id)


def books(
    db: Database, made: Terms, created: datetime, monkeypatch: pytest.MonkeyPatch, desk: Desk | None = None
) -> Books:
    """A contract that Ari learnt of at `created`, beside whatever else the database holds."""
    body = canonical(made)
    customer = Customer(name=f"Orbit {new_id('freight')} (invented)", created_at=created)
    contract = Contract(customer_id=customer.id, title="Order form", created_at=created)
    version = TermsVersion(
        contract_id=contract.id, version=1, status="confirmed", effective_from=date(2025, 1, 1), terms=body, terms_sha=digest(body),
        evidence="{}", questions="[]", proposed_at=created, proposed_by="ari", confirmed_at=created, confirmed_by="U01WREN",
    )  # fmt: skip
    with db.write() as session:
        session.add_all([customer, contract, version])
    own = replace(desk, db=db) if desk else bare(db)
    made_books = Books(own, Billable(customer, contract, version, made))
    monkeypatch.setattr(statements.snapshots, "take", lambda desk, who, terms, month: measured(made_books, month))
    return made_books


def bare(db: Database) -> Desk:
    """A desk for what needs a database and a clock and nothing else."""
    return Desk(db, None, None, Clock(lambda: NOW), None, Path())  # type: ignore[arg-type]


def measured(made: Books, month: Period) -> SimpleNamespace:
    """As much of a snapshot as a rating looks at."""
    return SimpleNamespace(usage=lambda snapshot_id: made.usage(month), as_of=NOW)
