"""Hand-written inputs: what each short form means, what is assumed for what is missing, what is refused by name."""

import json
from copy import deepcopy
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from pricing.canonical import tree
from pricing.defaults import Completed, completed
from pricing.inputs import path_of, read_json, read_period
from pricing.periods import Period
from pricing.rate import rate
from pricing.refusal import Refusal
from pricing.statement import Bundle, Statement
from tests.demo_terms import DEMO
from tests.pricing.pricing_kit import NOVEMBER, used

MINUTES = {"terms": {"price": "0.10"}, "usage": {"minutes": 5}, "period": "2025-11"}
FEE: dict[str, Any] = {"terms": {"charges": {"fee": {"amount": 30}}}, "period": "2025-11"}


def filled(given: dict[str, Any]) -> Completed:
    return completed(read_json(json.dumps(given)))


def rated(given: dict[str, Any]) -> Statement:
    bundle = filled(given).bundle
    dates = Period(bundle.period.start, bundle.period.end)
    return rate(bundle.terms, bundle.usage, dates, bundle.opening, bundle.billed)


def assumed(given: dict[str, Any]) -> dict[str, Any]:
    return {one.path: one.value for one in filled(given).assumed}


def refusal(given: dict[str, Any]) -> tuple[str, str]:
    with pytest.raises(Refusal) as refused:
        rated(given)
    return refused.value.term, refused.value.reason


def with_terms(given: dict[str, Any], **terms: Any) -> dict[str, Any]:
    return {**given, "terms": {**given["terms"], **terms}}


def test_everything_that_is_missing_is_listed() -> None:
    assert assumed(MINUTES) == {
        "schema_version": 2, "currency": "USD", "time_zone": "UTC", "effective_from": "2025-11-01",
        "billing.frequency": "monthly", "billing.net_days": 30, "rounding.mode": "half_up",
        "charges.minutes.metric": "minutes", "charges.minutes.id": "minutes", "charges.minutes.kind": "usage",
        "charges.minutes.description": "Minutes", "metrics.minutes.unit": "unit",
    }  # fmt: skip


def test_complete_terms_are_taken_as_they_are() -> None:
    bundle = Bundle(terms=DEMO["brindlecat"], usage=used("5"), period=dates_of(NOVEMBER))
    found = completed(read_json(json.dumps(tree(bundle))))
    assert (found.bundle, found.assumed) == (bundle, ())


def dates_of(period: Period) -> Any:
    return {"start": period.start, "end": period.end}


def test_the_input_is_not_changed() -> None:
    given = read_json(json.dumps(with_terms(MINUTES, minimums=5, taxes={"vat": 20})))
    before = deepcopy(given)
    assert completed(given) == completed(given)
    assert given == before


@pytest.mark.parametrize(
    ("text", "days"),
    [("2025-11", 30), ("2025-11-16/2025-12-01", 15), ({"start": "2025-11-16", "end": "2025-12-16"}, 30)],
)
def test_periods(text: object, days: int) -> None:
    assert read_period(text).days == days


@pytest.mark.parametrize(
    "text",
    [None, 5, "", "2025", "2025-13", "2025-11-16", "2025-12-01/2025-11-01", "2025-11-01/2025-11-01", "a/b/c", {"start": 1},
     {"start": "2025-11-01", "end": 5}, {"start": "2025-11-01", "end": "2025-11-01"}, "0001-01-01/0001-02-01", [], True],
)  # fmt: skip
def test_what_is_no_period(text: object) -> None:
    assert refusal({**MINUTES, "period": text})[0] == "period"


