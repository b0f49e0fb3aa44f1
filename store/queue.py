"""Claiming work from a table: the one mechanism under inbox, tasks and outbox.

Promises that a row has one worker at a time, that rows of one lane (a thread, an invoice) are never worked on at once,
and that the work of a dead worker is taken over when its lease ends. A row that waits for its next attempt does not
hold up its lane. Leases count by the wall time given as `now`, so every process needs a right clock.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, and_, case, exists, func, inspect, or_, select, update
from sqlmodel import Session

from store.columns import Table
from store.database import Database
from store.rows import changed

Row = TypeVar("Row", bound=Table)


@dataclass(frozen=True)
class Queue(Generic[Row]):
    """Where a table keeps what a queue needs: its key column, its lane column if any, and its words for two states."""

    table: type[Row]
    key: str = "id"
    lane: str | None = None
    waiting: str = "new"
    held: str = "claimed"


def claim(
    db: Database,
    queue: Queue[Row],
    worker: str,
    now: datetime,
    lease_seconds: float,
    kinds: Iterable[str] | None,
    only: str | None = None,
) -> Row | None:
    """Give the oldest row that is due, or the one with the key `only`, to `worker` (a name that no other thread or
    process uses). None when there is none."""
    mapper = inspect(queue.table)
    column, key = mapper.columns, mapper.columns[queue.key]
    candidate = select(key).where(_free(queue, column, now))
    if kinds is not None:
        candidate = candidate.where(column.kind.in_(list(kinds)))
    if only is not None:
        candidate = candidate.where(key == only)
    if queue.lane:
        candidate = candidate.where(~_lane_busy(queue, now))
    with db.read() as session:  # idle workers ask often, and a look does not take the write lock
        if session.scalar(candidate.limit(1)) is None:
            return None
    first = candidate.order_by(column.due_at, key).limit(1).scalar_subquery()
    taken = update(queue.table).where(key == first).values(
        status=queue.held, worker=worker, attempts=column.attempts + 1,
        lease_until=now + timedelta(seconds=lease_seconds),
    )  # fmt: skip
    with db.write() as session:
        _one_claimer(session, queue)
        return session.scalar(taken.returning(queue.table).execution_options(synchronize_session=False))


def renew(db: Database, queue: Queue[Row], key: str, worker: str, now: datetime, lease_seconds: float) -> bool:
    """Keep the row longer, for work that takes its time. False when somebody else has taken it over: stop working."""
    with db.write() as session:
        return settle(session, queue, key, worker, lease_until=now + timedelta(seconds=lease_seconds))


def settle(session: Session, queue: Queue[Row], key: str, worker: str, /, **values: Any) -> bool:
    """Change the row if `worker` still holds it; else False."""
    columns = inspect(queue.table).columns
    mine = (columns[queue.key] == key, columns.worker == worker, columns.status == queue.held)
    return changed(session, update(queue.table).where(*mine).values(**values)) == 1


def give_up(
    session: Session,
    queue: Queue[Row],
    key: str,
    worker: str,
    error: str,
    retry_at: datetime | None,
    max_attempts: int | None = None,
) -> str | None:
    """Put the row back for `retry_at`, or mark it failed when that is None or the attempts are used up.

    Returns the new status, or None when somebody else has taken the row over.
    """
    columns = inspect(queue.table).columns
    again: Any = queue.waiting if retry_at else "failed"
    if retry_at and max_attempts is not None:
        again = case((columns.attempts >= max_attempts, "failed"), else_=queue.waiting)
    values = {"status": again, "error": error, "worker": None, "lease_until": None}
    if retry_at:
        values["due_at"] = retry_at
    if not settle(session, queue, key, worker, **values):
        return None
    return session.scalar(select(columns.status).where(columns[queue.key] == key))


def free(db: Database, queue: Queue[Row], now: datetime, gone: Callable[[str], bool]) -> int:
    """End the leases of workers that are `gone`, so that nobody waits for them to run out. Returns how many rows."""
    columns = inspect(queue.table).columns
    held = (columns.status == queue.held, columns.lease_until > now)
    with db.write() as session:
        workers = session.scalars(select(columns.worker).where(*held).distinct()).all()
        dead = [worker for worker in workers if gone(worker)]
        return changed(session, update(queue.table).where(*held, columns.worker.in_(dead)).values(lease_until=now))


def backoff(now: datetime, attempts: int) -> datetime:
    """When to try again after so many attempts: 10 s, 20 s, 40 s, … at most an hour."""
    return now + timedelta(seconds=min(10 * 2 ** min(max(attempts, 1) - 1, 20), 3600))


def _free(queue: Queue[Row], column: Any, now: datetime) -> ColumnElement[bool]:
    due = and_(column.status == queue.waiting, column.due_at <= now)
    abandoned = and_(column.status == queue.held, column.lease_until <= now)
    return or_(due, abandoned)


def _lane_busy(queue: Queue[Row], now: datetime) -> ColumnElement[bool]:
    assert queue.lane is not None
    table = inspect(queue.table).local_table
    other = table.alias("other")
    same = other.c[queue.lane] == table.c[queue.lane]
    return exists().where(same, other.c.status == queue.held, other.c.lease_until > now)


def _one_claimer(session: Session, queue: Queue[Row]) -> None:
    """SQLite lets one transaction write at a time. PostgreSQL lets two claim at once, and neither would see that the
    other is about to take a row of the same lane."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"claim {queue.table.__tablename__}"))))
