"""Snapshots: the usage that one bill rests on, kept with its row counts so that it can be followed and compared later."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from pydantic import Field
from sqlmodel import Session, select

from billing.desk import Desk
from billing.errors import Refused
from billing.usage.measure import COUNTED, Bucket, Measurement, measure
from pricing.canonical import canonical, digest
from pricing.periods import Period, midnight
from pricing.rate import cuts
from pricing.statement import Slice, Usage
from pricing.terms import Exact, Metric, Strict, Terms
from settings import MetricDefinition
from store.ids import new_id
from store.tables.customer import UsageAccount
from store.tables.usage import UsageSnapshot

Accounts = Mapping[str, tuple[str, ...]]


class Day(Strict):
    """One calendar day in the contract's zone; `quantity` is exact, in the metric's unit times `per`."""

    day: date
    rows: int
    quantity: Exact


class Measured(Strict):
    """One metric of one contract: slices for the calculator, and where every row went."""

    metric: str
    store: str
    accounts: tuple[str, ...]
    slices: tuple[Slice, ...]
    rows: int
    excluded: dict[str, int]
    by_day: tuple[Day, ...]
    first: str | None
    last: str | None
    watermark: str | None
    query: str


class Snapshot(Strict):
    """All metrics of one contract over one period, as the stores stood at `as_of`."""

    period: str
    as_of: datetime
    metrics: tuple[Measured, ...] = Field(default=())

    def usage(self, snapshot_id: str | None) -> Usage:
        return Usage(slices=tuple(one for metric in self.metrics for one in metric.slices), snapshot=snapshot_id)


def take(desk: Desk, customer_id: str, terms: Terms, period: Period) -> Snapshot:
    """Measure every metric of `terms`. Raises Refused when a metric or the customer's accounts are unknown."""
    taken = take_all(desk, {customer_id: terms}, period)[customer_id]
    if isinstance(taken, str):
        raise Refused(taken)
    return taken


def take_all(desk: Desk, wanted: Mapping[str, Terms], period: Period) -> dict[str, Snapshot | str]:
    """A snapshot per customer, or the sentence that says why there is none. Customers whose usage is cut at the same
    instants share one query per metric."""
    as_of = desk.clock.now()
    with desk.db.read() as session:
        accounts = {name: accounts_of(session, name) for name in wanted}
    asked = Asked(desk, accounts, as_of)
    return {name: _one(asked, name, terms, period) for name, terms in wanted.items()}


def _one(asked: "Asked", customer_id: str, terms: Terms, period: Period) -> Snapshot | str:
    try:
        measured = [_metric(asked, customer_id, terms, metric, period) for metric in terms.metrics]
    except Refused as refused:
        return str(refused)
    return Snapshot(period=period.key, as_of=asked.as_of, metrics=tuple(measured))


class Asked:
    """The queries of one look: the same metric over the same instants is counted once, for everybody in it. `accounts`
    are those of each customer, by store: two stores may use one id for two customers."""

    def __init__(self, desk: Desk, accounts: Mapping[str, Accounts], as_of: datetime) -> None:
        self.desk, self.accounts, self.as_of = desk, accounts, as_of
        self._answers: dict[tuple[str, tuple[datetime, ...]], Measurement] = {}

    def measure(self, metric: str, instants: Sequence[datetime]) -> Measurement:
        key = (metric, tuple(instants))
        if key not in self._answers:
            defined = definition(self.desk, metric)
            everybody = sorted({one for own in self.accounts.values() for one in own.get(defined.store, ())})
            engine = self.desk.stores.engine(defined.store)
            self._answers[key] = measure(engine, defined, instants, self.as_of, everybody)
        return self._answers[key]


def keep(session: Session, contract_id: str, snapshot: Snapshot, now: datetime) -> str:
    """Store a snapshot and return its id; the same content is stored once."""
    body = canonical(snapshot)
    known = session.exec(
        select(UsageSnapshot).where(UsageSnapshot.contract_id == contract_id, UsageSnapshot.sha == digest(body))
    ).first()
    if known:
        return known.id
    row = UsageSnapshot(
        id=new_id("snapshot"), contract_id=contract_id, period=snapshot.period, body=body, sha=digest(body),
        as_of=snapshot.as_of, taken_at=now, watermark=_watermark(snapshot),
    )  # fmt: skip
    session.add(row)
    return row.id


