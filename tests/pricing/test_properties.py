"""What holds for every price model and any figures: monotone, blind to how usage is cut, settled in any number of
invoices, balances that tie from month to month, shares that add up, replay to the byte, and no float in any type."""

import importlib
import inspect
import pkgutil
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

import pricing
from pricing.canonical import canonical
from pricing.exact import rounded
from pricing.money import RoundMode
from pricing.periods import Period, midnight
from pricing.rate import NOTHING_OPEN, rate
from pricing.replay import bundle, replay
from pricing.rules.shares import split
from pricing.statement import Billed, Event, Movement, Slice, Statement, Usage
from pricing.terms import (
    Cap,
    Cell,
    Credit,
    Discount,
    Expiry,
    GraduatedPercentage,
    Included,
    InForce,
    LineRounding,
    Matrix,
    Metric,
    Minimum,
    Package,
    PassThrough,
    Percentage,
    PercentTier,
    PerUnit,
    PriceModel,
    Rollover,
    Stair,
    Stairstep,
    Terms,
    Tier,
    Tiered,
)
from tests.pricing.pricing_kit import NOVEMBER, RAW_MINUTES, ZONE, fee, metered, piece, prepaid, terms
from tests.pricing.test_rate_properties import walk

few = settings(max_examples=150, deadline=None)
MODES: tuple[RoundMode, ...] = ("half_up", "half_even", "down", "up", "floor", "ceiling")
EU = {"region": "eu"}

amounts = st.decimals(min_value=0, max_value=100, places=4)
quantities = st.decimals(min_value=0, max_value=10**5, places=3)
corrections = st.decimals(min_value=-200, max_value=500, places=2)
ends = st.lists(st.integers(1, 50_000), max_size=3, unique=True).map(lambda found: [*map(Decimal, sorted(found)), None])
blocks = st.none() | st.integers(1, 500).map(Decimal)


@st.composite
def tiered(draw: st.DrawFn, model: str) -> Tiered:
    rows = [
        Tier(up_to=end, unit_amount=draw(amounts), flat_amount=draw(amounts), block=draw(blocks)) for end in draw(ends)
    ]
    return Tiered.model_validate({"model": model, "tiers": tuple(rows), "zero_usage_flat": draw(st.booleans())})


@st.composite
def stairs(draw: st.DrawFn) -> Stairstep:
    bounds = draw(ends)
    prices = sorted(draw(st.lists(amounts, min_size=len(bounds), max_size=len(bounds))))
    return Stairstep(tiers=tuple(Stair(up_to=end, amount=price) for end, price in zip(bounds, prices, strict=True)))


@st.composite
def percents(draw: st.DrawFn) -> GraduatedPercentage:
    rows = [PercentTier(up_to=end, rate=draw(amounts), flat_amount=draw(amounts)) for end in draw(ends)]
    return GraduatedPercentage(tiers=tuple(rows))


per_unit = st.builds(PerUnit, unit_amount=amounts)
partial = st.sampled_from(["up", "down", "prorata"])
packages = st.builds(Package, size=st.integers(1, 999).map(Decimal), amount=amounts, partial=partial)
percentages = st.builds(Percentage, rate=amounts, fixed_per_event=amounts)
flat = [
    per_unit, tiered("graduated"), packages, stairs(), percentages, percents(), st.builds(PassThrough, multiplier=amounts),
]  # fmt: skip
matrices = st.one_of(flat).map(lambda price: Matrix(cells=(Cell(when=EU, price=price),), otherwise=price))
rising = st.one_of(*flat, matrices)
every = st.one_of(rising, tiered("volume"))


def bill(price: PriceModel, **more: Any) -> Terms:
    return terms(metered(price), **{"metrics": (RAW_MINUTES,), **more})  # type: ignore[arg-type]


def used(quantity: Decimal) -> Usage:
    return Usage(slices=(piece(str(quantity), dims=EU, events=3),))


def amount(statement: Statement) -> dict[str, Decimal]:
    return {line.id: line.amount for line in statement.lines}


@few
@given(rising, quantities, quantities)
def test_more_usage_never_costs_less(price: PriceModel, one: Decimal, other: Decimal) -> None:
    # A flat amount at zero usage is the first tier's own, which any usage owes too.
    low, high = sorted((one, other))
    assert rate(bill(price), used(low), NOVEMBER).total <= rate(bill(price), used(high), NOVEMBER).total


def test_more_usage_costs_less_where_volume_falls_off_its_cliff() -> None:
    tiers = (Tier(up_to=Decimal(100), unit_amount=Decimal(2)), Tier(up_to=None, unit_amount=Decimal(1)))
    cliff = bill(Tiered(model="volume", tiers=tiers))
    totals = [rate(cliff, used(Decimal(units)), NOVEMBER).total for units in (100, 101)]
    assert totals == [Decimal("200.00"), Decimal("101.00")]


