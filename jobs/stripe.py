"""Stripe's events, polled into the inbox and applied from there. A webhook lands in the same inbox, under the same id."""

from datetime import timedelta
from typing import Any

from billing.invoices import events
from jobs.office import Office
from jobs.worker import Work
from settings import wall_now
from store import inbox
from store.tables.setting import Setting

KIND = "stripe.event"
CURSOR = "stripe.last_event_created"
OVERLAP = timedelta(minutes=5)


def poll(office: Office, _: Work) -> None:
    """Fetch what happened since the last poll, a little more than that, and let the inbox drop what it knows."""
    since = _since(office)
    found = office.pen.events(since - int(OVERLAP.total_seconds()))
    newest = max((int(event["created"]) for event in found), default=since)
    with office.desk.db.write() as session:
        fresh = [inbox.receive(session, one["id"], KIND, events.gist(one), lane(one), wall_now()) for one in found]
        session.merge(Setting(name=CURSOR, value=str(max(newest, since)), by="ari", at=wall_now()))
    if any(fresh):
        office.wake()


def apply(office: Office, work: Work) -> None:
    if events.apply(office.desk, office.pen, work.payload):
        office.wake()


def lane(event: dict[str, Any]) -> str:
    """Events of one object are worked on in turn."""
    return f"stripe:{event['data']['object'].get('id', event['id'])}"


def _since(office: Office) -> int:
    """Where the last poll ended. A first one begins now: what happened before Ari did is none of its invoices."""
    with office.desk.db.read() as session:
        row = session.get(Setting, CURSOR)
    return int(row.value) if row else int(office.desk.clock.now().timestamp())
