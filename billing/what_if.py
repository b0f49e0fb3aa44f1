"""What if: a month rated again with a change in its terms or its usage, beside the month as it is.

The same function over the same snapshot of usage and the same opening position; keeps nothing, drafts nothing, asks
Stripe nothing, so the amounts are those of the whole month, not what is left to invoice. For everybody, a customer whom
the change does not fit is told with the reason and stops nobody else.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from billing import ideas, words
from billing.contracts.stored import evidence_of
from billing.contracts.terms_view import label, shown
from billing.desk import Desk
from billing.errors import Refused
from billing.ideas import Changes, Idea
from billing.invoices.explain import clauses
from billing.invoices.statements import Rated
from billing.usage import snapshot as snapshots
from billing.usage.standing import Look, looks
from billing.what_if_views import CustomerChange, LineChange, Replaced, Sum, Untried, WhatIfView
from pricing.exact import exactly
from pricing.periods import Period
from pricing.rate import cuts, rate
from pricing.refusal import Refusal
from pricing.statement import Line, Opening, Statement, Usage
from pricing.terms import Terms
from pricing.what_if import Change, Comparison, Row, changed, compare, value_at
from pricing.what_if_usage import changed_usage
from pricing.working import sentence
from settings import Clock

Find = Callable[[Terms, Period], Changes]
# These decide which usage is counted, by what it is told apart and where it is cut, as a whole new price or charge may;
# everything else is priced from the same rows.
MEASURED = frozenset({"metrics", "time_zone", "effective_from", "term_end", "in_force", "access", "where", "per_each"})


@dataclass(frozen=True, slots=True)
class Tried:
    """One customer's month, as it is and as it would be."""

    rated: Rated
    terms: Terms
    changes: tuple[Change, ...]
    comparison: Comparison
    after: Statement


def what_if(desk: Desk, idea: Idea, period: Period, customer_id: str | None = None) -> WhatIfView:
    """For one customer, or for everybody who has confirmed terms. Raises Refused when there is nothing to compare."""
    ideas.check(idea)
    return _view(desk, ideas.said(idea), lambda terms, month: ideas.changes(idea, terms, month), period, customer_id)


def what_if_terms(
    desk: Desk, changes: Sequence[Change], period: Period, customer_id: str | None = None
) -> WhatIfView:  # fmt: skip
    """As `what_if`, for changes that name their term paths."""
    wanted = Changes(terms=tuple(changes))
    text = ", ".join(f"{one.path}: {_plain(one.value)}" for one in changes)
    return _view(desk, text, lambda terms, month: wanted, period, customer_id)


def _view(desk: Desk, change: str, find: Find, period: Period, customer_id: str | None) -> WhatIfView:
    now = desk.clock.now()
    # One instant for every query: usage that arrives meanwhile must not pass for a difference.
    still = replace(desk, clock=Clock(lambda: now))
    results, untried = _all(still, find, period, customer_id)
    if customer_id and untried:
        reason = untried[0].reason
        raise Refused(reason if reason[:1].isupper() else f"{untried[0].customer} {reason}.")
    if not results and not untried:
        raise Refused("I know no such customer; ask me to list the customers.")
    with desk.db.read() as session:
        ordered = sorted(results, key=lambda one: (-one.comparison.difference, one.rated.billable.customer.name))
        return WhatIfView(
            period=period.key, change=change, everybody=customer_id is None, sums=tuple(_sums(results)),
            results=tuple(_customer(session, one) for one in ordered), untried=tuple(untried),
            as_of=words.moment(now, desk.settings.zone),
        )  # fmt: skip


def _all(desk: Desk, find: Find, period: Period, customer_id: str | None) -> tuple[list[Tried], list[Untried]]:
    results, untried = [], []
    for one in looks(desk, period, customer_id):
        try:
            results.append(_tried(desk, one, find))
        except Refused as refused:
            untried.append(Untried(customer_id=one.customer.id, customer=one.customer.name, reason=str(refused)))
    return results, untried


def _tried(desk: Desk, one: Look, find: Find) -> Tried:
    if one.rated is None:
        raise Refused(one.reason or "cannot be rated")
    rated, before = one.rated, one.rated.billable.terms
    try:
        wanted = find(before, rated.period)
        terms = changed(before, wanted.terms)
        usage = _usage(desk, rated, terms, wanted)
        after = rate(terms, usage, rated.period, _opening(rated.bundle.opening, terms))
    except Refusal as refusal:
        raise Refused(f"I cannot compute this: {refusal.term}: {refusal.reason}") from refusal
    return Tried(rated, terms, wanted.terms, compare(rated.statement, after, wanted.terms), after)