def _watermark(snapshot: Snapshot) -> datetime | None:
    marks = [datetime.fromisoformat(one.watermark) for one in snapshot.metrics if one.watermark]
    return min(marks, default=None)


def accounts_of(session: Session, customer_id: str) -> Accounts:
    found: dict[str, list[str]] = defaultdict(list)
    for row in session.exec(select(UsageAccount).where(UsageAccount.customer_id == customer_id)):
        found[row.store].append(row.account)
    return {store: tuple(sorted(accounts)) for store, accounts in found.items()}


def definition(desk: Desk, metric: str) -> MetricDefinition:
    """Raises Refused for a metric that ari.yml does not define."""
    found = desk.settings.file.usage.metrics.get(metric)
    if found is None:
        raise Refused(f"The terms bill {metric!r}, but ari.yml defines no such metric; add it under usage.metrics.")
    return found


def _metric(asked: Asked, customer_id: str, terms: Terms, metric: Metric, period: Period) -> Measured:
    defined = definition(asked.desk, metric.id)
    accounts = asked.accounts[customer_id].get(defined.store, ())
    if not accounts:
        raise Refused("No usage account is mapped to this customer, so nothing can be measured; map one first.")
    parts = cuts(terms, period, metric.id)
    if not parts:
        return _nothing(metric, defined, accounts)
    instants = sorted({*(moment for part in parts for moment in part), *_midnights(period, terms.time_zone, parts)})
    result = asked.measure(metric.id, instants)
    own = Measurement(tuple(one for one in result.buckets if one.account in accounts), result.watermark, result.query)
    return _measured(terms, metric, defined, accounts, parts, own)


def _nothing(metric: Metric, defined: MetricDefinition, accounts: Sequence[str]) -> Measured:
    return Measured(metric=metric.id, store=defined.store, accounts=tuple(accounts), slices=(), rows=0, excluded={},
                    by_day=(), first=None, last=None, watermark=None, query="")  # fmt: skip


def _midnights(period: Period, zone: str, parts: Sequence[tuple[datetime, datetime]]) -> list[datetime]:
    days = [midnight(period.start + timedelta(days=n), zone) for n in range(period.days + 1)]
    return [day for day in days if parts[0][0] <= day <= parts[-1][1]]


def _measured(
    terms: Terms, metric: Metric, defined: MetricDefinition, accounts: Sequence[str],
    parts: Sequence[tuple[datetime, datetime]], result: Measurement,
) -> Measured:  # fmt: skip
    counted = [one for one in result.buckets if counts(one.reason, metric, defined)]
    rows: dict[str, int] = defaultdict(int)
    for one in result.buckets:
        if not counts(one.reason, metric, defined):
            rows[one.reason] += one.rows
    return Measured(
        metric=metric.id, store=defined.store, accounts=tuple(accounts), excluded=dict(sorted(rows.items())),
        slices=tuple(_slice(metric.id, defined, start, end, counted) for start, end in parts),
        rows=sum(one.rows for one in counted), by_day=_by_day(counted, terms.time_zone),
        first=min((one.first for one in counted), default=None), last=max((one.last for one in counted), default=None),
        watermark=result.watermark, query=result.query,
    )  # fmt: skip


def counts(reason: str, metric: Metric, defined: MetricDefinition) -> bool:
    """An exclusion that hangs on contract wording holds only where the contract has that wording."""
    if reason == COUNTED:
        return True
    rule = defined.exclude.get(reason)
    return rule is not None and rule.contract is not None and rule.contract not in metric.excluded


def _slice(metric: str, defined: MetricDefinition, start: datetime, end: datetime, counted: Iterable[Bucket]) -> Slice:
    total = sum(one.value for one in counted if start <= one.start < end)
    return Slice(metric=metric, start=start, end=end, quantity=Decimal(total), per=Decimal(defined.per))


def _by_day(counted: Iterable[Bucket], zone: str) -> tuple[Day, ...]:
    days: dict[date, list[Bucket]] = defaultdict(list)
    for one in counted:
        days[one.start.astimezone(ZoneInfo(zone)).date()].append(one)
    return tuple(
        Day(day=day, rows=sum(one.rows for one in parts), quantity=Decimal(sum(one.value for one in parts)))
        for day, parts in sorted(days.items())
    )
