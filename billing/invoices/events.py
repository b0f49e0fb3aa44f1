"""What Stripe tells: every event is a reason to look, never a fact by itself. The invoice is read again and its current
state applied, so that duplicates, gaps and wrong order do no harm."""

from typing import Any

from sqlmodel import select

from billing.desk import Desk
from billing.invoices.drafting import redraw
from billing.invoices.pen import Pen
from billing.invoices.states import NEXT, advance
from billing.record import record
from store.tables.invoice import Invoice

APPLIES = {"paid": "paid", "void": "void", "uncollectible": "uncollectible"}


def apply(desk: Desk, pen: Pen, event: dict[str, Any]) -> str | None:
    """Bring the invoice that an event is about up to date. Returns its id when something changed, else None."""
    stripe_id = _invoice_of(event)
    standing = pen.get(stripe_id) if stripe_id else None
    if standing is None:
        return None
    with desk.db.write() as session:
        row = session.exec(select(Invoice).where(Invoice.stripe_invoice_id == stripe_id)).first()
        to = APPLIES.get(standing["status"])
        if row is None or to is None or to not in NEXT[row.state]:
            return None
        advance(row, to, desk.clock.now())
        redraw(desk, session, row)
        record(desk, session, f"invoice.{to}", "stripe", row.id, {"stripe": stripe_id, "event": event["id"]})
        return row.id


def gist(event: dict[str, Any]) -> dict[str, Any]:
    """What of an event is worth keeping: which object it is about. The rest is read anew when it matters."""
    thing = event["data"]["object"]
    kept = {"id": thing.get("id"), "object": thing.get("object"), "invoice": thing.get("invoice")}
    return {"id": event["id"], "type": event["type"], "created": int(event["created"]), "data": {"object": kept}}


def _invoice_of(event: dict[str, Any]) -> str | None:
    thing = event["data"]["object"]
    if thing["object"] == "invoice":
        return str(thing["id"])
    invoice = thing.get("invoice")
    return str(invoice) if isinstance(invoice, str) else None
