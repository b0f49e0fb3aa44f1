"""The twelve demo customers from their rows to the cent, line by line; what sloppier readings would bill does not come out."""

import sqlite3
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import event

from billing.usage import snapshot as snapshots
from billing.usage.snapshot import Snapshot
from billing.usage.standing import levels
from pricing.periods import Period
from pricing.rate import rate
from pricing.statement import Billed, Carried, Line, Opening, Statement
from pricing.terms import (
    InForce,
    LineRounding,
    Metric,
    Proration,
    RecurringCharge,
    Terms,
    Tiered,
    UsageCharge,
)
from tests.billing import kit, twelve
from tests.billing.small_store import stamp
from tests.demo_terms import DEMO, TIERS
from tests.world import CLOSE, TestWorld

LINES = {
    "acornhill": {"platform_fee": "2500.00", "minutes": "630.11"},
    "brindlecat": {"minutes": "6100.00"},
    "copperkettle": {"minutes": "4032.00"},
    "dapplewood": {"annual_commit.drawdown": "0.00", "annual_commit.overage": "5405.00"},
    "elmfoot": {"minutes": "4180.00", "monthly_minimum.shortfall": "820.00"},
    "fennelbrook": {"platform_fee": "6000.00", "minutes": "884.80"},
    "gumdrop": {"platform_fee": "750.00", "platform_fee@2025-11-16": "1000.00",
                "minutes": "2420.00", "minutes@2025-11-16": "2422.50"},
    "halfpenny": {"minutes": "250.00", "pilot_credit.minutes": "-250.00"},
    "inkwell": {"minutes": "1341.34"},
    "juniper": {"appointments": "8488.00", "monthly_cap.appointments": "-488.00"},
    "kestrel": {"minutes": "4199.00", "transcription": "558.13", "messages": "228.04", "storage": "203.15",
                "seats": "2640.00"},
    "lemonfish": {"minutes": "7350.00"},
}  # fmt: skip
UNITS = {
    "acornhill": ["7413"], "brindlecat": ["61250"], "copperkettle": ["50400"], "dapplewood": ["43000", "47000"],
    "elmfoot": ["38000"], "fennelbrook": ["12640"], "gumdrop": ["22000", "25500"], "halfpenny": ["2500"],
    "inkwell": ["10318"], "juniper": ["2122"], "kestrel": ["44200", "31007", "18243", "812.6", "45"], "lemonfish": ["70000"],
}  # fmt: skip
ROWS = {
    "acornhill": 3191, "brindlecat": 5151, "copperkettle": 3257, "dapplewood": 4100, "elmfoot": 2928, "fennelbrook": 6057,
    "gumdrop": 3996, "halfpenny": 3156, "inkwell": 4120, "juniper": 2122, "kestrel": 4702, "lemonfish": 3690,
}  # fmt: skip
SHARES = ["111.62", "101.14", "86.64", "82.04", "78.45", "71.52", "68.81", "62.15", "57.70", "48.76", "40.20", "34.48",
          "24.56", "16.73"]  # fmt: skip
SITE_MINUTES = [14210, 12875, 11030, 10444, 9987, 9105, 8760, 7912, 7345, 6208, 5117, 4390, 3127, 2130]


@pytest.fixture(scope="module")
def made(shared: TestWorld) -> dict[str, str]:
    return {key: twelve.customer(shared, key) for key in DEMO}


@pytest.fixture(scope="module")
def taken(shared: TestWorld, made: dict[str, str]) -> dict[str, Snapshot]:
    """Everybody's November at the close, asked for together."""
    found = snapshots.take_all(shared.desk, {made[key]: DEMO[key] for key in DEMO}, kit.NOVEMBER)
    return {key: one for key in DEMO if isinstance(one := found[made[key]], Snapshot)}


@pytest.fixture(scope="module")
def november(taken: dict[str, Snapshot]) -> dict[str, Statement]:
    return {key: of(taken[key], DEMO[key], twelve.OPENINGS.get(key, twelve.NOTHING)) for key in DEMO}


def of(
    snapshot: Snapshot, terms: Terms, opening: Opening = twelve.NOTHING, billed: tuple[Billed, ...] = ()
) -> Statement:
    return rate(terms, snapshot.usage(None), kit.NOVEMBER, opening, billed)


def line(statement: Statement, name: str = "minutes") -> Line:
    return next(one for one in statement.lines if one.id == name)


@pytest.mark.parametrize("key", LINES)
def test_november_line_by_line_to_the_cent(november: dict[str, Statement], key: str) -> None:
    statement = november[key]
    assert {one.id: str(one.amount) for one in statement.lines} == LINES[key]
    assert [str(one.quantity) for one in statement.lines if one.quantity is not None] == UNITS[key]
    assert statement.currency == ("EUR" if key == "inkwell" else "USD")
    assert statement.total == sum(Decimal(amount) for amount in LINES[key].values())
    assert statement.assumed == ()


