"""The inbox: what arrived is written down before it is acknowledged, and worked on later, once.

Promises one row for each event id, however often the sender repeats it, and one worker at a time for each lane. What
the work is belongs to the workers, and it must bear being started twice: a worker can die after its effect.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlmodel import Session

from store import queue
from store.database import Database
from store.rows import insert_if_new
from store.tables.inbox import Inbox

QUEUE = queue.Queue(Inbox, lane="lane")


def receive(
    session: Session, event_id: str, kind: str, payload: dict[str, Any], lane: str | None, now: datetime
) -> bool:
    """Write an event down; False when it is there already. `payload` is JSON as it came; no lane means no order."""
    row = Inbox(id=event_id, kind=kind, payload=payload, lane=lane, received_at=now, due_at=now)
    return insert_if_new(session, row)


def claim(
    db: Database, worker: str, now: datetime, lease_seconds: float, kinds: Iterable[str] | None = None
) -> Inbox | None:
    """The oldest event that is due, now held by `worker` until the lease ends; None when there is nothing to do."""
    return queue.claim(db, QUEUE, worker, now, lease_seconds, kinds)


def renew(db: Database, id: str, worker: str, now: datetime, lease_seconds: float) -> bool:
    """Hold the event longer. False when the lease was lost: stop working on it."""
    return queue.renew(db, QUEUE, id, worker, now, lease_seconds)


def done(db: Database, id: str, worker: str) -> bool:
    """The event is dealt with. False when the lease was lost, and another worker has it."""
    with db.write() as session:
        return queue.settle(session, QUEUE, id, worker, status="done", lease_until=None, error=None)


def fail(
    db: Database, id: str, worker: str, error: str, retry_at: datetime | None = None, max_attempts: int = 5
) -> str | None:
    """Try again at `retry_at` ('new'), or never ('failed') without it or after `max_attempts`. None: lease lost."""
    with db.write() as session:
        return queue.give_up(session, QUEUE, id, worker, error, retry_at, max_attempts)
