"""The approval policy: may this person approve this, and is one enough? Pure; everything it needs is passed in.

Amounts are compared in the invoice's own currency. A currency for which a rule with limits names none is refused rather
than let through: a limit that does not know the currency is no limit.
"""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from settings import Rule


@dataclass(frozen=True, slots=True)
class Actor:
    """A person as Slack's verified payload and users.info describe them."""

    id: str
    name: str
    groups: frozenset[str] = frozenset()
    bot: bool = False
    guest: bool = False
    stranger: bool = False
    deactivated: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """granted: done. second: counted, one more person is needed. refused: nothing happened, for `reason`."""

    outcome: Literal["granted", "second", "refused"]
    reason: str = ""


def may_act(rule: Rule, actor: Actor) -> Verdict:
    """For actions without an amount: confirming terms, ruling."""
    if actor.bot or actor.deactivated:
        return Verdict("refused", "Only people with an active account can do this.")
    if actor.guest or actor.stranger:
        return Verdict("refused", "Guests and people from other companies cannot do this.")
    if actor.id not in rule.users and not actor.groups & set(rule.groups):
        return Verdict("refused", "You are not among the people who may do this; ari.yml names them under policy.")
    return Verdict("granted")


def may_approve(
    rule: Rule, actor: Actor, amount: Decimal, currency: str, requested_by: str, given: Collection[str]
) -> Verdict:
    """May `actor` approve `amount`, when `given` have approved the same digest already?"""
    allowed = may_act(rule, actor)
    if allowed.outcome == "refused":
        return allowed
    if actor.id in given:
        return Verdict("refused", "You have approved this already; it waits for a second person.")
    if actor.id == requested_by and not rule.own_request:
        return Verdict("refused", "You asked for this draft, so somebody else has to approve it.")
    return _within_limits(rule, amount, currency, len(given))


def _within_limits(rule: Rule, amount: Decimal, currency: str, given: int) -> Verdict:
    for limits in (rule.limit, rule.second_above):
        if limits and currency not in limits:
            return Verdict("refused", f"The approval policy has no limit for {currency}; add one in ari.yml.")
    if rule.limit and amount > Decimal(rule.limit[currency]):
        return Verdict(
            "refused", f"This is above the limit of {rule.limit[currency]} {currency} for approvals in Slack."
        )
    if rule.second_above and amount > Decimal(rule.second_above[currency]) and given == 0:
        return Verdict(
            "second", f"Above {rule.second_above[currency]} {currency} a second person has to approve as well."
        )
    return Verdict("granted")
