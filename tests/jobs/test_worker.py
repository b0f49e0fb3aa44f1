"""Workers: what fails is tried again later, what fails for good is told, what a dead worker left is taken over."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from jobs import worker
from jobs.worker import ATTEMPTS, Job, Work, Workers
from settings import wall_now
from store import inbox, tasks
from store.database import Database
from store.errors import StoreError
from store.tables.inbox import Inbox
from store.tables.task import Task

LONG_AGO = datetime(2020, 1, 1, tzinfo=wall_now().tzinfo)


def until(check: Callable[[], object], seconds: float = 8.0) -> None:
    deadline = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


@contextmanager
def working(
    db: Database, jobs: Mapping[str, Job], lost: Callable[[Work, Exception], None] | None = None, threads: int = 1
) -> Iterator[Workers]:
    workers = Workers(db, jobs, threads, lost or (lambda work, error: None))
    workers.start()
    try:
        yield workers
    finally:
        workers.stop(5)


def add(db: Database, kind: str = "job", slot: str = "1") -> str:
    with db.write() as session:
        tasks.add(session, kind, slot, {"n": slot}, LONG_AGO)
        return session.exec(select(Task.id).where(Task.kind == kind, Task.slot == slot)).one()


def task(db: Database, id: str) -> Task:
    with db.read() as session:
        return session.get_one(Task, id)


def due_now(db: Database, id: str) -> None:
    """The wait until the next attempt is over."""
    with db.write() as session:
        session.get_one(Task, id).due_at = LONG_AGO


def fail(_: Work) -> None:
    raise RuntimeError("the usage store is away")


def test_a_job_that_raises_is_tried_again_after_a_growing_while(db: Database) -> None:
    id = add(db)
    waits = []
    with working(db, {"job": fail}) as workers:
        for attempt in range(1, 4):
            until(lambda attempt=attempt: (task(db, id).attempts, task(db, id).status) == (attempt, "new"))
            waits.append((task(db, id).due_at - wall_now()).total_seconds())
            due_now(db, id)
            workers.wake()
    assert [round(wait, -1) for wait in waits] == [10, 20, 40]
    assert task(db, id).error == "RuntimeError: the usage store is away"


def test_one_that_fails_for_good_is_told_once_and_kept(db: Database) -> None:
    id, told = add(db), []
    with working(db, {"job": fail}, lambda work, error: told.append((work.id, str(error)))) as workers:
        for attempt in range(1, ATTEMPTS + 1):
            until(lambda attempt=attempt: task(db, id).attempts == attempt and task(db, id).status != "claimed")
            due_now(db, id)
            workers.wake()
    assert told == [(id, "the usage store is away")]
    assert task(db, id).status == "failed"


def test_one_that_kills_its_process_each_time_is_given_up(db: Database) -> None:
    id, told = add(db), []
    with db.write() as session:
        session.get_one(Task, id).attempts = ATTEMPTS
    with working(db, {"job": lambda work: told.append("started")}, lambda work, error: told.append(str(error))):
        until(lambda: task(db, id).status == "failed")
    assert told == ["this work ended the process each time it was tried"]


def test_the_work_of_a_dead_worker_is_taken_over(db: Database) -> None:
    id, done = add(db), []
    assert tasks.claim(db, "dead:1:1", wall_now() - timedelta(seconds=60), 20) is not None
    with working(db, {"job": lambda work: done.append(work.attempts)}):
        until(lambda: task(db, id).status == "done")
    assert done == [2]


def test_a_long_job_keeps_its_lease(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "LEASE_SECONDS", 1.0)
    id, started, finish = add(db), [], threading.Event()

    def long(work: Work) -> None:
        started.append(work.id)
        finish.wait(5)

    with working(db, {"job": long}, threads=3) as workers:
        until(lambda: started)
        time.sleep(2.2)  # more than two leases, in which the others look for work
        workers.wake()
        finish.set()
        until(lambda: task(db, id).status == "done")
    assert started == [id]


def test_a_worker_outlives_whatever_goes_wrong_around_a_job(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Telling that work was lost fails; then the database refuses to be settled with. Neither ends the thread."""
    monkeypatch.setattr(worker, "STUMBLE_SECONDS", 0.01)
    first, second = add(db, "bad"), ""
    with db.write() as session:
        session.get_one(Task, first).attempts = ATTEMPTS - 1
    done, refuse = tasks.done, [StoreError("locked")]

    def settle(*given: object) -> bool:
        if refuse:
            raise refuse.pop()
        return done(*given)  # type: ignore[arg-type]

    def tell(work: Work, error: Exception) -> None:
        raise ConnectionError("Slack is away")

    monkeypatch.setattr(tasks, "done", settle)
    ran: list[str] = []
    with working(db, {"bad": fail, "job": lambda work: ran.append(work.id)}, tell) as workers:
        until(lambda: task(db, first).status == "failed")
        second, third = add(db), add(db, slot="2")
        workers.wake()
        until(lambda: task(db, third).status == "done" or task(db, second).status == "done")
    assert {second, third} <= set(ran)


def test_several_workers_do_each_row_once(db: Database) -> None:
    ids = {add(db, slot=str(n)) for n in range(25)}
    with db.write() as session:
        for n in range(25):
            inbox.receive(session, f"Ev{n}", "event", {}, f"lane{n % 3}", LONG_AGO)
    ran: list[str] = []
    with working(db, {"job": lambda work: ran.append(work.id), "event": lambda work: ran.append(work.id)}, threads=4):
        until(lambda: statuses(db) == {"done"})
    assert sorted(ran) == sorted(ids | {f"Ev{n}" for n in range(25)})


def statuses(db: Database) -> set[str]:
    with db.read() as session:
        return {row.status for table in (Inbox, Task) for row in session.exec(select(table))}


def test_kinds_without_a_job_are_left_alone(db: Database) -> None:
    mine, other = add(db), add(db, "of_a_newer_release")
    with working(db, {"job": lambda work: None}):
        until(lambda: task(db, mine).status == "done")
    assert (task(db, other).status, task(db, other).attempts) == ("new", 0)
