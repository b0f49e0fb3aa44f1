"""Hand-written charges completed: what each counts, its name, its price model, how a part of a period counts."""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from pricing.assumed import Assumptions
from pricing.inputs import Data, is_figure, numbered, texts
from pricing.periods import Period
from pricing.refusal import Refusal
from pricing.terms import UsageCharge

ACTUAL_DAYS = {"basis": "actual_days"}
# The field that only one price model has.
MODELS = {
    "unit_amount": "per_unit", "size": "package", "cells": "matrix", "multiplier": "pass_through", "rate": "percentage",
}  # fmt: skip
TIER_MODELS = {"amount": "stairstep", "rate": "graduated_percentage"}
NOT_A_LETTER = re.compile(r"[^a-z0-9]+")


def lone_charge(terms: Data) -> None:
    """A price on the terms themselves is that of their only charge."""
    if "price" in terms and "charges" not in terms:
        terms["charges"] = [{name: terms.pop(name) for name in UsageCharge.model_fields if name in terms}]


def complete_charges(terms: Data, period: Period, measured: Sequence[str], assumed: Assumptions) -> None:
    """Complete charges and metrics in place. `measured` are the metrics that usage was given for. Raises Refusal."""
    charges: list[Data] = terms.get("charges", [])
    metrics: list[Data] = terms.setdefault("metrics", [])
    known = list(dict.fromkeys([*measured, *(one["id"] for one in metrics if one.get("id"))]))
    names = _names(charges, known)
    for charge, (name, kind, metric) in zip(charges, names, strict=True):
        earlier = [
            one for one, other in zip(charges, names, strict=True) if other.id == name and _start(one) < _start(charge)
        ]
        path = f"charges.{name}@{_start(charge)}" if earlier else f"charges.{name}"
        if metric:
            assumed.fill(charge, path, metric=metric)
        assumed.fill(charge, path, id=name, kind=kind, description=words(name))
        if kind == "usage":
            _usage(charge, path, assumed)
        if kind == "recurring" and charge.get("tiers") is not None:
            charge["tiers"] = _price(charge["tiers"], f"{path}.tiers", assumed)
            assumed.fill(charge, path, amount="0")
        if kind == "one_time" and not charge.get("instalments"):
            assumed.fill(charge, path, on=str(period.start))
        _changes(terms, charge, path, is_cut(terms, charge, period), bool(earlier), assumed)
        if kind == "recurring" and (terms.get("escalators") or [one.id for one in names].count(name) > 1):
            _uncut(charge, path, assumed)
    counted = dict.fromkeys(one["metric"] for one in charges if isinstance(one.get("metric"), str))
    metrics += [{"id": name} for name in counted if name not in {one.get("id") for one in metrics}]
    for one in metrics:
        assumed.fill(one, f"metrics.{one.get('id')}", unit="unit")


def is_cut(terms: Data, one: Data, period: Period) -> bool:
    """Whether a date of the contract, or one of its own, lies inside the period."""
    contract = {"start": terms.get("effective_from"), "end": terms.get("term_end")}
    spans = [span for span in (contract, one.get("in_force"), one.get("access")) if isinstance(span, dict)]
    days = [day for span in spans for day in (span.get("start"), span.get("end"))]
    return any(str(period.start) < day < str(period.end) for day in days if isinstance(day, str))


def words(name: str) -> str:
    """'platform_fee' as an invoice says it: 'Platform fee'."""
    return name.replace("_", " ").capitalize()


class _Named(NamedTuple):
    id: str
    kind: str
    metric: str | None


def _names(charges: list[Data], known: list[str]) -> list[_Named]:
    """Each charge's kind, from its fields; its id, from its metric, its description or its kind. Dated versions share one."""
    taken = {one["id"] for one in charges if one.get("id")}
    found: list[_Named] = []
    dated: set[str] = set()
    for charge in charges:
        kind, given = str(charge.get("kind") or _kind(charge)), charge.get("id")
        counts = kind == "usage" or charge.get("tiers") is not None
        metric = charge.get("metric") or (_metric(given, charges, known) if counts else None)
        word = _slug(charge.get("description")) or ("fee" if kind == "recurring" else kind)
        name = str(given or (metric if kind == "usage" and metric else word))
        if not given and name in taken and not (charge.get("in_force") and name in dated):
            name = next(other for other in numbered(name) if other not in taken)
        if not given and charge.get("in_force"):
            dated.add(name)
        taken.add(name)
        found.append(_Named(name, kind, metric or (name if kind == "usage" else None)))
    return found


def _kind(charge: Data) -> str:
    if "amount" in charge:
        return "one_time" if "on" in charge or "instalments" in charge else "recurring"
    return "recurring" if "tiers" in charge else "usage"


