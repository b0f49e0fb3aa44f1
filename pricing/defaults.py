"""Defaults: a hand-written input completed, and each value that was assumed for it listed.

For `ari rate` alone: where bills are made a contract's silence is never filled in. Only conventions are assumed, never a
price, a tier or what lies beyond a balance; docs/rate.md has the table. How charges are read: `pricing.default_charges`;
short forms of usage and positions: `pricing.inputs`.
"""

import copy
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any, NamedTuple, get_args

from pydantic import BaseModel

from pricing import inputs
from pricing.assumed import Assumed, Assumptions
from pricing.default_charges import ACTUAL_DAYS, complete_charges, is_cut, lone_charge, words
from pricing.inputs import Data, validated
from pricing.model.calendar import Interval, Window
from pricing.periods import Period
from pricing.refusal import Refusal
from pricing.rules.windows import span, stepped
from pricing.statement import CALCULATOR, Billed, Bundle, Counter, Opening, PeriodDates, Usage
from pricing.stored import upgraded
from pricing.terms import (
    SCHEMA,
    Cap,
    Credit,
    Discount,
    Escalator,
    Included,
    Metric,
    Minimum,
    OneTimeCharge,
    Pool,
    Prepaid,
    RecurringCharge,
    Tax,
    Terms,
    Threshold,
    UsageCharge,
)  # fmt: skip

MOST_INTERVALS = 120
FIELDS = ("id", "calculator", "terms", "usage", "period", "opening", "billed", "previous")
# A figure or a word where an object is meant, and the field of that object which it is.
SHORT = {
    "included": "quantity", "proration": "basis", "rounding": "mode", "billing": "frequency", "anchor": "kind",
    "allocation": "by",
}  # fmt: skip
# Each list of the terms: its items' models, the field that a bare figure means, the id of an item without one.
LISTS: dict[str, tuple[tuple[type[BaseModel], ...], str, str]] = {
    "metrics": ((Metric,), "unit", ""),
    "charges": ((UsageCharge, RecurringCharge, OneTimeCharge), "price", ""),
    "pools": ((Pool,), "included", "pool"),
    "minimums": ((Minimum,), "amount", "minimum"),
    "caps": ((Cap,), "amount", "cap"),
    "prepaid": ((Prepaid,), "amount", "prepaid"),
    "credits": ((Credit,), "amount", "credit"),
    "discounts": ((Discount,), "percent", "discount"),
    "escalators": ((Escalator,), "percent", "escalator"),
    "taxes": ((Tax,), "percent", "tax"),
    "thresholds": ((Threshold,), "of", "threshold"),
}


class Completed(NamedTuple):
    """`previous` are the levels, by threshold id, with which this rating's levels are compared."""

    bundle: Bundle
    assumed: tuple[Assumed, ...]
    previous: dict[str, Decimal]


def completed(data: Data) -> Completed:
    """{terms, usage, period, opening?, billed?, previous?} as `inputs.read_json` reads it. Raises Refusal."""
    for name in data:
        if name not in FIELDS:
            raise Refusal(name, f"is no field that is known here; there are {', '.join(FIELDS)}")
    if data.get("calculator", CALCULATOR) != CALCULATOR:
        raise Refusal("calculator", f"must be {CALCULATOR}, or left out; `ari replay` rates bundles of other versions")
    assumed = Assumptions()
    written = _written(data.get("terms"))
    period = _dates(written, inputs.read_period(data.get("period")), assumed)
    complete_charges(written, period, inputs.metrics_of(data.get("usage")), assumed)
    for name in LISTS:
        for one in written.get(name, ()):
            _owner(written, name, one, period, assumed)
    terms = validated(Terms, written)
    inputs.check_years("effective_from", terms.effective_from)
    usage = inputs.read_usage(data.get("usage"), terms, period)
    opening = _opening(inputs.read_opening(data.get("opening")), terms, usage, period, assumed)
    dates = PeriodDates(start=period.start, end=period.end)
    bundle = Bundle(terms=terms, usage=usage, period=dates, opening=opening, billed=_billed(data.get("billed")))
    return Completed(bundle, tuple(assumed), _previous(data.get("previous")))


