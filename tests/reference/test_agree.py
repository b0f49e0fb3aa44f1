"""The calculator agrees with the reference on seeded cases, and the comparison would notice if it did not."""

import json
from fractions import Fraction

from tests.reference.agree import calculator, differences, reference, run
from tests.reference.cases import case

CASES = 300


def test_the_calculator_agrees_with_the_reference() -> None:
    tally = run(seed=1, numbers=range(CASES))
    assert not tally.different, json.dumps(tally.different[0], default=str)
    assert tally.outcomes["agree"] > CASES // 3


def test_a_cent_is_a_difference() -> None:
    one = next(one for one in (case(1, i) for i in range(CASES)) if "total" in reference(one))
    wrong = reference(one)
    wrong["total"] += Fraction(1, 1000)
    assert "total." in differences(calculator(one), wrong)


def test_a_seed_makes_the_same_cases() -> None:
    assert case(7, 3) == case(7, 3) != case(7, 4)
