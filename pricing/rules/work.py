"""One rating under way: what it reads, the items it has made so far, and how an item ends as a line."""

from collections.abc import Iterable
from decimal import Decimal

from pricing.exact import ZERO, Number, rounded, shown, total
from pricing.money import exponent, quantum
from pricing.periods import Period
from pricing.refusal import Refusal
from pricing.statement import (
    Carried,
    Counter,
    Event,
    Kind,
    Line,
    Movement,
    Opening,
    PeriodDates,
    Share,
    Slice,
    Step,
    Usage,
)
from pricing.terms import Terms

AMOUNT_LIMIT = Decimal(10) ** 12


class Item:
    """A line in the making: `exact` moves until the rounding stage sets `amount`; later rules make items of their own."""

    __slots__ = (
        "amount", "charge", "dates", "description", "exact", "id", "kind", "origin", "quantity", "shares", "steps",
        "timing", "unit",
    )  # fmt: skip

    def __init__(
        self, id: str, charge: str, kind: Kind, description: str, dates: Period, exact: Number, steps: list[Step],
        quantity: Number | None = None, unit: str | None = None,
    ) -> None:  # fmt: skip
        self.id, self.charge, self.kind, self.description = id, charge, kind, description
        self.dates, self.exact, self.steps, self.quantity, self.unit = dates, exact, steps, quantity, unit
        self.amount: Decimal | None = None
        self.timing = "arrears"
        self.shares: tuple[Share, ...] = ()
        # What the charges' own rules made has none; what came off or on later names the item that it belongs to.
        self.origin: Item | None = None

    @property
    def value(self) -> Number:
        """What the item is worth at this stage."""
        return self.exact if self.amount is None else self.amount


class Work:
    """Everything that the rules of one rating share."""

    __slots__ = (
        "assumed", "balances", "carried", "closing_counters", "counters", "currency", "digits", "events", "granted", "items", "mode",
        "movements", "opening", "period", "pooled", "priced", "rounded", "slices", "terms", "used", "zero", "zone",
    )  # fmt: skip

    def __init__(self, terms: Terms, usage: Usage, period: Period, opening: Opening) -> None:
        self.terms, self.period, self.opening = terms, period, opening
        self.zone, self.currency = terms.time_zone, terms.currency
        rule = terms.rounding
        self.mode = rule.mode
        self.digits = exponent(terms.currency) if rule.decimals is None else rule.decimals
        self.zero = quantum(self.digits) * 0
        self.rounded = False
        self.slices: dict[str, list[Slice]] = {}
        for one in usage.slices:
            self.slices.setdefault(one.metric, []).append(one)
        self.events: dict[str, list[Event]] = {}
        for event in usage.events:
            self.events.setdefault(event.metric, []).append(event)
        for name in usage.measured:
            self.events.setdefault(name, [])
        # By identity, for two slices may well be equal: what no charge priced must not vanish.
        self.priced: set[int] = set()
        self.items: list[Item] = []
        self.assumed: list[str] = []
        self.balances: dict[str, Decimal] = {one.id: one.amount for one in opening.balances}
        self.used: dict[str, Decimal] = {}
        self.granted: dict[str, Decimal] = {}
        self.counters: dict[str, Counter] = {one.id: one for one in opening.counters}
        self.closing_counters: dict[str, Counter] = {}
        self.carried: list[Carried] = []
        self.movements: list[Movement] = []
        self.pooled: dict[str, Number] = {}

    def round(self, exact: Number) -> Decimal:
        return rounded(exact, self.digits, self.mode)

    def rounding_step(self, exact: Number, amount: Decimal) -> Step:
        return Step("round", {"exact": shown(exact), "mode": self.mode}, amount, self.currency, "rounding.mode")

    def close(self, item: Item) -> None:
        """Round an item, once. Raises Refusal from 10^12 on."""
        exact = item.exact
        if not -AMOUNT_LIMIT < exact < AMOUNT_LIMIT:
            raise Refusal(item.id, "comes to 10^12 or more; check the price and the quantity")
        amount = rounded(exact, self.digits, self.mode)
        item.amount = amount
        item.steps.append(
            Step("round", {"exact": shown(exact), "mode": self.mode}, amount, self.currency, "rounding.mode")
        )

    def counter(self, name: str, path: str) -> Counter:
        """What earlier periods of a window counted. Raises Refusal: a missing counter is not zero."""
        found = self.counters.get(name)
        if found is None:
            raise Refusal(
                f"opening.counters.{name}", f"is missing, which is not zero; {path} counts over more than this period"
            )
        return found

    def count(self, name: str, before: Counter | None, quantity: Decimal = ZERO, amount: Decimal = ZERO) -> None:
        """Add to what the next period of the window must know."""
        base = before or self.closing_counters.get(name) or Counter(id=name)
        self.closing_counters[name] = Counter.model_construct(
            id=name, quantity=base.quantity + quantity, amount=base.amount + amount
        )


def line(item: Item, zero: Decimal) -> Line:
    """An item that nothing changes any more. `zero` has the currency's digits."""
    amount = zero if item.amount is None else item.amount
    dates = item.dates
    return Line(
        item.id, item.charge, item.kind, item.description, dates_of(dates),
        None if item.quantity is None else shown(item.quantity), item.unit, shown(item.exact), amount, zero, (), amount,
        tuple(item.steps), item.timing, item.shares,  # type: ignore[arg-type]
    )  # fmt: skip


def dates_of(period: Period) -> PeriodDates:
    """Validated already: a Period is never empty."""
    return PeriodDates.model_construct(start=period.start, end=period.end)


def sum_of(items: Iterable[Item]) -> Number:
    return total(item.value for item in items)