def _written(given: object) -> Data:
    """The terms as objects and lists of objects, still with what was given and nothing else."""
    if not isinstance(given, dict):
        raise Refusal(
            "terms", "is missing; add an object with charges, or with a price" if given is None else "must be an object"
        )
    if not isinstance(given.get("schema_version", SCHEMA), int):
        raise Refusal("schema_version", f"must be a whole number, such as {SCHEMA}")
    terms: Data = upgraded(copy.deepcopy(given))
    lone_charge(terms)
    for name, (models, figure, _) in LISTS.items():
        if name in terms:
            terms[name] = _items(name, terms[name], figure, models)
    terms = _spelled(terms)
    for name in ("billing", "rounding"):
        if not isinstance(terms.setdefault(name, {}), dict):
            raise Refusal(name, "must be an object")
    return terms


def _spelled(value: Any) -> Any:
    """Words and figures that stand for an object become it. Names and values of dimensions are left alone."""
    if isinstance(value, list):
        return [_spelled(one) for one in value]
    if not isinstance(value, dict):
        return value
    made = {name: one if name in ("when", "where") else _spelled(one) for name, one in value.items()}
    for name, field in SHORT.items():
        if inputs.is_figure(made.get(name)):
            made[name] = {field: made[name]}
    return made


def _items(name: str, value: Any, figure: str, models: tuple[type[BaseModel], ...]) -> list[Data]:
    """A list of objects, from one, from a mapping by id, or from bare figures."""
    if isinstance(value, dict):
        alone = any(field in model.model_fields for model in models for field in value)
        value = [value] if alone else inputs.listed(value, figure)
    elif inputs.is_figure(value):
        value = [value]
    if not isinstance(value, list):
        raise Refusal(name, "must be a list of objects")
    made = [{figure: one} if inputs.is_figure(one) else one for one in value]
    for number, one in enumerate(made):
        if not isinstance(one, dict):
            raise Refusal(f"{name}.{number}", "must be an object")
        for field in ("id", "metric"):
            if not isinstance(one.get(field, ""), str | None):
                raise Refusal(f"{name}.{number}.{field}", "must be a name, such as api_calls")
    return made


def _dates(terms: Data, period: Period, assumed: Assumptions) -> Period:
    """The billing period: a part of a month is the first or the last of a contract that begins or ends in it."""
    billing, month = terms["billing"], Period.month(period.start.strftime("%Y-%m"))
    found, every = _interval(period, billing.get("every"))
    frequency = billing.get("frequency") or found
    if every > 1 and not billing.get("frequency"):
        assumed.fill(billing, "billing", every=every)
    own = terms.get("effective_from") in (None, str(period.start)) and terms.get("term_end") in (None, str(period.end))
    assumed.fill(terms, "", schema_version=SCHEMA, currency="USD", time_zone="UTC", effective_from=str(period.start))
    assumed.fill(billing, "billing", frequency=frequency or "monthly", net_days=30)
    assumed.fill(terms["rounding"], "rounding", mode="half_up")
    if not own or billing["frequency"] != "monthly" or found == "monthly" or period.end > month.end:
        return period
    if period.end < month.end:
        assumed.fill(terms, "", term_end=str(period.end))
    assumed.append(Assumed("period", month.key))
    return month


def _interval(period: Period, every: object) -> tuple[str | None, int]:
    """Which interval the period is one of, or `every` of them, or several months; (None, 1) when of none.

    From a month's last day on, the next may end on its month's last day, too."""
    start, end = period.start, period.end
    days = {start.day, 31 if (start + timedelta(days=1)).day == 1 else start.day}
    given = every if type(every) is int and 0 < every <= MOST_INTERVALS else None
    months = (end.year - start.year) * 12 + end.month - start.month
    tried: list[tuple[Interval, int]] = [(name, given or 1) for name in get_args(Interval)]
    if given is None and 1 < months <= MOST_INTERVALS:
        tried.append(("monthly", months))
    found = ((name, times) for name, times in tried for day in days if stepped(start, name, times, day) == end)
    return next(found, (None, 1))


def _owner(terms: Data, group: str, one: Data, period: Period, assumed: Assumptions) -> None:
    """What stands beside charges: its id and words, whose lines it concerns, when and how far it holds."""
    (model, *_), _, word = LISTS[group]
    if not word:
        return
    taken = {other.get("id") for name in LISTS for other in terms.get(name, ())}
    name = one.get("id") or next(name for name in inputs.numbered(word) if name not in taken)
    charges = {charge["id"]: charge["kind"] for charge in terms.get("charges", ())}
    metered = [charge for charge, kind in charges.items() if kind == "usage"]
    raised = [charge for charge, kind in charges.items() if kind != "one_time"]
    access = {"start": terms["effective_from"], "end": terms.get("term_end")}
    defaults: Data = {"id": name}
    if "description" in model.model_fields and group != "pools":
        defaults["description"] = words(name)
    cut = is_cut(terms, one, period) or one.get("over", "period") != "period"
    # A number of billing periods is never a part of one.
    if cut and group in ("minimums", "caps", "discounts", "credits") and not one.get("periods"):
        defaults["proration"] = ACTUAL_DAYS
    own: dict[str, Data] = {
        "minimums": {"counts": list(charges)}, "caps": {"counts": list(charges)}, "pools": {"charges": metered},
        "prepaid": {"applies_to": metered, "access": access}, "credits": {"access": access},
        "escalators": {"applies_to": raised, "tiers_on_change": "restart"},
    }  # fmt: skip
    assumed.fill(one, f"{group}.{name}", **defaults, **own.get(group, {}))


