"""Matrix: usage priced by the values of its dimensions, each cell measured, converted and rounded for itself."""

from collections.abc import Mapping
from decimal import Decimal

from pricing.exact import ZERO, Number, add, shown
from pricing.model.price import FlatModel, Matrix
from pricing.refusal import Refusal
from pricing.rules.measure import Where, measure
from pricing.rules.part import Part
from pricing.rules.prices import price
from pricing.rules.units import converted, round_units
from pricing.steps import Note, Step


def by_cell(part: Part, matrix: Matrix, where: Where) -> Number:
    """The exact amount of all cells; sets `part.units`. A cell without usage leaves no step. Raises Refusal."""
    exact: Number = ZERO
    units: Number = ZERO
    amounts: list[Number] = []
    cells = _used(part, matrix, where)
    if cells:
        part.steps[:] = part.stretch.escalation
    for dims in cells:
        model, path = _cell(part, matrix, dims)
        raw = measure(
            part.work, part.metric, part.stretch.dates, {**where, **{name: (value,) for name, value in dims.items()}}
        )
        part.steps += [*raw.counting, _named(raw.step, dims)]
        number, per = converted(raw.number, raw.per, part.metric, part.steps)
        own = part.over(round_units(number, per, part.metric, part.steps), ZERO, path, part.steps)
        own.raw = raw
        amounts.append(price(model, own))
        exact, units = add(exact, amounts[-1]), add(units, own.units)
    part.units = units
    if len(amounts) > 1:
        inputs: dict[str, Decimal | str] = {f"part_{place:03}": shown(one) for place, one in enumerate(amounts, 1)}
        part.steps.append(Step("sum", inputs, shown(exact), part.work.currency, f"{part.path}.cells"))
    return exact


def _named(step: Step | Note, dims: Mapping[str, str]) -> Step | Note:
    """What was measured, with the values that it was measured for."""
    cell = ", ".join(f"{name} {value}" for name, value in dims.items())
    if isinstance(step, Step):
        return step._replace(inputs={**step.inputs, "cell": cell})
    op, path, _, unit, result, values = step
    return op, path, cell, unit, result, values


def _cell(part: Part, matrix: Matrix, dims: Mapping[str, str]) -> tuple[FlatModel, str]:
    for number, cell in enumerate(matrix.cells):
        if cell.when.items() <= dims.items():
            return cell.price, f"{part.path}.cells.{number}.price"
    if matrix.otherwise is None:
        named = ", ".join(f"{name} {value}" for name, value in sorted(dims.items()))
        raise Refusal(f"{part.path}.cells", f"no cell prices {named}; add one, or `otherwise`")
    return matrix.otherwise, f"{part.path}.otherwise"


def _used(part: Part, matrix: Matrix, where: Where) -> list[Mapping[str, str]]:
    """The dimension values that usage has, in the order of the cells, unknown ones last."""
    work, metric = part.work, part.charge.metric
    names = list(matrix.cells[0].when)
    rows = [one.dims for one in (*work.slices.get(metric, ()), *work.events.get(metric, ()))]
    found: dict[tuple[str, ...], Mapping[str, str]] = {}
    for dims in rows:
        if not all(dims.get(name) in values for name, values in where.items()):
            continue
        missing = [name for name in names if name not in dims]
        if missing:
            what = ", ".join(missing)
            raise Refusal(f"usage.{metric}", f"some usage has no {what}, by which it is priced; say which it is")
        found[tuple(dims[name] for name in names)] = {name: dims[name] for name in names}
    order = [tuple(one.when[name] for name in names) for one in matrix.cells]
    return [
        found[key] for key in sorted(found, key=lambda key: (order.index(key) if key in order else len(order), key))
    ]
