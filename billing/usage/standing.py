"""Where every customer stands: usage so far against what the contract includes, has prepaid or asks for at least."""

from dataclasses import dataclass
from decimal import Decimal

from sqlmodel import Session, select

from billing import words
from billing.desk import Desk
from billing.errors import Refused
from billing.invoices.statements import Billable, Rated, billable, look
from billing.usage import snapshot as snapshots
from billing.usage.snapshot import Snapshot
from billing.views import Standing
from pricing.periods import Period
from pricing.statement import Line
from pricing.terms import Prepaid, UsageCharge
from store.tables.customer import Customer

ORDER = {"over": 0, "near": 1, "not measured": 2, "within": 3, "no limit": 4}


@dataclass(frozen=True, slots=True)
class Level:
    """`used` and `limit` in the unit that `item` is counted in; `limit` None where the contract has none."""

    item: str
    term: str
    used: Decimal
    limit: Decimal | None
    unit: str
    cost: Decimal
    limit_words: str | None


@dataclass(frozen=True, slots=True)
class Look:
    """One customer's rating as things stand, or the reason why there is none."""

    customer: Customer
    rated: Rated | None
    reason: str | None


def standings(desk: Desk, period: Period, customer_id: str | None = None) -> list[Standing]:
    """Most pressing first: over, near, the rest; inside each by cost so far. A customer that cannot be rated is listed
    as 'not measured' with the reason."""
    rows = [row for one in looks(desk, period, customer_id) for row in _of(desk, one, period)]
    return [row for _, row in sorted(rows, key=lambda pair: pair[0])]


def rate_all(desk: Desk, period: Period) -> list[Rated]:
    """Everybody who can be rated in `period`; the others are a matter for `standings`."""
    return [one.rated for one in looks(desk, period) if one.rated]


def looks(desk: Desk, period: Period, customer_id: str | None = None) -> list[Look]:
    """A look at each customer, from one usage query for all of them where their terms allow it."""
    with desk.db.read() as session:
        customers = [
            one for one in session.exec(select(Customer).order_by(Customer.name)) if customer_id in (None, one.id)
        ]
        bases = {one.id: _billable(session, one.id) for one in customers}
    wanted = {name: base.terms for name, base in bases.items() if isinstance(base, Billable)}
    taken = snapshots.take_all(desk, wanted, period)
    return [_look(desk, one, bases[one.id], taken.get(one.id), period) for one in customers]


def _billable(session: Session, customer_id: str) -> Billable | str:
    try:
        return billable(session, customer_id)
    except Refused as refused:
        return str(refused)


def _look(desk: Desk, customer: Customer, base: Billable | str, taken: Snapshot | str | None, period: Period) -> Look:
    if isinstance(base, str):
        return Look(customer, None, base)
    if not isinstance(taken, Snapshot):
        return Look(customer, None, taken or "usage was not measured")
    try:
        return Look(customer, look(desk, base, period, taken), None)
    except Refused as refused:
        return Look(customer, None, str(refused))


def _of(desk: Desk, one: Look, period: Period) -> list[tuple[tuple[int, Decimal, str], Standing]]:
    if one.rated is None:
        blank = _standing(desk, one.customer, period, None, "not measured", one.reason, None)
        return [((ORDER["not measured"], Decimal(0), one.customer.name), blank)]
    return [_row(desk, one.customer, one.rated, level) for level in levels(one.rated)]


def _row(desk: Desk, customer: Customer, rated: Rated, level: Level) -> tuple[tuple[int, Decimal, str], Standing]:
    state = state_of(level, Decimal(desk.settings.file.notices.near_percent))
    row = _standing(desk, customer, rated.period, level, state, None, rated)
    return (ORDER[state], -level.cost, customer.name), row


def levels(rated: Rated) -> list[Level]:
    """One level per usage charge, measured against its included units, its prepaid balance or nothing."""
    by_charge: dict[str, list[Line]] = {}
    for line in rated.statement.lines:
        by_charge.setdefault(line.charge, []).append(line)
    charges = {one.id: one for one in rated.billable.terms.charges if isinstance(one, UsageCharge)}
    return [_level(rated, charge, by_charge.get(name, [])) for name, charge in charges.items() if by_charge.get(name)]


def _level(rated: Rated, charge: UsageCharge, lines: list[Line]) -> Level:
    terms = rated.billable.terms
    unit = terms.metric(charge.metric).unit
    used = sum((measured(line) for line in lines if line.kind != "overage"), Decimal(0))
    cost = sum((line.amount for line in lines), Decimal(0))
    prepaid = next((one for one in terms.prepaid if charge.id in one.charges), None)
    if prepaid:
        return _prepaid(rated, charge, prepaid, used, cost, unit)
    included = _included(lines)
    if included is not None:
        return Level(
            charge.description, charge.id, used, included, unit, cost, f"{words.quantity(included, unit)} included"
        )
    return Level(charge.description, charge.id, used, None, unit, cost, None)


def _included(lines: list[Line]) -> Decimal | None:
    """The units included as the period began, with what rolled into it; None where there are none, or no end to them."""
    whole = [step.inputs["included"] for line in lines for step in line.steps if step.op == "include"]
    return whole[0] if whole and isinstance(whole[0], Decimal) else None


def measured(line: Line) -> Decimal:
    """The units that a line's working starts from, before anything included comes off. An overage line starts from the
    same units as the drawdown line before it."""
    units = [step.result for step in line.steps if step.op in ("measure", "convert", "round_units")]
    return units[-1] if units else Decimal(0)


def _prepaid(rated: Rated, charge: UsageCharge, prepaid: Prepaid, used: Decimal, cost: Decimal, unit: str) -> Level:
    opening = next((one.amount for one in rated.bundle.opening.balances if one.id == prepaid.id), Decimal(0))
    price = charge.price.unit_amount if charge.price.model == "per_unit" else None
    limit = opening / price if price else None
    label = (
        f"{words.quantity(limit, unit)} prepaid"
        if limit is not None
        else f"{words.amount(opening, rated.statement.currency)} prepaid"
    )
    return Level(charge.description, prepaid.id, used, limit, unit, cost, label)


def state_of(level: Level, near_percent: Decimal) -> str:
    if level.limit is None:
        return "no limit"
    if level.used > level.limit:
        return "over"
    return "near" if level.used * 100 >= level.limit * near_percent else "within"


def _standing(
    desk: Desk,
    customer: Customer,
    period: Period,
    level: Level | None,
    state: str,
    note: str | None,
    rated: Rated | None,
) -> Standing:
    as_of = words.moment(rated.snapshot.as_of if rated else desk.clock.now(), desk.settings.zone)
    if level is None or rated is None:
        return Standing(customer_id=customer.id, customer=customer.name, period=period.key, item="", used="–", limit=None,
                        percent=None, state=state, over_by=None, cost_so_far=None, note=note, as_of=as_of)  # fmt: skip
    over = level.used - level.limit if level.limit is not None and level.used > level.limit else None
    return Standing(
        customer_id=customer.id, customer=customer.name, period=period.key, item=level.item,
        used=words.quantity(level.used, level.unit), limit=level.limit_words, state=state, note=note, as_of=as_of,
        percent=words.percent(level.used, level.limit) if level.limit else None,
        over_by=words.quantity(over, level.unit) if over is not None else None,
        cost_so_far=words.amount(level.cost, rated.statement.currency),
    )  # fmt: skip
