"""What people typed in figures: numbered in order, with its currency, and nothing that is no figure."""

import pytest

from agent.typed import listed, typed

SAID = [
    (["at $0.07 over"], ["money 0.07 USD"]),
    (["7 cents, or €0.08"], ["money 0.07 USD", "money 0.08 EUR"]),
    (["10% more", "no: 12.5 percent"], ["percent 10", "percent 12.5"]),
    (["30,000 minutes from 16 November 2025 at 08:55"], ["number 30000"]),
    (["why is draft-01jb3ab3ab3ab3ab3ab3ab3ab3 for 2025-11 so high, twice as much?"], []),
    ([""], []),
]  # fmt: skip


@pytest.mark.parametrize(("said", "found"), SAID)
def test_typed(said: list[str], found: list[str]) -> None:
    shown = [" ".join(filter(None, (one.kind, str(one.amount), one.currency))) for one in typed(said)]
    assert shown == found


def test_a_reference_counts_over_the_whole_thread() -> None:
    assert listed(typed(["$1 or 2", "and 3%"])) == "msg:fig1 is $1, msg:fig2 is 2, msg:fig3 is 3%"
    assert listed(typed([" and ".join(map(str, range(100)))])).startswith("msg:fig71 is 70,")
