"""Statements: confirmed terms, measured usage and the opening position put through the calculator, and kept whole."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session, select

from billing import words
from billing.desk import Desk
from billing.errors import Refused
from billing.invoices.billed import Elsewhere, beside_commitments, elsewhere, foreign, live, owners
from billing.invoices.reads import BilledLine
from billing.usage import snapshot as snapshots
from billing.usage.snapshot import Snapshot
from billing.views import LineView, StatementView
from pricing.canonical import canonical, digest
from pricing.periods import Period
from pricing.rate import CALCULATOR, rate
from pricing.refusal import Refusal
from pricing.statement import Balance, Bundle, Line, Opening, PeriodDates, Statement
from pricing.stored import read_terms
from pricing.terms import Terms
from pricing.working import sentence
from store import balances
from store.ids import new_id
from store.tables.balance import BalanceEntry
from store.tables.contract import Contract, TermsVersion
from store.tables.customer import Customer
from store.tables.statement import Statement as StatementRow


@dataclass(frozen=True, slots=True)
class Billable:
    """A customer's contract with its confirmed terms."""

    customer: Customer
    contract: Contract
    version: TermsVersion
    terms: Terms


@dataclass(frozen=True, slots=True)
class Rated:
    """One rating with everything that it rests on. `id` is the stored statement's, empty when it was only looked at."""

    id: str
    billable: Billable
    period: Period
    snapshot: Snapshot
    snapshot_id: str
    bundle: Bundle
    statement: Statement
    elsewhere: Elsewhere
    final: bool


def billable(session: Session, customer_id: str) -> Billable:
    """Raises Refused when the customer is unknown or no person has confirmed its terms."""
    customer = session.get(Customer, customer_id)
    if customer is None:
        raise Refused("I know no such customer; ask me to list the customers.")
    for contract in session.exec(select(Contract).where(Contract.customer_id == customer_id)):
        version = confirmed_version(session, contract.id)
        if version:
            return Billable(customer, contract, version, read_terms(version.terms))
    raise Refused(
        f"{customer.name} has no confirmed terms, so nothing can be billed; drop its contract and confirm the terms."
    )


def confirmed_version(session: Session, contract_id: str) -> TermsVersion | None:
    return session.exec(
        select(TermsVersion)
        .where(TermsVersion.contract_id == contract_id, TermsVersion.status == "confirmed")
        .order_by(TermsVersion.version.desc())  # type: ignore[attr-defined]
    ).first()


def rate_period(desk: Desk, customer_id: str, period: Period) -> Rated:
    """Measure, rate, and keep snapshot and bundle. Raises Refused naming the term and the reason."""
    with desk.db.read() as session:
        base = billable(session, customer_id)
    taken = snapshots.take(desk, customer_id, base.terms, period)
    with desk.db.write() as session:
        snapshot_id = snapshots.keep(session, base.contract.id, taken, desk.clock.now())
    rated = beside_stripe(desk, base, period, taken, snapshot_id)
    return replace(rated, id=_keep(desk, base, period, snapshot_id, rated.bundle, rated.statement))


def beside_stripe(desk: Desk, base: Billable, period: Period, taken: Snapshot, snapshot_id: str = "") -> Rated:
    """Rate less what Stripe shows as billed already, and keep nothing."""
    looked = look(desk, base, period, taken, snapshot_id)
    found = _found(desk, base, period)
    with desk.db.read() as session:
        owned, alive = owners(session, base.contract.id, period), live(session, base.customer.id)
    asked = beside_commitments(foreign(found, alive), base.terms)
    others = elsewhere(looked.statement, asked, owned, period)
    bundle = looked.bundle.model_copy(update={"billed": others.billed})
    return replace(looked, bundle=bundle, statement=_rate(bundle), elsewhere=others)


def look(desk: Desk, base: Billable, period: Period, taken: Snapshot, snapshot_id: str = "") -> Rated:
    """Rate without asking Stripe and without keeping anything: for standings and warnings."""
    opening = opening_position(desk, base, period)
    bundle = Bundle(calculator=CALCULATOR, terms=base.terms, usage=taken.usage(snapshot_id or None), opening=opening,
                    period=PeriodDates(start=period.start, end=period.end))  # fmt: skip
    ended = desk.clock.now() >= period.bounds(base.terms.time_zone)[1]
    return Rated("", base, period, taken, snapshot_id, bundle, _rate(bundle), Elsewhere((), (), ()), ended)


