"""The rule-based reader: phrases of real pricing language, and silence where they do not fit."""

import pytest

from billing.contracts.naming import unit_key
from billing.contracts.pdf import Document
from billing.contracts.reading import Reading, Stated
from billing.contracts.rules.read import read_by_rules
from tests.contracts.papers import CLAUSES, paper


def values(field: Stated) -> set[str]:
    return {said.value for said in field.said}


def reading_of(text: str) -> Reading:
    return read_by_rules(Document((text,)))


def prices_of(reading: Reading) -> list[str]:
    """Each usage price as 'unit: price above included' or as its tiers."""
    found = []
    for usage in reading.usage:
        unit = unit_key(usage.metric.said[0].value)
        if usage.tiers:
            rows = [
                (min(values(row.up_to) or {"next " + min(values(row.width))}), min(values(row.unit_price)))
                for row in usage.tiers
            ]
            found.append(f"{unit}: " + ", ".join(f"{up_to} {price}" for up_to, price in rows))
        else:
            above = f" above {min(values(usage.included))}" if usage.included.said else ""
            found.append(f"{unit}: {' | '.join(sorted(values(usage.unit_price)))}{above}")
    return found


TABLE = "Tier   Price per minute\n{}   $0.12\n{}   $0.10\n{}   $0.08"
PRICES = [
    ("Customer pays $0.11 per minute.", ["minute: $0.11"]),
    ("Usage is billed at $0.11/minute.", ["minute: $0.11"]),
    ("The price is US$0.085 a connected minute.", ["minute: US$0.085"]),
    ("Usage above 20,000 minutes in a month is charged at $0.085 per minute.", ["minute: $0.085 above 20,000"]),
    (
        "The fee covers up to 20,000 minutes; each additional minute is billed at $0.085.",
        ["minute: $0.085 above 20,000"],
    ),
    ("2,000 minutes are included. Further minutes cost $0.25 per minute.", ["minute: $0.25 above 2,000"]),
    (
        "Customer pays $0.02 (two cents) per lookup up to 300,000 lookups thereafter the price is $0.015 per lookup.",
        ["lookup: 300,000 $0.02, above $0.015"],
    ),
    (
        "The first 10,000 minutes are charged at $0.12 per minute, the minutes above 10,000 and up to 50,000 at $0.10 per "
        "minute, and all minutes above 50,000 at $0.08 per minute.",
        ["minute: 10,000 $0.12, 50,000 $0.10, above $0.08"],
    ),
    (
        TABLE.format("Up to 10,000", "10,001 - 50,000", "Over 50,000"),
        ["minute: 10,000 $0.12, 50,000 $0.10, above $0.08"],
    ),
    (TABLE.format("0-10,000", "10,000-50,000", "50,000+"), ["minute: 10,000 $0.12, 50,000 $0.10, above $0.08"]),
    (
        TABLE.format("First 10,000", "Next 40,000", "Thereafter"),
        ["minute: 10,000 $0.12, next 40,000 $0.10, above $0.08"],
    ),
    (TABLE.format("1-10,000", "20,001-50,000", "50,001+"), ["minute: "]),
    (TABLE.format("Up to 10,000", "Over 50,000", "10,001 - 50,000"), ["minute: "]),
    ("Training on site costs $900 per day.", []),
]


@pytest.mark.parametrize(("text", "prices"), PRICES)
def test_prices_per_unit(text: str, prices: list[str]) -> None:
    assert prices_of(reading_of(text)) == prices


FIXED = [
    ("Customer pays a platform fee of $2,500.00 per calendar month.", "fee", {"$2,500.00"}),
    ("The monthly subscription fee is $499.", "fee", {"$499"}),
    ("Platform fee   $1,500.00   per calendar month", "fee", {"$1,500.00"}),
    ("The charges of a calendar month are at least $5,000.00.", "minimum", {"$5,000.00"}),
    ("The monthly usage fee shall not be less than $5,000.", "minimum", {"$5,000"}),
    ("Customer pays, subject to a monthly minimum of $5,000.", "minimum", {"$5,000"}),
    ("Customer commits to $120,000.00 for calendar year 2025 and prepays it.", "commitment", {"$120,000.00"}),
]