@pytest.mark.parametrize(
    ("period", "frequency"),
    [
        ("2025-11", "monthly"), ("2025-11-16/2025-12-16", "monthly"), ("2025-01-31/2025-02-28", "monthly"),
        ("2025-02-28/2025-03-31", "monthly"), ("2025-10-01/2026-01-01", "quarterly"), ("2025-07-01/2026-01-01", "semiannual"),
        ("2024-02-29/2025-02-28", "annual"), ("2025-11-03/2025-11-10", "weekly"), ("2025-11-03/2025-11-04", "daily"),
        ("2025-02-01/2025-03-01", "monthly"), ("2025-11-01/2026-01-01", "monthly"), ("2025-12-31/2026-02-28", "monthly"),
    ],
)  # fmt: skip
def test_the_frequency_follows_from_the_period(period: str, frequency: str) -> None:
    assert assumed({**MINUTES, "period": period})["billing.frequency"] == frequency
    assert rated({**MINUTES, "period": period}).total == Decimal("0.50")


@pytest.mark.parametrize(
    ("period", "billing", "frequency", "every"),
    [
        ("2025-11-01/2026-01-01", {}, "monthly", 2), ("2024-01-01/2026-01-01", {"net_days": 5}, "monthly", 24),
        ("2025-11-03/2025-11-17", {"every": 2}, "weekly", 2), ("2025-01-01/2025-07-01", {"every": 2}, "quarterly", 2),
    ],
)  # fmt: skip
def test_several_intervals_are_one_period(period: str, billing: dict[str, Any], frequency: str, every: int) -> None:
    given = with_terms({**MINUTES, "period": period}, billing=billing)
    found = filled(given).bundle.terms.billing
    assert (found.frequency, found.every) == (frequency, every)
    assert assumed(given).get("billing.every", every) == every
    assert rated(given).total == Decimal("0.50")


def test_a_frequency_that_is_given_is_kept() -> None:
    two_months = {**MINUTES, "period": "2025-11-01/2026-01-01"}
    assert refusal(with_terms(two_months, billing="monthly"))[0] == "billing.frequency"
    assert rated(with_terms(two_months, billing={"frequency": "monthly", "every": 2})).lines


@pytest.mark.parametrize(
    ("period", "more", "due"),
    [
        ("2025-11-16/2025-12-01", {}, "15.00"),
        ("2025-11-01/2025-11-11", {}, "10.00"),
        ("2025-11-11/2025-11-21", {"billing": "monthly"}, "10.00"),
        ("2025-11-16/2025-12-01", {"effective_from": "2025-11-16"}, "15.00"),
    ],
)
def test_a_part_of_a_month_is_the_contracts_own(period: str, more: dict[str, Any], due: str) -> None:
    given = with_terms({**FEE, "period": period}, **more)
    assert assumed(given)["period"] == "2025-11"
    assert rated(given).total == Decimal(due)


def test_a_part_of_a_month_of_a_contract_that_goes_on_is_refused() -> None:
    given = with_terms({**FEE, "period": "2025-11-16/2025-12-01"}, effective_from="2025-01-01")
    assert refusal(given)[0] == "billing.frequency"
    assert refusal({**FEE, "period": "2025-11-16/2026-01-20"})[0] == "billing.frequency"


