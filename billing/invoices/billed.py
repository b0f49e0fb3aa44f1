"""Who already bills what: the evidence at Stripe, matched with the lines of a statement.

A charge that a person declared to be billed by a Stripe subscription counts as billed only when Stripe shows it. Any
other foreign line over the same period is a conflict that blocks a draft: nothing is billed twice in silence. Foreign is
also an invoice of Ari's own that no live row knows: one that a person finalized after it was rejected here, one from
before a backup was restored, a copy made by hand.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlmodel import Session, col, select

from billing.errors import Refused
from billing.invoices.reads import DRAFT, BilledLine
from billing.invoices.states import LIVE
from billing.words import amount
from billing.words import period as period_words
from pricing.periods import Period
from pricing.statement import Billed, Line, Statement
from pricing.terms import Terms
from store.tables.contract import ChargeOwner
from store.tables.invoice import Invoice


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """`billed` goes into the calculator, `notes` and `conflicts` are sentences for people."""

    billed: tuple[Billed, ...]
    notes: tuple[str, ...]
    conflicts: tuple[str, ...]


def owners(session: Session, contract_id: str, period: Period) -> dict[str, str]:
    """Charge id -> who bills it in this period: the latest decision that is in force by the period's start."""
    rows = session.exec(
        select(ChargeOwner).where(ChargeOwner.contract_id == contract_id).order_by(ChargeOwner.from_date)  # type: ignore[arg-type]
    )
    return {row.charge_id: row.owner for row in rows if row.from_date <= period.start}


def live(session: Session, customer_id: str) -> frozenset[str]:
    """The ids at Stripe of the customer's invoices that are alive here: they bill what they bill, and nobody twice."""
    rows = session.exec(
        select(Invoice.stripe_invoice_id).where(Invoice.customer_id == customer_id, col(Invoice.state).in_(LIVE))
    )
    return frozenset(one for one in rows if one)


def foreign(lines: Iterable[BilledLine], alive: Collection[str]) -> list[BilledLine]:
    """Lines that ask for money and are not Ari's: those of live invoices and Ari's own drafts, which bill nobody, are."""
    others = [line for line in lines if line.source not in alive and not (line.ari_key and line.kind == DRAFT)]
    return [line for line in others if line.amount > 0 or line.open]


def beside_commitments(lines: Iterable[BilledLine], terms: Terms) -> list[BilledLine]:
    """Without the sale of a prepaid commitment: what is drawn from it is paid for, and not billed again."""
    sold = {(prepaid.amount, terms.currency) for prepaid in terms.prepaid}
    return [line for line in lines if (line.amount, line.currency) not in sold]


def elsewhere(statement: Statement, found: list[BilledLine], owned: dict[str, str], period: Period) -> Elsewhere:
    """Match the foreign lines that Stripe shows with the statement's lines.

    Raises Refused when a charge is said to be billed by a subscription and Stripe shows nothing of the kind.
    """
    left = _once(found)
    billed: list[Billed] = []
    for line in statement.lines:
        if owned.get(line.charge) == "stripe_subscription" and line.amount:
            match = _match(line, left, statement.currency, period)
            left.remove(match)
            billed.append(Billed(line=line.id, amount=line.amount, by=match.source))
    notes = tuple(
        f"{amount(one.amount, statement.currency)} of {one.line} is already billed by {one.by} at Stripe."
        for one in billed
    )
    return Elsewhere(tuple(billed), notes, tuple(_conflict(line) for line in left))


def _once(lines: list[BilledLine]) -> list[BilledLine]:
    """A subscription shows up as itself and on its invoice; one of the two is enough."""
    kept: dict[tuple[str, str], BilledLine] = {}
    for line in lines:
        kept.setdefault((line.source, str(line.amount)), line)
    return list(kept.values())


def _match(line: Line, found: list[BilledLine], currency: str, period: Period) -> BilledLine:
    for one in found:
        if one.amount == line.amount and one.currency == currency:
            return one
    raise Refused(
        f"{line.description} ({amount(line.amount, currency)}) is recorded as billed by a Stripe subscription, but Stripe "
        f"shows no such line for {period_words(period)}. Check the subscription, or decide that Ari bills this charge."
    )


def _conflict(line: BilledLine) -> str:
    what = "usage" if line.open else amount(line.amount, line.currency)
    return f"Stripe already bills {what} in this period: {line.kind} {line.source} ({line.description or 'no description'})."
