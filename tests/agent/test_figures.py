"""The figure check, as a table: what may stand in a reply and what may not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.figures import check

TOOL = """{"period": "2025-11", "customer": "Gumdrop Mobility", "customer_id": "customer-01k9x3abcdefghjkmnpqrstvwx",
"total": "$6,592.50", "lines": [{"quantity": "25,500 min", "due": "$2,422.50"}], "price": "$0.085",
"percent": "109.7 %", "as_of": "13 Nov 2025, 08:55 New York", "counts": {"over": 2},
"credit": "-$250.00", "euro": "€1,341.34", "version": 1,
"stripe_number": "TINW-0007", "file": "Amendment No. 1.pdf", "rounding": "half up", "list": [12, 345]}"""
PERSON = "why isn't it 9,999 for Q3, and what about 20k?"

GOOD = r"""
The total is $6,592.50 for November 2025.
6592.5 dollars
USD 6,592.50 or 6,592.50 USD or USD6,592.50
It comes to 6,592.50.
*$6,592.50* and `25,500` and _$2,422.50_
a 25,500-minute month at $0.085 a minute, or 8.5 cents
109.7% of it, 109.7 percent
€1,341.34, that is 1,341.34 EUR or 1,341.34 euros
-$250.00 and −$250.00
- $6,592.50
as of 13 November 2025, 08:55 New York
13 Nov, Nov 13, November 13, 2025, 2025-11-13, the 13th of November, the 13th
in 2025-11, in 2025
two are over; one of them is Gumdrop
invoice TINW-0007, version 1, Amendment No. 1.pdf
customer-01k9x3abcdefghjkmnpqrstvwx
1. Gumdrop\n2. somebody\n3. somebody else
rounded half up
9,999 for Q3, or 20k
12 and 345
paid in dollars
"""
BAD = [
    "$6,592.51", "$6,593", "6,592", "6.592,50", "$25,500", "109.7", "110 %", "109.7 dollars", "€6,592.50",
    "1,341.34 dollars", "$250.00", "-$6,592.50", "12 Nov", "2025-11-14", "October 2025", "11/13/2025", "09:00",
    "2024", "one hundred", "one dollar", "twenty percent", "zero", "thousands", "six thousand five hundred",
    "twenty-one", "£", "pounds", "½", "①", "三", "٣", "²", "1 2 0 0", "6 592.51", "l200", "21k", "1.5M", "Q4",
    "v2", "5x", "10,0000", "TINW-0008", "customer-01k9x3abcdefghjkmnpqrstvwy", ":100:", "14th", "$9,999",
]  # fmt: skip
BAD_INSIDE = {
    "13 minutes": "13", "three are over": "three", "a dozen": "dozen", "double that": "double", "６５９２": "６",
    "$l200": "200", "6*592*.51": "6592.51", "2\u200b42": "242", "5.\n": "5", "7. first": "7",
}  # fmt: skip


@pytest.mark.parametrize("text", [line.replace("\\n", "\n") for line in GOOD.strip().splitlines()])
def test_what_tools_and_people_said_passes(text: str) -> None:
    assert check(text, [TOOL, PERSON]) == []


@pytest.mark.parametrize(("text", "figure"), [*zip(BAD, BAD, strict=True), *BAD_INSIDE.items()])
def test_anything_else_is_caught(text: str, figure: str) -> None:
    assert check(text, [TOOL, PERSON])[0] == figure


def test_without_figures_nothing_is_needed() -> None:
    assert check("Gumdrop Mobility is over its limit in November, may I draft it?", []) == []


@given(
    st.decimals(min_value=0, max_value=10**9, places=2),
    st.sampled_from(["${:,}", "{:,} USD", "{}", "{:,} min", "*{:,}*"]),
)
def test_a_figure_vouches_for_itself_alone(value: object, form: str) -> None:
    text = form.format(value)
    assert check(f"It is {text} so far.", [f'{{"x": "{text}"}}']) == []
    assert check(f"It is {text} so far.", [TOOL.replace("12", "")]) or str(value) in ("0.00", "1.00", "2.00", "345.00")


@given(st.text(max_size=200))
def test_every_digit_is_noticed(text: str) -> None:
    found = check(text, [])
    assert bool(found) or not any(char.isdigit() and char.isascii() for char in text) or _only_list_marks(text)


def _only_list_marks(text: str) -> bool:
    return not any(char.isdigit() for line in text.split("\n") for char in line.lstrip().lstrip("0123456789"))


def test_long_hostile_text_is_cheap() -> None:
    assert check("a" * 50_000 + " $1", ["1" * 50_000, "one " * 10_000, "a-" * 20_000]) == ["$1"]
