"""An opening position as somebody entered it, and why it may not be entered: checks against the terms and the ledger."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Literal

from sqlmodel import Session

from billing import words
from billing.invoices.positions import unit_of
from pricing.model.numbers import Exact, Strict
from pricing.money import Money
from pricing.periods import Period, PeriodError
from pricing.refusal import Refusal
from pricing.rules.periods import check_period
from pricing.terms import PRICE_LIMIT, Credit, Included, Prepaid, Terms, UsageCharge
from store import balances


class Entered(Strict):
    """One position as `period` begins: `amount` in `unit` (a currency or a metric's unit). `form` as in the ledger; carried
    units (`allowance`) hold for `periods` more periods, this one counted."""

    contract: str
    form: Literal["balance", "quantity", "amount", "allowance"]
    position: str
    periods: int = 0
    amount: Exact
    unit: str
    period: str
    evidence: str


def refusal(session: Session, terms: Terms, one: Entered) -> str | None:
    """Why this cannot be entered now, as a sentence; None when it can."""
    return _not_of_the_terms(terms, one) or _no_amount(terms, one) or _too_late(session, one)


def incomplete(terms: Terms, entries: Sequence[Entered]) -> str | None:
    """A charge whose tiers count over several periods needs both what it counted and what it came to: with one of the
    two, the other would be taken for zero."""
    for charge in terms.charges:
        if isinstance(charge, UsageCharge) and charge.accumulates != "period":
            for name in sorted({one.position for one in entries if _plain(one.position) == charge.id}):
                given = {one.form for one in entries if one.position == name}
                if given != {"quantity", "amount"}:
                    return (
                        f"{name} needs both its quantity and its amount; {given.pop()} alone leaves the other unknown."
                    )
    return None


def _not_of_the_terms(terms: Terms, one: Entered) -> str | None:
    known = openable(terms)
    unit = known.get((one.form, _plain(one.position)))
    if unit is None:
        there = ", ".join(sorted(f"{name} ({form})" for form, name in known)) or "none"
        return f"the terms have no such position; they have {there}."
    if one.unit != unit:
        return f"is kept in {unit}, not in {one.unit}."
    try:
        check_period(terms, Period.parse(one.period))
    except (PeriodError, Refusal) as wrong:
        return f"{one.period} cannot be opened: {getattr(wrong, 'reason', wrong)}."
    return None


def _no_amount(terms: Terms, one: Entered) -> str | None:
    if one.amount < 0:
        return f"{one.amount} is below zero; nothing less than nothing can be left."
    paid = next((each for each in _paid(terms) if each.id == one.position), None)
    grows = (isinstance(paid, Prepaid) and paid.recharge is not None) or one.position in _receivers(terms)
    if paid and not grows and one.amount > paid.amount:
        return f"No more than {_shown(paid.amount, one.unit, terms)} was paid ahead, so no more can be left."
    if one.amount >= PRICE_LIMIT:
        return f"{one.amount} is more than can be meant; write one such as 4300.00."
    if one.unit == terms.currency and one.amount != Money(one.amount, terms.currency).rounded().amount:
        return f"{one.amount} {one.unit} is finer than {one.unit} goes; write what can be paid."
    if not one.evidence.strip():
        return "has no evidence; say where the figure comes from."
    return _no_lot(terms, one)


def _no_lot(terms: Terms, one: Entered) -> str | None:
    if one.form != "allowance":
        return "does not expire by periods; leave periods out." if one.periods else None
    rule = _allowances(terms)[_plain(one.position)].rollover
    longest = rule.expires_after if rule else 0
    return None if 1 <= one.periods <= longest else f"holds for 1 to {longest} periods, not {one.periods}."


def _too_late(session: Session, one: Entered) -> str | None:
    posted = balances.live(balances.entries(session, one.contract))
    same = [each for each in posted if (each.form, each.balance) == (one.form, one.position)]
    if any(each.kind == "opening" for each in same):
        return f"was opened already, for {same[0].period}."
    if same:
        return f"was moved already, in {same[0].period}; the ledger knows where it stands."
    later = [each for each in posted if each.kind != "opening" and _start(each.period) >= _start(one.period)]
    return (
        f"comes too late: {later[0].period} was posted already; enter it for the first period after." if later else None
    )


def openable(terms: Terms) -> dict[tuple[str, str], str]:
    """(form, id) -> unit of every position that a period of these terms may need from before it."""
    found: dict[tuple[str, str], str] = {("balance", one.id): terms.currency for one in terms.credits}
    for one in terms.prepaid:
        found["balance", one.id] = unit_of(terms, one.charges[0]) if one.kept_in == "units" else terms.currency
    for name, rule in _allowances(terms).items():
        found |= {("allowance", name): unit_of(terms, name)} if rule.rollover else {}
        found |= {("quantity", name): unit_of(terms, name)} if rule.resets != "period" else {}
    for charge in terms.charges:
        if isinstance(charge, UsageCharge) and charge.accumulates != "period":
            found |= {("quantity", charge.id): unit_of(terms, charge.id), ("amount", charge.id): terms.currency}
    bounds = [*((one.id, one.over) for one in terms.minimums), *((one.id, one.over) for one in terms.caps)]
    return found | {("amount", name): terms.currency for name, over in bounds if over != "period"}


def _allowances(terms: Terms) -> dict[str, Included]:
    own = {f"{one.id}.included": one.included for one in terms.charges if isinstance(one, UsageCharge) and one.included}
    return own | {one.id: one.included for one in terms.pools}


def _receivers(terms: Terms) -> set[str | None]:
    return {one.expiry.into for one in _paid(terms) if one.expiry}


def _paid(terms: Terms) -> list[Prepaid | Credit]:
    return [*terms.prepaid, *terms.credits]


def _plain(position: str) -> str:
    """'minutes[site 1].included' -> 'minutes.included': each value of a dimension has a position of its own."""
    head, bracket, tail = position.partition("[")
    return head + tail.rpartition("]")[2] if bracket else position


def _shown(amount: Decimal, unit: str, terms: Terms) -> str:
    return words.amount(amount, unit) if unit == terms.currency else words.quantity(amount, unit)


def _start(period: str) -> date:
    return Period.parse(period).start
