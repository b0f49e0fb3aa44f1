"""Calls to the outside, made once: the intent is committed first, the call is made under a fixed key, the answer kept.

A worker that dies between any two steps leaves an intent behind. Whoever comes next looks at Stripe before posting, so
that what has happened is adopted and what has not is done.
"""

import threading
from collections.abc import Callable
from typing import Any

from billing.desk import Desk
from billing.invoices.stripe_client import NeedsHuman, Unknown
from pricing.canonical import canonical
from settings import wall_now
from store import outbox
from store.holders import holder

Body = dict[str, Any]
LEASE_SECONDS = 90


def once(
    desk: Desk,
    key: str,
    kind: str,
    subject: str,
    request: object,
    look: Callable[[], Body | None],
    do: Callable[[], Body],
) -> Body:
    """Do `do` unless `look` finds it done; returns what stands at Stripe now.

    Raises Unknown when the outcome is not known or another worker is at it (try again), NeedsHuman when Stripe refuses or
    when what was made is gone: under the same key Stripe would answer with the dead thing.
    """
    with desk.db.write() as session:
        row = outbox.intend(session, key, kind, subject, request)
    if row.status == "needs_human":
        raise NeedsHuman(row.error or "This call was handed to a person.")
    if row.status == "done":
        standing = look()
        if standing is None:
            raise NeedsHuman("What Ari made at Stripe was deleted there before anybody approved it; nothing was sent.")
        return standing
    worker = holder(threading.get_ident())
    if outbox.take(desk.db, key, worker, wall_now(), LEASE_SECONDS) is None:
        raise Unknown(f"{key} is being worked on elsewhere")
    return _make(desk, key, worker, look, do)


def _make(desk: Desk, key: str, worker: str, look: Callable[[], Body | None], do: Callable[[], Body]) -> Body:
    try:
        found = look()
        if found is None:
            if not outbox.tried(desk.db, key, worker, wall_now()):
                raise Unknown(f"{key}: the lease was lost before the call")
            found = do()
    except NeedsHuman as refused:
        with desk.db.write() as session:
            outbox.hand_over(session, key, worker, str(refused))
        raise
    except Exception as problem:
        with desk.db.write() as session:
            outbox.fail(session, key, worker, str(problem), retry_at=wall_now())
        raise
    with desk.db.write() as session:
        outbox.finish(session, key, worker, canonical({"id": found.get("id"), "status": found.get("status")}))
    return found
