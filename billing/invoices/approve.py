"""Approving and rejecting: the only code that writes an approval. Called by the button handlers and by nothing else.

The whole decision is one transaction: state, digest, expiry, card and policy are checked on the row that is then changed,
so that of two clicks at once exactly one counts. Every try leaves a log entry, the refused ones too.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlmodel import Session

from billing.desk import Desk
from billing.errors import Refused
from billing.invoices.find import approvers, content_of, invoice_view, load
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
    """`message` is for the person who clicked; `changed` says whether the card has to be drawn again."""

    result: Literal["approved", "second", "rejected", "refused"]
    message: str
    invoice: InvoiceView | None

    @property
    def changed(self) -> bool:
        return self.result != "refused"


def approve(desk: Desk, click: Click, actor: Actor) -> Outcome:
    """Count one approval of exactly what the card showed; the last one that is needed queues the sending."""
    with desk.db.write() as session:
        try:
            row = _clicked(desk, session, click)
            verdict = _judge(desk, session, row, actor)
        except Refused as refused:
            return _refused(desk, session, click, actor, str(refused))
        if verdict.outcome == "refused":
            return _refused(desk, session, click, actor, verdict.reason, invoice_view(desk, session, row))
        _sign(desk, session, row, actor, "approve", "")
        if verdict.outcome == "second":
            record(desk, session, "invoice.approved.first", actor.id, row.id, {"digest": row.digest})
            return Outcome("second", verdict.reason, invoice_view(desk, session, row))
        advance(row, "approved", desk.clock.now())
        tasks.add(session, "invoice.send", f"{row.id}:{row.digest}", {"invoice": row.id}, wall_now())
        record(desk, session, "invoice.approved", actor.id, row.id, {"digest": row.digest})
        session.flush()
        return Outcome("approved", "Approved; I am sending it now.", invoice_view(desk, session, row))


def reject(desk: Desk, click: Click, actor: Actor, reason: str) -> Outcome:
    """End a draft, with the reason on the record. Raises nothing; a refusal is an outcome."""
    with desk.db.write() as session:
        try:
            row = _clicked(desk, session, click)
        except Refused as refused:
            return _refused(desk, session, click, actor, str(refused))
        verdict = may_act(desk.settings.file.policy.send, actor)
        if verdict.outcome == "refused" and actor.id != row.requested_by:
            return _refused(desk, session, click, actor, verdict.reason, invoice_view(desk, session, row))
        _sign(desk, session, row, actor, "reject", reason)
        advance(row, "rejected", desk.clock.now())
        row.error = reason
        tasks.add(session, "invoice.discard", row.id, {"invoice": row.id}, wall_now())
        record(desk, session, "invoice.rejected", actor.id, row.id, {"digest": row.digest, "reason": reason})
        session.flush()
        return Outcome("rejected", "Rejected; nothing was sent.", invoice_view(desk, session, row))


def signature(settings: Settings, invoice_id: str, digest: str, decision: str, user: str, at: datetime) -> str:
    """HMAC-SHA256 that ties a person's decision to one digest, under ARI_LOG_KEY."""
    text = canonical({"invoice": invoice_id, "digest": digest, "decision": decision, "user": user, "at": at})
    return hmac.new(settings.env.ari_log_key.get_secret_value().encode(), text.encode(), hashlib.sha256).hexdigest()


def _clicked(desk: Desk, session: Session, click: Click) -> Invoice:
    """The invoice behind a click, if the click is on its current card."""
    row = load(session, click.invoice_id)
    if row.state != "awaiting":
        raise Refused(f"This invoice is already {WORDS[row.state]}.")
    if not hmac.compare_digest(row.digest, click.digest) or content_of(row).digest() != row.digest:
        raise Refused("This card is out of date: the draft has changed since. Use the newest card.")
    if (row.channel, row.card_ts) != (click.channel, click.card_ts):
        raise Refused("This is a copy of the card. Use the original one, in the channel where it was posted.")
    if row.expires_at <= desk.clock.now():
        advance(row, "expired", desk.clock.now())
        raise Refused("This draft has expired; ask for a new one.")
    return row


def _judge(desk: Desk, session: Session, row: Invoice, actor: Actor) -> Verdict:
    rule = desk.settings.file.policy.send
    return may_approve(rule, actor, row.due, row.currency, row.requested_by, approvers(session, row))


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
