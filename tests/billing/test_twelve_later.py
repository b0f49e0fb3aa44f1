"""The demo customers over months and after the close: balances that roll on, reversals, late calls, a price that was missed."""

import csv
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from billing.usage.stores import Stores
from pricing.periods import Period
from pricing.statement import Billed, Carried, Line, Statement
from settings import UsageStore
from tests.billing import twelve
from tests.demo_terms import DEMO, _minutes, _price, _terms
from tests.world import CLOSE, TestWorld

# When a reversal no longer counts in November: the eleventh of December in New York.
ELEVENTH = datetime(2025, 12, 11, 5, tzinfo=UTC)


@pytest.fixture(scope="module")
def made(shared: TestWorld) -> dict[str, str]:
    return {key: twelve.customer(shared, key) for key in ("acornhill", "halfpenny", "juniper", "lemonfish")}


def line(statement: Statement, name: str = "minutes") -> Line:
    return next(one for one in statement.lines if one.id == name)


@pytest.fixture
def later(shared: TestWorld) -> Iterator[TestWorld]:
    """The module's world, whose clock this test moves."""
    yield shared
    shared.clock.at = CLOSE


def test_halfpenny_from_september_to_the_end_of_its_credit(later: TestWorld, made: dict[str, str]) -> None:
    """28,200 of 30,000 in September, 21,000 in October, 38,500 in November, 29,400 in December."""
    later.clock.at = datetime(2026, 1, 2, 15, tzinfo=UTC)
    carried = (Carried(id="minutes.included", quantity=Decimal(1800)),)
    opening = twelve.OPENINGS["halfpenny"].model_copy(update={"carried": carried})
    closings = []
    for month in ("2025-10", "2025-11", "2025-12"):
        statement = twelve.rated(later, made["halfpenny"], DEMO["halfpenny"], Period.month(month), opening)
        opening = statement.closing.opening
        [credit], [rolled] = opening.balances, opening.carried
        closings.append((str(statement.total), str(credit.amount), rolled.quantity))
    assert closings == [("0.00", "3000.00", 6000), ("0.00", "2750.00", 0), ("0.00", "0.00", 600)]


def test_junipers_later_reversals_credit_nothing(later: TestWorld, made: dict[str, str]) -> None:
    terms = DEMO["juniper"]
    at_close = twelve.rated(later, made["juniper"], terms)
    later.clock.at = ELEVENTH
    sent = tuple(Billed(line=one.id, amount=one.amount, by="ari") for one in at_close.lines)
    again = twelve.rated(later, made["juniper"], terms, billed=sent)
    assert line(again, "appointments").quantity == 2106
    assert (str(line(again, "appointments").amount), str(again.total), str(again.due)) == ("8424.00", "8000.00", "0.00")
    later.clock.at = datetime(2025, 12, 31, 15, tzinfo=UTC)
    assert line(twelve.rated(later, made["juniper"], terms), "appointments").quantity == 2106


def test_a_contract_without_the_wording_pays_for_reversed_appointments(later: TestWorld, made: dict[str, str]) -> None:
    later.clock.at = ELEVENTH
    [metric] = DEMO["juniper"].metrics
    terms = DEMO["juniper"].model_copy(update={"metrics": (metric.model_copy(update={"excluded": ()}),)})
    assert line(twelve.rated(later, made["juniper"], terms), "appointments").quantity == 2143


def test_lemonfish_was_billed_1400_too_little(later: TestWorld, made: dict[str, str]) -> None:
    flat = DEMO["lemonfish"].model_copy(update={"escalators": ()})
    missing = []
    for month in ("2025-08", "2025-09", "2025-10", "2025-11"):
        right, billed = (
            twelve.rated(later, made["lemonfish"], terms, Period.month(month)).total
            for terms in (DEMO["lemonfish"], flat)
        )
        missing.append(right - billed)
    assert list(map(str, missing)) == ["342.00", "355.75", "352.25", "350.00"]
    assert sum(missing) == Decimal("1400.00")
    july = Period.month("2025-07")
    assert twelve.rated(later, made["lemonfish"], DEMO["lemonfish"], july).total == Decimal("6990.00")


def late_store(tmp_path: Path, company: Path, *, alone: bool) -> Stores:
    """Acornhill's calls, or none, and the file of 5 December in the same table."""
    connection = sqlite3.connect(tmp_path / "late.db")
    connection.execute("ATTACH ? AS warehouse", (f"file:{company / 'usage.db'}?mode=ro",))
    connection.execute(
        "CREATE TABLE calls AS SELECT * FROM warehouse.calls WHERE org_id = 'org_acornhill' AND NOT ?", (alone,)
    )
    with (company / "late" / "acornhill-2025-11-late.csv").open(encoding="utf-8") as file:
        rows = [row | {"ingested_at": "2025-12-05T14:00:00.000Z"} for row in csv.DictReader(file)]
    names = ", ".join(rows[0])
    marks = ", ".join(f":{name}" for name in rows[0])
    connection.executemany(f"INSERT INTO calls ({names}) VALUES ({marks})", rows)
    connection.commit()
    connection.close()
    return Stores({"warehouse": UsageStore(url=f"sqlite:///{tmp_path / 'late.db'}")})


@pytest.mark.parametrize(("alone", "minutes", "due"), [(False, 28698, "109.22"), (True, 1285, "109.23")])
def test_late_calls_are_the_difference_of_the_whole_month(
    later: TestWorld, made: dict[str, str], tmp_path: Path, company: Path,
    alone: bool, minutes: int, due: str,
) -> None:  # fmt: skip
    sent = twelve.rated(later, made["acornhill"], DEMO["acornhill"]).lines
    later.clock.at = datetime(2025, 12, 5, 15, tzinfo=UTC)
    world = replace(later, desk=replace(later.desk, stores=late_store(tmp_path, company, alone=alone)))
    if alone:
        terms = _terms(_minutes(_price("0.085")))
        assert str(line(twelve.rated(world, made["acornhill"], terms)).amount) == due
        return
    billed = tuple(Billed(line=one.id, amount=one.amount, by="ari") for one in sent)
    again = twelve.rated(world, made["acornhill"], DEMO["acornhill"], billed=billed)
    assert (str(line(again).amount), str(again.due)) == ("739.33", due)
    assert line(again).quantity == minutes - 20000