def test_the_control_totals(november: dict[str, Statement]) -> None:
    totals = {"USD": Decimal(0), "EUR": Decimal(0)}
    for statement in november.values():
        totals[statement.currency] += statement.total
    assert totals == {"USD": Decimal("60322.73"), "EUR": Decimal("1341.34")}


@pytest.mark.parametrize("key", ROWS)
def test_every_metric_says_what_it_counted_and_what_not(taken: dict[str, Snapshot], key: str) -> None:
    first, *others = taken[key].metrics
    assert first.rows == ROWS[key]
    assert first.excluded["test call"] > 0
    assert first.excluded["duplicate"] > 0
    counted = {one.metric: (one.rows, one.excluded) for one in others}
    assert counted == (OTHERS if key == "kestrel" else {})


OTHERS = {
    "transcription": (3526, {}), "storage": (30, {}), "seats": (30, {}),
    "messages": (18243, {"duplicate": 60, "incoming message": 160, "not delivered": 160, "test message": 160}),
}  # fmt: skip


TABLES = {
    "transcription": ("kestrel", "transcripts", "created_at"), "messages": ("kestrel", "messages", "sent_at"),
    "appointments": ("juniper", "outcomes", "occurred_at"),
}  # fmt: skip


@pytest.mark.parametrize("metric", TABLES)
def test_no_row_of_the_other_tables_is_dropped_in_silence(
    taken: dict[str, Snapshot], company: Path, metric: str
) -> None:
    key, table, at = TABLES[metric]
    found = next(one for one in taken[key].metrics if one.metric == metric)
    connection = sqlite3.connect(f"file:{company / 'usage.db'}?mode=ro", uri=True)
    span = (f"org_{key}", *map(stamp, kit.NOVEMBER.bounds("America/New_York")), stamp(CLOSE))
    where = f"org_id = ? AND {at} >= ? AND {at} < ? AND ingested_at <= ?"
    [(rows,)] = connection.execute(f"SELECT count(*) FROM {table} WHERE {where}", span).fetchall()
    connection.close()
    assert found.rows + sum(found.excluded.values()) == rows


def test_what_rolled_over_raises_the_limit(november: dict[str, Statement]) -> None:
    rated: Any = SimpleNamespace(
        statement=november["halfpenny"], billable=SimpleNamespace(terms=DEMO["halfpenny"]), bundle=None
    )
    [level] = levels(rated)
    assert (level.used, level.limit) == (38500, 36000)


def test_one_query_a_metric_serves_all_twelve(shared: TestWorld, made: dict[str, str]) -> None:
    asked: list[str] = []
    engine = shared.desk.stores.engine("warehouse")

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        snapshots.take_all(shared.desk, {made[key]: DEMO[key] for key in DEMO}, kit.NOVEMBER)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    tables = [statement.split("FROM ")[2].split()[0] for statement in asked]
    assert sorted(tables) == ["calls", "messages", "outcomes", "seats_daily", "storage_daily", "transcripts"]


@pytest.mark.parametrize("key", ["fennelbrook", "inkwell", "kestrel"])
def test_asked_alone_or_with_others_the_slices_are_the_same(
    shared: TestWorld, made: dict[str, str], taken: dict[str, Snapshot], key: str
) -> None:
    alone = snapshots.take(shared.desk, made[key], DEMO[key], kit.NOVEMBER)
    assert alone.usage(None) == taken[key].usage(None)


def with_charge(key: str, **changes: object) -> Terms:
    """The customer's terms with something else in its usage charge."""
    changed = tuple(
        one.model_copy(update=changes) if isinstance(one, UsageCharge) else one for one in DEMO[key].charges
    )
    return DEMO[key].model_copy(update={"charges": changed})


def other(key: str, **changes: object) -> Terms:
    return DEMO[key].model_copy(update=changes)


def fee_from_next_cycle() -> Terms:
    fee = next(one for one in DEMO["gumdrop"].charges if isinstance(one, RecurringCharge))
    usage = tuple(one for one in DEMO["gumdrop"].charges if isinstance(one, UsageCharge))
    return other("gumdrop", charges=(fee.model_copy(update={"in_force": InForce()}), *usage))


def rolled(quantity: int) -> Opening:
    return twelve.OPENINGS["halfpenny"].model_copy(
        update={"carried": (Carried(id="minutes.included", quantity=Decimal(quantity)),)}
    )


