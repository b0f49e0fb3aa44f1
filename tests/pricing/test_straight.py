"""The straight road comes to the same bytes as the general rules, for every charge that it takes and beside any it leaves."""

from decimal import Decimal
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pricing.canonical import canonical
from pricing.rate import rate
from pricing.refusal import Refusal
from pricing.rules import metered
from pricing.statement import Usage
from pricing.terms import Included, Metric, Terms, UnitRounding, UsageCharge
from tests.pricing.pricing_kit import NOVEMBER, per_unit, piece, terms, tiered
from tests.pricing.pricing_kit import metered as charge

PRICES = (
    per_unit("0.085"), per_unit("0"), per_unit("-0.5"), tiered("graduated"), tiered("volume"),
    tiered("graduated", (("1", "3", "7"), (None, "2"))), tiered("volume", (("10.5", "3"), (None, "2", "1"))),
)  # fmt: skip
QUANTITIES = st.one_of(
    st.sampled_from(["0", "0.000", "1", "9999.999", "10000", "10000.0001", "50000", "-3", "999999999999999"]),
    st.decimals(min_value=0, max_value=10**7, places=3).map(str),
)
ROUNDINGS = st.builds(
    UnitRounding,
    mode=st.sampled_from(["none", "up", "down", "half_up", "half_even"]),
    decimals=st.sampled_from([-2, 0, 2]),
    divide_by=st.sampled_from([Decimal(1), Decimal(1000)]),
)
INCLUDED = st.sampled_from(
    [
        None,
        Included(quantity=Decimal(500)),
        Included(quantity=None),
        Included(quantity=Decimal(500), consumes_tier=True),
    ]
)


@st.composite
def bills(draw: st.DrawFn) -> Terms:
    metric = Metric(id="minutes", unit="min", rounding=draw(ROUNDINGS))
    own: UsageCharge = charge(draw(st.sampled_from(PRICES)), included=None).model_copy(
        update={"included": draw(INCLUDED)}
    )
    return terms(own, metrics=(metric,), currency=draw(st.sampled_from(["USD", "JPY", "KWD"])))


@given(bills(), QUANTITIES, st.sampled_from(["1", "7", "60000"]))
@settings(max_examples=400)
def test_the_straight_road_leads_to_the_same_place(bill: Terms, quantity: str, per: str) -> None:
    usage = Usage(slices=(piece(quantity, per=Decimal(per)),))
    with patch.object(metered, "straight", lambda work, stretch: False):
        expected = _rated(bill, usage)
    assert _rated(bill, usage) == expected


@pytest.mark.parametrize("price", PRICES[:1] + PRICES[3:5])
def test_the_straight_road_is_taken(price: object) -> None:
    with patch.object(metered, "_run", side_effect=AssertionError("the general rules were asked")):
        rate(terms(charge(price, included="500")), Usage(slices=(piece("61250.5"),)), NOVEMBER)  # type: ignore[arg-type]


def _rated(bill: Terms, usage: Usage) -> str:
    try:
        return canonical(rate(bill, usage, NOVEMBER))
    except Refusal as refusal:
        return str(refusal)
