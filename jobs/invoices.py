"""The invoice jobs: make the Stripe draft, draw the card, send what was approved, clean up what was not."""

from billing.errors import Refused
from billing.invoices import draft, drafting, find, sending
from billing.views import InvoiceView
from cards import invoice as invoice_card
from cards.parts import clean, month
from jobs.office import Office
from jobs.worker import Work
from pricing.periods import Period
from store.tables.invoice import Invoice

NEWS = {"sent", "paid", "void", "uncollectible", "rejected", "needs_human", "stale"}


def make(office: Office, work: Work) -> None:
    drafting.make_draft(office.desk, office.pen, work.payload["invoice"])
    office.wake()


def send(office: Office, work: Work) -> None:
    sending.send(office.desk, office.pen, work.payload["invoice"])
    office.wake()


def discard(office: Office, work: Work) -> None:
    sending.discard(office.desk, office.pen, work.payload["invoice"])


def redraft(office: Office, work: Work) -> None:
    """A draft that has become stale is replaced by one of today's figures, or the reason is told."""
    old = find.one(office.desk, work.payload["invoice"])
    sending.discard(office.desk, office.pen, old.id)
    with office.desk.db.read() as session:
        row = find.load(session, old.id)
    try:
        draft.propose(
            office.desk, old.customer_id, Period.parse(old.period), old.requested_by, str(row.channel), row.thread_ts
        )
    except Refused as refused:
        office.poster.post(f"redraft:{old.id}", str(row.channel), clean(str(refused)), [], thread_of(row))
    office.wake()


def card(office: Office, work: Work) -> None:
    """Draw the card as the invoice stands now, and tell the thread about it when something happened."""
    view = draw(office, work.payload["invoice"])
    if view.state in NEWS and view.channel:
        with office.desk.db.read() as session:
            thread = thread_of(find.load(session, view.id))
        office.poster.post(f"news:{view.id}:{view.state}", view.channel, _news(view), [], thread)


def thread_of(row: Invoice) -> str | None:
    """The root of the thread that the card stands in. Slack knows a thread by its root alone: under any other message a
    post of ours would be put into the thread, and not be found there again."""
    return row.thread_ts or row.card_ts


def draw(office: Office, invoice_id: str) -> InvoiceView:
    """Post the card, or update it in place. The row remembers where it stands, as a click elsewhere does not count. Drawn
    until it shows what is: a slow call must not leave an older state on the card."""
    view = find.one(office.desk, invoice_id)
    while True:
        _draw(office, view)
        now = find.one(office.desk, invoice_id)
        if invoice_card.card(now) == invoice_card.card(view):
            return now
        view = now


def _draw(office: Office, view: InvoiceView) -> None:
    with office.desk.db.read() as session:
        row = find.load(session, view.id)
    ts = office.poster.post(
        f"invoice:{view.id}", str(row.channel), invoice_card.text(view), invoice_card.card(view), row.thread_ts
    )
    if row.card_ts != ts:
        with office.desk.db.write() as session:
            find.load(session, view.id).card_ts = ts


def _news(view: InvoiceView) -> str:
    who, amount, when = clean(view.customer), view.due, month(view.period)
    number = f" {clean(view.stripe_number)}" if view.stripe_number else ""
    return {
        "sent": f"📨 Invoice{number} over {amount} went to {clean(', '.join(view.recipients))}.",
        "paid": f"💚 {who} has paid invoice{number}: {amount} for {when}.",
        "void": f"Invoice{number} was voided at Stripe.",
        "uncollectible": f"Invoice{number} was marked uncollectible at Stripe.",
        "rejected": f"Rejected: {clean(view.note or 'no reason given')}. Nothing was sent, and the draft at Stripe is deleted.",
        "needs_human": f"⚠️ {clean(view.note or '')}",
        "stale": f"♻️ Not sent, because this changed after the draft: {clean(view.note or '')}. A new draft follows.",
    }[view.state]
