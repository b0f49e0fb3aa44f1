"""Opening positions that people enter: what is refused and why, and that they count only once two people agreed."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlmodel import select

from billing import openings
from billing.desk import Desk
from billing.entered import openable
from billing.errors import Refused
from billing.invoices.policy import Actor
from billing.opening_files import COLUMNS, Row, read
from billing.openings import Proposal, approve, decline, propose, waiting
from pricing.statement import Carried, Counter
from settings import AriFile, Clock
from store import log
from store.database import Database
from store.tables.log import LogEntry
from tests.billing.ledger_kit import MONTHS, NOW, Books, books, terms
from tests.billing.test_positions import LATER
from tests.world import MARIBEL, ODO, WREN

KEY = "k" * 32
TIBOR = Actor("U04TIBOR", "Tibor Vane")
GOOD = [
    "balance,commit,30.00,USD,2025-05,,ledger of 30 April",
    "carried,minutes.included,45,min,2025-05,2,portal",
    "carried,minutes.included,5,min,2025-05,1,portal",
    "quantity,calls,12,cal,2025-05,,invoice 7",
    "amount,calls,8.40,USD,2025-05,,invoice 7",
    "quantity,calls.included,40,cal,2025-05,,portal",
    "amount,floor,91.10,USD,2025-05,,invoice 7",
]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database, to be copied: migrating is the slow part."""
    path = tmp_path_factory.mktemp("entered") / "ari.db"
    db = Database(f"sqlite:///{path}")
    db.migrate()
    db.close()
    return path


@pytest.fixture
def made(tmp_path: Path, empty: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Books]:
    db = Database(f"sqlite:///{shutil.copy(empty, tmp_path / 'ari.db')}")
    yield books(db, terms(), LATER, monkeypatch, desk(db, tmp_path))
    db.close()


def desk(db: Database, home: Path) -> Desk:
    rule = {"users": [WREN.id], "groups": ["S01FINAPP"]}
    policy = AriFile.model_fields["policy"].annotation.model_validate({"confirm_terms": rule, "send": rule})  # type: ignore[union-attr]
    secret = SimpleNamespace(get_secret_value=lambda: KEY)
    settings = SimpleNamespace(file=SimpleNamespace(policy=policy), env=SimpleNamespace(ari_log_key=secret))
    return Desk(db, None, None, Clock(lambda: NOW), settings, home)  # type: ignore[arg-type]


def sheet(made: Books, *lines: str, customer: str = "") -> str:
    """A file; a line is kind, position, amount, unit, period, periods, evidence."""
    rows = [dict(zip(("kind", "position", "amount", "unit", "period", "periods", "evidence"), line.split(","), strict=True))
            for line in lines]  # fmt: skip
    who = customer or made.base.contract.id
    return "\n".join(
        [",".join(COLUMNS), *(",".join({"customer": who, **row}[name] for name in COLUMNS) for row in rows)]
    )


def proposed(made: Books, *lines: str, by: Actor = WREN) -> Proposal:
    rows = read(made.desk, sheet(made, *lines))
    assert [row.reason for row in rows] == [None] * len(lines)
    return propose(made.desk, [row.entered for row in rows if row.entered], by)


def verdicts(rows: list[Row]) -> list[str]:
    return [row.reason or "" for row in rows]


