"""Drift: what is no longer as it was when the draft was computed. Any of it voids an approval.

Everything is looked at again: the terms in force, the usage, the opening position, and what Stripe bills beside it. Keeps
nothing and changes nothing.
"""

from billing.desk import Desk
from billing.invoices.content import Content
from billing.invoices.statements import Billable, beside_stripe, billable
from billing.usage import snapshot as snapshots
from billing.usage.snapshot import Snapshot
from pricing.canonical import canonical, digest
from pricing.periods import Period
from pricing.replay import read
from pricing.statement import Bundle
from store.tables.invoice import Invoice
from store.tables.statement import Statement
from store.tables.usage import UsageSnapshot


def drift(desk: Desk, row: Invoice, content: Content) -> list[str]:
    """A clause each; empty when nothing has changed. Raises Refused when it cannot be told just now."""
    with desk.db.read() as session:
        base = billable(session, row.customer_id)
        usage, statement = session.get(UsageSnapshot, content.snapshot), session.get(Statement, row.statement_id)
    if usage is None or statement is None:
        return ["the usage or the statement that it was computed from is gone"]
    if (base.version.id, digest(base.version.terms)) != (content.terms_version, content.terms_sha):
        return ["the terms have changed since the draft was made"]
    before, drafted = Snapshot.model_validate_json(usage.body), read(statement.bundle)
    return _moved(desk, base, Period.parse(row.period), before, drafted)


def _moved(desk: Desk, base: Billable, period: Period, before: Snapshot, drafted: Bundle) -> list[str]:
    taken = snapshots.take(desk, base.customer.id, base.terms, period)
    if taken.usage(None) != before.usage(None):
        return ["usage of this period has changed since the draft was made"]
    now = beside_stripe(desk, base, period, taken)
    moved = list(now.elsewhere.conflicts)
    if canonical(now.bundle.opening) != canonical(drafted.opening):
        moved.append("the opening balance of this period has changed since the draft was made")
    if not moved and now.bundle.billed != drafted.billed:
        moved.append("what Stripe bills beside it has changed since the draft was made")
    return moved
