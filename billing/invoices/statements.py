"""Statements: confirmed terms, measured usage and the opening position put through the calculator, and kept whole."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session, select

from billing import words
from billing.desk import Desk
from billing.errors import Refused
from billing.invoices.billed import Elsewhere, beside_commitments, elsewhere, foreign, live, owners
from billing.invoices.positions import counts_on, opened, period_before, settled, written
from billing.invoices.reads import BilledLine
from billing.usage import snapshot as snapshots
from billing.usage.snapshot import Snapshot
from billing.views import LineView, StatementView
from pricing.canonical import canonical, digest
from pricing.periods import Period
from pricing.rate import CALCULATOR, rate
from pricing.refusal import Refusal
from pricing.statement import Bundle, Line, Opening, PeriodDates, Statement
from pricing.stored import read_terms
from pricing.terms import Terms
from pricing.working import sentence
from store import balances
from store.ids import new_id
from store.tables.balance import BalanceEntry
from store.tables.contract import Contract, TermsVersion
from store.tables.customer import Customer
from store.tables.statement import Statement as StatementRow

# Each unsettled period on the way to an opening costs a measurement; beyond a year nobody means it.
BACK = 12


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
    bundle = _bundle(base, period, taken, snapshot_id, opening_position(desk, base, period))
    # By the moment of the count: a clock that moves on meanwhile must not make half a month final.
    ended = taken.as_of >= period.bounds(base.terms.time_zone)[1]
    return Rated("", base, period, taken, snapshot_id, bundle, _rate(bundle), Elsewhere((), (), ()), ended)


def _bundle(base: Billable, period: Period, taken: Snapshot, snapshot_id: str, opening: Opening) -> Bundle:
    return Bundle(calculator=CALCULATOR, terms=base.terms, usage=taken.usage(snapshot_id or None), opening=opening,
                  period=PeriodDates(start=period.start, end=period.end))  # fmt: skip


def _rate(bundle: Bundle) -> Statement:
    period = Period(bundle.period.start, bundle.period.end)
    try:
        return rate(bundle.terms, bundle.usage, period, bundle.opening, bundle.billed)
    except Refusal as refusal:
        raise Refused(f"I cannot compute this: {refusal.term}: {refusal.reason}") from refusal


def opening_position(desk: Desk, base: Billable, period: Period) -> Opening:
    """Where balances, counters and carried units stand as the period begins, from the ledger.

    What nobody opened and no period left stays absent, never zero. Periods that nothing has settled yet are rated on the
    way, oldest first, so that what they drew is gone. Raises Refused when one cannot be rated, and for more than BACK.
    """
    if not counts_on(base.terms):
        return Opening()
    with desk.db.read() as session:
        posted = balances.live(balances.entries(session, base.contract.id))
    opening, unsettled = Opening(), 0
    for one in _way(base, period, posted):
        own = [entry for entry in posted if Period.parse(entry.period).start == one.start]
        opening = opened(opening, own)
        if one == period:
            break
        closing = settled(opening, own)
        unsettled += closing is None
        if unsettled > BACK:
            raise Refused(
                f"More than {BACK} periods before {words.period(period)} are neither billed nor closed; begin with the oldest."
            )
        opening = _closing(desk, base, one, opening) if closing is None else closing
    return written(base.terms, opening)


def _way(base: Billable, period: Period, posted: Sequence[BalanceEntry]) -> list[Period]:
    """The periods from the first of which something is known up to `period`. A contract that begins while Ari knows it
    begins with nothing; of an older one only people can say what was left and counted."""
    terms, learnt = base.terms, Period.month_of(base.contract.created_at, base.terms.time_zone)
    known = [Period.parse(entry.period).start for entry in posted]
    first = min([*known, terms.effective_from] if terms.effective_from >= learnt.start else known, default=period.start)
    way = [period]
    while way[0].start > first:
        way.insert(0, _before(terms, way[0]))
    return way


def _before(terms: Terms, period: Period) -> Period:
    try:
        return period_before(terms, period)
    except Refusal as refusal:
        raise Refused(f"I cannot tell the period before {period.key}: {refusal.term}: {refusal.reason}") from refusal


def _closing(desk: Desk, base: Billable, period: Period, opening: Opening) -> Opening:
    taken = snapshots.take(desk, base.customer.id, base.terms, period)
    bundle = _bundle(base, period, taken, "", written(base.terms, opening))
    try:
        return _rate(bundle).closing.opening
    except Refused as refused:
        when = words.period(period)
        raise Refused(
            f"{when} is neither billed nor closed, and what follows begins where it ends. {refused}"
        ) from refused


def compute(desk: Desk, customer_id: str, period: Period) -> StatementView:
    """The statement as people see it; 'so far' while the period runs."""
    return view(desk, rate_period(desk, customer_id, period))


def view(desk: Desk, rated: Rated) -> StatementView:
    statement = rated.statement
    ruled = [words.ruled(one.path, one.ruling) for one in statement.rulings]
    return StatementView(
        id=rated.id, customer_id=rated.billable.customer.id, customer=rated.billable.customer.name, period=rated.period.key,
        lines=tuple(line_view(line, statement) for line in statement.lines),
        total=words.amount(statement.total, statement.currency), due=words.amount(statement.due, statement.currency),
        currency=statement.currency, as_of=words.moment(rated.snapshot.as_of, desk.settings.zone),
        assumed=(*statement.assumed, *ruled), notes=rated.elsewhere.notes + rated.elsewhere.conflicts, final=rated.final,
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
