"""Snapshots: the usage that one bill rests on, kept with its row counts so that it can be followed and compared later."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from pydantic import Field
from sqlmodel import Session, select

from billing.desk import Desk
from billing.errors import Refused
from billing.usage.measure import COUNTED, Bucket
from billing.usage.slices import amount, slices
from billing.usage.wants import Asked, Want, want_of
from pricing.canonical import canonical, digest
from pricing.exact import shown_ratio
from pricing.periods import Period
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
    """One metric of one contract: slices for the calculator, and where every row went. `raw` is what the counted rows
    came to before a rule for single events, in units of the metric; None without such a rule."""

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
    raw: Exact | None = None


class Snapshot(Strict):
    """All metrics of one contract over one period, as the stores stood at `as_of`."""

    period: str
    as_of: datetime
    metrics: tuple[Measured, ...] = Field(default=())

    def usage(self, snapshot_id: str | None) -> Usage:
        """A metric that was asked about and has no slice was found at nothing: its dimensions have no value to name."""
        slices = tuple(one for metric in self.metrics for one in metric.slices)
        empty = tuple(one.metric for one in self.metrics if one.query and not one.slices)
        return Usage(slices=slices, measured=empty, snapshot=snapshot_id)


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
    wants = {name: _wants(desk, terms, period, accounts[name]) for name, terms in wanted.items()}
    asked = Asked(
        desk, [one for own in wants.values() if not isinstance(own, str) for one in own], _stores(accounts), as_of
    )
    return {name: own if isinstance(own, str) else _one(asked, own, period) for name, own in wants.items()}


def _wants(desk: Desk, terms: Terms, period: Period, accounts: Accounts) -> list[Want] | str:
    try:
        return [want_of(desk, terms, metric, period, accounts) for metric in terms.metrics]
    except Refused as refused:
        return str(refused)


def _stores(accounts: Mapping[str, Accounts]) -> dict[str, list[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for own in accounts.values():
        for store, names in own.items():
            found[store].update(names)
    return {store: sorted(names) for store, names in found.items()}


def _one(asked: Asked, wants: list[Want], period: Period) -> Snapshot | str:
    try:
        measured = [_measured(asked, one) if one.parts else _nothing(one) for one in wants]
    except Refused as refused:
        return str(refused)
    return Snapshot(period=period.key, as_of=asked.as_of, metrics=tuple(measured))


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


def _nothing(want: Want) -> Measured:
    return Measured(metric=want.metric.id, store=want.defined.store, accounts=want.accounts, slices=(), rows=0,
                    excluded={}, by_day=(), first=None, last=None, watermark=None, query="")  # fmt: skip


def _measured(asked: Asked, want: Want) -> Measured:
    result, place = asked.measure(want), asked.place(want)
    own = [one for one in result.buckets if one.account in want.accounts]
    counted = [one for one in own if counts(one.reason, want.metric, want.defined)]
    rows: dict[str, int] = defaultdict(int)
    for one in own:
        if not counts(one.reason, want.metric, want.defined):
            rows[one.reason] += one.rows
    return Measured(
        metric=want.metric.id, store=want.defined.store, accounts=want.accounts, excluded=dict(sorted(rows.items())),
        slices=slices(want, counted, asked.as_of, place), rows=sum(one.rows for one in counted),
        by_day=_by_day(want, counted, place),
        first=min((one.first for one in counted), default=None), last=max((one.last for one in counted), default=None),
        watermark=result.watermark, query=result.query, raw=_raw(want, counted),
    )  # fmt: skip


def _raw(want: Want, counted: Iterable[Bucket]) -> Decimal | None:
    if want.rule is None:
        return None
    return shown_ratio(sum((one.value for one in counted), Decimal(0)), Decimal(want.defined.per))


def counts(reason: str, metric: Metric, defined: MetricDefinition) -> bool:
    """An exclusion that hangs on contract wording holds only where the contract has that wording."""
    if reason == COUNTED:
        return True
    rule = defined.exclude.get(reason)
    return rule is not None and rule.contract is not None and rule.contract not in metric.excluded


def _by_day(want: Want, counted: Iterable[Bucket], place: int | None) -> tuple[Day, ...]:
    days: dict[date, list[Bucket]] = defaultdict(list)
    for one in counted:
        days[one.start.astimezone(ZoneInfo(want.terms.time_zone)).date()].append(one)
    return tuple(
        Day(day=day, rows=sum(one.rows for one in parts), quantity=amount(want, parts, place))
        for day, parts in sorted(days.items())
    )