@pytest.mark.parametrize(
    ("price", "model"),
    [
        (0.1, "per_unit"), ("0.1", "per_unit"), ({"unit_amount": 1}, "per_unit"), ({"size": 10, "amount": 1}, "package"),
        ({"rate": 2}, "percentage"), ({"multiplier": "1.15"}, "pass_through"),
        ({"tiers": [{"up_to": 5, "amount": 1}, {"amount": 2}]}, "stairstep"),
        ({"tiers": [{"up_to": 5, "rate": 1}, {"up_to": "inf", "rate": 2}]}, "graduated_percentage"),
        ({"model": "graduated", "tiers": [{"up_to": 5, "flat_amount": 1}, {"up_to": None, "unit_amount": 2}]}, "graduated"),
        ({"cells": [{"when": {"seats": 10}, "price": 1}]}, "matrix"),
    ],
)  # fmt: skip
def test_the_model_follows_from_the_fields(price: Any, model: str) -> None:
    assert filled(with_terms(MINUTES, price=price)).bundle.terms.charges[0].price.model == model  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("charge", "kind", "name"),
    [
        ({"description": "Platform fee", "amount": 5}, "recurring", "platform_fee"),
        ({"amount": 5}, "recurring", "fee"),
        ({"amount": 5, "on": "2025-11-03"}, "one_time", "one_time"),
        ({"amount": 5, "instalments": [{"on": "2025-11-03"}]}, "one_time", "one_time"),
        ({"kind": "one_time", "amount": 5}, "one_time", "one_time"),
        ({"price": 5}, "usage", "minutes"),
        ({"price": 5, "description": "Talk"}, "usage", "minutes"),
        ({"amount": 5, "description": "3 µ"}, "recurring", "fee"),
    ],
)
def test_kinds_and_ids(charge: dict[str, Any], kind: str, name: str) -> None:
    found = filled({**MINUTES, "terms": {"charges": [charge, {"id": "other", "metric": "minutes", "price": 1}]}})
    assert (found.bundle.terms.charges[0].kind, found.bundle.terms.charges[0].id) == (kind, name)


def test_ids_that_nobody_gave_differ() -> None:
    charges = [
        {"amount": 1},
        {"amount": 2},
        {"metric": "a", "price": 1, "where": {"region": "eu"}},
        {"metric": "a", "price": 2},
    ]
    found = filled(
        {"terms": {"charges": charges, "minimums": [5, 6]}, "usage": {"a": []}, "period": "2025-11"}
    ).bundle.terms
    assert [one.id for one in (*found.charges, *found.minimums)] == ["fee", "fee_2", "a", "a_2", "minimum", "minimum_2"]


def test_dated_versions_share_an_id_and_restart() -> None:
    tiers = {"model": "graduated", "tiers": [{"up_to": 10, "unit_amount": 2}, {"unit_amount": 1}]}
    charges = [
        {"metric": "a", "price": tiers, "in_force": {"end": "2025-11-16"}},
        {"metric": "a", "price": tiers, "in_force": {"start": "2025-11-16"}},
    ]
    halves = [
        {"start": "2025-11-01", "end": "2025-11-16", "quantity": 20}, {"start": "2025-11-16", "end": "2025-12-01", "quantity": 20},
    ]  # fmt: skip
    given = {"terms": {"charges": charges}, "usage": {"a": halves}, "period": "2025-11"}
    assert {line.id: str(line.amount) for line in rated(given).lines} == {"a": "30.00", "a@2025-11-16": "30.00"}
    assert assumed(given)["charges.a@2025-11-16.tiers_on_change"] == "restart"
    one_figure = refusal({**given, "usage": {"a": 40}})
    assert one_figure[0] == "usage.a" and "2025-11-16" in one_figure[1]


@pytest.mark.parametrize(
    ("terms", "path", "value"),
    [
        ({"price": {"size": 10, "amount": 1}}, "charges.minutes.price.partial", "up"),
        ({"minimums": 500}, "minimums.minimum.counts", ["minutes"]),
        ({"caps": [{"amount": 5, "over": "quarter"}]}, "caps.cap.proration", {"basis": "actual_days"}),
        ({"taxes": {"vat": 20}}, "taxes.vat.description", "Vat"),
        ({"prepaid": 50}, "prepaid.prepaid.access", {"start": "2025-11-01", "end": None}),
        ({"credits": {"id": "bonus", "amount": 5}}, "credits.bonus.access", {"start": "2025-11-01", "end": None}),
        ({"escalators": {"first": "2026-01-01", "percent": 3}}, "escalators.escalator.applies_to", ["minutes"]),
        ({"pools": 5}, "pools.pool.charges", ["minutes"]),
        ({"term_end": "2025-11-16", "included": 5}, "charges.minutes.included.proration", {"basis": "actual_days"}),
        ({"included": {"quantity": 5, "resets": "quarter"}}, "charges.minutes.included.proration", {"basis": "actual_days"}),
    ],
)  # fmt: skip
def test_conventions(terms: dict[str, Any], path: str, value: Any) -> None:
    assert assumed(with_terms(MINUTES, **terms))[path] == value


