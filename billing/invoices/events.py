"""What Stripe tells: every event is a reason to look, never a fact by itself. The invoice is read again and its current
state applied, so that duplicates, gaps and wrong order do no harm. People act in the Dashboard too: a draft that waits
for approval may have been paid, voided or deleted there.
"""

from typing import Any

from sqlmodel import Session, select

from billing.desk import Desk
from billing.invoices.drafting import redraw
from billing.invoices.ledger import post_movements, restore
from billing.invoices.pen import Pen
from billing.invoices.states import NEXT, advance
from billing.record import record
from store.tables.invoice import Invoice

DRAFTS = frozenset({"drafted", "awaiting", "approved"})
APPLIES = {"paid": "paid", "void": "void", "uncollectible": "uncollectible"}


def apply(desk: Desk, pen: Pen, event: dict[str, Any]) -> str | None:
    """Bring the invoice that an event is about up to date. Returns its id when something changed, else None."""
    stripe_id = _invoice_of(event)
    if stripe_id is None:
        return None
    standing = pen.get(stripe_id)
    with desk.db.write() as session:
        query = select(Invoice).where(Invoice.stripe_invoice_id == stripe_id)
        row = session.exec(query.with_for_update()).first()
        to = _state(row, standing) if row else None
        if row is None or to is None:
            return None
        _apply(desk, session, row, to, standing)
        record(desk, session, f"invoice.{to}", "stripe", row.id, {"stripe": stripe_id, "event": event["id"]})
        return row.id


def _state(row: Invoice, standing: dict[str, Any] | None) -> str | None:
    """Where the row has to go, if anywhere. Only a draft can be deleted."""
    to = APPLIES.get(standing["status"]) if standing else "needs_human" if row.state in DRAFTS else None
    return to if to in NEXT[row.state] else None


def _apply(desk: Desk, session: Session, row: Invoice, to: str, standing: dict[str, Any] | None) -> None:
    advance(row, to, desk.clock.now())
    if standing is None:
        row.error = "The draft was deleted at Stripe; nothing was sent. Reject this, then ask for a new draft."
    elif to == "void":
        restore(desk, session, row)
    else:
        post_movements(desk, session, row)
    if standing:
        row.stripe_number, row.hosted_url = standing["number"], standing["hosted_invoice_url"]
    redraw(session, row)


def gist(event: dict[str, Any]) -> dict[str, Any]:
    """What of an event is worth keeping: which object it is about. The rest is read anew when it matters. Raises
    KeyError, TypeError, ValueError or AttributeError for what is no event."""
    thing = event["data"]["object"]
    kept = {"id": thing.get("id"), "object": thing.get("object"), "invoice": thing.get("invoice")}
    return {
        "id": str(event["id"]),
        "type": str(event["type"]),
        "created": int(event["created"]),
        "data": {"object": kept},
    }


def _invoice_of(event: dict[str, Any]) -> str | None:
    thing = event["data"]["object"]
    if thing["object"] == "invoice":
        return str(thing["id"])
    invoice = thing.get("invoice")
    return str(invoice) if isinstance(invoice, str) else None