def _opening(opening: Opening, terms: Terms) -> Opening:
    """The same position, without the balance of a commitment that was taken away."""
    known = {prepaid.id for prepaid in terms.prepaid} | {credit.id for credit in terms.credits}
    held = tuple(balance for balance in opening.balances if balance.id in known)
    return opening.model_copy(update={"balances": held})


def _usage(desk: Desk, rated: Rated, terms: Terms, wanted: Changes) -> Usage:
    usage = rated.bundle.usage
    if _measured_otherwise(rated, terms, wanted.terms):
        usage = snapshots.take(desk, rated.billable.customer.id, terms, rated.period).usage(None)
    if wanted.usage:
        usage = changed_usage(usage, wanted.usage.metric, wanted.usage.how, wanted.usage.amount)
    return usage


def _measured_otherwise(rated: Rated, terms: Terms, changes: Iterable[Change]) -> bool:
    whole = (dict, list)
    if any(MEASURED & set(change.path.split(".")) or isinstance(change.value, whole) for change in changes):
        return True
    before = rated.billable.terms
    return any(cuts(before, rated.period, one.id) != cuts(terms, rated.period, one.id) for one in terms.metrics)


def _sums(results: Sequence[Tried]) -> Iterable[Sum]:
    for currency in sorted({one.comparison.currency for one in results}):
        own = [one.comparison for one in results if one.comparison.currency == currency]
        with exactly():
            before, after = (sum(part, Decimal(0)) for part in ([x.before for x in own], [x.after for x in own]))
            difference = after - before
        yield Sum(currency=currency, customers=len(own), before=words.amount(before, currency),
                  after=words.amount(after, currency), difference=_signed(difference, currency))  # fmt: skip


def _customer(session: Session, one: Tried) -> CustomerChange:
    found, currency, base = one.comparison, one.comparison.currency, one.rated.billable
    return CustomerChange(
        customer_id=base.customer.id, customer=base.customer.name, currency=currency,
        lines=tuple(_line(row, one.rated.period, currency) for row in found.rows),
        before=words.amount(found.before, currency), after=words.amount(found.after, currency),
        difference=_signed(found.difference, currency),
        tax_difference=_signed(found.tax_difference, currency) if found.taxes else None,
        replaced=tuple(_replaced(session, one, change) for change in one.changes),
        notes=(*one.after.assumed, *_steps_up(one)), final=one.rated.final,
    )  # fmt: skip


def _line(row: Row, period: Period, currency: str) -> LineChange:
    line = row.after or row.before
    assert line is not None
    part = Period(line.period.start, line.period.end)
    return LineChange(
        id=row.id, description=words.dated(line.description, part, period), difference=_signed(row.difference, currency),
        before=_amount(row.before, currency), after=_amount(row.after, currency),
        sentence=sentence(row.after, currency) if row.after else None,
    )  # fmt: skip


def _amount(line: Line | None, currency: str) -> str | None:
    return words.amount(line.amount, currency) if line else None


def _replaced(session: Session, one: Tried, change: Change) -> Replaced:
    before, version = one.rated.billable.terms, one.rated.billable.version
    found = clauses(session, evidence_of(version), {change.path})
    was, now = (_value(change.path, terms) for terms in (before, one.terms))
    return Replaced(
        path=change.path, label=_label(change.path), before=was, after=now, clause=found[0] if found else None
    )


def _label(path: str) -> str:
    """What holds an amount or a price is called as that is."""
    names = [label(one) for one in (path, f"{path}.amount", f"{path}.unit_amount")]
    return next((name for name in names if "." not in name), names[0])


def _value(path: str, terms: Terms) -> str:
    """A term's value for people; what holds several values is told by what it is."""
    value = value_at(terms, path)
    if value is None:
        held = value_at(terms, path.removesuffix(".quantity")) if path.endswith("included.quantity") else None
        return "unlimited" if held else "none"
    if isinstance(value, dict):
        price = value.get("unit_amount", value.get("amount"))
        kind = str(value.get("model", "as it is")).replace("_", " ")
        return shown("amount", str(price), terms.currency) if price is not None else kind
    return shown(path, _plain(value), terms.currency)


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    return "none" if value is None else str(value)


def _steps_up(one: Tried) -> list[str]:
    """A changed price is the price before the contract's own increases, which a person may not think of."""
    touched = {change.path.split(".")[1].split("@")[0] for change in one.changes if change.path.startswith("charges.")}
    return [f"the contract's increase {step.id} still applies on top of the changed price"
            for step in one.terms.escalators if touched & set(step.applies_to)]  # fmt: skip


def _signed(difference: Decimal, currency: str) -> str:
    """'+$1,200.00', '-$3.00', '$0.00'."""
    return f"{'+' if difference > 0 else ''}{words.amount(difference, currency)}"
