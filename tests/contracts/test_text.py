"""A quote stands on a page in whole words and whole numbers, or it does not stand there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.contracts.text import canonical, stands_in

STANDS = [
    ("$0.085 per minute", "is charged at $0.085 per\nminute."),
    ('the "Fee"', "the “Fee”"),
    ("non-billable calls", "non-\nbillable   calls"),
    ("automatic", "auto-\nmatic"),
    ("Net 30; USD", "Net\u00a030\u037e USD"),
    ("50,000 minutes", "10,000–50,000 minutes"),
    ("$0.085", "$0.085² with a footnote"),
    ("PLATFORM FEE", "Platform Fee"),
]
CUT = [
    ("$20,000", "$120,000"),
    ("20,000", "$120,000"),
    ("$0.08", "$0.085"),
    ("$3", "$3 million"),
    ("5", "5 % of it"),
    ("fee of $1", "fee of $1,500"),
    ("mission fee", "commission fee"),
    ("12", "-12 units"),
    ("", "anything"),
    ("$0.10 per minute", "$0.10 a minute"),
]


@pytest.mark.parametrize(("quote", "page"), STANDS)
def test_extraction_and_typing_are_forgiven(quote: str, page: str) -> None:
    assert stands_in(quote, page)


@pytest.mark.parametrize(("quote", "page"), CUT)
def test_a_quote_cut_out_of_a_word_or_number_is_refused(quote: str, page: str) -> None:
    assert not stands_in(quote, page)


@given(st.text(max_size=80))
def test_canonical_text_is_stable(text: str) -> None:
    once = canonical(text)
    assert canonical(once) == once


@given(st.integers(0, 10**9), st.integers(0, 9))
def test_no_number_is_found_in_a_longer_one(value: int, digit: int) -> None:
    assert not stands_in(f"{value:,}", f"pays {digit}{value} now".replace(",", ""))
    assert stands_in(f"{value:,}", f"pays {value:,} now")
