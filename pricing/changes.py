"""Changes: what a usage charge's terms must say before a period can be billed in which they change or only begin.

Tiers and allowances count over a whole period. Cutting it asks whether the count restarts and whether an allowance is
shared out; where no term answers, the calculator refuses.
"""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from pricing.periods import Period
from pricing.refusal import Refusal
from pricing.stretches import Stretch
from pricing.terms import Tiered, UsageCharge


def check_changes(versions: Sequence[tuple[Stretch, UsageCharge]], period: Period) -> None:
    """Raises Refusal when the versions of one charge leave open how this period is counted."""
    for stretch, charge in versions[1:]:
        if isinstance(charge.price, Tiered) or allowance(charge):
            _check_count(stretch, charge)
    if any(allowance(charge) for _, charge in versions):
        _check_allowance(versions, period)


def allowance(charge: UsageCharge) -> Fraction | None:
    """Included units of a period; zero when the terms have none, None when they are unlimited."""
    if charge.included is None:
        return Fraction(0)
    return None if charge.included.quantity is None else Fraction(charge.included.quantity)


def _check_count(stretch: Stretch, charge: UsageCharge) -> None:
    path = f"{stretch.path}.tiers_on_change"
    if charge.tiers_on_change is None:
        raise Refusal(path, f"the price changes on {stretch.dates.start}; say if the count restarts or continues there")
    if charge.tiers_on_change == "continue" and isinstance(charge.price, Tiered) and charge.price.model == "volume":
        raise Refusal(
            path, "are units before the change priced again at the tier reached later? no term says; write restart"
        )


def _check_allowance(versions: Sequence[tuple[Stretch, UsageCharge]], period: Period) -> None:
    stretch, _ = next((stretch, charge) for stretch, charge in versions if allowance(charge))
    path = f"{stretch.path}.included.quantity"
    if not _covers(versions, period):
        raise Refusal(path, "the included units hold for part of the period only; say what share of them counts")
    if any(charge.tiers_on_change == "restart" for _, charge in versions[1:]):
        raise Refusal(path, "the count restarts inside the period; say what share of the included units each part gets")
    if len({allowance(charge) for _, charge in versions}) > 1:
        raise Refusal(path, "the included units change inside the period; say what share of each quantity counts")


def _covers(versions: Sequence[tuple[Stretch, UsageCharge]], period: Period) -> bool:
    dates = [stretch.dates for stretch, _ in versions]
    unbroken = all(earlier.end == later.start for earlier, later in pairwise(dates))
    return unbroken and dates[0].start == period.start and dates[-1].end == period.end