@few
@given(every, st.lists(corrections, min_size=1, max_size=5))
def test_any_number_of_invoices_bills_the_same_in_the_end(price: PriceModel, late: list[Decimal]) -> None:
    agreed = bill(
        price,
        discounts=(Discount(id="launch", description="Launch", percent=Decimal("7.5")),),
        caps=(Cap(id="most", description="Cap", amount=Decimal(9000), counts=("minutes",)),),
        minimums=(Minimum(id="least", description="Minimum", amount=Decimal(500), counts=("minutes",)),),
    )
    invoices: list[Billed] = []
    for known in accumulate(late):
        statement = rate(agreed, used(known), NOVEMBER, billed=invoices)
        invoices += [Billed(line=line.id, amount=line.due, by="ari") for line in statement.lines]
    once = rate(agreed, used(sum(late, Decimal(0))), NOVEMBER)
    invoiced: Counter[str] = Counter()
    for one in invoices:
        invoiced[one.line] += one.amount  # type: ignore[assignment]
    assert {name: sum_ for name, sum_ in invoiced.items() if sum_} == {
        name: due for name, due in amount(once).items() if due
    }
    assert not any(line.due for line in rate(agreed, used(sum(late, Decimal(0))), NOVEMBER, billed=invoices).lines)


@few
@given(every, quantities, st.integers(1, 30 * 86_400 - 1), st.fractions(0, 1))
def test_a_slice_cut_at_any_instant_rates_the_same(
    price: PriceModel, quantity: Decimal, second: int, share: Fraction
) -> None:
    whole = used(quantity).slices[0]
    at = whole.start + timedelta(seconds=second)
    first = (quantity * share.numerator / share.denominator).quantize(Decimal("0.001"))
    parts = (
        whole.model_copy(update={"end": at, "quantity": first, "events": 1}),
        whole.model_copy(update={"start": at, "quantity": quantity - first, "events": 2}),
    )
    for slices in (parts, parts[::-1]):
        assert canonical(rate(bill(price), Usage(slices=slices), NOVEMBER)) == canonical(
            rate(bill(price), Usage(slices=(whole,)), NOVEMBER)
        )


@few
@given(st.sampled_from(["max", "last", "time_weighted"]), amounts, st.integers(1, 30 * 86_400 - 1))
def test_a_level_cut_at_any_instant_is_the_same_level(aggregation: str, level: Decimal, second: int) -> None:
    metric = Metric.model_validate(
        {"id": "minutes", "unit": "min", "aggregation": aggregation, "weighted_by": "seconds"}
    )
    agreed = bill(PerUnit(unit_amount=Decimal("0.333")), metrics=(metric,))
    whole: Slice = piece(str(level))
    at = whole.start + timedelta(seconds=second)
    parts = (whole.model_copy(update={"start": at}), whole.model_copy(update={"end": at}))
    assert amount(rate(agreed, Usage(slices=parts), NOVEMBER)) == amount(rate(agreed, Usage(slices=(whole,)), NOVEMBER))


