"""Ideas: a change of terms or usage as people put it ('$0.07 over', 'graduated', '10 % more used'), found in one
contract's terms.

A closed vocabulary, for a model chooses from it. The same idea stands at another path in each contract, or nowhere; what
a contract does not have is refused with a reason, and where two places fit, the person is asked for one.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from billing.errors import Refused
from pricing.canonical import plain
from pricing.exact import exactly
from pricing.model.metric import Metric
from pricing.periods import Period
from pricing.rules.stretches import versions
from pricing.terms import Charge, PerUnit, PriceModel, RecurringCharge, Terms, Tiered, UsageCharge
from pricing.what_if import Change, value_at
from pricing.what_if_usage import How as UsageHow

What = Literal["overage price", "price per unit", "included units", "minimum", "fee", "price model", "usage"]
How = Literal["set", "more", "less"]
Word = Literal["none", "unlimited", "graduated", "volume"]
HOW: dict[How, str] = {"set": "at {}", "more": "{} higher", "less": "{} lower"}
MONEY = ("overage price", "price per unit", "minimum", "fee")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as a person typed it: `kind` money has a currency, a plain number has none."""

    text: str
    kind: Literal["money", "percent", "number"]
    amount: Decimal
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Idea:
    """Set, raise or lower something. `words` are the person's own, for telling several charges of one contract apart."""

    what: What
    how: How
    to: Figure | Word
    words: str = ""


@dataclass(frozen=True, slots=True)
class UsageChange:
    metric: Metric
    how: UsageHow
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Changes:
    """What an idea comes to for one contract."""

    terms: tuple[Change, ...] = ()
    usage: UsageChange | None = None


def said(idea: Idea) -> str:
    """'the overage price at $0.07', 'the usage 10% higher', 'no minimum', 'graduated tiers'."""
    if isinstance(idea.to, Figure):
        return f"the {idea.what} {HOW[idea.how].format(idea.to.text)}"
    if idea.to in ("graduated", "volume"):
        return f"{idea.to} tiers"
    return f"{'no' if idea.to == 'none' else idea.to} {idea.what}"


def check(idea: Idea) -> None:
    """Raises Refused for an idea that no contract could take."""
    words = {"price model": ("graduated", "volume"), "included units": ("none", "unlimited"), "usage": ()}
    if not isinstance(idea.to, Figure):
        if idea.to not in words.get(idea.what, ("none",)) or idea.how != "set":
            raise Refused(f"“{said(idea)}” is no change that I can try; name a figure.")
    elif idea.what == "price model":
        raise Refused("A price model is graduated or volume, not a figure; say which of the two.")
    elif idea.to.kind == "percent" and idea.how == "set":
        raise Refused(f"{idea.to.text} of what? Say by how much more or less.")
    elif idea.to.kind == "money" and idea.what not in MONEY:
        raise Refused(f"The {idea.what} is counted in units, not in money; leave the currency out.")


def changes(idea: Idea, terms: Terms, period: Period) -> Changes:
    """Raises Refused, with words to be said of a customer, when these terms have nothing of the kind, or several."""
    if isinstance(idea.to, Figure) and idea.to.currency not in (None, terms.currency):
        raise Refused(f"has a contract in {terms.currency}, and {idea.to.text} is not")
    if idea.what == "usage":
        return Changes(usage=_usage(idea, terms, period))
    return Changes(terms=tuple(FINDERS[idea.what](idea, terms, period)))


def _usage(idea: Idea, terms: Terms, period: Period) -> UsageChange:
    charges, figure = _metered(terms, period), idea.to
    metric = terms.metric(charges[_one(idea, terms, _places(charges), "usage")[0]].metric)
    assert isinstance(figure, Figure)
    with exactly():
        if figure.kind == "percent":
            return UsageChange(metric, "factor", _factor(idea.how, figure))
        if idea.how == "set":
            return UsageChange(metric, "absolute", figure.amount)
        return UsageChange(metric, "difference", figure.amount if idea.how == "more" else -figure.amount)


def _overage(idea: Idea, terms: Terms, period: Period) -> list[Change]:
    """What a unit costs beyond what is included, pooled or paid ahead."""
    pooled = {name for pool in terms.pools for name in pool.charges}
    beyond = {path: one for path, one in _metered(terms, period).items()
              if isinstance(one.price, PerUnit) and (_bounded(one) or one.id in pooled)}  # fmt: skip
    places = _places(beyond, ".price.unit_amount")
    places += [(f"prepaid.{one.id}.overage_unit_amount", one.id) for one in terms.prepaid
               if one.on_exhaustion == "overage" and one.overage_unit_amount is not None]  # fmt: skip
    return [_change(idea, terms, path) for path in _one(idea, terms, places, "overage price")]


def _per_unit(idea: Idea, terms: Terms, period: Period) -> list[Change]:
    charges = _metered(terms, period)
    found = _one(idea, terms, _places(charges), "price per unit")
    return [change for path in found for change in _priced(idea, terms, path, charges[path].price)]


