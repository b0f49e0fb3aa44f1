"""Priced: what units cost, as one phrase for each price model, and what an amount became after it was priced.

'10,000 × $0.12 + 40,000 × $0.10'. A part that the terms round by itself says so behind it; a price matrix has an
equation for each cell.
"""

from collections.abc import Sequence
from decimal import Decimal

from pricing.figures import came_to, cash, figure, mode_of, money, noted, number, plus, same, shown, times
from pricing.quantities import Counted, counted, plural
from pricing.statement import Line, Op, Step

PRICING: tuple[Op, ...] = ("price", "tier", "flat", "package", "stair", "percent")
STARTED = {"up": "a started one whole", "down": "a started one not at all", "prorata": "a started one in part"}
BOUNDS = {"event_minimum": "least", "event_maximum": "most"}
HUNDREDTH = Decimal("0.01")


def usage(line: Line, steps: Sequence[Step], currency: str) -> str:
    """From what was measured to the exact amount."""
    cells = _cells(steps)
    if len(cells) > 1:
        each = "; ".join(f"{_label(cell)}{_cell(line, cell, currency)}" for cell in cells)
        return f"{each}; together {money(line.exact, currency)}"
    return _label(cells[0]) + _cell(line, cells[0], currency)


def _cells(steps: Sequence[Step]) -> list[list[Step]]:
    """The steps of each cell of a price matrix, without their sum; all steps for any other price."""
    cells: list[list[Step]] = [[]]
    for step in steps:
        if step.op == "sum" and step.path:
            continue
        if step.op in ("events", "measure") and any(one.op in PRICING for one in cells[-1]):
            cells.append([])
        cells[-1].append(step)
    return cells


def _label(cell: Sequence[Step]) -> str:
    path = next((step.path for step in cell if step.op in PRICING and step.path), "")
    dims = next((f" ({shown(step, 'cell')})" for step in cell if "cell" in step.inputs), "")
    if ".cells." in path:
        return f"cell {int(path.split('.cells.')[1].split('.')[0]) + 1}{dims}: "
    return f"any other{dims}: " if ".price.otherwise." in path else ""


def _cell(line: Line, cell: Sequence[Step], currency: str) -> str:
    prices = [step for step in cell if step.op in PRICING]
    earlier = next((step for step in cell if step.op == "earlier"), None)
    units, mode = counted(cell, line.unit or ""), mode_of(line)
    if not prices:
        return f"{units.text}: nothing to price = {money(Decimal(0), currency)}"
    body = " + ".join(_part(step, units, mode) for step in prices)
    if units.text not in body and (earlier or not units.plain or prices[0].op not in ("price", "tier")):
        body = f"{_counted_on(units, earlier)}: {body}"
    # A single amount is its own sum.
    bare = len(prices) == 1 and prices[0].op in ("flat", "stair")
    return body + ("" if bare else f" = {money(_amount(cell), currency)}") + _afterwards(cell)


def _counted_on(units: Counted, earlier: Step | None) -> str:
    if earlier is None or not figure(earlier, "quantity"):
        return units.text
    where = "before" if "at" in earlier.inputs else "in earlier periods"
    return f"{units.text} after {shown(earlier, 'quantity')} {where}"


def _amount(cell: Sequence[Step]) -> Decimal:
    """What the prices came to: their sum where there is one."""
    return [step for step in cell if step.op in (*PRICING, "sum")][-1].result


def _afterwards(cell: Sequence[Step]) -> str:
    text = ""
    for step in cell:
        if step.op == "floor":
            text += (
                f", raised to the floor of {shown(step, 'quantity')} × {cash(step, 'unit_amount')} = {came_to(step)}"
            )
        if step.op == "earlier" and (figure(step, "earlier") or figure(step, "quantity")):
            what = (
                f"those {shown(step, 'quantity')} at {shown(step, 'at')}" if "at" in step.inputs else "earlier periods"
            )
            text += f", less {cash(step, 'earlier')} for {what} = {came_to(step)}"
    return text