def _metric(name: object, charges: list[Data], known: list[str]) -> str | None:
    """What has the charge's name, else the one thing that no other charge counts, else the only thing measured."""
    if name in known:
        return str(name)
    counted = {one.get("metric") for one in charges}
    left = [one for one in known if one not in counted] or known
    return left[0] if len(left) == 1 else None


def _slug(text: object) -> str | None:
    """'Platform fee' as an id: 'platform_fee'; None where nothing is left of it that can be one."""
    name = NOT_A_LETTER.sub("_", text.lower()).strip("_0123456789")[:60] if isinstance(text, str) else ""
    return name or None


def _usage(charge: Data, path: str, assumed: Assumptions) -> None:
    charge["price"] = _price(charge.get("price"), f"{path}.price", assumed)
    if isinstance(charge.get("where"), dict):
        charge["where"] = {name: [str(one)] if is_figure(one) else one for name, one in charge["where"].items()}


def _price(price: Any, path: str, assumed: Assumptions) -> Any:
    """A figure is a price per unit. The model follows from the fields, but graduated and volume have the same ones."""
    if price is None:
        raise Refusal(path, 'is missing; add it, such as "0.10"')
    if is_figure(price):
        return {"model": "per_unit", "unit_amount": price}
    if not isinstance(price, dict):
        raise Refusal(path, "must be a figure, or an object such as {model, tiers}")
    model = price.get("model") or next((MODELS[name] for name in price if name in MODELS), None)
    if isinstance(price.get("tiers"), list):
        model = _tiers(price["tiers"], model, path, assumed)
    if model is None:
        raise Refusal(
            f"{path}.model", "is missing; write per_unit, graduated, volume, package, stairstep, percentage ..."
        )
    assumed.fill(price, path, model=model)
    if model == "package":
        assumed.fill(price, path, partial="up")
    cells = price.get("cells")
    for number, cell in enumerate(cells if isinstance(cells, list) else ()):
        if isinstance(cell, dict):
            cell["price"] = _price(cell.get("price"), f"{path}.cells.{number}.price", assumed)
            cell["when"] = texts(cell.get("when"))
    if price.get("otherwise") is not None:
        price["otherwise"] = _price(price["otherwise"], f"{path}.otherwise", assumed)
    return price


def _tiers(tiers: list[Any], model: str | None, path: str, assumed: Assumptions) -> str:
    """Complete the tiers in place; their model. Raises Refusal when it is not said and could be two."""
    for number, tier in enumerate(tiers):
        where = f"{path}.tiers.{number}"
        if not isinstance(tier, dict):
            raise Refusal(where, "must be an object such as {up_to, unit_amount}")
        if tier.get("up_to") == "inf":
            tier["up_to"] = None
        if number == len(tiers) - 1 and "up_to" not in tier:
            assumed.fill(tier, where, up_to=None)
        model = model or next((TIER_MODELS[name] for name in tier if name in TIER_MODELS), None)
        if model in ("graduated", "volume") and "flat_amount" in tier:
            assumed.fill(tier, where, unit_amount="0")
    if model is None:
        raise Refusal(
            f"{path}.model", "is it graduated (each unit at its own tier's price) or volume (all at the last)? say"
        )
    return model


def _changes(terms: Data, charge: Data, path: str, cut: bool, later: bool, assumed: Assumptions) -> None:
    """How a part of a period counts, where a date, a level, another interval or another version makes one."""
    included, level = charge.get("included"), charge.get("metric")
    cut = cut or bool(terms.get("escalators"))
    if charge["kind"] == "recurring" and (cut or level or charge.get("every")):
        assumed.fill(charge, path, proration={**ACTUAL_DAYS, **({"credit_on_decrease": "yes"} if level else {})})
        if level and isinstance(charge["proration"], dict):
            assumed.fill(charge["proration"], f"{path}.proration", credit_on_decrease="yes")
    if charge["kind"] != "usage":
        return
    if later and (included or (isinstance(charge["price"], dict) and "tiers" in charge["price"])):
        assumed.fill(charge, path, tiers_on_change="restart")
    if isinstance(included, dict) and (cut or later or included.get("resets", "period") != "period"):
        assumed.fill(included, f"{path}.included", proration=ACTUAL_DAYS)


def _uncut(charge: Data, path: str, assumed: Assumptions) -> None:
    """Of a fee that changes inside a period and is not cut to days, the new amount holds."""
    rule = charge.get("proration")
    if isinstance(rule, dict) and rule.get("basis") == "none" and not charge.get("metric"):
        assumed.fill(rule, f"{path}.proration", on_change="new")


def _start(charge: Data) -> str:
    """The first day in force, '' from the beginning; dates as text sort as they follow."""
    own = charge.get("in_force")
    return str(own.get("start") or "") if isinstance(own, dict) else ""