def _rate(bundle: Bundle) -> Statement:
    period = Period(bundle.period.start, bundle.period.end)
    try:
        return rate(bundle.terms, bundle.usage, period, bundle.opening, bundle.billed)
    except Refusal as refusal:
        raise Refused(f"I cannot compute this: {refusal.term}: {refusal.reason}") from refusal


def opening_position(desk: Desk, base: Billable, period: Period) -> Opening:
    """Balances as the period begins. A balance that was not opened by then stays absent, never zero. A month that no sent
    invoice has settled yet is rated first, so that what it drew is gone."""
    if not base.terms.prepaid:
        return Opening()
    unsettled = unsettled_month(desk, base, period)
    if unsettled:
        taken = snapshots.take(desk, base.customer.id, base.terms, unsettled)
        return Opening(balances=look(desk, base, unsettled, taken).statement.closing.balances)
    with desk.db.read() as session:
        held = [
            Balance(id=one.id, amount=balances.balance(session, base.contract.id, one.id, before=period.key))
            for one in base.terms.prepaid
            if any(entry.period <= period.key for entry in _entries(session, base.contract.id, one.id))
        ]
    return Opening(balances=tuple(held))


def unsettled_month(desk: Desk, base: Billable, period: Period) -> Period | None:
    """The month before `period`, when the ledger holds an opening for it or earlier but not what it drew."""
    before = period.previous()
    with desk.db.read() as session:
        for prepaid in base.terms.prepaid:
            entries = _entries(session, base.contract.id, prepaid.id)
            opened = [one.period for one in entries if one.kind == "opening" and one.period <= before.key]
            taken_back = {one.source for one in entries if one.kind == "restored"}
            used = [one for one in entries if one.kind == "used" and one.source not in taken_back]
            settled = [one.period for one in used if one.period == before.key]
            if opened and not settled:
                return before
    return None


def _entries(session: Session, contract_id: str, balance: str) -> list[BalanceEntry]:
    query = select(BalanceEntry).where(BalanceEntry.contract_id == contract_id, BalanceEntry.balance == balance)
    return list(session.exec(query))


def compute(desk: Desk, customer_id: str, period: Period) -> StatementView:
    """The statement as people see it; 'so far' while the period runs."""
    return view(desk, rate_period(desk, customer_id, period))


def view(desk: Desk, rated: Rated) -> StatementView:
    statement = rated.statement
    return StatementView(
        id=rated.id, customer_id=rated.billable.customer.id, customer=rated.billable.customer.name, period=rated.period.key,
        lines=tuple(line_view(line, statement) for line in statement.lines),
        total=words.amount(statement.total, statement.currency), due=words.amount(statement.due, statement.currency),
        currency=statement.currency, as_of=words.moment(rated.snapshot.as_of, desk.settings.zone),
        assumed=statement.assumed, notes=rated.elsewhere.notes + rated.elsewhere.conflicts, final=rated.final,
    )  # fmt: skip


def line_view(line: Line, statement: Statement) -> LineView:
    currency = statement.currency
    part, whole = Period(line.period.start, line.period.end), Period(statement.period.start, statement.period.end)
    return LineView(
        id=line.id, description=words.dated(line.description, part, whole), sentence=sentence(line, currency),
        quantity=None if line.quantity is None else words.quantity(line.quantity, line.unit or ""),
        amount=words.amount(line.amount, currency), billed=words.amount(line.billed, currency),
        due=words.amount(line.due, currency), billed_by=line.billed_by,
    )  # fmt: skip


def _found(desk: Desk, base: Billable, period: Period) -> list[BilledLine]:
    if base.customer.stripe_customer_id is None:
        return []
    start, end = period.bounds(base.terms.time_zone)
    return desk.stripe.billed_lines(base.customer.stripe_customer_id, start, end)


def _keep(desk: Desk, base: Billable, period: Period, snapshot_id: str, bundle: Bundle, statement: Statement) -> str:
    body = canonical(bundle)
    now: datetime = desk.clock.now()
    with desk.db.write() as session:
        known = session.exec(
            select(StatementRow).where(StatementRow.contract_id == base.contract.id, StatementRow.sha == digest(body))
        ).first()
        if known:
            return known.id
        row = StatementRow(
            id=new_id("statement"), contract_id=base.contract.id, period=period.key, bundle=body, sha=digest(body),
            total=statement.total, due=statement.due, currency=statement.currency, terms_version_id=base.version.id,
            snapshot_id=snapshot_id, calculator=statement.calculator, created_at=now,
        )  # fmt: skip
        session.add(row)
        return row.id
