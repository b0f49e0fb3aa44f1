"""Wants: what each contract wants counted of a metric, and one query that counts it for everybody.

A contract decides at which instants its usage is cut, by which dimensions it is told apart, and what a single event
counts as; the usage store does the counting. What a table cannot tell exactly is refused here, before anything is asked.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from billing.desk import Desk
from billing.errors import Refused
from billing.usage.event_rules import WholeRule, whole_rule
from billing.usage.measure import Measurement, Shape, measure
from pricing.periods import Period, midnight
from pricing.rate import cuts
from pricing.terms import Matrix, Metric, RecurringCharge, Terms, UsageCharge
from settings import MetricDefinition

ADDED_UP = ("sum", "count")
WHOLE_ONLY = ("unique", "percentile")


@dataclass(frozen=True, slots=True)
class Want:
    """One metric of one contract over one period. `parts` are the spans that the calculator wants measured, `level` says
    that the values hold for a day each and never add up over days."""

    terms: Terms
    metric: Metric
    defined: MetricDefinition
    accounts: tuple[str, ...]
    period: Period
    parts: tuple[tuple[datetime, datetime], ...]
    dims: tuple[str, ...]
    rule: WholeRule | None
    level: bool

    @property
    def instants(self) -> tuple[datetime, ...]:
        """The edges of the parts, and every midnight between them."""
        zone, first, last = self.terms.time_zone, self.parts[0][0], self.parts[-1][1]
        days = [midnight(self.period.start + timedelta(days=n), zone) for n in range(self.period.days + 1)]
        inside = {day for day in days if first <= day <= last}
        return tuple(sorted(inside | {moment for part in self.parts for moment in part}))


Key = tuple[str, tuple[datetime, ...], str, Period]


class Asked:
    """The queries of one look: the same metric over the same instants is counted once, for everybody in it, by every
    dimension and under every rule that somebody there wants. `accounts` are everybody's, by store: two stores may use
    one id for two customers."""

    def __init__(
        self, desk: Desk, wants: Iterable[Want], accounts: Mapping[str, Sequence[str]], as_of: datetime
    ) -> None:
        self.desk, self.accounts, self.as_of = desk, accounts, as_of
        self._answers: dict[Key, Measurement] = {}
        self._dims: dict[Key, set[str]] = {}
        self._rules: dict[Key, list[WholeRule]] = {}
        for want in wants:
            if want.parts:
                self._dims.setdefault(_key(want), set()).update(want.dims)
                rules = self._rules.setdefault(_key(want), [])
                rules += [want.rule] if want.rule and want.rule not in rules else []

    def measure(self, want: Want) -> Measurement:
        """What the store said of this metric, of everybody's accounts. Raises Refused."""
        key, defined = _key(want), want.defined
        if key not in self._answers:
            engine = self.desk.stores.engine(defined.store)
            self._answers[key] = measure(
                engine, defined, want.instants, self.as_of, self.accounts[defined.store], self._shape(want)
            )
        return self._answers[key]

    def place(self, want: Want) -> int | None:
        """Where this contract's own sums stand in each bucket's `ruled`; None: it takes the plain ones."""
        return None if want.rule is None else self._rules[_key(want)].index(want.rule)

    def _shape(self, want: Want) -> Shape:
        key = _key(want)
        return Shape(want.terms.time_zone, want.period.end, tuple(sorted(self._dims[key])), tuple(self._rules[key]))


def want_of(desk: Desk, terms: Terms, metric: Metric, period: Period, accounts: Mapping[str, tuple[str, ...]]) -> Want:
    """Raises Refused for a metric that ari.yml does not define or that its table cannot answer, and for a customer
    without an account in its store."""
    defined = definition(desk, metric.id)
    own = accounts.get(defined.store, ())
    if not own:
        raise Refused("No usage account is mapped to this customer, so nothing can be measured; map one first.")
    level = is_level(terms, metric)
    _check(metric, defined, level)
    rule = whole_rule(metric.per_event, defined.per) if metric.per_event else None
    parts = tuple(cuts(terms, period, metric.id))
    return Want(terms, metric, defined, own, period, parts, _dims(terms, metric, defined), rule, level)


def definition(desk: Desk, metric: str) -> MetricDefinition:
    """Raises Refused for a metric that ari.yml does not define."""
    found = desk.settings.file.usage.metrics.get(metric)
    if found is None:
        raise Refused(f"The terms bill {metric!r}, but ari.yml defines no such metric; add it under usage.metrics.")
    return found


def is_level(terms: Terms, metric: Metric) -> bool:
    """Whether the terms read this metric as a level: averaged, its last or highest value, or the quantity of a fee."""
    followed = any(isinstance(one, RecurringCharge) and one.metric == metric.id for one in terms.charges)
    return followed or metric.aggregation not in ADDED_UP


def _check(metric: Metric, defined: MetricDefinition, level: bool) -> None:
    if metric.aggregation in WHOLE_ONLY or metric.buckets:
        what = "values counted in buckets of time" if metric.buckets else f"a {metric.aggregation} of events"
        raise Refused(f"The terms bill {what} of {metric.id!r}, which cannot be counted from a table yet.")
    if level and not defined.daily:
        raise Refused(
            f"The terms bill {metric.id!r} as a level over time, but ari.yml defines it as events that add up; name a table "
            f"with a row a day, and set usage.metrics.{metric.id}.daily."
        )
    if metric.per_event and defined.daily:
        raise Refused(f"The terms round each event of {metric.id!r}, but its table {defined.table!r} has only days.")


def _dims(terms: Terms, metric: Metric, defined: MetricDefinition) -> tuple[str, ...]:
    """The dimensions by which some charge on the metric is told apart."""
    found: set[str] = set()
    for charge in terms.charges:
        if isinstance(charge, UsageCharge) and charge.metric == metric.id:
            found |= _dims_of(charge)
    missing = sorted(found - defined.dimensions.keys())
    if missing:
        raise Refused(
            f"The terms tell {metric.id!r} apart by {missing[0]!r}, but ari.yml names no such dimension; add it under "
            f"usage.metrics.{metric.id}.dimensions."
        )
    return tuple(sorted(found))


def _dims_of(charge: UsageCharge) -> set[str]:
    found = {*charge.where}
    found |= {charge.per_each} if charge.per_each else set()
    found |= {charge.allocation.by} if charge.allocation else set()
    return found | ({*charge.price.cells[0].when} if isinstance(charge.price, Matrix) else set())


def _key(want: Want) -> Key:
    return want.metric.id, want.instants, want.terms.time_zone, want.period
