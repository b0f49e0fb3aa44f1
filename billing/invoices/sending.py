"""Sending what was approved, and only that. Runs in a worker, after a signed approval, as often as it takes.

Before the pen moves, the signatures are checked again, the draft at Stripe is compared with what was shown, and terms,
usage, balances and other bills are looked at once more. Anything that differs makes the approval void: the invoice is
stale and a new draft is asked for. What is past that point and differs goes to a person, unsent.
"""

import hmac
from decimal import Decimal
from typing import Any

from sqlmodel import Session, col, select

from billing.desk import Desk
from billing.invoices.approve import signature
from billing.invoices.compare import differences, owed
from billing.invoices.content import Content
from billing.invoices.drafting import call_key, hand_over, redraw
from billing.invoices.drift import drift
from billing.invoices.find import content_of, load, lock
from billing.invoices.journal import once
from billing.invoices.ledger import post_movements
from billing.invoices.pen import Pen
from billing.invoices.states import advance
from billing.invoices.stripe_client import NeedsHuman
from billing.record import record
from settings import wall_now
from store import tasks
from store.tables.approval import Approval
from store.tables.invoice import Invoice


def send(desk: Desk, pen: Pen, invoice_id: str) -> None:
    """approved -> finalized -> sent (or paid, when nothing is left to pay).

    Raises Unknown when an answer was lost; running it again is safe.
    """
    try:
        row, content = _approved(desk, invoice_id)
        if row.state == "approved":
            _finalize(desk, pen, row, content)
        if _load(desk, invoice_id).state == "finalized":
            _send(desk, pen, _load(desk, invoice_id), content)
    except NeedsHuman as refused:
        hand_over(desk, invoice_id, str(refused))


def discard(desk: Desk, pen: Pen, invoice_id: str) -> None:
    """Delete the Stripe draft of an invoice that was rejected, has expired or become stale. One that somebody finalized
    in the Dashboard meanwhile cannot be deleted, and goes to a person."""
    row = _load(desk, invoice_id)
    standing = pen.get(row.stripe_invoice_id) if row.stripe_invoice_id else pen.find(content_of(row))
    if standing is None or standing["status"] == "void" or row.state not in ("rejected", "expired", "stale"):
        return
    if standing["status"] == "draft":
        return pen.discard(standing["id"])
    hand_over(desk, row.id, f"Somebody finalized this at Stripe, as {standing['number']}, before it was ended here.")


def _load(desk: Desk, invoice_id: str) -> Invoice:
    with desk.db.read() as session:
        return load(session, invoice_id)


def _approved(desk: Desk, invoice_id: str) -> tuple[Invoice, Content]:
    with desk.db.read() as session:
        row = load(session, invoice_id)
        content = content_of(row)
        if row.state == "approved" and not _signed(desk, session, row, content):
            raise NeedsHuman(
                "The approval on record does not fit this draft or its signature is wrong; nothing was sent."
            )
        return row, content


def _signed(desk: Desk, session: Session, row: Invoice, content: Content) -> bool:
    """Enough different people signed exactly this content, and it is still the content on the row."""
    if content.digest() != row.digest:
        return False
    given = session.exec(
        select(Approval).where(
            Approval.invoice_id == row.id, col(Approval.digest) == row.digest, Approval.decision == "approve"
        )
    ).all()
    valid = {one.user_id for one in given if _genuine(desk, one)}
    above = desk.settings.file.policy.send.second_above.get(row.currency)
    return len(valid) >= (2 if above is not None and content.total > Decimal(above) else 1)


def _genuine(desk: Desk, approval: Approval) -> bool:
    wanted = signature(
        desk.settings, approval.invoice_id, approval.digest, approval.decision, approval.user_id, approval.at
    )
    return hmac.compare_digest(wanted, approval.signature)


def _finalize(desk: Desk, pen: Pen, row: Invoice, content: Content) -> None:
    stripe_id = str(row.stripe_invoice_id)
    standing = pen.get(stripe_id)
    if standing is None:
        raise NeedsHuman(
            "The draft was deleted at Stripe after it was approved; nothing was sent. Reject this and draft again."
        )
    if standing["status"] == "draft":
        wrong = differences(content, standing, pen.lines(stripe_id)) or drift(desk, row, content)
        if wrong:
            return _stale(desk, row, wrong)
        if owed(content, standing):
            raise NeedsHuman("Not sent: " + "; ".join(owed(content, standing)))
        standing = _finalize_at_stripe(desk, pen, row, content)
    _finalized(desk, row, content, standing, pen.lines(stripe_id))


def _finalize_at_stripe(desk: Desk, pen: Pen, row: Invoice, content: Content) -> dict[str, Any]:
    stripe_id, key = str(row.stripe_invoice_id), call_key(content, "finalize")

    def look() -> dict[str, Any] | None:
        now = pen.get(stripe_id)
        return now if now and now["status"] != "draft" else None

    return once(
        desk, key, "stripe.finalize", row.id, {"invoice": stripe_id}, look, lambda: pen.finalize(stripe_id, key)
    )


def _finalized(
    desk: Desk, row: Invoice, content: Content, standing: dict[str, Any], lines: list[dict[str, Any]]
) -> None:
    with desk.db.write() as session:
        current = lock(session, row.id)
        advance(current, "finalized", desk.clock.now())
        current.stripe_number, current.hosted_url = standing["number"], standing["hosted_invoice_url"]
        record(
            desk, session, "invoice.finalized", "ari", row.id, {"stripe": standing["id"], "number": standing["number"]}
        )
    wrong = differences(content, standing, lines) + owed(content, standing)
    if standing["status"] in ("void", "uncollectible"):
        wrong = [f"a person made it {standing['status']} there"]
    if wrong:
        raise NeedsHuman("Finalized at Stripe, but not as approved, so it was not sent: " + "; ".join(wrong))


def _send(desk: Desk, pen: Pen, row: Invoice, content: Content) -> None:
    stripe_id = str(row.stripe_invoice_id)
    key = call_key(content, "send")

    def look() -> dict[str, Any] | None:
        standing = pen.get(stripe_id) or {}
        if standing["status"] == "paid":
            return standing
        return standing if pen.was_sent(stripe_id, standing["status_transitions"]["finalized_at"]) else None

    standing = once(desk, key, "stripe.send", row.id, {"invoice": stripe_id}, look, lambda: pen.send(stripe_id, key))
    to = "paid" if standing["status"] == "paid" else "sent"
    with desk.db.write() as session:
        current = lock(session, row.id)
        if current.state != "finalized":
            return
        advance(current, to, desk.clock.now())
        post_movements(desk, session, current)
        redraw(session, current)
        record(
            desk, session, f"invoice.{to}", "ari", row.id, {"stripe": stripe_id, "recipients": list(content.recipients)}
        )


def _stale(desk: Desk, row: Invoice, wrong: list[str]) -> None:
    with desk.db.write() as session:
        current = lock(session, row.id)
        advance(current, "stale", desk.clock.now())
        current.error = "; ".join(wrong)
        redraw(session, current)
        tasks.add(session, "invoice.redraft", row.id, {"invoice": row.id}, wall_now())
        record(desk, session, "invoice.stale", "ari", row.id, {"differences": wrong})
