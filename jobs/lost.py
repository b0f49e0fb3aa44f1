"""Work that failed for good: told to people where it came from, in one sentence without internals."""

from billing.errors import Refused
from billing.invoices import find
from billing.invoices.drafting import hand_over
from billing.invoices.states import NEXT
from cards.parts import clean
from jobs.invoices import thread_of
from jobs.office import Office
from jobs.worker import Work

ASKED = "I tried this several times and could not finish it; it is kept, and the log says why. Please ask again."
STUCK = "I tried several times and could not finish this; the log says why. Look at it in Stripe before anything else."


def lost(office: Office, work: Work, error: Exception) -> None:
    """An invoice goes to a person, with the reason if there is one for people; a question gets an answer."""
    event = work.payload.get("event") or {}
    if "invoice" in work.payload and work.kind.startswith("invoice."):
        _invoice(office, work, str(error) if isinstance(error, Refused) else STUCK)
    elif work.kind == "slack.event" and "channel" in event:
        office.poster.post(f"lost:{work.id}", event["channel"], ASKED, [], event.get("thread_ts") or event.get("ts"))


def _invoice(office: Office, work: Work, why: str) -> None:
    view = find.one(office.desk, work.payload["invoice"])
    if "needs_human" in NEXT[view.state]:
        hand_over(office.desk, view.id, why)
        office.wake()
    elif view.channel:
        with office.desk.db.read() as session:
            thread = thread_of(find.load(session, view.id))
        office.poster.post(f"lost:{work.id}", view.channel, f"⚠️ {clean(why)}", [], thread)
