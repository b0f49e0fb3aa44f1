"""Corners that mutants of the calculator lived in: rules met rarely, at the one value where a slip would show.

Written like the examples of docs/calculation.md; `paths` are the terms that a line's steps point at.
"""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
import yaml

from pricing.money import Money
from pricing.periods import Period
from pricing.statement import Statement
from tests.docs.test_calculation import SAID, found, rated, refusal

CORNERS = """
name: an uplift raises the tiers of a level, and its flat amounts # 8 x 5.50 + 1.10
metrics: [{id: seats, unit: seat, aggregation: last}]
charges:
  - {kind: recurring, id: seats, metric: seats, amount: "0", tiers: {model: volume, tiers: [{up_to: "10", unit_amount: "5", flat_amount: "1"}, {up_to: null, unit_amount: "4"}]}}
escalators: [{id: uplift, applies_to: [seats], first: 2025-06-01, percent: "10"}]
events: [{metric: seats, at: 2025-10-01, value: "8"}]
lines: {seats: "45.10"}
---
name: an event of the evening belongs to the month of the contract's zone # 5 and 7 are of October, 3 of November
period: 2025-10-01/2026-01-01
billing: {net_days: 30, frequency: quarterly}
metrics: [{aggregation: max, buckets: {every: month, across: sum}}]
charges: [{price: {model: per_unit, unit_amount: "1"}}]
events: [{at: 2025-10-05, value: "5"}, {at: 2025-10-31 23:30:00, value: "7"}, {at: 2025-11-05, value: "3"}]
lines: {minutes: "10.00"}
---
name: an hourly average over a month of 721 hours
metrics: [{aggregation: sum, buckets: {every: hour, across: average}}]
charges: [{price: {model: per_unit, unit_amount: "721"}}]
events: [{at: 2025-11-05, value: "5"}]
lines: {minutes: "5.00"}
---
name: a level changes on the day of the contract's zone # 1 seat, 2 from the 16th on
metrics: [{id: seats, unit: seat}]
charges: [{kind: recurring, id: seats, metric: seats, amount: "30", proration: {basis: actual_days}}]
slices: [{metric: seats, start: 2025-11-01, end: 2025-11-15 23:30:00, quantity: "1"}, {metric: seats, start: 2025-11-15 23:30:00, end: 2025-12-01, quantity: "2"}]
lines: {seats: "46.00"}
---
name: a level measured before the period counts for nothing in it
metrics: [{id: seats, unit: seat}]
charges: [{kind: recurring, id: seats, metric: seats, amount: "30", in_force: {start: 2025-11-16}, proration: {basis: actual_days}}, {price: {model: per_unit, unit_amount: "0"}, metric: seats}]
slices: [{metric: seats, start: 2025-11-01, end: 2025-11-16, quantity: "5"}, {metric: seats, start: 2025-11-16, end: 2025-12-01, quantity: "2"}]
lines: {seats: "30.00", minutes: "0.00"}
---
name: seconds of a level are those of the contract's zone # 1 seat x 30; 1 more from the 16th: 360 of 721 hours
metrics: [{id: seats, unit: seat, aggregation: last}]
charges: [{kind: recurring, id: seats, metric: seats, amount: "721", proration: {basis: seconds}}]
events: [{metric: seats, at: 2025-10-01, value: "1"}, {metric: seats, at: 2025-11-16, value: "2"}]
lines: {seats: "1081.00"}
---
name: a fee that changes and is not cut holds at the old amount
charges:
  - {kind: recurring, id: fee, amount: "100", in_force: {end: 2025-11-16}, proration: {basis: none, on_change: old}}
  - {kind: recurring, id: fee, amount: "200", in_force: {start: 2025-11-16}, proration: {basis: none, on_change: old}}
lines: {fee: "100.00"}
---
name: a fee that changes and is not cut holds at the new amount
charges:
  - {kind: recurring, id: fee, amount: "100", in_force: {end: 2025-11-16}, proration: {basis: none, on_change: new}}
  - {kind: recurring, id: fee, amount: "200", in_force: {start: 2025-11-16}, proration: {basis: none, on_change: new}}
lines: {fee@2025-11-16: "200.00"}
---
name: an instalment points at its own term
charges: [{kind: one_time, id: setup, amount: "100", instalments: [{"on": 2025-10-01}, {"on": 2025-11-05}]}]
lines: {setup.2: "50.00"}
paths: [charges.setup.instalments.1, rounding.mode]
---
name: a fee that cannot be spread over whole invoices
billing: {net_days: 30, frequency: quarterly}
period: 2025-10-01/2026-01-01
charges: [{kind: recurring, id: fee, amount: "100", every: monthly, spread: true}]
refuses: charges.fee.spread
---
name: a peak has no price that changes inside the period
metrics: [{aggregation: max}]
charges:
  - {price: {model: per_unit, unit_amount: "1"}, in_force: {end: 2025-11-16}}
  - {price: {model: per_unit, unit_amount: "2"}, in_force: {start: 2025-11-16}}
used: {2025-11-01: "5", 2025-11-16: "8"}
refuses: charges.minutes@2025-11-16.tiers_on_change
---
name: an event that no charge prices
charges: [{price: {model: per_unit, unit_amount: "1"}, where: {region: [us]}}]
events: [{at: 2025-11-05, value: "5", dims: {region: eu}}]
refuses: usage.minutes
---
name: what is given twice is counted once and said
charges: [{price: {model: per_unit, unit_amount: "1"}}]
events: [{id: a, at: 2025-11-05, value: "5"}, {id: a, at: 2025-11-05, value: "5"}]
lines: {minutes: "5.00"}
assumed: ["minutes: 1 events had the id of an earlier one and were not counted again"]
---
name: an event of nothing after the free amount costs its fixed part # 50 x 2 % + 0.30, and 0.30
charges: [{price: {model: percentage, rate: "2", fixed_per_event: "0.30", free_amount: "150"}}]
events: [{at: 2025-11-03, value: "200"}, {at: 2025-11-04, value: "0"}]
lines: {minutes: "1.60"}
---
name: quarters of the calendar begin in January
billing: {net_days: 30, anchor: {kind: calendar}}
effective_from: 2025-02-01
charges: [{included: {quantity: "100", resets: quarter}, price: {model: per_unit, unit_amount: "1"}}]
period: 2025-04
used: "130"
lines: {minutes: "30.00"}
---
name: contract years are counted on the day of the billing anchor
billing: {net_days: 30, anchor: {kind: anniversary, day: 15}}
effective_from: 2024-11-15
charges: [{included: {quantity: "100", resets: contract_year}, price: {model: per_unit, unit_amount: "1"}}]
period: 2025-11-15/2025-12-15
used: "130"
lines: {minutes: "30.00"}
---
name: weeks from the first day of the contract
billing: {net_days: 30, frequency: weekly, anchor: {kind: anniversary}}
effective_from: 2025-10-01
charges: [{kind: recurring, id: fee, amount: "70"}]
period: 2025-11-05/2025-11-12
lines: {fee: "70.00"}
---
name: a discount for two periods ends with the second
billing: {net_days: 30, anchor: {kind: anniversary, day: 15}}
effective_from: 2025-01-15
charges: [{kind: recurring, id: fee, amount: "100"}]
discounts: [{id: start, percent: "10", periods: 2, in_force: {start: 2025-10-20}}]
period: 2025-11-15/2025-12-15
lines: {fee: "100.00", start.fee: "-10.00"}
---
name: no more is bought than the ceiling leaves room for # 50 for the first charge, 50 of 100 are left for the second
metrics: [{id: minutes, unit: min}, {id: calls, unit: call}]
charges:
  - {price: {model: per_unit, unit_amount: "1"}}
  - {id: calls, metric: calls, price: {model: per_unit, unit_amount: "1"}}
prepaid: [{id: wallet, amount: "100", applies_to: [minutes, calls], access: {start: 2025-01-01}, on_exhaustion: list, recharge: {below: "0", amount: "50", ceiling: "100"}}]
slices: [{quantity: "50"}, {metric: calls, quantity: "200"}]
opening: {balances: {wallet: "0"}}
lines: {wallet.minutes.recharge: "50.00", wallet.minutes.drawdown: "0.00", wallet.calls.recharge: "50.00", wallet.calls.drawdown: "0.00", wallet.calls.overage: "150.00"}
---
name: units that roll are not rounded to cents
period: 2025-12
charges: [{price: {model: per_unit, unit_amount: "1"}}]
prepaid:
  - {id: old, amount: "100", kept_in: units, applies_to: minutes, access: {start: 2025-01-01, end: 2026-01-01}, expiry: {left: rolls, into: new}}
  - {id: new, amount: "100", kept_in: units, applies_to: minutes, access: {start: 2026-01-01, end: 2027-01-01}}
opening: {balances: {old: "10.005"}}
used: "1"
lines: {old.drawdown: "0.00"}
closing: {balances: {old: "0.000"}, carried: {new: [["9.005", 1]]}}
---
name: a seat given back later gives nothing back, and an amendment does not change that
metrics: [{id: seats, unit: seat, aggregation: last}]
charges:
  - {kind: recurring, id: seats, metric: seats, amount: "30", in_force: {end: 2025-11-16}, proration: {basis: actual_days, credit_on_decrease: next_renewal}}
  - {kind: recurring, id: seats, metric: seats, amount: "60", in_force: {start: 2025-11-16}, proration: {basis: actual_days, credit_on_decrease: next_renewal}}
events: [{metric: seats, at: 2025-10-01, value: "4"}, {metric: seats, at: 2025-11-16, value: "2"}]
lines: {seats: "60.00", seats@2025-11-16: "120.00"}
---
name: a fee of several units says how many
charges: [{kind: recurring, id: fee, amount: "10", quantity: "3"}]
lines: {fee: "30.00"}
quantities: ["3"]
---
name: units over the balance at the charge's own price point at it
charges: [{price: {model: per_unit, unit_amount: "1"}}]
prepaid: [{id: wallet, amount: "100", applies_to: minutes, access: {start: 2025-01-01}, on_exhaustion: list}]
opening: {balances: {wallet: "10"}}
used: "30"
lines: {wallet.drawdown: "0.00", wallet.overage: "20.00"}
paths: [charges.minutes.price.unit_amount, rounding.mode, prepaid.wallet.amount, prepaid.wallet.amount, charges.minutes.price.unit_amount, rounding.mode]
---
name: a new value of a dimension begins with nothing carried, an old one must say # only eu was there before
charges: [{per_each: region, included: {quantity: "10", rollover: {expires_after: 2}}, price: {model: per_unit, unit_amount: "1"}}]
slices: [{quantity: "15", dims: {region: us}}]
opening: {carried: {"minutes[eu].included": [["5", 1]]}}
lines: {"minutes[eu]": "0.00", "minutes[us]": "5.00"}
---
name: what a free percentage fee was worked out from # 2 of 3 events are paid, 200 of 250
charges: [{price: {model: percentage, rate: "2", free_events: 1}}]
events: [{at: 2025-11-03, value: "50"}, {at: 2025-11-04, value: "100"}, {at: 2025-11-05, value: "100"}]
lines: {minutes: "4.00"}
inputs: {quantity: "250", events: "3", paid_events: "2", paid: "200", rate: "2", fixed: "0"}
---
name: a level that changes on the day on which its fee ends
metrics: [{id: seats, unit: seat}]
charges:
  - {kind: recurring, id: seats, metric: seats, amount: "30", in_force: {end: 2025-11-16}, proration: {basis: actual_days}}
  - {metric: seats, price: {model: per_unit, unit_amount: "0"}}
slices: [{metric: seats, start: 2025-11-01, end: 2025-11-16, quantity: "2"}, {metric: seats, start: 2025-11-16, end: 2025-12-01, quantity: "5"}]
lines: {seats: "30.00", minutes: "0.00"}
---
name: a seat given back never gives anything back, and an amendment does not change that
metrics: [{id: seats, unit: seat, aggregation: last}]
charges:
  - {kind: recurring, id: seats, metric: seats, amount: "30", in_force: {end: 2025-11-16}, proration: {basis: actual_days, credit_on_decrease: never}}
  - {kind: recurring, id: seats, metric: seats, amount: "60", in_force: {start: 2025-11-16}, proration: {basis: actual_days, credit_on_decrease: never}}
events: [{metric: seats, at: 2025-10-01, value: "4"}, {metric: seats, at: 2025-11-16, value: "2"}]
lines: {seats: "60.00", seats@2025-11-16: "120.00"}
---
name: the highest day of a month without events
metrics: [{aggregation: sum, buckets: {every: day, across: max}}]
charges: [{price: {model: per_unit, unit_amount: "1"}}]
measured: [minutes]
lines: {minutes: "0.00"}
---
name: units of a balance kept in units point at it
charges: [{price: {model: per_unit, unit_amount: "1"}}]
prepaid: [{id: wallet, amount: "100", kept_in: units, applies_to: minutes, access: {start: 2025-01-01}}]
opening: {balances: {wallet: "50"}}
used: "30"
lines: {wallet.drawdown: "0.00"}
paths: [prepaid.wallet.amount]
---
name: the terms that included units and a discount come from
charges: [{included: {quantity: "10"}, price: {model: per_unit, unit_amount: "1"}}]
discounts: [{id: less, percent: "10"}]
used: {2025-11-01: "20", 2025-11-16: "10"}
lines: {minutes: "20.00", less.minutes: "-2.00"}
paths: [charges.minutes.included.quantity, charges.minutes.price.unit_amount, rounding.mode, discounts.less.percent, rounding.mode]
---
name: a credit after tax that holds for a part of a line
charges: [{kind: recurring, id: fee, amount: "100"}]
taxes: [{id: vat, percent: "20"}]
credits: [{id: gift, amount: "50", tax: after, access: {start: 2025-11-16}}]
refuses: credits.gift.access
---
name: slices counted in different units # 60,000 / 60,000 + 5
charges: [{price: {model: per_unit, unit_amount: "1"}}]
slices: [{start: 2025-11-01, end: 2025-11-16, quantity: "60000", per: "60000"}, {start: 2025-11-16, end: 2025-12-01, quantity: "5"}]
lines: {minutes: "6.00"}
---
name: a price that holds from the first day of its window changes nothing inside it
period: 2025-07
charges:
  - {accumulates: quarter, price: {model: volume, tiers: [{up_to: "10", unit_amount: "2"}, {up_to: null, unit_amount: "1"}]}, in_force: {end: 2025-07-01}}
  - {accumulates: quarter, price: {model: volume, tiers: [{up_to: "10", unit_amount: "4"}, {up_to: null, unit_amount: "3"}]}, in_force: {start: 2025-07-01}}
used: "20"
lines: {minutes: "60.00"}
---
name: units counted over a quarter point at their price # 5 were counted before, at 1.00
period: 2025-08
charges: [{accumulates: quarter, price: {model: per_unit, unit_amount: "1"}}]
opening: {counters: {minutes: ["5", "5"]}}
used: "20"
lines: {minutes: "20.00"}
paths: [charges.minutes.price.unit_amount, charges.minutes.accumulates, rounding.mode]
---
name: a charge for each value of a dimension, without any
charges: [{per_each: region, price: {model: per_unit, unit_amount: "1"}}]
measured: [minutes]
lines: {minutes: "0.00"}
---
name: units that are doubled
metrics: [{rounding: {multiply_by: "2"}}]
charges: [{price: {model: per_unit, unit_amount: "1"}}]
used: {2025-11-01: "20", 2025-11-16: "10"}
lines: {minutes: "60.00"}
---
name: an allowance for the whole contract, which begins inside the period
effective_from: 2025-11-10
charges: [{included: {quantity: "10", resets: term}, price: {model: per_unit, unit_amount: "1"}}]
slices: [{start: 2025-11-10, end: 2025-12-01, quantity: "15"}]
lines: {minutes: "5.00"}
"""
CASES = [pytest.param(one, id=one.pop("name")) for one in yaml.safe_load_all(CORNERS)]
OURS = {
    "paths": lambda made: [step.path for line in made.lines for step in line.steps if step.path],
    "quantities": lambda made: [str(line.quantity) for line in made.lines],
    "inputs": lambda made: next(_plain(step.inputs) for step in made.lines[0].steps if step.op == "percent"),
}