def _part(step: Step, units: Counted, mode: str) -> str:
    match step.op:
        case "price":
            return _price(step, units, mode)
        case "tier":
            return _tier(step, mode)
        case "flat":
            return noted(f"{cash(step, 'amount')} flat", figure(step, "amount"), step, mode)
        case "package":
            return _package(step, units, mode)
        case "stair":
            return f"{came_to(step)} " + (f"for tier {shown(step, 'tier')}" if "tier" in step.inputs else "at no usage")
    return _each_event(step, mode) if "paid" in step.inputs else _percent(step, units, mode)


def _price(step: Step, units: Counted, mode: str) -> str:
    quantity, unit_amount = figure(step, "quantity"), figure(step, "unit_amount")
    path, price = step.path or "", cash(step, "unit_amount")
    text = f"{_own(quantity, units)} × {price}"
    if path.endswith(".fixed_per_event"):
        text = f"{plural(number(quantity), 'events')} × {price}"
    if path.endswith(".multiplier"):
        text = f"{_own(quantity, units)} × {number(unit_amount)}"
    text += f" (tier {shown(step, 'tier')} for all)" if "tier" in step.inputs else ""
    return noted(text, times(quantity, unit_amount), step, mode)


def _tier(step: Step, mode: str) -> str:
    unit_amount = figure(step, "unit_amount")
    if "block" not in step.inputs:
        exact = times(figure(step, "quantity"), unit_amount)
        return noted(f"{shown(step, 'quantity')} × {cash(step, 'unit_amount')}", exact, step, mode)
    blocks = f"{shown(step, 'quantity')} in blocks of {shown(step, 'block')}, {STARTED['up']}"
    text = f"{shown(step, 'blocks')} × {cash(step, 'unit_amount')} ({blocks})"
    return noted(text, times(figure(step, "blocks"), unit_amount), step, mode)


def _package(step: Step, units: Counted, mode: str) -> str:
    quantity, size, packages = (figure(step, name) for name in ("quantity", "size", "packages"))
    whole = same(times(packages, size), quantity) and step.inputs["partial"] != "prorata"
    started = "" if whole else f", {STARTED[str(step.inputs['partial'])]}"
    text = (
        f"{_own(quantity, units)} in packages of {number(size)}{started}: {number(packages)} × {cash(step, 'amount')}"
    )
    return noted(text, times(packages, figure(step, "amount")), step, mode)


def _percent(step: Step, units: Counted, mode: str) -> str:
    quantity, rate = figure(step, "quantity"), figure(step, "rate")
    base = number(quantity) if "tier" in step.inputs else _own(quantity, units)
    return noted(f"{base} × {number(rate)}%", times(quantity, rate, HUNDREDTH), step, mode)


def _each_event(step: Step, mode: str) -> str:
    """Rate and fixed fee of the events that are charged; bounds on single fees make another sum of them."""
    paid, events = shown(step, "paid_events"), plural(shown(step, "events"), "events")
    fixed = times(figure(step, "paid_events"), figure(step, "fixed"))
    exact = plus(times(figure(step, "paid"), figure(step, "rate"), HUNDREDTH), fixed)
    text = f"{paid} of {events} charged, {shown(step, 'paid')} × {shown(step, 'rate')}%"
    text += f" + {paid} × {cash(step, 'fixed')}" if fixed else ""
    bounds = [f"at {word} {cash(step, name)}" for name, word in BOUNDS.items() if name in step.inputs]
    if not bounds or same(exact, step.result):
        return noted(text, exact, step, mode)
    return f"{text} = {money(exact, step.unit)}, and with each event's fee kept within its bounds ({', '.join(bounds)})"


def _own(quantity: Decimal, units: Counted) -> str:
    """The whole phrase when it ends with this quantity."""
    return units.text if same(quantity, units.quantity) else number(quantity)