SEATS_BEFORE = tuple(
    one.model_copy(update={"proration": Proration(basis="actual_days", change_day="old")}) if one.id == "seats" else one
    for one in DEMO["kestrel"].charges
)
OTHER_READINGS = {
    "half even": ("acornhill", other("acornhill", rounding=LineRounding(mode="half_even")), "3130.10"),
    "graduated": ("copperkettle", with_charge("copperkettle", price=Tiered(model="graduated", tiers=TIERS)), "5232.00"),
    "fee from the next cycle": ("gumdrop", fee_from_next_cycle(), "6342.50"),
    "raw minutes": ("inkwell", other("inkwell", metrics=(Metric(id="minutes", unit="min"),)), "1283.28"),
    "rounded once": ("kestrel", other("kestrel", rounding=LineRounding(mode="half_up", level="statement")), "7828.31"),
    "without the day added": ("kestrel", other("kestrel", charges=SEATS_BEFORE), "7822.32"),
    "no escalator": ("lemonfish", other("lemonfish", escalators=()), "7000.00"),
}


@pytest.mark.parametrize("name", OTHER_READINGS)
def test_the_other_reading_gives_the_other_amount_and_not_ours(
    shared: TestWorld, made: dict[str, str], november: dict[str, Statement], name: str
) -> None:
    key, terms, amount = OTHER_READINGS[name]
    assert str(twelve.rated(shared, made[key], terms).total) == amount != str(november[key].total)


def test_twenty_percent_of_the_unused_would_be_670(taken: dict[str, Snapshot]) -> None:
    assert str(line(of(taken["halfpenny"], DEMO["halfpenny"], rolled(1800))).amount) == "670.00"


def test_copperkettles_cliff(taken: dict[str, Snapshot]) -> None:
    usage = taken["copperkettle"].usage(None)
    [whole] = usage.slices
    fewer = usage.model_copy(update={"slices": (whole.model_copy(update={"quantity": Decimal(49900 * 60000)}),)})
    assert str(rate(DEMO["copperkettle"], fewer, kit.NOVEMBER).total) == "4990.00"


def test_dapplewoods_balance_is_used_up(november: dict[str, Statement]) -> None:
    closing = november["dapplewood"].closing
    assert [(one.id, str(one.amount)) for one in closing.balances] == [("annual_commit", "0.00")]
    [moved] = closing.movements
    assert (moved.opening, moved.used, moved.closing) == (Decimal(4300), Decimal(4300), Decimal(0))


def test_fennelbrooks_fourteen_shares_add_up(november: dict[str, Statement]) -> None:
    overage = line(november["fennelbrook"])
    assert [str(one.amount) for one in overage.shares] == SHARES
    assert [one.key for one in overage.shares] == [f"org_fennelbrook_{number:02d}" for number in range(1, 15)]
    assert [one.quantity for one in overage.shares] == SITE_MINUTES
    assert sum(one.amount for one in overage.shares) == overage.amount == Decimal("884.80")
    naive = [one.exact.quantize(Decimal("0.01"), ROUND_HALF_UP) for one in overage.shares]
    assert sum(naive) == Decimal("884.78")
    keys = {one.key for one in DEMO["fennelbrook"].bill_tos if one.po_number}
    assert keys == {one.key for one in overage.shares}


def test_halfpennys_fee_is_due_in_january_alone(taken: dict[str, Snapshot]) -> None:
    usage = taken["halfpenny"].usage(None)
    january = Period.month("2025-01")
    start, end = january.bounds("America/New_York")
    nothing = tuple(one.model_copy(update={"start": start, "end": end, "quantity": Decimal(0)}) for one in usage.slices)
    opening = Opening(balances=twelve.OPENINGS["halfpenny"].balances)
    first = rate(DEMO["halfpenny"], usage.model_copy(update={"slices": nothing}), january, opening)
    assert str(line(first, "annual_fee").amount) == "24000.00"


def test_inkwells_calls_count_one_by_one_and_its_tax_is_zero(
    taken: dict[str, Snapshot], november: dict[str, Statement]
) -> None:
    [minutes] = taken["inkwell"].metrics
    [whole] = minutes.slices
    assert (whole.events, whole.quantity / whole.per, minutes.raw) == (4120, Decimal("10318"), Decimal("9871.4"))
    assert [(one.amount, one.description) for one in november["inkwell"].taxes] == [
        (Decimal(0), "VAT: reverse charge, to be paid by the customer")
    ]


def test_kestrels_seats_are_known_day_by_day(taken: dict[str, Snapshot]) -> None:
    seats = next(one for one in taken["kestrel"].metrics if one.metric == "seats")
    assert [(one.day, one.quantity) for one in seats.by_day if one.day.day in (1, 10, 11, 30)] == [
        (date(2025, 11, day), Decimal(level)) for day, level in ((1, 42), (10, 42), (11, 45), (30, 45))
    ]
