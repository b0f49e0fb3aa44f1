"""Inbox and tasks on one thread: each once, oldest first, one of a lane, and nothing lost with a dead worker."""

from datetime import datetime, timedelta

import pytest

from store import inbox, tasks
from store.database import Database
from store.queue import backoff, free
from store.tables.inbox import Inbox
from store.tables.task import Task

SECOND = timedelta(seconds=1)


def fill(db: Database, now: datetime, *events: tuple[str, str | None]) -> None:
    with db.write() as session:
        for number, (event, lane) in enumerate(events):
            assert inbox.receive(session, event, "message", {"n": number}, lane, now + number * SECOND)


def take(db: Database, now: datetime, worker: str = "w1", seconds: float = 60) -> str | None:
    row = inbox.claim(db, worker, now, seconds)
    return row.id if row else None


def test_an_event_is_written_down_once(db: Database, now: datetime) -> None:
    with db.write() as session:
        assert inbox.receive(session, "Ev1", "message", {"text": "hi", "score": 0.5}, "T1", now)
        assert not inbox.receive(session, "Ev1", "message", {"text": "again"}, "T1", now)
    with db.write() as session:
        assert not inbox.receive(session, "Ev1", "message", {"text": "later"}, "T1", now)
    row = inbox.claim(db, "w1", now, 60)
    assert row is not None
    assert (row.payload, row.attempts, row.worker) == ({"text": "hi", "score": 0.5}, 1, "w1")
    assert row.lease_until == now + timedelta(seconds=60)


def test_oldest_first_and_one_of_a_lane_at_a_time(db: Database, now: datetime) -> None:
    fill(db, now, ("a1", "A"), ("a2", "A"), ("b1", "B"), ("n1", None), ("n2", None))
    later = now + 10 * SECOND
    assert [take(db, later) for _ in range(5)] == ["a1", "b1", "n1", "n2", None]
    assert inbox.done(db, "a1", "w1")
    assert take(db, later) == "a2"


def test_nothing_is_due_before_its_time(db: Database, now: datetime) -> None:
    fill(db, now, ("a1", None))
    assert take(db, now - SECOND) is None
    assert take(db, now) == "a1"


def test_kinds_are_chosen(db: Database, now: datetime) -> None:
    with db.write() as session:
        inbox.receive(session, "e1", "message", {}, None, now)
        inbox.receive(session, "e2", "invoice.paid", {}, None, now)
    assert inbox.claim(db, "w", now, 60, kinds=[]) is None
    row = inbox.claim(db, "w", now, 60, kinds=["invoice.paid"])
    assert row is not None and row.id == "e2"


def test_a_dead_workers_row_is_taken_over_and_the_dead_cannot_end_it(db: Database, now: datetime) -> None:
    fill(db, now, ("a1", "A"), ("a2", "A"))
    later = now + 61 * SECOND
    assert take(db, now + SECOND, "w1", 30) == "a1"
    assert take(db, later, "w2") == "a1"
    assert take(db, later, "w3") is None
    assert not inbox.done(db, "a1", "w1")
    assert not inbox.renew(db, "a1", "w1", later, 60)
    assert inbox.fail(db, "a1", "w1", "too late") is None
    with db.read() as session:
        row = session.get_one(Inbox, "a1")
    assert (row.status, row.worker, row.attempts, row.error) == ("claimed", "w2", 2, None)
    assert inbox.done(db, "a1", "w2")


def test_renewing_keeps_the_row(db: Database, now: datetime) -> None:
    fill(db, now, ("a1", None))
    assert take(db, now, "w1", 30) == "a1"
    assert inbox.renew(db, "a1", "w1", now + 29 * SECOND, 30)
    assert take(db, now + 31 * SECOND, "w2") is None
    assert take(db, now + 59 * SECOND, "w2") == "a1"


def test_the_rows_of_a_worker_that_is_gone_are_free_at_once(db: Database, now: datetime) -> None:
    fill(db, now, ("a1", None), ("a2", None))
    t = now + SECOND
    assert (take(db, t, "w1"), take(db, t, "w2"), take(db, t, "w3")) == ("a1", "a2", None)
    assert free(db, inbox.QUEUE, t, lambda worker: worker == "w1") == 1
    assert (take(db, t, "w3"), take(db, t, "w3")) == ("a1", None)
    assert not inbox.done(db, "a1", "w1")
    assert free(db, inbox.QUEUE, t, lambda worker: worker == "w1") == 0


def test_a_failed_row_waits_lets_its_lane_go_on_and_ends_after_its_attempts(db: Database, now: datetime) -> None:
    fill(db, now, ("a1", "A"), ("a2", "A"))
    t = now + 10 * SECOND
    assert take(db, t) == "a1"
    assert inbox.fail(db, "a1", "w1", "model timed out", t + 20 * SECOND, max_attempts=2) == "new"
    assert take(db, t) == "a2"
    assert inbox.done(db, "a2", "w1")
    assert take(db, t) is None
    assert take(db, t + 20 * SECOND) == "a1"
    assert inbox.fail(db, "a1", "w1", "again", t + 60 * SECOND, max_attempts=2) == "failed"
    assert take(db, t + 90 * SECOND) is None
    with db.read() as session:
        assert session.get_one(Inbox, "a1").error == "again"


def test_a_failure_without_retry_is_final(db: Database, now: datetime) -> None:
    fill(db, now, ("a1", None))
    take(db, now)
    assert inbox.fail(db, "a1", "w1", "cannot be read") == "failed"


def test_a_task_is_queued_once_for_its_slot_and_runs_when_due(db: Database, now: datetime) -> None:
    due = now + 60 * SECOND
    for expected in (True, False):
        with db.write() as session:
            assert tasks.add(session, "sweep", "2026-09-01", {"n": 1}, due) is expected
    with db.write() as session:
        assert tasks.add(session, "sweep", "2026-09-02", {}, due + SECOND)
        assert tasks.add(session, "digest", "2026-09-01", {}, due + SECOND)
    assert tasks.claim(db, "w1", now, 60) is None
    row = tasks.claim(db, "w1", due, 60)
    assert row is not None
    assert (row.slot, row.payload) == ("2026-09-01", {"n": 1})
    assert tasks.renew(db, row.id, "w1", due, 90)
    assert tasks.fail(db, row.id, "w1", "usage store is down", backoff(due, row.attempts)) == "new"
    assert tasks.claim(db, "w1", due, 60) is None
    again = tasks.claim(db, "w1", due + 10 * SECOND, 60, kinds=["sweep"])
    assert again is not None and again.slot == "2026-09-02"
    assert tasks.done(db, again.id, "w1")
    with db.read() as session:
        assert session.get_one(Task, again.id).status == "done"


@pytest.mark.parametrize(("attempts", "seconds"), [(0, 10), (1, 10), (2, 20), (5, 160), (10, 3600), (5000, 3600)])
def test_backoff_doubles_up_to_an_hour(now: datetime, attempts: int, seconds: int) -> None:
    assert backoff(now, attempts) == now + seconds * SECOND
