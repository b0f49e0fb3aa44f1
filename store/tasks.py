"""Tasks: work that the clock asks for, queued once for each occasion whoever ticks first.

Promises one row for each (kind, slot) and one worker at a time for each row. Which ticks there are, and what a task
does, is the jobs' business; like an event's work it must bear being started twice.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col

from store import queue
from store.database import Database
from store.rows import changed, insert_if_new
from store.tables.task import Task

QUEUE = queue.Queue(Task)


def add(session: Session, kind: str, slot: str, payload: dict[str, Any], due_at: datetime) -> bool:
    """Queue a task for `due_at` (wall time); False when this occasion has its task already."""
    return insert_if_new(session, Task(kind=kind, slot=slot, payload=payload, due_at=due_at))


def claim(
    db: Database, worker: str, now: datetime, lease_seconds: float, kinds: Iterable[str] | None = None
) -> Task | None:
    """The task that is longest due, now held by `worker` until the lease ends; None when nothing is due."""
    return queue.claim(db, QUEUE, worker, now, lease_seconds, kinds)


def renew(db: Database, id: str, worker: str, now: datetime, lease_seconds: float) -> bool:
    """Hold the task longer. False when the lease was lost: stop working on it."""
    return queue.renew(db, QUEUE, id, worker, now, lease_seconds)


def done(db: Database, id: str, worker: str) -> bool:
    """The task is finished. False when the lease was lost, and another worker has it."""
    with db.write() as session:
        return queue.settle(session, QUEUE, id, worker, status="done", lease_until=None, error=None)


def fail(
    db: Database, id: str, worker: str, error: str, retry_at: datetime | None = None, max_attempts: int = 5
) -> str | None:
    """Try again at `retry_at` (see `queue.backoff`), or never without it or after `max_attempts`. As in the inbox."""
    with db.write() as session:
        return queue.give_up(session, QUEUE, id, worker, error, retry_at, max_attempts)


def forget(db: Database, before: datetime) -> int:
    """Drop finished tasks that were due before `before` (wall time), as the clock asks for one every few seconds; what
    failed stays. Returns how many. A slot is free again then, so nobody may ask for an occasion that old."""
    old = delete(Task).where(col(Task.status) == "done", col(Task.due_at) < before)
    with db.write() as session:
        return changed(session, old)
