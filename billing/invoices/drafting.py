"""Making the Stripe draft of a planned invoice. Runs in a worker, as often as it takes; a second run changes nothing."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from sqlmodel import Session

from billing.desk import Desk
from billing.invoices.compare import differences, owed
from billing.invoices.content import Content, ContentLine
from billing.invoices.find import content_of, load, lock
from billing.invoices.journal import once
from billing.invoices.pen import Pen
from billing.invoices.states import advance
from billing.invoices.stripe_client import NeedsHuman
from billing.record import record
from pricing.canonical import digest
from settings import wall_now
from store import tasks
from store.tables.invoice import Invoice

CHUNK = 100


def make_draft(desk: Desk, pen: Pen, invoice_id: str) -> None:
    """planned -> drafted -> awaiting, with the draft at Stripe equal to the content line by line.

    Raises Unknown when Stripe's answer was lost (run again), and hands over to a person when Stripe refuses.
    """
    row = _load(desk, invoice_id)
    content = content_of(row)
    if row.state not in ("planned", "drafted"):
        return
    try:
        stripe_id = _create(desk, pen, row, content)
        _fill(desk, pen, row, content, stripe_id)
        wrong = _wrong(pen, content, stripe_id)
    except NeedsHuman as refused:
        return hand_over(desk, row.id, str(refused))
    if wrong:
        return hand_over(desk, row.id, "The draft at Stripe is not what was computed: " + "; ".join(wrong))
    _await(desk, row.id)


def _wrong(pen: Pen, content: Content, stripe_id: str) -> list[str]:
    standing = pen.get(stripe_id)
    if standing is None:
        raise NeedsHuman("The draft was deleted at Stripe before anybody approved it; nothing was sent.")
    return differences(content, standing, pen.lines(stripe_id)) + owed(content, standing)


def hand_over(desk: Desk, invoice_id: str, why: str) -> None:
    """What no rule covers goes to a person, with the reason on the card and on the record."""
    with desk.db.write() as session:
        row = lock(session, invoice_id)
        advance(row, "needs_human", desk.clock.now())
        row.error = why
        redraw(session, row, digest(why))
        record(desk, session, "invoice.needs_human", "ari", row.id, {"reason": why})


def redraw(session: Session, row: Invoice, occasion: str = "") -> None:
    """Queue the card, in the transaction of what people should see; `occasion` tells two within one state apart."""
    tasks.add(session, "card.invoice", f"{row.id}:{row.state}:{occasion}", {"invoice": row.id}, wall_now())


def call_key(content: Content, step: str) -> str:
    return f"ari:{content.ari_key}:g{content.gen}:{step}"


def _load(desk: Desk, invoice_id: str) -> Invoice:
    with desk.db.read() as session:
        return load(session, invoice_id)


def _create(desk: Desk, pen: Pen, row: Invoice, content: Content) -> str:
    key = call_key(content, "draft")

    def look() -> dict[str, Any] | None:
        return pen.get(row.stripe_invoice_id) if row.stripe_invoice_id else pen.find(content)

    made = once(desk, key, "stripe.draft", row.id, content, look, lambda: pen.create(content, key))
    with desk.db.write() as session:
        current = lock(session, row.id)
        current.stripe_invoice_id = made["id"]
        if current.state == "planned":
            advance(current, "drafted", desk.clock.now())
    return str(made["id"])


def _fill(desk: Desk, pen: Pen, row: Invoice, content: Content, stripe_id: str) -> None:
    """Add the lines that are not there yet, told apart by their own ids and never by their number."""
    for start in range(0, len(content.lines), CHUNK):
        chunk = content.lines[start : start + CHUNK]
        missing = _missing(pen, chunk, stripe_id)
        if missing:
            key = call_key(content, f"lines:{start // CHUNK}")
            add = partial(pen.add_lines, stripe_id, content, missing, key)
            once(desk, key, "stripe.lines", row.id, chunk, _nothing, add)


def _missing(pen: Pen, chunk: Sequence[ContentLine], stripe_id: str) -> list[ContentLine]:
    there = {(line.get("metadata") or {}).get("ari_line") for line in pen.lines(stripe_id)}
    return [line for line in chunk if line.id not in there]


def _nothing() -> None:
    """The look was made already: it said what is missing."""


def _await(desk: Desk, invoice_id: str) -> None:
    with desk.db.write() as session:
        row = lock(session, invoice_id)
        advance(row, "awaiting", desk.clock.now())
        redraw(session, row)
        record(desk, session, "invoice.drafted", "ari", row.id, {"digest": row.digest, "stripe": row.stripe_invoice_id})
