"""Metered charges: each stretch measured, included units taken off, the rest priced or drawn from prepaid balances."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import NamedTuple

from pricing.exact import ZERO, Number, add, mul, shown, sub
from pricing.model.charge import UsageCharge
from pricing.model.price import Matrix, Tiered
from pricing.refusal import Refusal
from pricing.rules import allowances, drawing
from pricing.rules.allowances import Allowance
from pricing.rules.measure import Raw, Where, measure
from pricing.rules.prices import Priced, price
from pricing.rules.stretches import Stretch
from pricing.rules.units import converted, round_units
from pricing.rules.windows import discount_holds, span
from pricing.rules.work import Item, Work
from pricing.statement import Counter, Step


class Count(NamedTuple):
    """What earlier stretches counted: all units, and those beyond the included ones."""

    units: Number = ZERO
    billable: Number = ZERO


class Meter:
    """One charge (or one value of its `per_each` dimension) through the stretches of a period."""

    def __init__(self, work: Work, group: tuple[Stretch, ...], where: Where, suffix: str) -> None:
        self.work, self.group, self.where, self.suffix = work, group, where, suffix
        first = _charge(group[0])
        self.metric = work.terms.metric(first.metric)
        rules = [_charge(stretch).included for stretch in group]
        name = f"{first.id}{suffix}.included"
        self.allowance: Allowance | None = None
        if any(rules):
            self.allowance = allowances.opened(work, group, rules, name, self.metric.unit)
        self.count = Count()

    def run(self) -> None:
        for number, stretch in enumerate(self.group):
            if number and stretch.counting != "continue":
                self.count = Count()
            self._stretch(stretch, _charge(stretch))
        if self.allowance:
            allowances.settle(self.work, self.allowance)

    def _stretch(self, stretch: Stretch, charge: UsageCharge) -> None:
        raw = measure(self.work, self.metric, stretch.dates, self.where)
        steps = [*stretch.escalation, *raw.steps] if stretch.escalation else list(raw.steps)
        if isinstance(charge.price, Matrix):
            self._matrix(stretch, charge, charge.price, steps)
            return
        units, billable = self._units(stretch, charge, raw, steps)
        before = self.count.billable
        if charge.included and charge.included.consumes_tier:
            before = add(before, sub(units, billable))
        drawn = (
            drawing.draw(self.work, stretch, charge, self.suffix, billable, before, raw, steps)
            if self.work.terms.prepaid
            else None
        )
        if drawn is None:
            exact = _amount(self.work, stretch, charge, f"{charge.id}{self.suffix}", billable, before, raw, steps)
            self._item(stretch, charge, exact, steps, billable)
        self.count = Count(add(self.count.units, units), add(self.count.billable, billable))

    def _units(self, stretch: Stretch, charge: UsageCharge, raw: Raw, steps: list[Step]) -> tuple[Number, Number]:
        """All units, and those to bill, in the order of operations that the terms say."""
        order, metric = self.work.terms.order, self.metric
        number, per = raw.number, raw.per
        if order.index("included") < order.index("convert"):
            left = self._beyond(stretch, charge, raw.units, steps)
            number, per = converted(left, Decimal(1), metric, steps)
            return raw.units, round_units(number, per, metric, steps)
        if metric.rounding.divide_by != 1:
            number, per = converted(number, per, metric, steps)
        if order.index("included") < order.index("round_units"):
            units = Raw(number, per, ()).units
            return units, round_units(self._beyond(stretch, charge, units, steps), Decimal(1), metric, steps)
        units = round_units(number, per, metric, steps)
        return units, self._beyond(stretch, charge, units, steps)

    def _beyond(self, stretch: Stretch, charge: UsageCharge, units: Number, steps: list[Step]) -> Number:
        work = self.work
        left = units
        if self.allowance and charge.included:
            left = allowances.include(work, self.allowance, units, f"{stretch.path}.included", steps)
        if work.terms.pools:
            left = _pooled(work, stretch, self.suffix, left, self.metric.unit, steps)
        if work.terms.discounts:
            left = _free(work, stretch, left, self.metric.unit, steps)
        if charge.minimum_units is not None and left < charge.minimum_units:
            inputs: dict[str, Decimal | str] = {"quantity": shown(left), "minimum": charge.minimum_units}
            left = charge.minimum_units
            steps.append(Step("minimum_units", inputs, left, self.metric.unit, f"{stretch.path}.minimum_units"))
        return left

    def _matrix(self, stretch: Stretch, charge: UsageCharge, matrix: Matrix, steps: list[Step]) -> None:
        """Each cell measured, converted and rounded for itself; a cell without usage leaves no step."""
        work = self.work
        exact: Number = ZERO
        units: Number = ZERO
        for number, dims in enumerate(_cells_used(work, charge, self.where)):
            raw = measure(
                work, self.metric, stretch.dates, {**self.where, **{name: (value,) for name, value in dims.items()}}
            )
            cell = next((place for place, one in enumerate(matrix.cells) if one.when.items() <= dims.items()), None)
            model = matrix.otherwise if cell is None else matrix.cells[cell].price
            path = f"{stretch.path}.price.otherwise" if cell is None else f"{stretch.path}.price.cells.{cell}.price"
            if model is None:
                named = ", ".join(f"{name} {value}" for name, value in sorted(dims.items()))
                raise Refusal(f"{stretch.path}.price.cells", f"no cell prices {named}; add one, or `otherwise`")
            if number == 0:
                steps.clear()
                steps += stretch.escalation
            steps += raw.steps
            counted = round_units(*converted(raw.number, raw.per, self.metric, steps), self.metric, steps)
            priced = Priced(counted, ZERO, raw, path, work.currency, steps, _part(work))
            exact, units = add(exact, price(model, priced)), add(units, counted)
        self._item(stretch, charge, exact, steps, units)

    def _item(self, stretch: Stretch, charge: UsageCharge, exact: Number, steps: list[Step], units: Number) -> None:
        line = f"{charge.id}{self.suffix}{stretch.line.removeprefix(charge.id)}"
        description = f"{charge.description} {self.suffix}" if self.suffix else charge.description
        self.work.items.append(
            Item(line, charge.id, "usage", description, stretch.dates, exact, steps, units, self.metric.unit)
        )


def metered(work: Work, group: tuple[Stretch, ...]) -> None:
    """The items of one usage charge. Raises Refusal when its versions leave open how the period is counted."""
    _check_changes(group)
    charge = _charge(group[0])
    if charge.per_each is None:
        Meter(work, group, charge.where, "").run()
        return
    values = dimension_values(work, charge.metric, charge.per_each, charge.where)
    for value in values:
        Meter(work, group, {**charge.where, charge.per_each: (value,)}, f"[{value}]").run()
    if not values:
        Meter(work, group, charge.where, "").run()


def dimension_values(work: Work, metric: str, dimension: str, where: Where) -> list[str]:
    """The values that the usage of this metric has, numbers by size before words."""
    rows = [one.dims for one in (*work.slices.get(metric, ()), *work.events.get(metric, ()))]
    found = {dims.get(dimension) for dims in rows if all(dims.get(name) in kept for name, kept in where.items())}
    if None in found:
        raise Refusal(
            f"usage.{metric}", f"some usage has no {dimension}, by which it is billed; say which one it belongs to"
        )
    return sorted((value for value in found if value is not None), key=natural)


def natural(value: str) -> tuple[int, int, str]:
    return (0, int(value), value) if value.isascii() and value.isdigit() else (1, 0, value)


def _charge(stretch: Stretch) -> UsageCharge:
    assert isinstance(stretch.charge, UsageCharge)
    return stretch.charge


def _check_changes(group: tuple[Stretch, ...]) -> None:
    for stretch in group[1:]:
        charge = _charge(stretch)
        counts = isinstance(charge.price, Tiered) or charge.included
        path = f"{stretch.path}.tiers_on_change"
        if counts and stretch.counting is None:
            raise Refusal(
                path, f"the price changes on {stretch.dates.start}; say if the count restarts or continues there"
            )
        if stretch.counting == "continue" and isinstance(charge.price, Tiered) and charge.price.model == "volume":
            raise Refusal(
                path, "are units before the change priced again at the tier reached later? no term says; write restart"
            )


def _amount(
    work: Work,
    stretch: Stretch,
    charge: UsageCharge,
    name: str,
    billable: Number,
    before: Number,
    raw: Raw,
    steps: list[Step],
) -> Number:
    if charge.accumulates != "period":
        return _accumulated(work, stretch, charge, name, billable, before, raw, steps)
    priced = Priced(billable, before, raw, f"{stretch.path}.price", work.currency, steps, _part(work))
    amount = price(charge.price, priced)  # type: ignore[arg-type]
    if charge.price_floor is not None:
        amount = _floor(work, stretch, charge.price_floor, billable, amount, steps)
    return amount


def _accumulated(
    work: Work,
    stretch: Stretch,
    charge: UsageCharge,
    name: str,
    billable: Number,
    before: Number,
    raw: Raw,
    steps: list[Step],
) -> Number:
    """The whole window priced, less what its earlier periods came to: tiers and started packages count once."""
    window = span(work.terms, charge.accumulates, work.period)
    earlier = Counter(id=name) if window.begins_in(work.period) else work.counter(name, f"{stretch.path}.accumulates")
    counted = add(add(billable, before), earlier.quantity)
    priced = Priced(counted, ZERO, raw, f"{stretch.path}.price", work.currency, steps, _part(work))
    whole = price(charge.price, priced)  # type: ignore[arg-type]
    exact = sub(whole, earlier.amount)
    inputs: dict[str, Decimal | str] = {
        "amount": shown(whole),
        "earlier": earlier.amount,
        "quantity": shown(earlier.quantity),
    }
    steps.append(Step("earlier", inputs, shown(exact), work.currency, f"{stretch.path}.accumulates"))
    if not window.ends_in(work.period):
        work.count(name, earlier, quantity=shown(billable), amount=work.round(exact))
    return exact


def _floor(work: Work, stretch: Stretch, floor: Decimal, units: Number, amount: Number, steps: list[Step]) -> Number:
    least = mul(units, floor)
    if amount >= least:
        return amount
    inputs: dict[str, Decimal | str] = {"quantity": shown(units), "unit_amount": floor, "amount": shown(amount)}
    steps.append(Step("floor", inputs, shown(least), work.currency, f"{stretch.path}.price_floor"))
    return least


def _part(work: Work) -> Callable[[Number], Number] | None:
    return work.round if work.terms.rounding.level == "part" else None


def _cells_used(work: Work, charge: UsageCharge, where: Where) -> list[Mapping[str, str]]:
    """The dimension values that usage has, in the order of the matrix's cells, unknown ones last."""
    assert isinstance(charge.price, Matrix)
    names = list(charge.price.cells[0].when)
    rows = [one.dims for one in (*work.slices.get(charge.metric, ()), *work.events.get(charge.metric, ()))]
    kept = [dims for dims in rows if all(dims.get(name) in values for name, values in where.items())]
    found: dict[tuple[str, ...], dict[str, str]] = {}
    for dims in kept:
        if any(name not in dims for name in names):
            missing = ", ".join(name for name in names if name not in dims)
            raise Refusal(
                f"usage.{charge.metric}", f"some usage has no {missing}, by which it is priced; say which it is"
            )
        found[tuple(dims[name] for name in names)] = {name: dims[name] for name in names}
    order = [tuple(one.when[name] for name in names) for one in charge.price.cells]
    return [
        found[key] for key in sorted(found, key=lambda key: (order.index(key) if key in order else len(order), key))
    ]


