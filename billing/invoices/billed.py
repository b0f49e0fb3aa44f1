"""Who already bills what: the evidence at Stripe, matched with the lines of a statement.

A charge that a person declared to be billed by a Stripe subscription counts as billed only when Stripe shows it. Any
other foreign line over the same period is a conflict that blocks a draft: nothing is billed twice in silence.
"""

from dataclasses import dataclass

from sqlmodel import Session, select

from billing.errors import Refused
from billing.invoices.reads import BilledLine
from billing.words import amount
from billing.words import period as period_words
from pricing.periods import Period
from pricing.statement import Billed, Line, Statement
from store.tables.contract import ChargeOwner


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


def elsewhere(statement: Statement, found: list[BilledLine], owned: dict[str, str], period: Period) -> Elsewhere:
    """Match what Stripe shows with the statement's lines.

    Raises Refused when a charge is said to be billed by a subscription and Stripe shows nothing of the kind.
    """
    foreign = _once([line for line in found if line.ari_key is None and line.amount > 0])
    billed: list[Billed] = []
    for line in statement.lines:
        if owned.get(line.charge) == "stripe_subscription" and line.amount:
            match = _match(line, foreign, statement.currency, period)
            foreign.remove(match)
            billed.append(Billed(line=line.id, amount=line.amount, by=match.source))
    notes = tuple(
        f"{amount(one.amount, statement.currency)} of {one.line} is already billed by {one.by} at Stripe."
        for one in billed
    )
    return Elsewhere(tuple(billed), notes, tuple(_conflict(line) for line in foreign))


def _once(lines: list[BilledLine]) -> list[BilledLine]:
    """A subscription shows up as itself and on its invoice; one of the two is enough."""
    kept: dict[tuple[str, str], BilledLine] = {}
    for line in lines:
        kept.setdefault((line.source, str(line.amount)), line)
    return list(kept.values())


def _match(line: Line, foreign: list[BilledLine], currency: str, period: Period) -> BilledLine:
    for one in foreign:
        if one.amount == line.amount and one.currency == currency:
            return one
    raise Refused(
        f"{line.description} ({amount(line.amount, currency)}) is recorded as billed by a Stripe subscription, but Stripe "
        f"shows no such line for {period_words(period)}. Check the subscription, or decide that Ari bills this charge."
    )


def _conflict(line: BilledLine) -> str:
    return (
        f"Stripe already bills {amount(line.amount, line.currency)} in this period: {line.kind} {line.source} "
        f"({line.description or 'no description'})."
    )