def _plain(inputs: dict[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in inputs.items()}


def _told(example: dict[str, Any], made: Statement) -> dict[str, Any]:
    return {name: read(made) for name, read in OURS.items() if name in example}


@pytest.mark.parametrize("example", CASES)
def test_a_corner(example: dict[str, Any]) -> None:
    given = {name: value for name, value in example.items() if name not in OURS}
    if "refuses" in given:
        assert refusal(given) == given["refuses"]
        return
    bill, made = rated(given)
    everything = found(given, bill, made) | _told(example, made)
    said = {name: example[name] for name in sorted((SAID | OURS.keys()) & example.keys())}
    assert {name: everything[name] for name in said} == said


@pytest.mark.parametrize(
    ("amount", "currency", "mode", "rounded"),
    [
        ("0.125", "USD", "half_up", "0.13"), ("0.125", "USD", "half_even", "0.12"), ("0.5", "JPY", "half_up", "1"),
        ("0.0005", "KWD", "half_up", "0.001"),
    ],
)  # fmt: skip
def test_money_is_rounded_at_its_currency(amount: str, currency: str, mode: Any, rounded: str) -> None:
    assert Money(Decimal(amount), currency).rounded(mode) == Money(Decimal(rounded), currency)


def test_money_is_rounded_half_up_unless_told() -> None:
    assert Money(Decimal("0.125"), "USD").rounded() == Money(Decimal("0.13"), "USD")


def test_the_month_of_an_instant_is_that_of_the_zone() -> None:
    assert Period.month_of(datetime(2025, 11, 1, 3, tzinfo=UTC), "America/New_York") == Period.month("2025-10")


@pytest.mark.parametrize(("now", "before"), [("2025-11", "2025-10"), ("2025-01", "2024-12"), ("2024-03", "2024-02")])
def test_the_month_before(now: str, before: str) -> None:
    assert Period.month(now).previous() == Period.month(before)
