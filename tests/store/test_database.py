"""Transactions, what they promise, and what is said when the ground gives way."""

import os
import sqlite3
import threading
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from store.database import Database
from store.errors import StoreError
from store.tables.contract import Contract, TermsVersion
from store.tables.setting import Setting

Fresh = Callable[..., Database]


def setting(name: str, now: datetime) -> Setting:
    return Setting(name=name, value="1", by="ari", at=now)


def test_write_commits_at_its_end_and_rows_stay_readable(db: Database, now: datetime) -> None:
    with db.write() as session:
        row = setting("cursor", now)
        session.add(row)
    assert (row.name, row.at) == ("cursor", now)
    with db.read() as session:
        assert session.get_one(Setting, "cursor") == row


def test_write_leaves_no_trace_when_it_raises(db: Database, now: datetime) -> None:
    with pytest.raises(RuntimeError, match="half way"), db.write() as session:
        session.add(setting("cursor", now))
        session.flush()
        raise RuntimeError("half way")
    with db.read() as session:
        assert session.get(Setting, "cursor") is None


def test_reading_refuses_to_write(db: Database, now: datetime) -> None:
    with pytest.raises(StoreError, match=r"Database\.write"), db.read() as session:
        session.add(setting("cursor", now))
        session.flush()
    with db.write() as session:
        session.add(setting("cursor", now))


def test_reading_sees_one_snapshot(db: Database, now: datetime) -> None:
    with db.read() as before:
        assert before.scalars(select(Setting)).all() == []
        with db.write() as session:
            session.add(setting("cursor", now))
        assert before.scalars(select(Setting)).all() == []
    with db.read() as after:
        assert len(after.scalars(select(Setting)).all()) == 1


def test_parent_and_child_in_any_order_but_never_an_orphan(db: Database, contract: str, now: datetime) -> None:
    with pytest.raises(IntegrityError), db.write() as session:
        session.add(Contract(customer_id="customer-none", title="Orphan", created_at=now))
    with db.read() as session:
        assert session.get(Contract, contract) is not None


def test_a_misspelled_state_is_refused(db: Database, contract: str, now: datetime) -> None:
    with pytest.raises(IntegrityError, match="status_known"), db.write() as session:
        session.add(
            TermsVersion(
                contract_id=contract, version=1, status="confirmd", effective_from=date(2026, 9, 1), terms="{}",
                terms_sha="0", evidence="{}", questions="[]", proposed_at=now, proposed_by="U1",
            )
        )  # fmt: skip


def test_threads_share_one_database(db: Database, now: datetime) -> None:
    def write(name: str) -> None:
        with db.write() as session:
            session.add(setting(name, now))

    threads = [threading.Thread(target=write, args=(f"s{n}",)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    with db.read() as session:
        assert len(session.scalars(select(Setting)).all()) == 20


def test_sqlite_waits_for_the_disk_and_keeps_a_write_ahead_log(fresh: Fresh) -> None:
    with fresh().write() as session:
        pragmas = {p: session.scalar(text(f"PRAGMA {p}")) for p in ("journal_mode", "synchronous", "foreign_keys")}
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_full_disk(fresh: Fresh, now: datetime) -> None:
    db = fresh()
    with pytest.raises(StoreError, match="is full"), db.write() as session:
        pages = session.scalar(text("PRAGMA page_count"))
        session.execute(text(f"PRAGMA max_page_count = {pages}"))
        session.add(Setting(name="big", value="x" * 1_000_000, by="ari", at=now))
    with db.read() as session:
        assert session.get(Setting, "big") is None


def test_a_lock_that_somebody_else_holds(fresh: Fresh, sqlite_path: Path, now: datetime) -> None:
    fresh()
    impatient = fresh(busy_seconds=0.05, migrate=False)
    other = sqlite3.connect(sqlite_path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="Another process holds"), impatient.write() as session:
        session.add(setting("cursor", now))
    other.execute("ROLLBACK")
    other.close()
    with impatient.write() as session:
        session.add(setting("cursor", now))


def test_a_file_that_cannot_be_written(sqlite_path: Path, fresh: Fresh, now: datetime) -> None:
    fresh().close()
    db = Database(f"sqlite:///file:{sqlite_path}?mode=ro&uri=true")
    with pytest.raises(StoreError, match="permissions"), db.write() as session:
        session.add(setting("cursor", now))
    db.close()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sqlite://", "outlives it"),
        ("sqlite:///:memory:", "outlives it"),
        ("mysql://localhost/ari", "SQLite or PostgreSQL, not in mysql"),
        ("ari.db", "cannot be read; write sqlite"),
        ("sqlite:////nowhere/at/all/ari.db", "Create its folder"),
        ("postgresql://ari@127.0.0.1:1/ari?connect_timeout=2", "cannot be reached"),
    ],
)
def test_a_url_that_leads_nowhere(url: str, words: str) -> None:
    with pytest.raises(StoreError, match=words):
        Database(url).migrate()


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not a database, just a long enough text" * 100)
    with pytest.raises(StoreError, match="is not a SQLite database"):
        Database(f"sqlite:///{tmp_path / 'notes.txt'}").migrate()


@pytest.mark.skipif("TEST_POSTGRES_URL" not in os.environ, reason="TEST_POSTGRES_URL is not set: PostgreSQL not tested")
def test_postgresql_takes_part() -> None:
    """With the variable set every test that takes `db` runs on both; this one only says so when it is not."""