def _priced(idea: Idea, terms: Terms, path: str, price: PriceModel) -> list[Change]:
    """Raised or lowered tier by tier; set, one price takes the place of the tiers."""
    if isinstance(price, PerUnit):
        return [_change(idea, terms, f"{path}.price.unit_amount")]
    if not isinstance(price, Tiered):
        raise Refused(f"has a {price.model.replace('_', ' ')} price, not one per unit")
    if idea.how == "set":
        return [Change(f"{path}.price", {"model": "per_unit", "unit_amount": _new(idea, Decimal(0))})]
    places = [f"{path}.price.tiers.{number}.unit_amount" for number in range(len(price.tiers))]
    return [_change(idea, terms, place) for place in places]


def _included(idea: Idea, terms: Terms, period: Period) -> list[Change]:
    pooled = {name for pool in terms.pools for name in pool.charges}
    own = {path: one for path, one in _metered(terms, period).items() if one.id not in pooled}
    places = _places(own, ".included.quantity") + [(f"pools.{one.id}.included.quantity", one.id) for one in terms.pools]
    bounded = [(path, name) for path, name in places if value_at(terms, path) is not None]
    return [_change(idea, terms, path) for path in _one(idea, terms, bounded or places, "included units")]


def _minimum(idea: Idea, terms: Terms, period: Period) -> list[Change]:
    held = [(f"minimums.{one.id}", one.id) for one in terms.minimums
            if period.overlap(one.in_force.start, one.in_force.end)]  # fmt: skip
    found = _one(idea, terms, held, "minimum")
    if idea.to == "none":
        return [Change(path, None) for path in found]
    return [_change(idea, terms, f"{path}.amount") for path in found]


def _fee(idea: Idea, terms: Terms, period: Period) -> list[Change]:
    fees = {path: one for path, one in _in_force(terms, period) if isinstance(one, RecurringCharge)}
    return [_change(idea, terms, path) for path in _one(idea, terms, _places(fees, ".amount"), "fee")]


def _model(idea: Idea, terms: Terms, period: Period) -> list[Change]:
    tiered = {path: one.price.model for path, one in _metered(terms, period).items() if isinstance(one.price, Tiered)}
    other = [path for path, model in tiered.items() if model != idea.to]
    if not other:
        raise Refused(f"has {idea.to} tiers already" if tiered else "has no tiers")
    return [Change(f"{path}.price.model", idea.to) for path in other]


FINDERS: dict[str, Callable[[Idea, Terms, Period], Sequence[Change]]] = {
    "overage price": _overage, "price per unit": _per_unit, "included units": _included, "minimum": _minimum, "fee": _fee,
    "price model": _model,
}  # fmt: skip


def _in_force(terms: Terms, period: Period) -> list[tuple[str, Charge]]:
    """Each version of each charge that some day of the period falls into, with its path."""
    by_id: dict[str, list[Charge]] = {}
    for charge in terms.charges:
        by_id.setdefault(charge.id, []).append(charge)
    named = [pair for group in by_id.values() for pair in versions(group)]
    return [(path, one) for path, one in named if period.overlap(one.in_force.start, one.in_force.end)]


def _metered(terms: Terms, period: Period) -> dict[str, UsageCharge]:
    return {path: one for path, one in _in_force(terms, period) if isinstance(one, UsageCharge)}


def _bounded(charge: UsageCharge) -> bool:
    return charge.included is not None and charge.included.quantity is not None


def _places(charges: Mapping[str, Charge], field: str = "") -> list[tuple[str, str]]:
    return [(path + field, one.id) for path, one in charges.items()]


def _one(idea: Idea, terms: Terms, places: Sequence[tuple[str, str]], noun: str) -> list[str]:
    """The paths of one owner, in all its versions. Raises Refused for none, and for several that the words do not tell
    apart."""
    owners = list(dict.fromkeys(owner for _, owner in places))
    if not places:
        raise Refused(f"has no {noun}")
    meant = owners if len(owners) == 1 else _named_by(idea.words, owners, terms)
    if len(meant) != 1:
        raise Refused(f"has {noun} in several places ({', '.join(owners)}); say which one is meant")
    return [path for path, owner in places if owner == meant[0]]


def _named_by(words: str, owners: Sequence[str], terms: Terms) -> list[str]:
    """Whose id and description share most words with what was said; empty when nobody shares any."""
    owning = (*terms.charges, *terms.pools, *terms.minimums, *terms.prepaid)
    called = {one.id: f"{one.id} {one.description}" for one in owning}
    said = _words(words)
    shared = {owner: len(said & _words(called[owner])) for owner in owners}
    most = max(shared.values())
    return [owner for owner, count in shared.items() if count == most > 0]


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W_]+", text.casefold()))


def _change(idea: Idea, terms: Terms, path: str) -> Change:
    if idea.to == "unlimited":
        return Change(path, None)
    now = value_at(terms, path)
    if now is None and idea.how != "set":
        raise Refused("has none now, so it cannot be more or less; name the figure itself")
    return Change(path, _new(idea, Decimal(now or 0)))


def _new(idea: Idea, now: Decimal) -> Any:
    """The new value as text; a percentage is taken of what holds now."""
    if not isinstance(idea.to, Figure):
        return "0"
    with exactly():
        if idea.how == "set":
            return plain(idea.to.amount)
        if idea.to.kind == "percent":
            return plain(now * _factor(idea.how, idea.to))
        return plain(now + (idea.to.amount if idea.how == "more" else -idea.to.amount))


def _factor(how: How, figure: Figure) -> Decimal:
    change = figure.amount / 100
    return 1 + change if how == "more" else 1 - change