def test_a_dry_run_enters_nothing(made: Books) -> None:
    assert verdicts(read(made.desk, sheet(made, *GOOD))) == [""] * len(GOOD)
    assert made.entries() == []
    assert log_kinds(made) == []


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("balance,promise,1,USD,2025-05,,x", "the terms have no such position; they have calls (amount)"),
        ("balance,minutes.included,1,min,2025-05,,x", "no such position"),
        ("quantity,minutes.included,1,min,2025-05,,x", "no such position"),
        ("balance,commit,30,EUR,2025-05,,x", "is kept in USD, not in EUR"),
        ("carried,minutes.included,30,USD,2025-05,1,x", "is kept in min, not in USD"),
        ("balance,commit,30.0050001,USD,2025-05,,x", "finer than USD goes"),
        ("balance,commit,-3,USD,2025-05,,x", "below zero"),
        ("balance,commit,50.01,USD,2025-05,,x", "No more than $50.00 was paid ahead"),
        ("amount,floor,1000000000000,USD,2025-05,,x", "more than can be meant"),
        ("balance,commit,thirty,USD,2025-05,,x", "cannot be read as an amount"),
        ("balance,commit,1.204,USD,2025-05,,x", "cannot be read as an amount"),
        ("balance,commit,NaN,USD,2025-05,,x", "cannot be read as an amount"),
        ("balance,commit,30,USD,2025-05,,", "has no evidence"),
        ("balance,commit,30,USD,May,,x", "May' is not a month"),
        ("balance,commit,30,USD,2024-12,,x", "not in force before 2025-01-01"),
        ("balance,commit,30,USD,2025-05-02/2025-05-09,,x", "these terms bill by the month"),
        ("balance,commit,30,USD,2025-05,2,x", "does not expire by periods"),
        ("carried,minutes.included,30,min,2025-05,,x", "holds for 1 to 2 periods, not 0"),
        ("carried,minutes.included,30,min,2025-05,3,x", "holds for 1 to 2 periods, not 3"),
        ("carried,minutes.included,30,min,2025-05,one,x", "is no number of periods"),
        ("lump,commit,30,USD,2025-05,,x", "is no kind of position; write one of balance, quantity, amount, carried"),
    ],
)  # fmt: skip
def test_a_line_that_is_refused_says_why(made: Books, line: str, words: str) -> None:
    [verdict] = verdicts(read(made.desk, sheet(made, line)))
    assert words in verdict


@pytest.mark.parametrize("customer", ["Nobody Ltd", "contract-none", "Orbit"])
def test_an_unknown_customer_is_refused(made: Books, customer: str) -> None:
    assert "no customer called" in verdicts(read(made.desk, sheet(made, GOOD[0], customer=customer)))[0]


def test_a_customer_by_name_and_a_file_from_a_spreadsheet(made: Books) -> None:
    text = "\ufeff" + sheet(made, GOOD[0], customer=made.base.customer.name.upper()).replace("\n", "\r\n")
    assert verdicts(read(made.desk, text)) == [""]
    quoted = sheet(made, GOOD[0]).replace("30.00", '"4,3.00"').replace('"4,3.00"', '"30,00"')
    assert [row.entered and row.entered.amount for row in read(made.desk, quoted)] == [Decimal("30.00")]


@pytest.mark.parametrize("text", ["", "customer,kind\n", "%PDF-1.7"])
def test_a_file_without_the_columns_is_refused(made: Books, text: str) -> None:
    with pytest.raises(Refused, match=r"has no column .*the first line must be customer,position,kind"):
        read(made.desk, text)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([GOOD[0], GOOD[0]], "commit: is there twice"),
        ([GOOD[3]], "calls needs both its quantity and its amount; quantity alone"),
        ([GOOD[4]], "calls needs both its quantity and its amount; amount alone"),
    ],
)
def test_lines_that_do_not_go_together(made: Books, lines: list[str], words: str) -> None:
    assert words in verdicts(read(made.desk, sheet(made, *lines)))[-1]


def test_entries_count_once_somebody_else_has_approved_them(made: Books) -> None:
    found = proposed(made, *GOOD)
    assert made.entries() == [], "nothing counts yet"
    with made.desk.db.read() as session:
        assert waiting(session) == [found]
    approve(made.desk, found.id, found.digest, ODO)
    opening = made.opening(MONTHS[4])
    assert [(one.id, str(one.amount)) for one in opening.balances] == [("commit", "30.00")]
    assert opening.carried == (
        Carried(id="minutes.included", quantity=Decimal(5), periods=1),
        Carried(id="minutes.included", quantity=Decimal(45), periods=2),
    )
    assert opening.counters[0] == Counter(id="calls", quantity=Decimal(12), amount=Decimal("8.40"))
    assert {(one.source, one.kind) for one in made.entries()} == {(found.id, "opening")}
    assert {one.evidence for one in made.entries()} == {"ledger of 30 April", "portal", "invoice 7"}
    assert log_kinds(made) == ["opening.proposed", "opening.approved"]
    assert log.verify(made.desk.db, KEY.encode()) == []
    with made.desk.db.read() as session:
        assert waiting(session) == []