@pytest.mark.parametrize(
    ("terms", "path", "value"),
    [
        ({"prepaid": {"amount": 50, "access": {"start": "2025-01-01"}}}, "opening.balances.prepaid", Decimal(50)),
        ({"minimums": {"amount": 5, "over": "contract_year"}}, "opening.counters.minimum", 0),
        ({"caps": {"amount": 5, "over": "calendar_year"}}, "opening.counters.cap", 0),
        ({"accumulates": "contract_year"}, "opening.counters.minutes", 0),
        ({"included": {"quantity": 5, "resets": "contract_year"}}, "opening.counters.minutes.included", 0),
        ({"included": {"quantity": 5, "rollover": {}}}, "opening.carried.minutes.included", 0),
        ({"pools": {"included": {"quantity": 5, "resets": "term"}}}, "opening.counters.pool", 0),
    ],
)
def test_an_opening_position_that_is_missing(terms: dict[str, Any], path: str, value: Any) -> None:
    given = with_terms(MINUTES, effective_from="2025-01-01", **terms)
    assert {name: one for name, one in assumed(given).items() if name.startswith("opening")} == {path: value}
    assert rated(given).lines
    first = with_terms({**MINUTES, "period": "2025-01"}, effective_from="2025-01-01", **terms)
    assert not [name for name in assumed(first) if name.startswith("opening")]
    assert rated(first).lines


def test_inside_a_window_both_what_was_taken_and_what_was_carried_are_needed() -> None:
    included = {"quantity": 5, "rollover": {}, "resets": "quarter"}
    given = with_terms(MINUTES, effective_from="2025-01-01", included=included)
    names = {"opening.counters.minutes.included", "opening.carried.minutes.included"}
    assert {name for name in assumed(given) if name.startswith("opening")} == names
    assert rated(given).lines


def test_an_opening_position_by_id() -> None:
    opening = {
        "balances": {"prepaid": "4.5"},
        "counters": {"minimum": {"amount": 3}, "minutes.included": 7},
        "carried": {"x": 2},
    }
    found = filled(with_terms({**MINUTES, "opening": opening}, prepaid=50)).bundle.opening
    assert [(one.id, one.amount) for one in found.balances] == [("prepaid", Decimal("4.5"))]
    assert [(one.id, one.quantity, one.amount) for one in found.counters] == [
        ("minimum", 0, 3),
        ("minutes.included", 7, 0),
    ]
    assert [(one.id, one.quantity, one.periods) for one in found.carried] == [("x", 2, 1)]


@pytest.mark.parametrize("usage", [7, "7", {"minutes": 7}, {"minutes": {"quantity": 7}}, [{"metric": "minutes", "quantity": 7}],
                                   {"minutes": [{"quantity": 7}]}, {"minutes": {"quantity": 420, "per": 60}}])  # fmt: skip
def test_one_figure_for_the_whole_period(usage: Any) -> None:
    terms = {"time_zone": "America/New_York", "metric": "minutes", "price": 1}
    (found,) = filled({"terms": terms, "usage": usage, "period": "2025-11"}).bundle.usage.slices
    assert (found.start, found.end) == NOVEMBER.bounds("America/New_York")
    assert found.quantity / found.per == 7


def test_events_and_local_times() -> None:
    events = [
        {"at": "2025-11-03", "value": 1},
        {"at": "2025-11-03T10:00", "value": 2},
        {"at": "2025-11-03T10:00Z", "value": 3},
    ]
    terms = {"time_zone": "America/New_York", "price": 1}
    found = filled({"terms": terms, "usage": {"calls": events}, "period": "2025-11"}).bundle.usage.events
    hours = [5, 15, 10]
    assert [one.at for one in found] == [datetime(2025, 11, 3, hour, tzinfo=UTC) for hour in hours]