def _opening(given: Data, terms: Terms, usage: Usage, period: Period, assumed: Assumptions) -> Opening:
    """What the position does not say: balances are full, counters at zero, nothing was carried."""
    opening = validated(Opening, given, "opening")
    held: list[Prepaid | Credit] = [*terms.prepaid, *terms.credits]
    wanted: list[tuple[str, str, str, Decimal | int]] = [
        *(("balances", one.id, "amount", one.amount) for one in held if _drawable(one, period)),
        *(("counters", name, "quantity", 0) for name in _counted(terms, usage, period)),
        *(("carried", name, "quantity", 0) for name in _rolled(terms, usage, period)),
    ]  # fmt: skip
    more: dict[str, list[Data]] = {"balances": [], "counters": [], "carried": []}
    for part, name, field, value in wanted:
        if name not in {one.id for one in getattr(opening, part)}:
            more[part].append({"id": name, field: value})
            assumed.append(Assumed(f"opening.{part}.{name}", value))
    added = validated(Opening, more, "opening")
    return Opening(
        balances=opening.balances + added.balances, counters=opening.counters + added.counters,
        carried=opening.carried + added.carried,
    )  # fmt: skip


def _drawable(one: Prepaid | Credit, period: Period) -> bool:
    """Whether it may be drawn from and began before the period; what begins in it is granted by it."""
    held = period.overlap(one.access.start, one.access.end)
    return held is not None and (one.access.start is None or one.access.start < period.start)


def _counted(terms: Terms, usage: Usage, period: Period) -> Iterator[str]:
    """Ids of the counters of windows that began before the period."""
    for charge in terms.charges:
        if isinstance(charge, UsageCharge) and not _begun(terms, charge.accumulates, period):
            yield from (f"{charge.id}{suffix}" for suffix in _suffixes(charge, usage))
    yield from (name for name, rule in _allowances(terms, usage) if not _begun(terms, rule.resets, period))
    limits: list[Minimum | Cap] = [*terms.minimums, *terms.caps]
    yield from (one.id for one in limits if not _begun(terms, one.over, period))


def _rolled(terms: Terms, usage: Usage, period: Period) -> Iterator[str]:
    """Ids of the allowances into which units of earlier windows may have rolled."""
    if period.start > terms.effective_from:
        yield from (name for name, rule in _allowances(terms, usage) if rule.rollover)


def _allowances(terms: Terms, usage: Usage) -> Iterator[tuple[str, Included]]:
    for charge in terms.charges:
        if isinstance(charge, UsageCharge) and charge.included and charge.included.quantity:
            yield from ((f"{charge.id}{suffix}.included", charge.included) for suffix in _suffixes(charge, usage))
    yield from ((pool.id, pool.included) for pool in terms.pools)


def _suffixes(charge: UsageCharge, usage: Usage) -> list[str]:
    if charge.per_each is None:
        return [""]
    dims = [one.dims for one in usage.slices if one.metric == charge.metric]
    dims += [one.dims for one in usage.events if one.metric == charge.metric]
    return sorted({f"[{one[charge.per_each]}]" for one in dims if charge.per_each in one})


def _begun(terms: Terms, window: Window, period: Period) -> bool:
    return window == "period" or span(terms, window, period).begins_in(period)


def _billed(given: object) -> tuple[Billed, ...]:
    items = inputs.read_billed(given)
    return tuple(validated(Billed, one, f"billed.{number}") for number, one in enumerate(items))


def _previous(given: object) -> dict[str, Decimal]:
    if not isinstance(given, dict | None):
        raise Refusal("previous", "must be an object of figures by threshold id")
    levels = [validated(Counter, {"id": name, "quantity": one}, "previous") for name, one in (given or {}).items()]
    return {one.id: one.quantity for one in levels}