@pytest.mark.parametrize(
    ("actor", "shown", "words"),
    [
        (WREN, None, "You proposed these entries"),
        (TIBOR, None, "not among the people who may do this"),
        (replace(ODO, guest=True), None, "Guests"),
        (ODO, "0" * 64, "not the entries that were proposed"),
    ],
)
def test_who_may_not_approve_and_what(made: Books, actor: Actor, shown: str | None, words: str) -> None:
    found = proposed(made, GOOD[0])
    with pytest.raises(Refused, match=words):
        approve(made.desk, found.id, shown or found.digest, actor)
    assert made.entries() == []
    assert log_kinds(made) == ["opening.proposed", "opening.refused"]


def test_one_who_may_not_confirm_terms_may_not_propose_either(made: Books) -> None:
    rows = read(made.desk, sheet(made, GOOD[0]))
    with pytest.raises(Refused, match="not among the people"):
        propose(made.desk, [row.entered for row in rows if row.entered], TIBOR)
    with pytest.raises(Refused, match="nothing to enter"):
        propose(made.desk, [], WREN)
    assert log_kinds(made) == []


def test_a_proposal_is_decided_once(made: Books) -> None:
    first, second = proposed(made, GOOD[0]), proposed(made, GOOD[0], by=ODO)
    decline(made.desk, first.id, first.digest, WREN)
    approve(made.desk, second.id, second.digest, MARIBEL)
    for found in (first, second):
        for decide in (approve, decline):
            with pytest.raises(Refused, match="was decided already"):
                decide(made.desk, found.id, found.digest, MARIBEL)
    with pytest.raises(Refused, match="no such proposal"):
        approve(made.desk, "opening-nothing", "", MARIBEL)
    assert len(made.entries()) == 1


def test_what_was_opened_or_billed_meanwhile_is_refused_at_the_approval(made: Books) -> None:
    first, second = proposed(made, GOOD[0]), proposed(made, GOOD[0], by=ODO)
    approve(made.desk, first.id, first.digest, ODO)
    with pytest.raises(Refused, match="commit: was opened already, for 2025-05"):
        approve(made.desk, second.id, second.digest, MARIBEL)
    assert "was opened already" in verdicts(read(made.desk, sheet(made, GOOD[0])))[0]


def test_an_opening_of_a_month_that_was_posted_comes_too_late(made: Books) -> None:
    found = proposed(made, *GOOD[:3], *GOOD[3:6], GOOD[6], "amount,roof,100,USD,2025-05,,portal")
    approve(made.desk, found.id, found.digest, ODO)
    made.bill(MONTHS[4])
    late, moved = read(made.desk, sheet(made, "balance,pilot,5,USD,2025-05,,x", "quantity,calls,5,cal,2025-06,,x"))
    assert "comes too late: 2025-05 was posted already; enter it for the first period after" in str(late.reason)
    assert "was opened already" in str(moved.reason)
    assert verdicts(read(made.desk, sheet(made, "balance,pilot,5,USD,2025-06,,x"))) == [""]


def test_dying_between_two_entries_of_an_approval_enters_none(made: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    found, kept, left = proposed(made, *GOOD), openings.enter, [3]

    def dying(*given: object) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        kept(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(openings, "enter", dying)
    with pytest.raises(KeyboardInterrupt):
        approve(made.desk, found.id, found.digest, ODO)
    assert made.entries() == [] and log_kinds(made) == ["opening.proposed"]
    monkeypatch.setattr(openings, "enter", kept)
    approve(made.desk, found.id, found.digest, ODO)
    assert len(made.entries()) == len(GOOD)


def test_every_position_that_terms_can_need_can_be_opened() -> None:
    assert openable(terms()) == {
        ("balance", "commit"): "USD", ("balance", "pilot"): "USD", ("allowance", "minutes.included"): "min",
        ("quantity", "calls"): "cal", ("amount", "calls"): "USD", ("quantity", "calls.included"): "cal",
        ("amount", "floor"): "USD", ("amount", "roof"): "USD",
    }  # fmt: skip


def log_kinds(made: Books) -> list[str]:
    with made.desk.db.read() as session:
        return [one.kind for one in session.exec(select(LogEntry).order_by(LogEntry.seq))]  # type: ignore[arg-type]
