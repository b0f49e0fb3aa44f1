"""Real ratings, one for each step and kind of line that the rules make, and the sentence that each must say."""

from decimal import Decimal

from pricing.periods import Period
from pricing.statement import Billed
from tests.pricing.sentence_kit import (
    BLOCKS,
    CHEAPER,
    DAYS,
    DISCOUNT_FIRST,
    INCLUDED_FIRST,
    LATE,
    LATE_DAYS,
    LEVEL_TIERS,
    RATE,
    REGIONS,
    SEATS,
    STAIRS,
    TEN_CENTS,
    TIERS,
    YEAR,
    Case,
    beside,
    bill,
    charged,
    counting,
    event,
    fee,
    metric,
    minutes,
    owner,
    paying,
    prepaid,
    priced,
    raised,
    seats,
    setup,
    sites,
    used,
)

USAGE = {
    "largest": counting("max", "3 events by highest value: 10 min × $0.10 = $1.00"),
    "last": counting("last", "3 events by last value: 3 min × $0.10 = $0.30"),
    "unique": counting("unique", "3 events by different keys: 2 min × $0.10 = $0.20"),
    "count": counting("count", "3 events by count: 3 min × $0.10 = $0.30"),
    "sum": counting("sum", "3 events by total: 18 min × $0.10 = $1.80"),
    "weighted": counting("time_weighted", "3 events by average over time: 4.2 min × $0.10 = $0.42"),
    "percentile": counting("percentile", "3 events by percentile 95: 10 min × $0.10 = $1.00", percentile="95"),
    "each event": counting(
        "sum", "each event counted at least 4, in whole steps of 6; 3 events by total: 24 min × $0.10 = $2.40",
        per_event={"minimum": "4", "increment": "6"}),
    "each event rounded": counting(
        "sum", "each event counted ÷ 6, rounded up; 3 events by total: 4 min × $0.10 = $0.40",
        per_event={"rounding": {"divide_by": "6", "mode": "up"}}),
    "each event converted": counting(
        "sum", "each event counted × 3, ÷ 2, rounded up to a multiple of 10; 3 events by total: 40 min × $0.10 = $4.00",
        per_event={"rounding": {"multiply_by": "3", "divide_by": "2", "mode": "up", "decimals": -1}}),
    "each event to decimals": counting(
        "sum", "each event counted ÷ 7, rounded half up to 2 decimals; 3 events by total: 2.57 min × $0.10 = $0.257, rounded "
        "half up to $0.26", per_event={"rounding": {"divide_by": "7", "mode": "half_up", "decimals": 2}}),
    "each event as it is": counting("sum", "3 events by total: 18 min × $0.10 = $1.80", per_event={}),
    "daily peaks": counting(
        "max", "3 events by highest value of each day, added up: 18 min × $0.10 = $1.80",
        buckets={"every": "day", "across": "sum"}),
    "average of daily percentiles": counting(
        "percentile", "3 events by percentile 95 of each day, averaged over every day: 0.6 min × $0.10 = $0.06",
        percentile="95", buckets={"every": "day", "across": "average"}),
    "changes of a level": counting(
        "last", "3 changes by the level they lead to: 18 min × $0.10 = $1.80", event_values="change"),
    "changes over time": counting(
        "time_weighted", "3 changes by average over time: 15.8666666666… min × $0.10 = $1.5866666666…, rounded half up to $1.59",
        event_values="change"),
    "converted upwards": Case(
        bill(minutes(), metrics=(metric(rounding={"mode": "up", "multiply_by": "60", "divide_by": "7"}),)),
        {"minutes": "2.01 × 60 = 120.6 ÷ 7 = 17.2285714285… rounded up to 18 min × $0.10 = $1.80"}, (used("2.01"),)),
    "one event below zero": Case(
        bill(minutes()), {"minutes": "1 event by total: -5 measured, billed as 0 min × $0.10 = $0.00"}, (event(1, "-5"),)),
    "peaks of slices": Case(
        bill(minutes(), metrics=(metric(aggregation="max"),)), {"minutes": "1 slice by highest value: 40 min × $0.10 = $4.00"},
        (used("40"),)),
    "hundreds": Case(
        bill(minutes(), metrics=(metric(rounding={"mode": "up", "decimals": -2}),)),
        {"minutes": "2,001 rounded up to a multiple of 100: 2,100 min × $0.10 = $210.00"}, (used("2001"),)),
    "included before conversion": Case(
        bill(minutes(included={"quantity": "500"}), metrics=(metric("GB", rounding={"mode": "up", "divide_by": "1000"}),),
             order=INCLUDED_FIRST),
        {"minutes": "2,001 - 500 included = 1,501 ÷ 1,000 = 1.501 rounded up to 2 GB × $0.10 = $0.20"}, (used("2001"),)),
    "rolled over": Case(
        bill(minutes(included={"quantity": "500", "rollover": {}})),
        {"minutes": "1,000 min - 700 included, 200 of them rolled over = 300 × $0.10 = $30.00"},
        opening={"carried": [{"id": "minutes.included", "quantity": "200"}]}),
    "pool and free units": Case(
        bill(minutes(), pools=[owner("shared", included={"quantity": "300"}, charges=["minutes"])],
             discounts=[owner("free", units="100", applies_to=["minutes"])]),
        {"minutes": "1,000 min - 300 from Shared - 100 free = 600 × $0.10 = $60.00"}),
    "pool named by a number": Case(
        bill(minutes(), pools=[{"id": "shared", "description": "2025", "included": {"quantity": "300"}, "charges": ["minutes"]}]),
        {"minutes": "1,000 min - 300 from 2025 = 700 × $0.10 = $70.00"}),
    "some free units": Case(
        bill(minutes(included={"quantity": "950"}), discounts=[owner("free", units="100", applies_to=["minutes"])]),
        {"minutes": "1,000 min - 950 included - 50 of 100 free = 0 × $0.10 = $0.00"}),
    "free units of some days": Case(
        bill(minutes(), discounts=[
            owner("free", units="90", applies_to=["minutes"], in_force={"start": LATE}, proration=DAYS)]),
        {"minutes": "1,000 min - 30 of 90 free on the days covered = 970 × $0.10 = $97.00"}),
    "minimum units": priced(
        TEN_CENTS, "1,000 min - 200 included = 800, billed as the minimum of 5,000 × $0.10 = $500.00",
        included={"quantity": "200"}, minimum_units="5000"),
    "blocks": priced(
        {"model": "graduated", "tiers": BLOCKS},
        "500 × $1.00 + 4 × $5.00 (350 in blocks of 100, a started one whole) + $3.00 flat = $523.00", "850"),
    "volume blocks": priced(
        {"model": "volume", "tiers": BLOCKS},
        "9 × $5.00 (850 in blocks of 100, a started one whole) + $3.00 flat = $48.00", "850"),
    "flat without usage": priced(
        {"model": "graduated", "zero_usage_flat": True, "tiers": [{"up_to": None, "unit_amount": "1", "flat_amount": "3"}]},
        "0 min: $3.00 flat", "0"),
    "package": priced(
        {"model": "package", "size": "100", "amount": "5", "partial": "up"},
        "1,000 min - 10 included = 990 in packages of 100, a started one whole: 10 × $5.00 = $50.00",
        included={"quantity": "10"}),
    "package down": priced(
        {"model": "package", "size": "100", "amount": "5", "partial": "down"},
        "990 min in packages of 100, a started one not at all: 9 × $5.00 = $45.00", "990"),
    "package in part": priced(
        {"model": "package", "size": "100", "amount": "5", "partial": "prorata"},
        "990 min in packages of 100, a started one in part: 9.9 × $5.00 = $49.50", "990"),
    "whole packages": priced(
        {"model": "package", "size": "100", "amount": "5", "partial": "up"}, "1,000 min in packages of 100: 10 × $5.00 = $50.00"),
    "stair": priced(STAIRS, "800 min: $333.335 for tier 2, rounded half up to $333.34", "800"),
    "stair without usage": priced(STAIRS, "0 min: $0.00 at no usage", "0"),
    "percent": priced(RATE, "12,000 USD × 2.9% = $348.00", "12000", "USD"),
    "percent and fixed": charged("12,000 USD × 2.9% + 120 events × $0.30 = $384.00", used("12000", events=120)),
    "percent of each event": charged(
        "3 events by total: 160 USD: 2 of 3 events charged, 60 × 2.9% + 2 × $0.30 = $2.34", free_events=1),
    "percent with bounds": charged(
        "3 events by total: 160 USD: 3 of 3 events charged, 160 × 2.9% + 3 × $0.30 = $5.54, and with each event's fee kept "
        "within its bounds (at most $1.00) = $2.59", event_maximum="1"),
    "percent with two bounds": charged(
        "3 events by total: 160 USD: 3 of 3 events charged, 160 × 2.9% + 3 × $0.30 = $5.54, and with each event's fee kept "
        "within its bounds (at least $2.00, at most $3.00) = $7.00", event_minimum="2", event_maximum="3"),
    "percent tiers": priced(
        {"model": "graduated_percentage",
         "tiers": [{"up_to": "500", "rate": "2", "flat_amount": "1"}, {"up_to": None, "rate": "1"}]},
        "1,200 USD: 500 × 2% + $1.00 flat + 700 × 1% = $18.00", "1200", "USD"),
    "pass through": priced({"model": "pass_through", "multiplier": "1.15"}, "1,200 USD × 1.15 = $1,380.00", "1200", "USD"),
    "floor": priced(
        TEN_CENTS, "1,000 min × $0.10 = $100.00, raised to the floor of 1,000 × $0.12 = $120.00", price_floor="0.12"),
    "matrix": Case(
        bill(minutes(REGIONS)),
        {"minutes": "cell 1 (region us): 100 min × $0.10 = $10.00; cell 2 (region eu): 50.5 rounded up to 51 min: 51 × $2.00 = "
                    "$102.00; any other (region 7): 1 min: $100.00 for tier 1; any other (region asia): 70 min: $100.00 for "
                    "tier 1; together $312.00"},
        sites(us="100", eu="50.5", asia="70", **{"7": "1"})),
    "one cell": Case(bill(minutes(REGIONS)), {"minutes": "cell 1 (region us): 100 min × $0.10 = $10.00"}, sites(us="100")),
    "cells of events": Case(
        bill(minutes({"model": "matrix", "cells": [{"when": {"region": "us", "plan": "a"}, "price": TEN_CENTS}]})),
        {"minutes": "cell 1 (region us, plan a): 1 event by total: 5 min × $0.10 = $0.50"},
        (event(1, "5").model_copy(update={"dims": {"region": "us", "plan": "a"}}),)),
    "accumulated tiers": Case(
        bill(minutes({"model": "graduated", "tiers": TIERS}, accumulates="contract_year")),
        {"minutes": "1,000 min after 700 in earlier periods: 1,200 × $2.00 + 500 × $1.00 = $2,900.00, less $1,400.00 for "
                    "earlier periods = $1,500.00"},
        opening={"counters": [{"id": "minutes", "quantity": "700", "amount": "1400"}]}),
    "accumulated per unit": Case(
        bill(minutes(accumulates="contract_year")),
        {"minutes": "1,000 min after 700 in earlier periods: 1,700 × $0.10 = $170.00, less $70.00 for earlier periods = $100.00"},
        opening={"counters": [{"id": "minutes", "quantity": "700", "amount": "70"}]}),
    "accumulated after a change": Case(
        bill(minutes({"model": "graduated", "tiers": TIERS}, accumulates="contract_year", in_force={"end": LATE}),
             minutes(CHEAPER, accumulates="contract_year", in_force={"start": LATE}, tiers_on_change="continue")),
        {"minutes": "1,000 min after 700 in earlier periods: 1,200 × $2.00 + 500 × $1.00 = $2,900.00, less $1,400.00 for "
                    "earlier periods = $1,500.00",
         "minutes@2025-11-21": "500 min after 1,700 before: 1,200 × $1.50 + 1,000 × $0.50 = $2,300.00, less $2,050.00 for those "
                               "1,700 at this price = $250.00"},
        (used(period=Period.parse("2025-11-01/2025-11-21")), used("500", period=LATE_DAYS)),
        {"counters": [{"id": "minutes", "quantity": "700", "amount": "1400"}]}),
    "first of a window": Case(
        bill(minutes(accumulates="contract_year"), effective_from="2025-11-01"), {"minutes": "1,000 min × $0.10 = $100.00"}),
    "parts rounded": Case(
        bill(minutes({"model": "graduated",
                      "tiers": [{"up_to": "3", "unit_amount": "0.335"}, {"up_to": None, "unit_amount": "0.1"}]}),
             rounding={"mode": "half_up", "level": "part"}),
        {"minutes": "3 × $0.335 (rounded half up to $1.01) + 7 × $0.10 = $1.71"}, (used("10"),)),
    "statement rounded": Case(
        bill(minutes({"model": "per_unit", "unit_amount": "0.335"}),
             minutes({"model": "per_unit", "unit_amount": "0.335"}, id="more"),
             rounding={"mode": "half_up", "level": "statement"}),
        {"minutes": "3 min × $0.335 = $1.005, rounded half up to $1.01",
         "more": "3 min × $0.335 = $1.005, rounded together with the other lines to $1.00"}, (used("3"),)),
    "raised": Case(
        bill(minutes(), escalators=[{"id": "up", "applies_to": ["minutes"], "first": "2025-06-01", "percent": "3"}]),
        {"minutes": "$0.10 raised by 3% to $0.103; 1,000 min × $0.103 = $103.00"}),
    "raised, used tiers only": Case(
        bill(minutes({"model": "graduated", "tiers": TIERS}),
             escalators=[{"id": "up", "applies_to": ["minutes"], "first": "2025-06-01", "percent": "10", "every_months": 3}]),
        {"minutes": "$2.00 raised 2 times, last by 10%, to $2.42; 1,000 × $2.42 = $2,420.00"}),
    "raised fees of events": Case(
        bill(minutes({**RATE, "fixed_per_event": "0.30", "event_maximum": "5"}), metrics=(metric("USD"),),
             escalators=[{"id": "up", "applies_to": ["minutes"], "first": "2025-06-01", "percent": "10"}]),
        {"minutes": "$0.30 raised by 10% to $0.33; $5.00 raised by 10% to $5.50; 1 event by total: 100 USD: 1 of 1 event charged, "
                    "100 × 2.9% + 1 × $0.33 = $3.23"}, (event(1, "100"),)),
    "raised where it is not used": Case(
        bill(minutes(), prepaid=[prepaid(drawdown_unit_amount="0.1")],
             escalators=[{"id": "up", "applies_to": ["minutes"], "first": "2025-06-01", "percent": "3"}]),
        {"commit.drawdown": "300 min × $0.10 = $30.00 drawn from the prepaid balance",
         "commit.overage": "1,000 min - 300 prepaid = 700 × $0.115 = $80.50"},
        opening={"balances": [{"id": "commit", "amount": "30"}]}),
}  # fmt: skip

