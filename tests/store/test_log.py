"""The signed log: sound as written, and every way of tampering with it shows."""

import threading
import tracemalloc
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import Session

from store import log
from store.database import Database
from store.errors import StoreError

KEY = b"a key for tests"
Fresh = Callable[..., Database]


def write(db: Database, now: datetime, count: int, key: bytes = KEY) -> None:
    with db.write() as session:
        for n in range(count):
            log.append(session, "terms.confirmed", "U1", f"terms-{n}", {"n": n}, now, key)


def tamper(db: Database, *statements: str) -> None:
    with db.write() as session:
        for statement in statements:
            session.execute(text(statement))


def test_a_log_as_written_is_sound(db: Database, now: datetime, tmp_path: Path) -> None:
    assert log.verify(db, KEY) == []
    log.anchor(db, tmp_path / "anchor")
    write(db, now, 3)
    log.anchor(db, tmp_path / "anchor")
    write(db, now, 2)
    log.anchor(db, tmp_path / "anchor")
    log.anchor(db, tmp_path / "anchor")
    assert log.verify(db, KEY, tmp_path / "anchor") == []
    assert [line.split()[0] for line in (tmp_path / "anchor").read_text().splitlines()] == ["0", "3", "5"]


def test_a_rolled_back_transaction_leaves_no_entry(db: Database, now: datetime) -> None:
    write(db, now, 1)
    with pytest.raises(RuntimeError), db.write() as session:
        log.append(session, "ruling.made", "U1", "ruling-1", {}, now, KEY)
        raise RuntimeError
    write(db, now, 1)
    assert log.verify(db, KEY) == []


@pytest.mark.parametrize(
    ("statements", "found"),
    [
        (["UPDATE log_entry SET body = '{}' WHERE seq = 2"], ["entry 2 was changed"]),
        (["UPDATE log_entry SET actor = 'U2' WHERE seq = 5"], ["entry 5 was changed"]),
        (["UPDATE log_entry SET at = 'never' WHERE seq = 1"], ["entry 1 was changed"]),
        (["DELETE FROM log_entry WHERE seq = 3"], ["entry 3 is missing; the next is 4"]),
        (["DELETE FROM log_entry WHERE seq = 1"], ["entry 1 is missing; the next is 2"]),
        (["DELETE FROM log_entry WHERE seq = 5"], ["the head says entry 5, but the log ends at entry 4"]),
        (["DELETE FROM log_entry"], ["the head says entry 5, but the log ends at entry 0"]),
        (["DELETE FROM log_head"], ["the head says entry none"]),
        (["UPDATE log_entry SET signature = 'x' WHERE seq = 4"], ["entry 4 is not signed with this key"]),
        (
            [
                "UPDATE log_entry SET seq = 99 WHERE seq = 2",
                "UPDATE log_entry SET seq = 2 WHERE seq = 3",
                "UPDATE log_entry SET seq = 3 WHERE seq = 99",
            ],
            ["entry 2 does not follow", "entry 2 was changed", "entry 3 does not follow", "entry 3 was changed",
             "entry 4 does not follow"],
        ),
    ],
)  # fmt: skip
def test_tampering_shows(db: Database, now: datetime, statements: list[str], found: list[str]) -> None:
    write(db, now, 5)
    tamper(db, *statements)
    problems = log.verify(db, KEY)
    assert len(problems) == len(found), problems
    for problem, words in zip(problems, found, strict=True):
        assert problem.startswith(words)


def test_another_key_signs_nothing(db: Database, now: datetime) -> None:
    write(db, now, 1)
    write(db, now, 1, key=b"somebody else's key")
    assert log.verify(db, KEY) == ["entry 2 is not signed with this key"]


def cut_off(db: Database, keep: int) -> None:
    """What a careful hand does: remove the end and mend the head, so that the chain itself is sound."""
    tamper(
        db,
        f"DELETE FROM log_entry WHERE seq > {keep}",
        f"UPDATE log_head SET seq = {keep}, hash = (SELECT hash FROM log_entry WHERE seq = {keep})",
    )


def test_a_cut_off_end_shows_against_the_anchor(db: Database, now: datetime, tmp_path: Path) -> None:
    write(db, now, 5)
    log.anchor(db, tmp_path / "anchor")
    cut_off(db, 3)
    assert log.verify(db, KEY) == [], "without an anchor nobody can know"
    assert log.verify(db, KEY, tmp_path / "anchor") == [
        "the log ends at entry 3, but entry 5 was anchored: the end was cut off"
    ]
    with pytest.raises(StoreError, match="has lost entry 5"):
        log.anchor(db, tmp_path / "anchor")
    write(db, now.replace(year=2027), 3)
    assert log.verify(db, KEY, tmp_path / "anchor") == ["entry 5 is not the one that was anchored"]


def test_an_anchor_that_cannot_be_used(db: Database, now: datetime, tmp_path: Path) -> None:
    write(db, now, 1)
    with pytest.raises(StoreError, match="cannot be read"):
        log.verify(db, KEY, tmp_path / "none")
    (tmp_path / "torn").write_text("1 abc\n2")
    with pytest.raises(StoreError, match="cannot be read"):
        log.verify(db, KEY, tmp_path / "torn")
    with pytest.raises(StoreError, match="cannot be written"):
        log.anchor(db, tmp_path / "no" / "folder")


def test_writers_do_not_break_the_chain(db: Database, now: datetime) -> None:
    threads = [threading.Thread(target=write, args=(db, now, 5)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert log.verify(db, KEY) == []
    with db.read() as session:
        assert session.scalar(text("SELECT count(*) FROM log_entry")) == 20


bodies = st.dictionaries(st.text(max_size=5), st.none() | st.integers() | st.text(max_size=5), max_size=3)
columns = st.sampled_from(["at", "kind", "actor", "subject", "body", "prev", "hash", "signature"])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(bodies, min_size=1, max_size=4), st.data())
def test_any_change_of_any_column_shows(fresh: Fresh, now: datetime, story: list[object], data: st.DataObject) -> None:
    db = fresh()
    with db.write() as session:
        session.execute(text("DELETE FROM log_entry"))
        session.execute(text("UPDATE log_head SET seq = 0, hash = :start"), {"start": log.START})
        for body in story:
            log.append(session, "k", "U1", "s", body, now, KEY)
    assert log.verify(db, KEY) == []
    column, seq = data.draw(columns), data.draw(st.integers(1, len(story)))
    with db.write() as session:
        change(session, column, seq, data.draw(st.text("abc019{}", min_size=1, max_size=8)))
    assert log.verify(db, KEY) != []


def change(session: Session, column: str, seq: int, more: str) -> None:
    session.execute(
        text(f"UPDATE log_entry SET {column} = {column} || :more WHERE seq = :seq"), {"more": more, "seq": seq}
    )


def test_verifying_takes_constant_memory(fresh: Fresh, now: datetime) -> None:
    db = fresh()
    with db.write() as session:
        for _ in range(2000):
            log.append(session, "k", "U1", "s", {"text": "x" * 2000}, now, KEY)
    log.verify(db, KEY)
    tracemalloc.start()
    assert log.verify(db, KEY) == []
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3_000_000, "the log holds more than 4 MB of bodies"
