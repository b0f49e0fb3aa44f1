"""The demo company's tables, counted with SQL that was written by hand and knows nothing of the generator."""

import csv
import hashlib
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from math import ceil
from pathlib import Path
from typing import Any

import pytest
import yaml

import sandbox.company

HOME = Path(sandbox.company.__file__).parent
GOLDEN: dict[str, Any] = yaml.safe_load((HOME / "golden.yaml").read_text())["customers"]
AS_OF = "2025-12-02T15:00:00.000Z"
NOVEMBER = ("2025-11-01T04:00:00.000Z", "2025-12-01T05:00:00.000Z")
# The first instant of each month of 2025 in New York, and of the next year.
MONTHS = [f"2025-{month:02d}-01T{'05' if month in (1, 2, 3, 12) else '04'}:00:00.000Z" for month in range(1, 13)]
MONTHS.append("2026-01-01T05:00:00.000Z")

BILLED = """
    SELECT DISTINCT call_id, org_id, answered_at, duration_ms, ingested_at FROM calls
    WHERE environment = 'live' AND answered_at IS NOT NULL AND duration_ms > 0 AND direction <> 'internal'
"""
MINUTES = f"""
    SELECT coalesce(sum(duration_ms), 0) FROM ({BILLED})
    WHERE org_id = ? AND answered_at >= ? AND answered_at < ? AND ingested_at <= ?
"""


@pytest.fixture(scope="module")
def world(company: Path) -> Path:
    return company