FEE = {
    "quantity": paying("3 × $100.00 = $300.00 for the whole period", fee(quantity="3")),
    "quantity by days": paying(
        "3 × $100.00 × 10 of 30 days = $100.00", fee(quantity="3", proration=DAYS), effective_from=LATE),
    "seconds": paying(
        "864,000 of 2,595,600 seconds × $100.00 = $33.2871012482…, rounded half up to $33.29",
        fee(proration={"basis": "seconds"}), effective_from=LATE),
    "months of 30 days": paying(
        "10 of 30 days at 30 a month × $99.00 = $33.00", fee("99", proration={"basis": "fixed_30"}), effective_from=LATE),
    "rounded ratio": paying(
        "10 of 30 days (rounded half up to 0.33) × $100.00 = $33.00", fee(proration={**DAYS, "ratio_decimals": 2}),
        effective_from=LATE),
    "rounded before it is cut": paying(
        "3 × $33.335 (rounded half up to $100.01) × 10 of 30 days = $33.3366666666…, rounded half up to $33.34",
        fee("33.335", quantity="3", proration={**DAYS, "round_first": True}), effective_from=LATE),
    "weeks": paying(
        "$70.00 + 3 of 7 days × $70.00 = $100.00", fee("70", every="weekly", timing="arrears", proration=DAYS),
        effective_from=LATE),
    "days": paying("10 × $7.00 = $70.00", fee("7", every="daily"), effective_from=LATE),
    "spread": paying("part 3 of 3 of $100.00: $33.34", fee(every="quarterly", spread=True), effective_from="2025-09-01"),
    "raised fee": paying(
        "$100.00 raised by 3% to $103.00; $103.00 for the whole period", fee(),
        escalators=[{"id": "up", "applies_to": ["fee"], "first": "2025-06-01", "percent": "3"}]),
    "for a year": paying("$100.00 for 2025-11-01/2026-11-01", fee(every="annual", timing="advance"), effective_from="2025-11-01"),
    "quantity for a year": paying(
        "3 × $100.00 = $300.00 for 2024-12-01/2025-12-01", fee(every="annual", quantity="3"), effective_from="2024-12-01"),
    "not cut": paying(
        "$100.00 for all of 2025-11, though it holds for 2025-11-21/2025-12-01 only", fee(proration={"basis": "none"}),
        effective_from=LATE),
    "spread quantity": paying(
        "part 3 of 3 of 3 × $100.00: $100.00", fee(every="quarterly", spread=True, quantity="3"), effective_from="2025-09-01"),
    "raised by shares of the first price": raised(
        "$100.00 raised 3 times, last by 3% of the first price, to $109.00; $109.00 for the whole period", fee(), every_months=2,
        compounding=False),
    "raised and rounded": raised(
        "$99.00 raised by 3%, rounded half up, to $102.00; $102.00 for the whole period", fee("99"), decimals=0),
    "lowered": raised("$100.00 lowered by 3% to $97.00; $97.00 for the whole period", fee(), percent="-3"),
    "level by tiers": seats("12 seats by tiers = $340.00", event(1, "12", 0), amount="0", tiers=LEVEL_TIERS),
    "part of a level by tiers": Case(
        bill(fee("0", metric="minutes", tiers=LEVEL_TIERS, proration=DAYS), metrics=SEATS, effective_from=LATE),
        {"fee": "12 seats by tiers: $340.00 × 10 of 30 days = $113.3333333333…, rounded half up to $113.33"}, (event(1, "12", 0),)),
    "levels by tiers": seats(
        "8 seats by tiers = $240.00; 8 to 14 seats by tiers: ($380.00 - $240.00) × 15 of 30 days = $70.00; "
        "14 to 9 seats by tiers: ($270.00 - $380.00) × 3 of 30 days = -$11.00; together $299.00",
        event(1, "8", 0), event(16, "14"), event(28, "9"), amount="0", tiers=LEVEL_TIERS,
        proration={**DAYS, "credit_on_decrease": "yes"}),
    "levels that count whole": seats(
        "8 seats × $60.00 = $480.00; 4 more seats × $60.00 = $240.00; together $720.00", event(1, "8", 0), event(16, "12"),
        proration={"basis": "none"}),
    "one level": Case(
        bill(fee("60", metric="minutes"), metrics=(metric("seats", aggregation="last"),)),
        {"fee": "42 seats × $60.00 = $2,520.00"}, (event(1, "42", 0),)),
    "levels": Case(
        bill(fee("60", metric="minutes", proration=DAYS), metrics=(metric("seats", aggregation="last"),)),
        {"fee": "42 seats × $60.00 = $2,520.00; 3 more seats × $60.00 × 20 of 30 days = $120.00; together $2,640.00"},
        (event(1, "42", 0), event(11, "45"))),
    "falling level": Case(
        bill(fee("60", metric="minutes", proration={**DAYS, "credit_on_decrease": "yes"}),
             metrics=(metric("seats", aggregation="last"),)),
        {"fee": "42 seats × $60.00 = $2,520.00; -2 seats × $60.00 × 20 of 30 days = -$80.00; together $2,440.00"},
        (event(1, "42", 0), event(11, "40"))),
    "once": Case(bill(setup(on="2025-11-03")), {"setup": "$100.00, due once"}, ()),
    "instalments": Case(
        bill(setup(instalments=[{"on": "2025-10-03"}, {"on": "2025-11-03"}, {"on": "2025-11-20"}])),
        {"setup.2": "part 2 of 3 of $100.00: $33.33", "setup.3": "part 3 of 3 of $100.00: $33.34"}, ()),
}  # fmt: skip