def test_none_measured_is_zero_and_not_measured_refuses() -> None:
    terms = {"charges": [{"metric": "calls", "price": 1}]}
    assert rated({"terms": terms, "usage": {"calls": []}, "period": "2025-11"}).total == 0
    assert rated({"terms": terms, "usage": [], "period": "2025-11"}).total == 0
    assert refusal({"terms": terms, "period": "2025-11"})[0] == "usage.calls"


def test_a_level_holds_on_both_sides_of_a_change() -> None:
    charges = [
        {"id": "seats", "metric": "seats", "amount": 30, "in_force": {"end": "2025-11-16"}},
        {"id": "seats", "metric": "seats", "amount": 60, "in_force": {"start": "2025-11-16"}},
    ]
    assert rated({"terms": {"charges": charges}, "usage": {"seats": 2}, "period": "2025-11"}).total == 90


def test_a_discount_for_a_part_of_the_period_is_prorated() -> None:
    given = with_terms(FEE, discounts={"percent": 50, "in_force": {"start": "2025-11-16"}})
    assert rated(given).total == Decimal("22.50")


def test_a_fee_that_changes_and_is_not_cut_has_its_new_amount() -> None:
    charges = [
        {"id": "fee", "amount": 100, "proration": "none", "in_force": {"end": "2025-11-16"}},
        {"id": "fee", "amount": 200, "proration": "none", "in_force": {"start": "2025-11-16"}},
    ]
    given: dict[str, Any] = {"terms": {"charges": charges}, "period": "2025-11"}
    assert assumed(given)["charges.fee@2025-11-16.proration.on_change"] == "new"
    assert rated(given).total == 200
    for charge in charges:
        charge["proration"] = {"basis": "none", "on_change": "both"}
    assert rated(given).total == 300
    alone = with_terms(FEE, charges=[charges[0] | {"proration": "none"}])
    assert "charges.fee.proration.on_change" not in assumed(alone)


@pytest.mark.parametrize(
    ("terms", "total"),
    [
        ({"discounts": {"percent": 50, "in_force": {"start": "2025-11-16"}}}, "22.50"),
        ({"discounts": {"percent": 50, "in_force": {"start": "2025-11-16"}, "periods": 2}}, "15.00"),
        ({"credits": {"amount": 50, "access": {"start": "2025-11-16", "end": None}}}, "15.00"),
        ({"minimums": {"amount": 50, "shortfall": False}}, "30.00"),
        ({"minimums": {"amount": 10, "shortfall": False, "overage_factor": "1.5"}}, "40.00"),
        ({"metrics": {"calls": {"rounding": {"multiply_by": 60}}}, "charges": {"calls": 1}}, "120.00"),
        ({"metrics": {"calls": {"aggregation": "last", "event_values": "change"}}, "charges": {"calls": 1}}, "2.00"),
    ],
)  # fmt: skip
def test_rarer_fields_have_their_defaults(terms: dict[str, Any], total: str) -> None:
    event = [{"at": "2025-11-01", "value": 2}] if "charges" in terms else {}
    assert rated(with_terms({**FEE, "usage": {"calls": event} if event else {}}, **terms)).total == Decimal(total)


def test_tiered_seats_are_a_fee() -> None:
    tiers = {"model": "graduated", "tiers": [{"up_to": 10, "unit_amount": 30}, {"unit_amount": 20}]}
    given = {
        "terms": {"charges": {"seats": {"metric": "seats", "tiers": tiers}}},
        "usage": {"seats": 12},
        "period": "2025-11",
    }
    (seats,) = filled(given).bundle.terms.charges
    assert (seats.kind, seats.id, seats.metric) == ("recurring", "seats", "seats")
    assert assumed(given)["charges.seats.amount"] == "0"
    del given["terms"]["charges"]["seats"]["metric"]  # type: ignore[attr-defined]
    assert assumed(given)["charges.seats.metric"] == "seats"
    assert rated(given).total == 340