@pytest.mark.parametrize(("text", "part", "amounts"), FIXED)
def test_fixed_amounts(text: str, part: str, amounts: set[str]) -> None:
    reading = reading_of(text)
    items = {"fee": reading.fees, "minimum": (reading.minimum,), "commitment": (reading.commitment,)}
    got = {name: values(item[0].amount) if item and item[0] else set() for name, item in items.items()}
    assert got == {name: amounts if name == part else set() for name in items}


NO_PRICE = [
    ("Provider maintains insurance of $2,000,000 for each occurrence.", "insurance"),
    ("The total liability of a party is limited to $60,000 a year.", "a limit of liability"),
    ("Illustration: 12,000 minutes at $0.10 per minute cost $1,200.00.", "an illustration"),
    ("The quotation of March 3, 2025, with a single rate of $0.115, is withdrawn.", "a price of an earlier paper"),
    ("Its right to purchase a copy of the program costs $14,000.00.", "shares or an option"),
    ("Customer may ask for a service credit of $250.00.", "a remedy, not a price"),
    ("Equipment worth $3,200 is returned.", "the value of something lent"),
    ("A one-time set-up fee of $500.00 is due.", "a one-time charge, to be invoiced by hand"),
    ("Its bond of $75,000 secures nothing.", "a security, not a price"),
]


@pytest.mark.parametrize(("text", "reason"), NO_PRICE)
def test_amounts_that_are_no_prices_are_listed_with_the_reason(text: str, reason: str) -> None:
    reading = reading_of(text)
    assert not reading.fees and not reading.usage and not reading.minimum and not reading.commitment
    assert {item.reason for item in reading.not_billable} == {reason}


def test_an_unknown_amount_is_shown_as_not_understood() -> None:
    (item,) = reading_of("A total of $7,000 shall be handed over.").not_billable
    assert item.amount == "$7,000" and not item.understood


def test_no_amount_is_dropped_in_silence() -> None:
    reading = read_by_rules(paper("\n".join(text for text, *_ in [*PRICES, *FIXED, *NO_PRICE]), price=""))
    fields = [usage.unit_price for usage in reading.usage] + [fee.amount for fee in reading.fees]
    fields += [row.unit_price for usage in reading.usage for row in usage.tiers]
    seen = {said.value for field in fields for said in field.said} | {item.amount for item in reading.not_billable}
    assert {"$0.085", "US$0.085", "$0.015", "$14,000.00", "$0.115"} <= seen


BEYOND = [
    ("Unused minutes roll over into the next month, up to 20%.", "unused units carried over"),
    ("The sites share a pool of 100,000 minutes.", "a pool shared by several"),
    ("The charges shall not exceed $8,000 in any month.", "a cap on charges"),
    ("Prices increase by 5% on each anniversary.", "a price that rises by itself"),
    ("Customer receives a 10% discount.", "a discount or rebate"),
    ("Each call is billed in 6-second increments.", "rounding call by call"),
    ("Usage is billed quarterly.", "billing that is not monthly"),
    ("Customer pays $0.10 per 1,000 tokens.", "a price per lot"),
    ("Seats cost $60 per seat per month.", "a price for each seat and month"),
    ("Customer receives a credit of $3,000.", "a credit"),
    ("The price list is incorporated by reference.", "prices by list or reference"),
]
WITHIN = [
    "Included minutes that are not used do not carry over.",
    "There is no carryover and unused minutes do not roll over.",
    "Individual calls are not rounded up.",
    "The rest is neither refunded nor carried into another year.",
    "Customer may claim 2% of the monthly fee, at most 20%.",
]


@pytest.mark.parametrize(("text", "name"), BEYOND)
def test_clauses_that_terms_cannot_hold_are_named(text: str, name: str) -> None:
    assert name in {said.value for said in reading_of(text).beyond}


