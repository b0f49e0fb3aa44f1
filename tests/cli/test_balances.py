"""`ari balances`, `ari opening` and `ari close` as people type them."""

import csv
import io
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from billing.invoices.statements import billable
from cli import close as closing
from cli import openings
from cli.main import app
from store import balances
from store.tables.balance import BalanceEntry
from tests.billing.test_close import DAPPLEWOOD, HALFPENNY, dapplewood, halfpenny
from tests.demo_terms import DEMO
from tests.world import MARIBEL, ODO, WREN, TestWorld, add_customer

run = CliRunner().invoke
PEOPLE = {one.id: one for one in (WREN, ODO, MARIBEL)}


@pytest.fixture
def ari(world: TestWorld, monkeypatch: pytest.MonkeyPatch) -> TestWorld:
    """Commands find this world's desk, and Slack's word on its people."""
    for module in (openings, closing):
        monkeypatch.setattr(module, "desk", lambda: world.desk)
        monkeypatch.setattr(module, "actor", lambda made, user: PEOPLE[user])
    return world


def test_from_a_file_to_a_closed_month(ari: TestWorld, tmp_path: Path) -> None:
    add_customer(ari, "Halfpenny Credit Union", "org_halfpenny", "cus_TWHALFPENNY", DEMO["halfpenny"])
    file = tmp_path / "opening.csv"
    file.write_text(HALFPENNY, encoding="utf-8")
    assert "2 can be entered, 0 refused." in run(app, ["opening", "check", str(file)]).stdout
    proposed = run(app, ["opening", "propose", str(file), "--by", WREN.id]).stdout.split(":")[0]
    assert (
        "pilot_credit (balance): 3,000.00 USD as 2025-11 begins; credit memo 12"
        in run(app, ["opening", "waiting"]).stdout
    )
    own = run(app, ["opening", "approve", proposed, "--by", WREN.id, "--yes"])
    assert (own.exit_code, "somebody else has to approve" in own.output) == (2, True)
    assert "Nothing was changed" in run(app, ["opening", "approve", proposed, "--by", ODO.id], input="n\n").output
    assert "2 entries entered" in run(app, ["opening", "approve", proposed, "--by", ODO.id], input="y\n").stdout
    done = run(app, ["close", "Halfpenny Credit Union", "2025-11", "--by", ODO.id])
    assert "November 2025 is closed for Halfpenny Credit Union" in done.stdout, done.output
    lines = run(app, ["balances", "halfpenny credit union"]).stdout.splitlines()
    assert lines[0] == "Halfpenny Credit Union, as posted"
    assert lines[2] == "pilot_credit (balance, USD)"
    assert lines[4].split() == ["2025-11", "3,000.00", "0.00", "-250.00", "0.00", "0.00", "2,750.00"]
    assert lines[6] == "minutes.included (included units, min)"
    assert lines[8].split() == ["2025-11", "6,000", "30,000", "-36,000", "0", "0", "0"]


def test_a_file_with_a_wrong_line_proposes_nothing(ari: TestWorld, tmp_path: Path) -> None:
    dapplewood(ari)
    file = tmp_path / "opening.csv"
    file.write_text(DAPPLEWOOD + "Nobody Ltd,annual_commit,balance,1,USD,2025-11,,x\n", encoding="utf-8")
    for command in (["check", str(file)], ["propose", str(file), "--by", WREN.id]):
        done = run(app, ["opening", *command])
        assert done.exit_code == 1
        assert (
            "✗ line 2: Dapplewood Logistics annual_commit balance 4300.00 USD 2025-11: was opened already"
            in done.stdout
        )
        assert "✗ line 3: Nobody Ltd" in done.stdout and "0 can be entered, 2 refused." in done.stdout
    assert run(app, ["opening", "waiting"]).stdout == "0 proposals wait.\n"


def test_the_entries_behind_the_figures_and_a_csv_that_adds_up(ari: TestWorld) -> None:
    halfpenny(ari)
    shown = run(app, ["balances", "Halfpenny Credit Union", "--entries", "--from", "2025-11", "--to", "2025-11"]).stdout
    assert "opening          3,000.00  2025-12-02  opening-" in shown and ": credit memo 12" in shown
    rows = list(csv.DictReader(io.StringIO(run(app, ["balances", "Halfpenny Credit Union", "--csv"]).stdout)))
    assert {row["position"]: row["closing"] for row in rows} == {"pilot_credit": "3000.00", "minutes.included": "6000"}
    for position in ("pilot_credit", "minutes.included"):
        own = [row for row in rows if row["position"] == position and row["kind"] != "carried"]
        assert sum(Decimal(row["amount"]) for row in own) == Decimal(own[0]["closing"])
    assert run(app, ["balances", "Halfpenny Credit Union", "--from", "2025-12"]).stdout.endswith(
        "nothing is posted for these periods\n"
    )


def test_more_taken_than_there_was_is_a_problem(ari: TestWorld) -> None:
    made = dapplewood(ari)
    with ari.desk.db.write() as session:
        contract = billable(session, made).contract.id
        balances.post(session, BalanceEntry(contract_id=contract, balance="annual_commit", kind="used", unit="USD", source="x",
                                            amount=Decimal("-4300.01"), period="2025-11", at=ari.clock.now(),
                                            evidence="=HYPERLINK(1)"))  # fmt: skip
    done = run(app, ["balances", "Dapplewood Logistics"])
    assert done.exit_code == 1
    assert "✗ annual_commit closes 2025-11 at -0.01 USD: more was taken than there was." in done.stdout
    assert "'=HYPERLINK(1)" in run(app, ["balances", "Dapplewood Logistics", "--csv"]).stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["balances", "Nobody Ltd"], "I know no customer called 'Nobody Ltd'"),
        (["balances", "Dapplewood Logistics", "--from", "May"], "'May' is not a month"),
        (["close", "Dapplewood Logistics", "May", "--by", "U03ODO"], "'May' is not a month"),
        (["close", "Nobody Ltd", "2025-11", "--by", ODO.id], "I know no customer"),
        (["opening", "approve", "opening-none", "--by", ODO.id], "I know no such proposal"),
    ],
)
def test_wrong_use_says_what_to_do(ari: TestWorld, arguments: list[str], words: str) -> None:
    dapplewood(ari)
    done = run(app, arguments)
    assert done.exit_code == 2
    assert words in " ".join(done.output.replace("│", " ").split())