def _pooled(work: Work, stretch: Stretch, suffix: str, units: Number, unit: str, steps: list[Step]) -> Number:
    name = f"{stretch.line}{suffix}"
    taken = work.pooled.get(name)
    if taken is None:
        return units
    pool = next(one for one in work.terms.pools if stretch.charge.id in one.charges)
    inputs: dict[str, Decimal | str] = {"quantity": shown(units), "taken": shown(taken), "pool": pool.description}
    left = sub(units, taken)
    steps.append(Step("pool", inputs, shown(left), unit, f"pools.{pool.id}.included.quantity"))
    return left


def _free(work: Work, stretch: Stretch, units: Number, unit: str, steps: list[Step]) -> Number:
    for discount in work.terms.discounts:
        if (
            discount.units is None
            or stretch.charge.id not in (discount.applies_to or ())
            or not discount_holds(work.terms, discount, stretch.dates)
        ):
            continue
        taken = min(units, sub(discount.units, work.used.get(f"{discount.id}.{stretch.charge.id}", ZERO)))
        work.used[f"{discount.id}.{stretch.charge.id}"] = shown(
            add(taken, work.used.get(f"{discount.id}.{stretch.charge.id}", ZERO))
        )
        inputs: dict[str, Decimal | str] = {"quantity": shown(units), "free": shown(taken), "of": discount.units}
        units = sub(units, taken)
        steps.append(Step("free_units", inputs, shown(units), unit, f"discounts.{discount.id}.units"))
    return units
