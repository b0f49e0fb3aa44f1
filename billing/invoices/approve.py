"""Approving and rejecting: the only code that writes an approval. Called by the button handlers and by nothing else.

The whole decision is one transaction: state, digest, expiry, card and policy are checked on the row that is then changed,
so that of two clicks at once exactly one counts. Every try leaves a log entry, the refused ones too.
"""

import hashlib
import hmac
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlmodel import Session

from billing.desk import Desk
from billing.errors import Refused
from billing.invoices.drafting import redraw
from billing.invoices.find import approvers, content_of, invoice_view, lock
from billing.invoices.policy import Actor, Verdict, may_act, may_approve
from billing.invoices.states import WORDS, advance
from billing.record import record
from billing.views import InvoiceView
from pricing.canonical import canonical
from settings import Settings, wall_now
from store import tasks
from store.ids import new_id
from store.tables.approval import Approval
from store.tables.invoice import Invoice


@dataclass(frozen=True, slots=True)
class Click:
    """What a button carried and where it was pressed."""

    invoice_id: str
    digest: str
    channel: str
    card_ts: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """`message` is for the person who clicked. When something changed, a task to draw the card was committed with it."""

    result: Literal["approved", "second", "rejected", "refused"]
    message: str
    invoice: InvoiceView | None


def approve(desk: Desk, click: Click, actor: Actor) -> Outcome:
    """Count one approval of exactly what the card showed; the last one that is needed queues the sending."""
    with desk.db.write() as session:
        try:
            row = _clicked(desk, session, click, frozenset({"awaiting"}))
            verdict = _judge(desk, session, row, actor)
        except Refused as refused:
            return _refused(desk, session, click, actor, str(refused))
        if verdict.outcome == "refused":
            return _refused(desk, session, click, actor, verdict.reason, invoice_view(desk, session, row))
        _sign(desk, session, row, actor, "approve", "")
        if verdict.outcome == "second":
            redraw(session, row, actor.id)
            record(desk, session, "invoice.approved.first", actor.id, row.id, {"digest": row.digest})
            return Outcome("second", verdict.reason, invoice_view(desk, session, row))
        advance(row, "approved", desk.clock.now())
        tasks.add(session, "invoice.send", f"{row.id}:{row.digest}", {"invoice": row.id}, wall_now())
        redraw(session, row)
        record(desk, session, "invoice.approved", actor.id, row.id, {"digest": row.digest})
        session.flush()
        return Outcome("approved", "Approved; I am sending it now.", invoice_view(desk, session, row))


def reject(desk: Desk, click: Click, actor: Actor, reason: str) -> Outcome:
    """End a draft, or what a person has to look at and Stripe has not finalized, with the reason on the record. Raises
    nothing; a refusal is an outcome."""
    with desk.db.write() as session:
        try:
            row = _clicked(desk, session, click, frozenset({"awaiting", "needs_human"}))
        except Refused as refused:
            return _refused(desk, session, click, actor, str(refused))
        verdict = may_act(desk.settings.file.policy.send, actor)
        if verdict.outcome == "refused" and actor.id != row.requested_by:
            return _refused(desk, session, click, actor, verdict.reason, invoice_view(desk, session, row))
        _sign(desk, session, row, actor, "reject", reason)
        advance(row, "rejected", desk.clock.now())
        row.error = reason
        tasks.add(session, "invoice.discard", row.id, {"invoice": row.id}, wall_now())
        redraw(session, row)
        record(desk, session, "invoice.rejected", actor.id, row.id, {"digest": row.digest, "reason": reason})
        session.flush()
        return Outcome("rejected", "Rejected; nothing was sent.", invoice_view(desk, session, row))


def signature(settings: Settings, invoice_id: str, digest: str, decision: str, user: str, at: datetime) -> str:
    """HMAC-SHA256 that ties a person's decision to one digest, under ARI_LOG_KEY."""
    text = canonical({"invoice": invoice_id, "digest": digest, "decision": decision, "user": user, "at": at})
    return hmac.new(settings.env.ari_log_key.get_secret_value().encode(), text.encode(), hashlib.sha256).hexdigest()


def _clicked(desk: Desk, session: Session, click: Click, states: Collection[str]) -> Invoice:
    """The invoice behind a click, if the click is on its current card."""
    row = lock(session, click.invoice_id)
    if row.state not in states:
        raise Refused(f"This invoice is already {WORDS[row.state]}.")
    if row.stripe_number:
        raise Refused(f"This is invoice {row.stripe_number} at Stripe by now. Void it there; this card follows.")
    if click.digest != row.digest or content_of(row).digest() != row.digest:
        raise Refused("This card is out of date: the draft has changed since. Use the newest card.")
    if row.card_ts is None:
        raise Refused("This card is still being posted. Press the button again in a moment.")
    if (row.channel, row.card_ts) != (click.channel, click.card_ts):
        raise Refused("This is a copy of the card. Use the original one, in the channel where it was posted.")
    if row.state == "awaiting" and row.expires_at <= desk.clock.now():
        _expire(desk, session, row)
        raise Refused("This draft has expired; ask for a new one.")
    return row


def _expire(desk: Desk, session: Session, row: Invoice) -> None:
    advance(row, "expired", desk.clock.now())
    tasks.add(session, "invoice.discard", row.id, {"invoice": row.id}, wall_now())
    redraw(session, row)


def _judge(desk: Desk, session: Session, row: Invoice, actor: Actor) -> Verdict:
    rule, content = desk.settings.file.policy.send, content_of(row)
    return may_approve(rule, actor, content.total, content.currency, row.requested_by, approvers(session, row))


def _sign(desk: Desk, session: Session, row: Invoice, actor: Actor, decision: str, reason: str) -> None:
    at = desk.clock.now()
    session.add(
        Approval(
            id=new_id("approval"), invoice_id=row.id, digest=row.digest, decision=decision, user_id=actor.id, reason=reason,
            user_name=actor.name, at=at, policy=canonical(desk.settings.file.policy.send),
            signature=signature(desk.settings, row.id, row.digest, decision, actor.id, at),
        )
    )  # fmt: skip
    session.flush()


def _refused(
    desk: Desk, session: Session, click: Click, actor: Actor, reason: str, invoice: InvoiceView | None = None
) -> Outcome:
    record(
        desk,
        session,
        "approval.refused",
        actor.id,
        click.invoice_id[:60],
        {"digest": click.digest[:80], "reason": reason},
    )
    return Outcome("refused", reason, invoice)
