"""Real ratings, one for each step and kind of line that the rules make, and the sentence that each must say."""

from decimal import Decimal

from pricing.periods import Period
from pricing.statement import Billed
from tests.pricing.sentence_kit import (
    BLOCKS,
    DAYS,
    DISCOUNT_FIRST,
    INCLUDED_FIRST,
    LATE,
    RATE,
    REGIONS,
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
        "within its bounds = $2.59", event_maximum="1"),
    "percent tiers": priced(
        {"model": "graduated_percentage",
         "tiers": [{"up_to": "500", "rate": "2", "flat_amount": "1"}, {"up_to": None, "rate": "1"}]},
        "1,200 USD: 500 × 2% + $1.00 flat + 700 × 1% = $18.00", "1200", "USD"),
    "pass through": priced({"model": "pass_through", "multiplier": "1.15"}, "1,200 USD × 1.15 = $1,380.00", "1200", "USD"),
    "floor": priced(
        TEN_CENTS, "1,000 min × $0.10 = $100.00, raised to the floor of 1,000 × $0.12 = $120.00", price_floor="0.12"),
    "matrix": Case(
        bill(minutes(REGIONS)),
        {"minutes": "cell 1: 100 min × $0.10 = $10.00; cell 2: 50.5 rounded up to 51 min: 51 × $2.00 = $102.00; any other: "
                    "70 min: $100.00 for tier 1; together $212.00"},
        sites(us="100", eu="50.5", asia="70")),
    "one cell": Case(bill(minutes(REGIONS)), {"minutes": "cell 1: 100 min × $0.10 = $10.00"}, sites(us="100")),
    "accumulated tiers": Case(
        bill(minutes({"model": "graduated", "tiers": TIERS}, accumulates="contract_year")),
        {"minutes": "1,000 min after 700 in earlier periods: 1,200 × $2.00 + 500 × $1.00 = $2,900.00, less $1,400.00 for "
                    "earlier periods = $1,500.00"},
        opening={"counters": [{"id": "minutes", "quantity": "700", "amount": "1400"}]}),
    "accumulated per unit": Case(
        bill(minutes(accumulates="contract_year")),
        {"minutes": "1,000 min after 700 in earlier periods: 1,700 × $0.10 = $170.00, less $70.00 for earlier periods = $100.00"},
        opening={"counters": [{"id": "minutes", "quantity": "700", "amount": "70"}]}),
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
         "top.minutes": "$100.00 - $30.00 left under the cap of $90.00 = $70.00 off"},
        (used(period=Period.parse("2025-11-21/2025-12-01")),)),
    "discount": beside("promo.minutes", "$100.00 × 7.5% = $7.50 off", discounts=[owner("promo", percent="7.5")]),
    "rounded discount": Case(
        bill(minutes({"model": "per_unit", "unit_amount": "0.10005"}), discounts=[owner("promo", percent="10")]),
        {"minutes": "1,000 min × $0.10005 = $100.05", "promo.minutes": "$100.05 × 10% = $10.005 off, rounded half up to $10.01"}),
    "discount before rounding": Case(
        bill(minutes({"model": "per_unit", "unit_amount": "0.10005"}), discounts=[owner("promo", percent="10")],
             order=DISCOUNT_FIRST, rounding={"mode": "floor"}),
        {"minutes": "1,000 min × $0.10005 = $100.05", "promo.minutes": "$100.05 × 10% = $10.005 off, rounded up to $10.01"}),
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
