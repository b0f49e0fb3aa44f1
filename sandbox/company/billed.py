"""What the vendor's people billed by hand before Ari came, month by month.

Promises the lines of each firm's past invoices, right by its contract except Lemonfish's, whose price stayed at $0.10
after the increase of August. Leaves out Stripe's shapes (stripe_seed.py) and subscriptions.
"""

from decimal import ROUND_HALF_UP, Decimal

from sandbox.company.volumes import FIRST_AND_MINUTES

Line = tuple[str, Decimal]
CENT = Decimal("0.01")


def months(key: str) -> list[int]:
    """The months of 2025 that were invoiced before the story begins; Lemonfish's November went out on its own."""
    last = 11 if key == "lemonfish" else 10
    return list(range(FIRST_AND_MINUTES[key][0], last + 1))


def lines(key: str, month: int) -> list[Line]:
    """The lines of that firm's invoice for that month, in dollars; none when there was nothing to bill."""
    first, volumes = FIRST_AND_MINUTES[key]
    minutes = volumes[month - first]
    found = {
        "acornhill": [(f"Overage minutes, {max(minutes - 20_000, 0):,} at $0.085", _times(minutes - 20_000, "0.085"))],
        "brindlecat": [(f"Voice agent minutes, {minutes:,} in graduated tiers", _graduated(minutes))],
        "copperkettle": [(f"Voice agent minutes, {minutes:,} at the volume rate", _volume(minutes))],
        "elmfoot": _with_minimum(minutes),
        "gumdrop": [(f"Usage, {minutes:,} minutes at $0.11", _times(minutes, "0.11")),
                    ("Platform Fee", Decimal("1500.00"))],
        "lemonfish": [(f"Voice agent minutes, {minutes:,} at $0.10", _times(minutes, "0.10"))],
    }[key]  # fmt: skip
    return [(words, amount) for words, amount in found if amount > 0]


def _times(minutes: int, rate: str) -> Decimal:
    return (minutes * Decimal(rate)).quantize(CENT, ROUND_HALF_UP)


def _graduated(minutes: int) -> Decimal:
    return (_times(min(minutes, 10_000), "0.12") + _times(max(min(minutes, 50_000) - 10_000, 0), "0.10")
            + _times(max(minutes - 50_000, 0), "0.08"))  # fmt: skip


def _volume(minutes: int) -> Decimal:
    rate = "0.12" if minutes <= 10_000 else "0.10" if minutes <= 50_000 else "0.08"
    return _times(minutes, rate)


def _with_minimum(minutes: int) -> list[Line]:
    usage = _times(minutes, "0.11")
    return [(f"Usage, {minutes:,} minutes at $0.11", usage), ("Minimum shortfall", Decimal("5000.00") - usage)]