def test_billed_by_line() -> None:
    found = rated({**FEE, "billed": {"fee": 10}})
    assert (found.due, found.lines[0].billed_by) == (20, ("an earlier invoice",))


@pytest.mark.parametrize(
    ("given", "term", "reason"),
    [
        ({}, "terms", "is missing"),
        ({"terms": {"price": 1}}, "period", "missing"),
        ({**MINUTES, "perriod": 1}, "perriod", "no field"),
        ({**MINUTES, "calculator": "1"}, "calculator", "ari replay"),
        (with_terms(MINUTES, prize=1), "prize", "no field"),
        (with_terms(MINUTES, charges=[]), "charges", ""),
        (with_terms(MINUTES, included={"quantity": 5, "rests": "quarter"}), "charges.minutes.included.rests", "no field"),
        (with_terms(MINUTES, currency="XXQ"), "currency", "ISO 4217"),
        (with_terms(MINUTES, time_zone="Mars"), "time_zone", "not a time zone"),
        (with_terms(MINUTES, rounding="sideways"), "rounding.mode", "half_up"),
        (with_terms(MINUTES, price=True), "charges.minutes.price", ""),
        (with_terms(MINUTES, price="ten"), "charges.minutes.price.unit_amount", "not a number"),
        (with_terms(MINUTES, price={"tiers": [{"up_to": 1, "unit_amount": 1}]}), "charges.minutes.price.model", "graduated"),
        (with_terms(MINUTES, price={"model": "volume", "tiers": [{"up_to": 1, "unit_amount": 1}]}), "charges.minutes.price",
         "last tier must be open"),
        (with_terms(MINUTES, price={"model": "magic"}), "charges.minutes.price", "magic"),
        (with_terms(MINUTES, minimums={"amount": 5, "counts": ["x"]}), "terms", "refers to 'x'"),
        (with_terms(MINUTES, prepaid={"amount": "0.2"}), "prepaid.prepaid.overage_unit_amount", "add one"),
        ({**MINUTES, "usage": {"minutes": 5, "hours": 5}}, "usage.minutes", "no charge"),
        ({**MINUTES, "usage": {"minutes": None}}, "usage.minutes", "figure"),
        ({**MINUTES, "usage": {"minutes": "many"}}, "usage.slices.minutes.quantity", "not a number"),
        ({**MINUTES, "usage": {"minutes": [{"value": 5}]}}, "usage.minutes", "`at`"),
        ({**MINUTES, "usage": {"minutes": [{"at": "noon", "value": 5}]}}, "usage.events.minutes.at", "datetime"),
        ({**MINUTES, "usage": {"API calls": 5}}, "metrics.API calls.id", "lower-case"),
        ({**MINUTES, "opening": {"balances": {"x": 5}}}, "opening.balances.x", "no such"),
        ({**MINUTES, "opening": []}, "opening", "object"),
        ({**MINUTES, "billed": 5}, "billed", "line, amount"),
        ({**MINUTES, "billed": {"x": 5}}, "billed.x", "lacks"),
        ({**MINUTES, "billed": [{"line": "minutes"}]}, "billed.0.amount", "missing"),
        ({**MINUTES, "previous": {"t": "x"}}, "previous.quantity", "not a number"),
    ],
)  # fmt: skip
def test_refusals_name_the_path(given: dict[str, Any], term: str, reason: str) -> None:
    found = refusal(given)
    assert found[0] == term
    assert reason in found[1] and "\n" not in found[1]


def test_paths_have_ids_and_no_names_of_unions() -> None:
    data = {"charges": [{"id": "m", "kind": "usage", "price": {"model": "volume"}}]}
    assert path_of(("charges", 0, "usage", "price", "volume", "tiers"), data) == "charges.m.price.tiers"
    assert path_of(("charges", 0, "usage", "price", "volume"), data) == "charges.m.price"
