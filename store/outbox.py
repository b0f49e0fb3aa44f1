"""The outbox: no outside call without a committed intent, no outcome without a committed answer.

Promises that a key stands for one request for ever, that calls about one subject (an invoice) are made one at a time,
and that the outcome is committed together with what follows from it. Making the call, and looking first whether an
earlier one got through, is the caller's business.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlmodel import Session

from pricing.canonical import canonical, digest
from store import queue
from store.database import Database
from store.errors import StoreError
from store.rows import insert_if_new
from store.tables.outbox import Outbox

QUEUE = queue.Queue(Outbox, key="key", lane="subject", waiting="intended", held="calling")


class OutboxConflict(StoreError):
    """The key already stands for another call. Nothing was changed; a new call needs a new key."""


def intend(session: Session, key: str, kind: str, subject: str, request: object, now: datetime | None = None) -> Outbox:
    """Write down a call to make, or find it written down. `request` is anything `canonical` takes; `now` is wall time.

    Raises OutboxConflict when `key` stands for another kind, subject or request.
    """
    now = now or datetime.now(UTC)
    body = canonical(request)
    row = Outbox(
        key=key,
        kind=kind,
        subject=subject,
        request=body,
        request_sha=digest(body),
        due_at=now,
        created_at=now,
    )
    insert_if_new(session, row)
    kept = session.get_one(Outbox, key)
    if (kept.kind, kept.subject, kept.request_sha) != (kind, subject, row.request_sha):
        raise OutboxConflict(f"{key} already stands for another call: {kept.kind} of {kept.subject}")
    return kept


def claim(
    db: Database, worker: str, now: datetime, lease_seconds: float, kinds: Iterable[str] | None = None
) -> Outbox | None:
    """The oldest call that is due, now held by `worker`; None when there is none. A row with `first_tried_at` may have
    been made already: look before calling."""
    return queue.claim(db, QUEUE, worker, now, lease_seconds, kinds)


def take(db: Database, key: str, worker: str, now: datetime, lease_seconds: float) -> Outbox | None:
    """This very call, now held by `worker`; None when it is made, held by another worker, or a person's business."""
    return queue.claim(db, QUEUE, worker, now, lease_seconds, None, only=key)


def renew(db: Database, key: str, worker: str, now: datetime, lease_seconds: float) -> bool:
    """Hold the call longer. False when the lease was lost: do not call."""
    return queue.renew(db, QUEUE, key, worker, now, lease_seconds)


def tried(db: Database, key: str, worker: str, now: datetime) -> bool:
    """Commit, just before the call, that it may be made from now on; the first such time stays. False: lease lost,
    do not call."""
    with db.write() as session:
        row = session.get(Outbox, key)
        first = row.first_tried_at if row and row.first_tried_at else now
        return queue.settle(session, QUEUE, key, worker, first_tried_at=first)


def finish(session: Session, key: str, worker: str, response: str) -> bool:
    """The call was made, `response` is its answer (JSON text). In the session of what follows from it. False: lease
    lost, so let that transaction raise and roll back."""
    return queue.settle(session, QUEUE, key, worker, status="done", response=response, lease_until=None, error=None)


def fail(session: Session, key: str, worker: str, error: str, retry_at: datetime | None = None) -> str | None:
    """Try again at `retry_at`, when the next worker looks first ('intended'); or never ('failed'). None: lease lost.

    Failed means that the call certainly did not happen. Where nobody can know there is `hand_over`.
    """
    return queue.give_up(session, QUEUE, key, worker, error, retry_at)


def hand_over(session: Session, key: str, worker: str, error: str) -> bool:
    """Nobody can prove whether the call happened: a person decides, and no worker touches it. False: lease lost."""
    return queue.settle(session, QUEUE, key, worker, status="needs_human", lease_until=None, error=error)