@pytest.mark.parametrize("text", WITHIN)
def test_a_denial_is_no_such_clause(text: str) -> None:
    assert reading_of(text).beyond == ()


MODELS = [
    ("The rate of the tier reached applies to all minutes of the month.", {"volume"}),
    (
        "The price of the highest band reached counts for the month, not merely for the messages within that band.",
        {"volume"},
    ),
    ("The tiers are graduated: each rate applies only to the minutes within its tier.", {"graduated"}),
    ("Each minute is charged at the rate of the tier in which it falls.", {"graduated"}),
    ("The prices are shown above.", set()),
]


@pytest.mark.parametrize(("text", "models"), MODELS)
def test_the_words_decide_the_tier_model(text: str, models: set[str]) -> None:
    (usage,) = reading_of(f"{TABLE.format('Up to 10,000', '10,001 - 50,000', 'Over 50,000')}\n{text}").usage
    assert values(usage.tier_model) == models


def test_the_usual_contract() -> None:
    reading = read_by_rules(paper())
    assert values(reading.customer) == {"Quillhaven Freight Co."} and values(reading.vendor) == {
        "Pewterbell Voice, Inc."
    }
    assert values(reading.signatures.customer) == {"Lemuel Quill"}
    assert values(reading.signatures.vendor) == {"Ottoline Brasswick"}
    assert values(reading.dates.effective) == {"May 1, 2025"} and values(reading.dates.ends) == {"April 30, 2026"}
    assert (values(reading.currency), values(reading.net_days)) == ({"USD"}, {"30 days"})
    assert (values(reading.frequency), values(reading.timing)) == ({"month"}, {"arrears"})
    assert (values(reading.unit_rounding), values(reading.line_rounding)) == ({"up"}, {"half_up"})
    assert values(reading.time_zone) == {"America/New_York"} and reading.beyond == ()


@pytest.mark.parametrize("name", [name for name in CLAUSES if name not in ("title", "parties")])
def test_what_is_left_out_is_not_invented(name: str) -> None:
    full, less = read_by_rules(paper()), read_by_rules(paper(**{name: ""}))
    fields = (
        "currency",
        "net_days",
        "frequency",
        "timing",
        "time_zone",
        "unit_rounding",
        "line_rounding",
        "dates",
        "usage",
    )
    gone = {field for field in fields if getattr(full, field) != getattr(less, field)}
    wanted = {
        "dates": {"dates"}, "price": {"usage"}, "counting": {"unit_rounding"}, "zone": {"time_zone"},
        "invoices": {"currency", "net_days", "frequency", "timing"}, "rounding": {"line_rounding"},
    }  # fmt: skip
    assert gone == wanted[name]


NOT_SIGNED = [
    "",
    "Provider\nBy: ______________\nName:\nCustomer\nBy: ______________\nDate:",
    "Signature: {provider_signatory}\nSignature: [ ]",
    "Signed by the parties' authorized representatives.",
]


@pytest.mark.parametrize("block", NOT_SIGNED)
def test_an_empty_line_is_no_signature(block: str) -> None:
    signatures = read_by_rules(paper(signed=block)).signatures
    assert not signatures.customer.said and not signatures.vendor.said


def test_a_template_states_nothing() -> None:
    blank = reading_of(
        "Order Form\nbetween {our_name} and {their_name}.\n[ ] {price} for each {unit}\n"
        "Invoices are due within [ # ] days.\n[Drafting note: the usual ceiling is $1,000.]\n"
    )
    assert not blank.usage and not blank.fees and not blank.net_days.said and not blank.customer.said


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Invoices are payable within thirty (30) days of the invoice date.", {"thirty (30) days"}),
        ("Payment terms: Net 45", {"Net 45"}),
        ("Either party may terminate by thirty days' notice.", set()),
        ("Amounts unpaid for 30 days bear interest.", set()),
        ("Customer may dispute an invoice within 45 days of its date.", set()),
    ],
)
def test_only_payment_terms_are_payment_terms(text: str, days: set[str]) -> None:
    assert values(reading_of(text).net_days) == days