@pytest.fixture(scope="module")
def db(world: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(f"file:{world / 'usage.db'}?mode=ro", uri=True)
    yield connection
    connection.close()


def one(db: sqlite3.Connection, sql: str, *values: object) -> Any:
    return db.execute(sql, values).fetchone()[0]


def milliseconds(db: sqlite3.Connection, org: str, start: str, end: str, as_of: str = AS_OF) -> int:
    return int(one(db, MINUTES, f"org_{org}", start, end, as_of))


def minutes(db: sqlite3.Connection, org: str, start: str, end: str, as_of: str = AS_OF) -> int:
    return ceil(milliseconds(db, org, start, end, as_of) / 60_000)


def test_there_are_hundreds_of_thousands_of_calls_from_may_to_december(db: sqlite3.Connection) -> None:
    year = "setup_at >= '2025-05-01' AND setup_at < '2026-01-01T05'"
    assert one(db, f"SELECT count(*) FROM calls WHERE {year}") >= 300_000
    busy = [minutes(db, "brindlecat", *span, "2026-02-01") for span in pairwise(MONTHS[4:])]
    assert len(busy) == 8 and min(busy) > 40_000


@pytest.mark.parametrize("org", ["acornhill", "brindlecat", "copperkettle", "dapplewood", "elmfoot", "gumdrop",
                                 "halfpenny", "kestrel", "lemonfish"])  # fmt: skip
def test_november_comes_to_its_golden_minutes(db: sqlite3.Connection, org: str) -> None:
    assert minutes(db, org, *NOVEMBER) == GOLDEN[org]["minutes"]
    assert milliseconds(db, org, *NOVEMBER) % 60_000 != 0


def test_fennelbrooks_sites_come_to_their_minutes_alone_and_pooled(db: sqlite3.Connection) -> None:
    sites = [milliseconds(db, f"fennelbrook_{site:02d}", *NOVEMBER) for site in range(1, 15)]
    assert [ceil(site / 60_000) for site in sites] == GOLDEN["fennelbrook"]["site_minutes"]
    assert ceil(sum(sites) / 60_000) == GOLDEN["fennelbrook"]["minutes"]
    children = db.execute("SELECT org_id FROM orgs WHERE parent_org_id = 'org_fennelbrook' ORDER BY 1").fetchall()
    assert [child for (child,) in children] == [f"org_fennelbrook_{site:02d}" for site in range(1, 15)]


def test_gumdrops_november_splits_at_its_amendment(db: sqlite3.Connection) -> None:
    turn = "2025-11-16T05:00:00.000Z"
    parts = [minutes(db, "gumdrop", NOVEMBER[0], turn), minutes(db, "gumdrop", turn, NOVEMBER[1])]
    assert parts == GOLDEN["gumdrop"]["parts"]
    across = "org_id = 'org_gumdrop' AND answered_at < ? AND ended_at > ? AND environment = 'live'"
    assert one(db, f"SELECT count(*) FROM calls WHERE {across} AND duration_ms > 900000", turn, turn) == 1


@pytest.mark.parametrize("org, month, expected", [
    ("lemonfish", 8, 68_400), ("lemonfish", 9, 71_150), ("lemonfish", 10, 70_450), ("halfpenny", 10, 21_000),
])  # fmt: skip
def test_earlier_months_that_later_bills_rest_on(db: sqlite3.Connection, org: str, month: int, expected: int) -> None:
    assert minutes(db, org, MONTHS[month - 1], MONTHS[month]) == expected


def test_dapplewood_has_4300_dollars_left_on_the_first_of_november(db: sqlite3.Connection) -> None:
    months = [minutes(db, "dapplewood", *span) for span in pairwise(MONTHS[:11])]
    assert 120_000 - sum(months) / 10 == 4_300
    assert sum(months[:7]) < 900_000 < sum(months[:8]), "75 % falls in August"
    assert sum(months[:9]) < 1_080_000 < sum(months), "90 % falls in October"


def test_dapplewood_works_the_same_on_each_of_twenty_weekdays(db: sqlite3.Connection) -> None:
    per_day = f"""
        SELECT date(answered_at, '-5 hours') AS day, sum(duration_ms),
               sum(CASE WHEN time(answered_at, '-5 hours') < '08:30:00' THEN duration_ms ELSE 0 END)
        FROM ({BILLED}) WHERE org_id = 'org_dapplewood' AND answered_at >= ? AND answered_at < ? GROUP BY day
    """
    days = db.execute(per_day, NOVEMBER).fetchall()
    assert len(days) == 20
    assert all(0 < 4_500 * 60_000 - total < 5_000 for _, total, _ in days)
    assert all(early >= 0.6 * total for _, total, early in days)


def test_dapplewoods_balance_runs_out_on_the_morning_of_the_fourteenth(db: sqlite3.Connection) -> None:
    until_thursday = milliseconds(db, "dapplewood", NOVEMBER[0], "2025-11-14T05:00:00.000Z")
    by_nine = milliseconds(db, "dapplewood", *NOVEMBER, "2025-11-14T14:00:00.000Z")
    assert until_thursday < 43_000 * 60_000 < by_nine


@pytest.mark.parametrize("org", ["acornhill", "brindlecat", "copperkettle", "elmfoot", "gumdrop", "lemonfish"])
@pytest.mark.parametrize("answered_at, inside", [
    ("2025-11-01T03:59:59.999Z", False), ("2025-11-01T04:00:00.000Z", True), ("2025-11-02T05:30:00.000Z", True),
    ("2025-11-02T06:30:00.000Z", True), ("2025-12-01T04:59:59.999Z", True), ("2025-12-01T05:00:00.000Z", False),
])  # fmt: skip
def test_calls_stand_at_the_edges(db: sqlite3.Connection, org: str, answered_at: str, inside: bool) -> None:
    found = f"SELECT count(*) FROM ({BILLED}) WHERE org_id = ? AND answered_at = ?"
    assert one(db, found, f"org_{org}", answered_at) == 1
    assert (NOVEMBER[0] <= answered_at < NOVEMBER[1]) is inside


DIRT = {
    "redelivered": "environment = 'live' GROUP BY call_id HAVING count(*) > 1",
    "unanswered": "answered_at IS NULL AND duration_ms = 0",
    "zero": "answered_at IS NOT NULL AND duration_ms = 0",
    "negative": "duration_ms < 0 AND ended_at < answered_at",
    "test": "environment = 'test' AND duration_ms > 0",
    "corrected": "updated_at > ingested_at AND metadata LIKE '%corrected_from_ms%' AND duration_ms > 0",
}


@pytest.mark.parametrize("org", ["acornhill", "brindlecat", "copperkettle", "dapplewood", "elmfoot", "gumdrop"])
@pytest.mark.parametrize("kind", DIRT)
def test_every_customers_november_has_dirt(db: sqlite3.Connection, org: str, kind: str) -> None:
    span = "org_id = ? AND setup_at >= ? AND setup_at < ?"
    rows = db.execute(f"SELECT 1 FROM calls WHERE {span} AND {DIRT[kind]}", (f"org_{org}", *NOVEMBER)).fetchall()
    assert len(rows) >= 2


@pytest.mark.parametrize("loosened", [
    ("DISTINCT", ""), ("environment = 'live'", "1"), ("duration_ms > 0", "1"), ("direction <> 'internal'", "1"),
])  # fmt: skip
def test_each_rule_matters_to_brindlecats_bill(db: sqlite3.Connection, loosened: tuple[str, str]) -> None:
    sloppy = one(db, MINUTES.replace(*loosened), "org_brindlecat", *NOVEMBER, AS_OF)
    assert ceil(sloppy / 60_000) != GOLDEN["brindlecat"]["minutes"]


def test_redeliveries_are_identical_and_corrections_are_known_by_the_close(db: sqlite3.Connection) -> None:
    assert one(db, "SELECT count(*) - count(DISTINCT call_id) FROM calls") > 500
    different = "SELECT count(*) FROM (SELECT DISTINCT * FROM calls) GROUP BY call_id HAVING count(*) > 1"
    assert db.execute(different).fetchall() == []
    late = "SELECT count(*) FROM calls WHERE answered_at < ? AND ingested_at <= ? AND updated_at > ?"
    assert one(db, late, NOVEMBER[1], AS_OF, AS_OF) == 0


def test_a_stranger_and_nobody_call_too(db: sqlite3.Connection) -> None:
    unmapped = "org_id IS NOT NULL AND org_id NOT IN (SELECT org_id FROM orgs)"
    assert {org for (org,) in db.execute(f"SELECT DISTINCT org_id FROM calls WHERE {unmapped}")} == {"org_pomander"}
    assert minutes(db, "pomander", *NOVEMBER) == 6_240
    null = "org_id IS NULL AND environment = 'live' AND duration_ms > 0 AND answered_at >= ? AND answered_at < ?"
    assert one(db, f"SELECT count(*) FROM calls WHERE {null}", *NOVEMBER) >= 50


def test_internal_calls_are_brindlecats_alone(db: sqlite3.Connection) -> None:
    internal = db.execute("SELECT org_id, count(*) FROM calls WHERE direction = 'internal' GROUP BY 1").fetchall()
    assert [org for org, _ in internal] == ["org_brindlecat"] and internal[0][1] > 300


def test_elmfoots_nineteenth_arrives_on_the_twenty_first(db: sqlite3.Connection) -> None:
    day = ("2025-11-19T05:00:00.000Z", "2025-11-20T05:00:00.000Z")
    billed = f"FROM ({BILLED}) WHERE org_id = 'org_elmfoot' AND answered_at >= ? AND answered_at < ?"
    first, last, count = db.execute(f"SELECT min(ingested_at), max(ingested_at), count(*) {billed}", day).fetchone()
    assert count > 50 and first[:10] == last[:10] == "2025-11-21"


def test_gumdrops_late_calls_arrive_on_the_ninth_of_december(db: sqlite3.Connection) -> None:
    late = f"FROM ({BILLED}) WHERE org_id = 'org_gumdrop' AND answered_at < ? AND ingested_at > ?"
    days = db.execute(f"SELECT DISTINCT substr(ingested_at, 1, 10) {late}", (NOVEMBER[1], AS_OF)).fetchall()
    assert days == [("2025-12-09",)]
    turn = "2025-11-16T05:00:00.000Z"
    parts = [minutes(db, "gumdrop", *span, "2025-12-10") for span in ((NOVEMBER[0], turn), (turn, NOVEMBER[1]))]
    assert parts == GOLDEN["gumdrop"]["late"]["parts"]


def test_billed_rows_hang_together(db: sqlite3.Connection) -> None:
    clean = "environment = 'live' AND answered_at IS NOT NULL AND duration_ms > 0"
    odd = "setup_at >= answered_at OR answered_at >= ended_at OR ingested_at <= ended_at OR transfer_ms > duration_ms"
    assert one(db, f"SELECT count(*) FROM calls WHERE {clean} AND ({odd})") == 0
    lasted = "abs((julianday(ended_at) - julianday(answered_at)) * 86400000 - duration_ms) > 2"
    assert one(db, f"SELECT count(*) FROM calls WHERE {clean} AND {lasted}") == 0


def test_the_late_file_lifts_acornhills_month_to_its_golden_total(world: Path, db: sqlite3.Connection) -> None:
    rows = list(csv.DictReader((world / "late" / "acornhill-2025-11-late.csv").open()))
    late = sum(int(row["duration_ms"]) for row in rows)
    golden = GOLDEN["acornhill"]["late"]
    assert ceil(late / 60_000) == golden["minutes"]
    whole = milliseconds(db, "acornhill", *NOVEMBER) + late
    assert ceil(whole / 60_000) == golden["whole_month_minutes"]
    assert all("2025-11-01T05" < row["answered_at"] < row["ended_at"] < "2025-12-01" for row in rows)
    assert not any(one(db, "SELECT count(*) FROM calls WHERE call_id = ?", row["call_id"]) for row in rows)


def test_acornhills_time_zone_changes_its_bill(db: sqlite3.Connection) -> None:
    in_utc = minutes(db, "acornhill", "2025-11-01T00:00:00.000Z", "2025-12-01T00:00:00.000Z")
    assert in_utc != GOLDEN["acornhill"]["minutes"]
    assert in_utc == GOLDEN["acornhill"]["minutes_if_utc"]


def test_inkwells_calls_round_one_by_one(db: sqlite3.Connection) -> None:
    month = f"FROM ({BILLED}) WHERE org_id = 'org_inkwell' AND answered_at >= ? AND answered_at < ?"
    lengths = [length for (length,) in db.execute(f"SELECT duration_ms {month}", NOVEMBER)]
    assert len(lengths) == GOLDEN["inkwell"]["calls"]
    assert f"{sum(lengths) / 60_000:.1f}" == GOLDEN["inkwell"]["raw_minutes"]
    assert f"{sum(max(5, ceil(length / 6_000)) for length in lengths) / 10}" == GOLDEN["inkwell"]["billable_minutes"]


def test_junipers_bookings(db: sqlite3.Connection) -> None:
    booked = """
        SELECT count(DISTINCT outcome_id) FROM outcomes
        WHERE org_id = 'org_juniper' AND type = 'appointment_booked' AND environment = 'live'
          AND occurred_at >= ? AND occurred_at < ?
    """
    assert one(db, booked, *NOVEMBER) == GOLDEN["juniper"]["booked"]
    in_time = one(db, booked + "AND reversed_at < ?", *NOVEMBER, "2025-12-11T05:00:00.000Z")
    assert in_time == GOLDEN["juniper"]["reversed_in_time"]
    assert one(db, booked + "AND reversed_at >= ?", *NOVEMBER, "2025-12-11T05:00:00.000Z") == 9
    assert one(db, "SELECT count(*) FROM outcomes WHERE call_id NOT IN (SELECT call_id FROM calls)") == 0


def test_kestrels_other_meters(db: sqlite3.Connection) -> None:
    golden = GOLDEN["kestrel"]
    texts = """SELECT count(DISTINCT message_id) FROM messages WHERE direction = 'outbound' AND status = 'delivered'
               AND environment = 'live' AND sent_at >= ? AND sent_at < ?"""
    assert one(db, texts, *NOVEMBER) == golden["messages"]
    seconds = one(db, "SELECT sum(seconds) FROM transcripts WHERE created_at >= ? AND created_at < ?", *NOVEMBER)
    assert ceil(seconds / 60) == golden["transcribed_minutes"]
    tenths = db.execute("SELECT gb FROM storage_daily WHERE day LIKE '2025-11-%'").fetchall()
    assert len(tenths) == 30 and sum(int(gb.replace(".", "")) for (gb,) in tenths) == 30 * 8126
    assert golden["gigabytes"] == "812.6"
    seats = db.execute("SELECT day, seats FROM seats_daily WHERE day IN ('2025-11-01', '2025-11-10', '2025-11-11')")
    assert [number for _, number in sorted(seats)] == [42, 42, 45] and golden["seats"] == [42, 45]


@pytest.mark.long
def test_another_process_writes_the_same_bytes(world: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sandbox.company", "--out", str(tmp_path)]
    subprocess.run(command, check=True, cwd=HOME.parent.parent, env=os.environ | {"PYTHONHASHSEED": "7"})
    assert digests(tmp_path) == digests(world) and len(digests(world)) >= 10


def digests(folder: Path) -> dict[str, str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