@few
@given(every, st.lists(st.tuples(st.integers(0, 29), amounts), max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_events_does_not_matter(price: PriceModel, found: list[tuple[int, Decimal]], random: Any) -> None:
    start = midnight(NOVEMBER.start, ZONE)
    events = [
        Event(metric="minutes", at=start + timedelta(days=day), value=value, id=f"e{place % 5}", dims=EU)
        for place, (day, value) in enumerate(found)
    ]
    mixed = random.sample(events, len(events))
    assert canonical(rate(bill(price), Usage(events=tuple(mixed), measured=("minutes",)), NOVEMBER)) == canonical(
        rate(bill(price), Usage(events=tuple(events), measured=("minutes",)), NOVEMBER)
    )


@few
@given(st.permutations(range(4)), st.tuples(every, every, every), quantities)
def test_the_order_of_charges_does_not_matter(
    order: list[int], prices: tuple[PriceModel, ...], quantity: Decimal
) -> None:
    charges = [
        *(metered(price, id=f"charge_{place}") for place, price in enumerate(prices)), fee("12.345"),
    ]  # type: ignore[arg-type]  # fmt: skip
    straight = rate(terms(*charges, metrics=(RAW_MINUTES,)), used(quantity), NOVEMBER)
    mixed = rate(terms(*(charges[place] for place in order), metrics=(RAW_MINUTES,)), used(quantity), NOVEMBER)
    assert amount(mixed) == amount(straight)
    assert mixed.total == straight.total


@given(st.integers(-(10**6), 10**6), st.lists(amounts, min_size=1, max_size=8), st.sampled_from([0, 2, 3]))
def test_shares_add_up_and_none_is_a_unit_off(units: int, weights: list[Decimal], digits: int) -> None:
    whole = Decimal(units).scaleb(-digits)
    parts = split(whole, weights, digits)
    assert sum(parts) == whole
    exact = [
        weight / sum(map(Fraction, weights)) if any(weights) else Fraction(1, len(weights))
        for weight in map(Fraction, weights)
    ]
    assert all(
        abs(Fraction(part) - share * Fraction(whole)) < Fraction(1, 10**digits)
        for part, share in zip(parts, exact, strict=True)
    )


@few
@given(every, quantities, st.sampled_from(MODES))
def test_replay_gives_the_same_bytes(price: PriceModel, quantity: Decimal, mode: RoundMode) -> None:
    agreed = bill(price, rounding=LineRounding(mode=mode))
    kept = canonical(bundle(agreed, used(quantity), NOVEMBER))
    assert replay(kept) == canonical(rate(agreed, used(quantity), NOVEMBER))


@few
@given(every, quantities, st.sampled_from(MODES), st.sampled_from([("USD", 2), ("JPY", 0), ("KWD", 3)]))
def test_a_line_is_its_exact_amount_rounded(
    price: PriceModel, quantity: Decimal, mode: RoundMode, currency: tuple[str, int]
) -> None:
    code, digits = currency
    discount = Discount(id="launch", description="Launch", percent=Decimal("3.3"))
    agreed = bill(price, currency=code, rounding=LineRounding(mode=mode), discounts=(discount,))
    statement = rate(agreed, used(quantity), NOVEMBER)
    charged = [line for line in statement.lines if line.kind == "usage"]
    assert [line.amount for line in charged] == [rounded(line.exact, digits, mode) for line in charged]
    assert all(abs(Fraction(line.exact) - Fraction(line.amount)) < Fraction(1, 10**digits) for line in statement.lines)
    assert not [value for value in walk(statement) if isinstance(value, float)]


YEAR = [Period.month(f"2025-{month:02}") for month in range(1, 13)]
HELD = InForce(start=date(2025, 1, 1), end=date(2026, 1, 1))
LOTS = Included(
    quantity=Decimal(100), rollover=Rollover(share=Decimal(50), ceiling=Decimal(80), expires_after=2)
)  # fmt: skip
MOVING = terms(
    metered(PerUnit(unit_amount=Decimal("0.10"))),
    metered(PerUnit(unit_amount=Decimal(1)), id="texts").model_copy(update={"included": LOTS}),
    fee("10"),
    metrics=(RAW_MINUTES,),
    prepaid=(prepaid(amount=Decimal(120), expiry=Expiry(left="forfeits")),),
    credits=(Credit(id="sorry", description="Sorry", amount=Decimal(45), access=HELD, applies_to=("platform_fee",)),),
)


def year(monthly: Sequence[int]) -> list[Statement]:
    """Twelve months, each opening with what the one before closed with."""
    made: list[Statement] = []
    opening = NOTHING_OPEN
    for period, units in zip(YEAR, monthly, strict=True):
        usage = Usage(slices=(piece(str(units), period.start, period.end),))
        made.append(rate(MOVING, usage, period, opening))
        opening = made[-1].closing.opening
    return made


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 300), min_size=12, max_size=12))
def test_a_year_of_balances_ties(monthly: list[int]) -> None:
    months = year(monthly)
    moved: list[dict[str, Movement]] = [{one.id: one for one in month.closing.movements} for month in months]
    for month in moved:
        assert month.keys() == {"commit", "sorry", "texts.included"}
        assert all(one.opening + one.granted - one.used - one.expired == one.closing for one in month.values())
    for before, after in pairwise(moved):
        assert all(before[name].closing == after[name].opening for name in before)
    drawn, texts = sum(one["commit"].used for one in moved), sum(one["texts.included"].used for one in moved)
    assert drawn == min(Decimal(120), sum(monthly) * Decimal("0.10"))
    assert moved[-1]["commit"].expired == 120 - drawn
    assert sum(one["sorry"].used for one in moved) == 45
    billed = [line for month in months for line in month.lines if line.charge == "texts"]
    assert sum(line.exact for line in billed) == sum(monthly) - texts


def models() -> Iterator[type]:
    """Every pydantic model and named tuple that the calculator's package defines."""
    for module in pkgutil.walk_packages(pricing.__path__, "pricing."):
        for _, kind in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if kind.__module__.startswith("pricing.") and (issubclass(kind, BaseModel) or hasattr(kind, "_fields")):
                yield kind


def leaves(hint: Any) -> Iterator[Any]:
    yield hint
    for inner in get_args(hint):
        yield from leaves(inner)


@pytest.mark.parametrize("kind", sorted(set(models()), key=lambda kind: kind.__qualname__))
def test_no_field_can_hold_a_float(kind: type) -> None:
    hints = get_type_hints(kind, include_extras=True)
    assert not [
        name
        for name, hint in hints.items()
        if {float, complex} & {leaf for leaf in leaves(hint) if isinstance(leaf, type)}
    ]
