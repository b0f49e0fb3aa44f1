"""Limits that were passed: found by comparing each level with where the period began, and written down once.

A threshold is crossed when the period's opening lies below it and the figure counted now does not. The row's unique key
keeps one crossing per contract, terms version, period and threshold, whatever is restarted or counted again; usage that
later drops does not take a crossing back.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlmodel import Session, col, select

from billing import words
from billing.desk import Desk
from billing.invoices.statements import Rated
from billing.usage.standing import Level, levels, rate_all
from billing.views import CrossingView
from pricing.periods import Period
from pricing.stored import read_terms
from pricing.terms import Terms, Threshold
from store.rows import insert_if_new
from store.tables.contract import Contract, TermsVersion
from store.tables.crossing import Crossing
from store.tables.customer import Customer

FULL = Decimal(100)


@dataclass(frozen=True, slots=True)
class Passed:
    """`percent` of what the term promises was used at the start of the period (`before`) and is used now."""

    term: str
    threshold: Decimal
    before: Decimal
    now: Decimal


def sweep(desk: Desk, period: Period) -> list[str]:
    """Write down every new crossing of `period`; returns the ids of the new rows."""
    fresh: list[str] = []
    for rated in rate_all(desk, period):
        for passed in crossed(rated):
            with desk.db.write() as session:
                fresh += _note(session, rated, passed, desk.clock.now())
    return fresh


def crossed(rated: Rated) -> list[Passed]:
    """Every threshold that lies between the period's opening and now."""
    found: list[Passed] = []
    for level in levels(rated):
        before, now = _shares(rated, level)
        steps = _percents(rated.billable.terms.thresholds, level)
        found += [Passed(level.term, step, before, now) for step in steps if before < step <= now]
    return found


def unnoticed(desk: Desk) -> list[CrossingView]:
    """Crossings that nobody was told of yet."""
    with desk.db.read() as session:
        rows = session.exec(
            select(Crossing).where(col(Crossing.noticed_at).is_(None)).order_by(col(Crossing.crossed_at))
        )
        return [_view(desk, session, row) for row in rows]


def since(desk: Desk, start: datetime) -> list[CrossingView]:
    """Crossings found at or after `start` (business time), the earliest first."""
    with desk.db.read() as session:
        rows = session.exec(
            select(Crossing).where(col(Crossing.crossed_at) >= start).order_by(col(Crossing.crossed_at))
        )
        return [_view(desk, session, row) for row in rows]


def noticed(desk: Desk, crossing_id: str, channel: str, ts: str) -> None:
    with desk.db.write() as session:
        row = session.get_one(Crossing, crossing_id)
        row.noticed_at, row.channel, row.ts = desk.clock.now(), channel, ts


def _shares(rated: Rated, level: Level) -> tuple[Decimal, Decimal]:
    """Percent used at the start of the period and now. A prepaid commitment counts from its full amount, so earlier
    months are in it; an included quantity starts at nothing each period."""
    prepaid = next((one for one in rated.billable.terms.prepaid if one.id == level.term), None)
    if prepaid is None:
        return Decimal(0), level.used / level.limit * FULL if level.limit else Decimal(0)
    opening = next((one.amount for one in rated.bundle.opening.balances if one.id == prepaid.id), Decimal(0))
    left_share = opening / prepaid.amount * FULL
    drawn = level.used / level.limit * left_share if level.limit else left_share
    return FULL - left_share, FULL - left_share + drawn


def _percents(thresholds: tuple[Threshold, ...], level: Level) -> list[Decimal]:
    """What the contract names for this term; without a word from it, the limit itself."""
    named = [step for threshold in thresholds if threshold.of == level.term for step in threshold.percents]
    return sorted(named or ([FULL] if level.limit else []))


def _note(session: Session, rated: Rated, passed: Passed, now: datetime) -> list[str]:
    row = Crossing(
        contract_id=rated.billable.contract.id, terms_version_id=rated.billable.version.id, term=passed.term,
        period=rated.period.key, threshold=passed.threshold, value=passed.now, crossed_at=now,
    )  # fmt: skip
    return [row.id] if insert_if_new(session, row) else []


def _view(desk: Desk, session: Session, row: Crossing) -> CrossingView:
    customer = session.get_one(Customer, session.get_one(Contract, row.contract_id).customer_id)
    terms = read_terms(session.get_one(TermsVersion, row.terms_version_id).terms)
    return CrossingView(
        id=row.id, customer_id=customer.id, customer=customer.name, term=_named(terms, row.term), period=row.period,
        threshold=f"{row.threshold.normalize():f} %", value=f"{row.value.quantize(Decimal('0.1'))} %",
        as_of=words.moment(row.crossed_at, desk.settings.zone), full=row.threshold >= FULL,
    )  # fmt: skip


def _named(terms: Terms, term: str) -> str:
    """What people call it: 'the prepaid commitment', 'the included minutes'."""
    prepaid = next((one for one in terms.prepaid if one.id == term), None)
    if prepaid:
        return f"the {prepaid.description.lower()}"
    return f"the included {next(one.description.lower() for one in terms.charges if one.id == term)}"