BESIDE = {
    "minimum of a part": Case(
        bill(minutes(), minimums=[owner("least", amount="600", counts=["minutes"], proration=DAYS)], effective_from=LATE),
        {"minutes": "1,000 min × $0.10 = $100.00",
         "least.shortfall": "$200.00 minimum (10 of 30 days × $600.00) - $100.00 counted = $100.00"},
        (used(period=Period.parse("2025-11-21/2025-12-01")),)),
    "minimum of a year": Case(
        bill(minutes(), minimums=[owner("least", amount="5000", counts=["minutes"], over="calendar_year")]),
        {"minutes": "1,000 min × $0.10 = $100.00",
         "least.shortfall": "$5,000.00 minimum - $4,100.00 counted ($4,000.00 of it in earlier periods) = $900.00"},
        (used(period=Period.month("2025-12")),), {"counters": [{"id": "least", "amount": "4000"}]}, (), Period.month("2025-12")),
    "overage factor": beside(
        "least.overage", "$40.00 beyond the minimum × (1.5 - 1) = $20.00",
        minimums=[owner("least", amount="60", counts=["minutes"], overage_factor="1.5")]),
    "cap": beside("top.minutes", "$100.00 - $80.00 cap = $20.00 off", caps=[owner("top", amount="80", counts=["minutes"])]),
    "cap of a part": Case(
        bill(minutes(), caps=[owner("top", amount="90", counts=["minutes"], proration=DAYS)], effective_from=LATE),
        {"minutes": "1,000 min × $0.10 = $100.00",
         "top.minutes": "$100.00 - $30.00 left under the cap of $90.00 (10 of 30 days) = $70.00 off"},
        (used(period=Period.parse("2025-11-21/2025-12-01")),)),
    "cap of a part at 30 days a month": Case(
        bill(minutes(), caps=[owner("top", amount="90", counts=["minutes"], proration={"basis": "fixed_30", "ratio_decimals": 2})],
             effective_from=LATE),
        {"minutes": "1,000 min × $0.10 = $100.00",
         "top.minutes": "$100.00 - $29.70 left under the cap of $90.00 (10 of 30 days at 30 a month (rounded half up to 0.33)) = "
                        "$70.30 off"},
        (used(period=LATE_DAYS),)),
    "cap of two lines": Case(
        bill(minutes(), fee(), caps=[owner("top", amount="50", counts=["minutes", "fee"])]),
        {"minutes": "1,000 min × $0.10 = $100.00", "fee": "$100.00 for the whole period",
         "top.fee": "$200.00 counted - $50.00 cap = $150.00, of which $100.00 comes off this line",
         "top.minutes": "$200.00 counted - $50.00 cap = $150.00, of which $50.00 comes off this line"}),
    "cap on the last of two lines": Case(
        bill(minutes(), fee(), caps=[owner("top", amount="150", counts=["minutes", "fee"])]),
        {"minutes": "1,000 min × $0.10 = $100.00", "fee": "$100.00 for the whole period",
         "top.fee": "$200.00 counted - $150.00 cap = $50.00 off"}),
    "minimum of a part by seconds": Case(
        bill(minutes(), minimums=[owner("least", amount="600", counts=["minutes"],
                                        proration={"basis": "seconds", "ratio_decimals": 1})], effective_from=LATE),
        {"minutes": "1,000 min × $0.10 = $100.00",
         "least.shortfall": "$180.00 minimum (864,000 of 2,595,600 seconds (rounded half up to 0.3) × $600.00) - $100.00 counted = "
                            "$80.00"},
        (used(period=LATE_DAYS),)),
    "discount of some days": Case(
        bill(minutes(), fee("30"), discounts=[owner("promo", percent="10", in_force={"start": LATE}, proration=DAYS)]),
        {"minutes": "1,000 min × $0.10 = $100.00", "fee": "$30.00 for the whole period",
         "promo.minutes": "$100.00 × 10% × 0.3333333333… for the days covered = $3.3333333333… off, rounded half up to $3.33",
         "promo.fee": "$30.00 × 10% × 0.3333333333… for the days covered = $1.00 off"}),
    "more discount than is left": Case(
        bill(minutes(), discounts=[
            owner("one", percent="60"),
            owner("two", percent="90", stacking="additive", in_force={"start": "2025-11-16"}, proration=DAYS)]),
        {"minutes": "1,000 min × $0.10 = $100.00", "one.minutes": "$100.00 × 60% = $60.00 off",
         "two.minutes": "$100.00 × 90% × 0.5 for the days covered = $45.00, of which what is left is taken: $40.00 off"}),
    "amount off some days": Case(
        bill(minutes(), fee(), discounts=[owner("promo", amount="50", in_force={"start": LATE}, proration=DAYS)]),
        {"minutes": "1,000 min × $0.10 = $100.00", "fee": "$100.00 for the whole period",
         "promo.minutes": "$25.00 off: the share of this line in $50.00 off $66.66 on the days covered",
         "promo.fee": "$25.00 off: the share of this line in $50.00 off $66.66 on the days covered"}),
    "more off than some days hold": beside(
        "promo.minutes", "$33.33 off: the discount of $50.00 is more than the $33.33 left on the days covered",
        discounts=[owner("promo", amount="50", in_force={"start": LATE}, proration=DAYS)]),
    "discount with a rounding of its own": Case(
        bill(minutes({"model": "per_unit", "unit_amount": "0.10005"}), discounts=[owner("promo", percent="10", mode="down")]),
        {"minutes": "1,000 min × $0.10005 = $100.05", "promo.minutes": "$100.05 × 10% = $10.005 off, rounded down to $10.00"}),
    "discount with a rounding of its own, first": Case(
        bill(minutes({"model": "per_unit", "unit_amount": "0.10005"}), order=DISCOUNT_FIRST,
             discounts=[owner("promo", percent="10", mode="ceiling")], rounding={"mode": "down"}),
        {"minutes": "1,000 min × $0.10005 = $100.05", "promo.minutes": "$100.05 × 10% = $10.005 off, rounded up to $10.01"}),
    "discount": beside("promo.minutes", "$100.00 × 7.5% = $7.50 off", discounts=[owner("promo", percent="7.5")]),
    "rounded discount": Case(
        bill(minutes({"model": "per_unit", "unit_amount": "0.10005"}), discounts=[owner("promo", percent="10")]),
        {"minutes": "1,000 min × $0.10005 = $100.05", "promo.minutes": "$100.05 × 10% = $10.005 off, rounded half up to $10.01"}),
    "discount before rounding": Case(
        bill(minutes({"model": "per_unit", "unit_amount": "0.10005"}), discounts=[owner("promo", percent="10")],
             order=DISCOUNT_FIRST, rounding={"mode": "floor"}),
        {"minutes": "1,000 min × $0.10005 = $100.05", "promo.minutes": "$100.05 × 10% = $10.005 off, rounded down to $10.00"}),
    "discounts of more than all": Case(
        bill(minutes(), discounts=[owner("one", percent="60"), owner("two", percent="60", stacking="additive")]),
        {"minutes": "1,000 min × $0.10 = $100.00", "one.minutes": "$100.00 × 60% = $60.00 off",
         "two.minutes": "$100.00 × 60% = $60.00, of which what is left is taken: $40.00 off"}),
    "amount off": beside("promo.minutes", "$50.00 off", discounts=[owner("promo", amount="50")]),
    "amount off two lines": Case(
        bill(minutes(), fee("50"), discounts=[owner("promo", amount="50")]),
        {"minutes": "1,000 min × $0.10 = $100.00", "fee": "$50.00 for the whole period",
         "promo.minutes": "$33.33 off: the share of this line in $50.00 off $150.00",
         "promo.fee": "$16.67 off: the share of this line in $50.00 off $150.00"}),
    "more off than there is": beside(
        "promo.minutes", "$100.00 off: the discount of $500.00 is more than the $100.00 left",
        discounts=[owner("promo", amount="500")]),
    "credit": beside(
        "gift.minutes", "$70.00 of $100.00 paid from the credit: $70.00 - $70.00 = $0.00 left", "70",
        credits=[owner("gift", amount="500", access=YEAR)]),
    "credit that lasts": beside(
        "gift.minutes", "$100.00 paid from the credit: $170.00 - $100.00 = $70.00 left", "170",
        credits=[owner("gift", amount="500", access=YEAR)]),
    "credit after tax": Case(
        bill(minutes(), taxes=[owner("vat", percent="19")], credits=[owner("gift", amount="500", access=YEAR, tax="after")]),
        {"minutes": "1,000 min × $0.10 = $100.00", "vat.tax": "$100.00 × 19% = $19.00",
         "gift.credit": "$70.00 of $119.00 paid from the credit: $70.00 - $70.00 = $0.00 left, already billed by ari: -$60.00, "
                        "which leaves -$10.00"},
        opening={"balances": [{"id": "gift", "amount": "70"}]},
        billed=(Billed(line="gift.credit", amount=Decimal("-60"), by="ari"),)),
    "no longer made": Case(
        bill(minutes(), fee(every="annual"), discounts=[owner("promo", percent="10")], taxes=[owner("vat", percent="19")],
             effective_from="2025-09-01"),
        {"minutes": "0 min × $0.10 = $0.00",
         "promo.minutes": "no longer due: $0.00, already billed by ari: -$10.00, which leaves $10.00",
         "fee": "no longer due: $0.00, already billed by ari: $100.00, which leaves -$100.00",
         "vat.tax": "$0.00 × 19% = $0.00, already billed by ari: $1.90, which leaves -$1.90"},
        (used("0"),), billed=tuple(
            Billed(line=line, amount=Decimal(amount), by="ari")
            for line, amount in (("promo.minutes", "-10"), ("fee", "100"), ("vat.tax", "1.9")))),
    "tax on top": beside("vat.tax", "$100.00 × 19% = $19.00", taxes=[owner("vat", percent="19")]),
    "tax inside": beside(
        "vat.tax", "$100.00 × 19 ÷ 119 = $15.9663865546… contained in it, rounded half up to $15.97",
        taxes=[owner("vat", percent="19", treatment="inclusive")]),
    "tax line by line": Case(
        bill(minutes({"model": "per_unit", "unit_amount": "0.333"}), fee("3.33"), taxes=[owner("vat", percent="19")],
             rounding={"mode": "half_up", "tax": "line"}),
        {"minutes": "10 min × $0.333 = $3.33", "fee": "$3.33 for the whole period",
         "vat.tax": "$6.66 × 19%, rounded line by line, = $1.26"}, (used("10"),)),
    "tax inside, line by line": beside(
        "vat.tax", "$100.00 × 19 ÷ 119, rounded line by line, = $15.97 contained in it",
        taxes=[owner("vat", percent="19", treatment="inclusive")], rounding={"mode": "half_up", "tax": "line"}),
    "minimum that holds whole": Case(
        bill(minutes(), minimums=[owner("least", amount="600", counts=["minutes"], proration={"basis": "none"})],
             effective_from=LATE),
        {"minutes": "1,000 min × $0.10 = $100.00", "least.shortfall": "$600.00 minimum - $100.00 counted = $500.00"},
        (used(period=Period.parse("2025-11-21/2025-12-01")),)),
    "recharge": Case(
        bill(minutes(), prepaid=[prepaid(recharge={"below": "20", "amount": "50"})]),
        {"commit.recharge": "2 × $50.00 = $100.00, bought as the balance would fall below $20.00",
         "commit.drawdown": "1,000 min × $0.10 = $100.00 drawn from the prepaid balance"},
        opening={"balances": [{"id": "commit", "amount": "30"}]}),
    "balance in units": Case(
        bill(minutes(), prepaid=[prepaid(kept_in="units")]),
        {"commit.drawdown": "300 min drawn from the prepaid balance: 300 - 300 = 0 min left, already billed by ari: $0.00",
         "commit.overage": "1,000 min - 300 prepaid = 700 × $0.115 = $80.50"},
        opening={"balances": [{"id": "commit", "amount": "300"}]},
        billed=(Billed(line="commit.drawdown", amount=Decimal(0), by="ari"),)),
    "two balances": Case(
        bill(minutes(), prepaid=[prepaid(), prepaid("second")]),
        {"commit.drawdown": "300 min × $0.10 = $30.00 drawn from the prepaid balance",
         "second.drawdown": "200 min × $0.10 = $20.00 drawn from the prepaid balance",
         "second.overage": "1,000 min - 500 prepaid = 500 × $0.115 = $57.50"},
        opening={"balances": [{"id": "commit", "amount": "30"}, {"id": "second", "amount": "20"}]}),
    "own price beyond the balance": Case(
        bill(minutes({"model": "graduated", "tiers": TIERS}),
             prepaid=[prepaid(overage_unit_amount=None, on_exhaustion="list", drawdown_unit_amount="0.1")]),
        {"commit.drawdown": "300 min × $0.10 = $30.00 drawn from the prepaid balance",
         "commit.overage": "1,000 min - 300 prepaid = 700: 700 × $2.00 = $1,400.00"},
        opening={"balances": [{"id": "commit", "amount": "30"}]}),
}  # fmt: skip

CASES = {**USAGE, **FEE, **BESIDE}
