"""Closing a period that makes no invoice, because nothing is due: what it drew and counted is posted all the same.

A decision of its own, by somebody who may send: no draft shows such a period to an approver, yet a balance or a credit
went down in it, and until that is on the record every later period rates it again, with whatever usage came meanwhile.
"""

from sqlmodel import Session, col, select

from billing import words
from billing.desk import Desk
from billing.errors import Refused
from billing.invoices.ledger import post_statement
from billing.invoices.policy import Actor, may_act
from billing.invoices.statements import Rated, rate_period
from billing.invoices.states import LIVE
from billing.record import record
from pricing.periods import Period
from store.tables.invoice import Invoice
from store.tables.statement import Statement as StatementRow

COUNTS = frozenset({"sent", "paid", "uncollectible"})


def close(desk: Desk, customer_id: str, period: Period, actor: Actor) -> Rated:
    """Post what a period moved that comes to nothing; a repeat with the same statement changes nothing.

    Raises Refused for somebody who may not send, a period that still runs, one with something due or in dispute, and one
    whose invoice is under way.
    """
    verdict = may_act(desk.settings.file.policy.send, actor)
    if verdict.outcome == "refused":
        with desk.db.write() as session:
            record(desk, session, "period.refused", actor.id, customer_id[:60], {"reason": verdict.reason})
        raise Refused(verdict.reason)
    rated = rate_period(desk, customer_id, period)
    _must_come_to_nothing(rated)
    with desk.db.write() as session:
        _must_be_free(session, rated)
        row = session.get_one(StatementRow, rated.id)
        if post_statement(desk, session, row, row.id):
            subject = rated.billable.contract.id
            record(desk, session, "period.closed", actor.id, subject, {"period": period.key, "statement": row.sha})
    return rated


def _must_come_to_nothing(rated: Rated) -> None:
    name, when = rated.billable.customer.name, words.period(rated.period)
    if not rated.final:
        raise Refused(f"{when} is still running, so it cannot be closed for {name}.")
    if rated.elsewhere.conflicts:
        raise Refused(
            f"I will not close {when} for {name}: {' '.join(rated.elsewhere.conflicts)} Decide first who bills it."
        )
    if rated.statement.due:
        due = words.amount(rated.statement.due, rated.statement.currency)
        raise Refused(f"{due} is due from {name} for {when}; draft it instead.")


def _must_be_free(session: Session, rated: Rated) -> None:
    under_way = select(Invoice).where(
        Invoice.contract_id == rated.billable.contract.id, Invoice.period == rated.period.key,
        col(Invoice.state).in_(LIVE - COUNTS),
    )  # fmt: skip
    if session.exec(under_way).first():
        raise Refused(
            f"An invoice of {words.period(rated.period)} is under way; reject it before you close the period."
        )
