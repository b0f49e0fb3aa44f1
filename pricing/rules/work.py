"""One rating under way: what it reads, the items it has made so far, and how an item ends as a line."""

from decimal import Decimal

from pricing.exact import ROUNDING, ZERO, Number, rounded, shown, sub
from pricing.money import DECIMAL_MODE, RoundMode, exponent, quantum
from pricing.order import UNITS
from pricing.periods import Period
from pricing.refusal import Refusal
from pricing.statement import Carried, Counter, Event, Kind, Line, Movement, Opening, Share, Slice, Usage
from pricing.steps import Note, Step, Working
from pricing.terms import Terms

AMOUNT_LIMIT = Decimal(10) ** 12


class Item:
    """A line in the making: `exact` moves until the rounding stage sets `amount`; later rules make items of their own."""

    amount: Decimal | None = None
    timing = "arrears"
    # How it is rounded when not as the terms round lines.
    mode: RoundMode | None = None
    shares: tuple[Share, ...] = ()
    # What the charges' own rules made has none; what came off later names the item that it came off.
    origin: "Item | None" = None

    def __init__(
        self, id: str, charge: str, kind: Kind, description: str, dates: Period, exact: Number, steps: list[Step | Note],
        quantity: Number | None = None, unit: str | None = None,
    ) -> None:  # fmt: skip
        self.id, self.charge, self.kind, self.description = id, charge, kind, description
        self.dates, self.exact, self.steps, self.quantity, self.unit = dates, exact, steps, quantity, unit

    @property
    def value(self) -> Number:
        """What the item is worth at this stage."""
        return self.exact if self.amount is None else self.amount


class Work:
    """Everything that the rules of one rating share."""

    # Set once the rounding stage is over: what comes later is rounded as it comes.
    rounded = False
    # Whether anything came off an item yet, whether lines are to be shared out, and the last total found below zero.
    adjusted = False
    shared = False
    below_zero: str | None = None

    def __init__(self, terms: Terms, usage: Usage, period: Period, opening: Opening) -> None:
        self.terms, self.period, self.opening = terms, period, opening
        self.zone, self.currency = terms.time_zone, terms.currency
        self.mode, decimals = terms.rounding.mode, terms.rounding.decimals
        self.digits = exponent(terms.currency) if decimals is None else decimals
        self.quantum, self.rounding = quantum(self.digits), DECIMAL_MODE[self.mode]
        self.zero = self.quantum * 0
        self.by_part = terms.rounding.level == "part"
        self.usual_units = terms.order[:3] == UNITS
        self.plain = self.usual_units and not (
            self.by_part or terms.prepaid or terms.pools or terms.discounts or terms.escalators
        )
        self.metrics = {one.id: one for one in terms.metrics}
        self.bounds = period.bounds(terms.time_zone)
        self.slices: dict[str, list[Slice]] = {}
        for one in usage.slices:
            self.slices.setdefault(one.metric, []).append(one)
        self.events: dict[str, list[Event]] = {}
        if usage.events or usage.measured:
            self._sort_events(usage)
        self.measured = len(usage.slices) + len(usage.events)
        # By identity, for two slices may well be equal: what no charge priced must not vanish.
        self.priced: set[int] = set()
        self.items: list[Item] = []
        self.assumed: list[str] = []
        self.balances: dict[str, Decimal] = {one.id: one.amount for one in opening.balances} if opening.balances else {}
        self.used: dict[str, Decimal] = {}
        self.free: dict[tuple[str, str], Number] = {}
        self.expired: dict[str, Decimal] = {}
        self.taken: dict[int, Decimal] = {}
        self.bought: dict[str, Decimal] = {}
        self.counters: dict[str, Counter] = {one.id: one for one in opening.counters} if opening.counters else {}
        self.closing_counters: dict[str, Counter] = {}
        self.carried: list[Carried] = []
        self.movements: list[Movement] = []
        self.pooled: dict[str, Number] = {}

    def round(self, exact: Number) -> Decimal:
        """At the currency's digits; never a negative zero."""
        if type(exact) is not Decimal:
            return rounded(exact, self.digits, self.mode)
        return exact.quantize(self.quantum, self.rounding, ROUNDING) or self.zero

    def rounding_step(self, exact: Number, amount: Decimal) -> Note:
        return ("round", "rounding", ".mode", self.currency, amount, (exact, self.mode))

    def close(self, item: Item) -> None:
        """Round an item, once. Raises Refusal from 10^12 on."""
        exact = item.exact
        if not -AMOUNT_LIMIT < exact < AMOUNT_LIMIT:
            raise Refusal(item.id, "comes to 10^12 or more; check the price and the quantity")
        if item.origin is None:
            item.amount = amount = self.round(exact)
        else:
            # What comes off is never more than the line that it comes off, as that was rounded.
            off = rounded(sub(ZERO, exact), self.digits, item.mode or self.mode)
            whole = item.origin.amount
            if whole is not None and whole >= 0:
                off = min(off, whole - self.taken.get(id(item.origin), ZERO))
                self.taken[id(item.origin)] = self.taken.get(id(item.origin), ZERO) + off
            item.amount = amount = -off
        item.steps.append(("round", "rounding", ".mode", self.currency, amount, (exact, item.mode or self.mode)))

    def counter(self, name: str, path: str) -> Counter:
        """What earlier periods of a window counted. Raises Refusal: a missing counter is not zero."""
        found = self.counters.get(name)
        if found is None and "[" in name and charge_of(name) in map(charge_of, self.counters):
            # Other values of the dimension have a count, or none had usage yet: this one is new.
            return Counter(id=name)
        if found is None:
            reason = f"is missing, which is not zero; {path} counts over more than this period"
            raise Refusal(f"opening.counters.{name}", reason)
        return found

    def count(self, name: str, before: Counter | None, quantity: Decimal = ZERO, amount: Decimal = ZERO) -> None:
        """Add to what the next period of the window must know."""
        base = self.closing_counters.get(name) or before or Counter(id=name)
        self.closing_counters[name] = Counter.model_construct(
            id=name, quantity=shown(base.quantity + quantity), amount=base.amount + amount
        )

    def _sort_events(self, usage: Usage) -> None:
        for event in usage.events:
            self.events.setdefault(event.metric, []).append(event)
        for name in usage.measured:
            self.events.setdefault(name, [])


def charge_of(name: str) -> str:
    """The charge whose counter or lot this is: 'c' of 'c', 'c[x]', 'c.included' and 'c[x].included'."""
    return name.split("[")[0].split(".")[0]


def line(item: Item, zero: Decimal) -> Line:
    """An item that nothing changes any more. `zero` has the currency's digits."""
    amount = zero if item.amount is None else item.amount
    quantity, exact = item.quantity, item.exact
    # As Line(...) would, at a third of its cost.
    return tuple.__new__(Line, (
        item.id, item.charge, item.kind, item.description, item.dates,
        quantity if quantity is None or type(quantity) is Decimal else shown(quantity), item.unit,
        exact if type(exact) is Decimal else shown(exact), amount, zero, (), amount, tuple.__new__(Working, item.steps),
        item.timing, item.shares,
    ))  # fmt: skip
