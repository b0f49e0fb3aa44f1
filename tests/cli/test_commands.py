"""The `ari` command as a person types it: what it prints, and its exit codes."""

import json
from pathlib import Path

import pytest
import yaml
from sqlmodel import select
from typer.testing import CliRunner

from cli.main import app
from pricing.canonical import canonical
from pricing.periods import Period
from pricing.statement import Bundle, PeriodDates, Slice, Usage
from store.tables.log import LogEntry
from tests.demo_terms import DEMO
from tests.world import TestWorld

run = CliRunner().invoke
NOVEMBER = Period.month("2025-11")


def bundle(quantity: str) -> str:
    start, end = NOVEMBER.bounds("America/New_York")
    usage = Usage(
        slices=(Slice.model_validate({"metric": "minutes", "start": start, "end": end, "quantity": quantity}),)
    )
    dates = PeriodDates(start=NOVEMBER.start, end=NOVEMBER.end)
    return canonical(Bundle(terms=DEMO["brindlecat"], usage=usage, period=dates))


def test_rate_answers_line_by_line(tmp_path: Path) -> None:
    file = tmp_path / "in.jsonl"
    file.write_text(f'{bundle("61249.5")}\n\n{{"terms": 1}}\n{bundle("0")}\n', encoding="utf-8")
    answers = [json.loads(line) for line in run(app, ["rate", str(file)]).stdout.splitlines()]
    totals = [one["statement"]["total"] if "statement" in one else None for one in answers]
    assert totals == ["6100.00", None, "0.00"]
    assert answers[1]["refused"]["term"].startswith("terms")


def test_replay_of_a_bundle_file(tmp_path: Path) -> None:
    file = tmp_path / "bundle.json"
    file.write_text(bundle("61249.5"), encoding="utf-8")
    shown, raw = run(app, ["replay", str(file)]), run(app, ["replay", "--json", str(file)])
    assert "= $6,100.00" in shown.stdout
    assert json.loads(raw.stdout)["total"] == "6100.00"


@pytest.mark.parametrize(
    ("name", "code", "questions"),
    [("brindlecat-service-order", 0, 0), ("acornhill-order-form", 1, 2), ("gumdrop-amendment-1", 1, 0)],
)
def test_read_contract(company: Path, name: str, code: int, questions: int) -> None:
    done = run(app, ["read-contract", "--json", str(company / "contracts" / f"{name}.pdf")])
    body = json.loads(done.stdout)
    assert (done.exit_code, len(body["questions"])) == (code, questions)
    assert all(entry["quote"] for entry in body["evidence"].values() if entry["verified"])


def test_read_contract_feeds_rate(company: Path, tmp_path: Path) -> None:
    read = run(app, ["read-contract", "--terms-only", str(company / "contracts" / "brindlecat-service-order.pdf")])
    given = json.loads(bundle("61249.5")) | {"terms": json.loads(read.stdout)}
    file = tmp_path / "in.jsonl"
    file.write_text(json.dumps(given), encoding="utf-8")
    assert json.loads(run(app, ["rate", str(file)]).stdout)["statement"]["total"] == "6100.00"


def test_something_that_is_no_contract(tmp_path: Path) -> None:
    file = tmp_path / "page.pdf"
    file.write_text("<!DOCTYPE html><title>Sign in</title>", encoding="utf-8")
    done = run(app, ["read-contract", str(file)])
    assert done.exit_code == 1
    assert done.stdout.startswith("✗ page.pdf:")


def test_verify_log_finds_an_edit(world: TestWorld) -> None:
    from billing.record import record

    with world.desk.db.write() as session:
        record(world.desk, session, "terms.confirmed", "U01WREN", "terms-x", {"terms": "a"})
    sound = run(app, ["verify-log"])
    with world.desk.db.write() as session:
        session.exec(select(LogEntry)).one().actor = "U04TIBOR"
    touched = run(app, ["verify-log"])
    assert (sound.exit_code, touched.exit_code) == (0, 1)
    assert "was changed after it was written" in touched.stdout


def test_settings_that_are_missing_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("SLACK_BOT_TOKEN", "STRIPE_API_KEY", "ARI_LOG_KEY"):
        monkeypatch.delenv(name, raising=False)
    done = run(app, ["verify-log"])
    assert done.exit_code == 2
    assert all(name in done.output for name in ("SLACK_BOT_TOKEN", "STRIPE_API_KEY", "ARI_LOG_KEY"))


def test_manifest_for_http() -> None:
    body = yaml.safe_load(run(app, ["manifest", "--http", "https://ari.example.com/"]).stdout)
    assert body["settings"]["socket_mode_enabled"] is False
    assert body["settings"]["interactivity"]["request_url"] == "https://ari.example.com/slack/events"
