"""Finished tasks are forgotten after a day; what failed, waits or is held stays."""

from dataclasses import replace
from datetime import timedelta

from sqlmodel import select

from app import jobs_of
from jobs import keep
from jobs.ticks import scheduler
from settings import wall_now
from store import tasks
from store.database import Database
from store.tables.task import Task
from tests.jobs.office_kit import office, work
from tests.world import TestWorld

DAY = timedelta(days=1)


def fill(db: Database) -> None:
    now = wall_now()
    with db.write() as session:
        for status in ("done", "failed", "new", "claimed"):
            for age, due in (("old", now - DAY - timedelta(minutes=1)), ("young", now - timedelta(hours=23))):
                session.add(Task(kind="stripe.poll", slot=f"{status} {age}", payload={}, due_at=due, status=status))


def left(db: Database) -> set[str]:
    with db.read() as session:
        return {row.slot for row in session.exec(select(Task))}


def test_only_done_tasks_of_more_than_a_day_ago_are_forgotten(shared: TestWorld, db: Database) -> None:
    desk, _ = office(replace(shared, desk=replace(shared.desk, db=db)))
    fill(db)
    everything = left(db)
    keep.tidy(desk, work("tasks.tidy"))
    assert everything - left(db) == {"done old"}
    keep.tidy(desk, work("tasks.tidy"))
    assert everything - left(db) == {"done old"}


def test_the_store_says_how_many(db: Database) -> None:
    fill(db)
    assert tasks.forget(db, wall_now() + DAY) == 2
    assert tasks.forget(db, wall_now() + DAY) == 0


def test_a_slot_of_today_is_still_taken(db: Database) -> None:
    now = wall_now()
    with db.write() as session:
        assert tasks.add(session, "morning.post", "2025-11-14", {}, now)
    row = tasks.claim(db, "w", now, 60)
    assert row is not None and tasks.done(db, row.id, "w")
    tasks.forget(db, now - DAY)
    with db.write() as session:
        assert not tasks.add(session, "morning.post", "2025-11-14", {}, now)


def test_the_clock_asks_for_it_and_a_worker_knows_how(shared: TestWorld, db: Database) -> None:
    desk, _ = office(replace(shared, desk=replace(shared.desk, db=db)))
    ticks = scheduler(desk)
    for job in ticks.get_jobs():
        job.func()
    with db.read() as session:
        kinds = {row.kind for row in session.exec(select(Task))}
    assert "tasks.tidy" in kinds
    assert kinds <= set(jobs_of(desk))
