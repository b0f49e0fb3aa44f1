"""Sentences: the working of a line as one sentence that is true as it is read.

Made from the line alone, one phrase for each step; what units cost is said in `pricing.priced`. What comes off a bill
is shown without its minus, as 'off' or 'paid'.
"""

from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby

from pricing.figures import came_to, cash, figure, mode_of, money, noted, number, plus, rounding, same, shown, times
from pricing.priced import usage
from pricing.statement import Line, Op, Step

FEES: tuple[Op, ...] = ("flat", "prorate")
OF_EVENTS = ("fixed_per_event", "event_minimum", "event_maximum")
WEIGHED = {"days of 30 a month": "days at 30 a month"}


def sentence(line: Line, currency: str) -> str:
    """'27,413 min - 20,000 included = 7,413 × $0.085 = $630.105, rounded half up to $630.11'."""
    # Steps are spelled out each time a line is asked for them.
    steps = tuple(line.steps)
    return _raised(line, steps) + _worked(line, steps, currency) + _billed(line, currency)


def _worked(line: Line, steps: Sequence[Step], currency: str) -> str:
    if steps[0].op == "billed":
        return f"no longer due: {money(line.exact, currency)}"
    match line.kind:
        case "recurring" | "one_time":
            return _fee(line, steps, currency) + _rounded(steps)
        case "shortfall":
            return _shortfall(steps)
        case "drawdown":
            return _drawn(line, steps)
        case "discount" | "cap" | "credit":
            return _came_off(steps[0]) + _rounded(steps, turned=True)
        case "tax":
            return _taxed(steps[0]) + _rounded(steps)
    if steps[0].op == "overage_factor":
        return _beyond(steps[0]) + _rounded(steps)
    return usage(line, steps, currency) + _rounded(steps)


def _raised(line: Line, steps: Sequence[Step]) -> str:
    """'$100.00 raised by 3% to $103.00; ' for each price that the line uses."""
    used = {step.path for step in steps}
    raised = [
        f"{cash(step, 'price')} {_by(step)} to {came_to(step)}; "
        for step in steps
        if step.op == "escalate" and (line.kind == "recurring" or _uses(used, str(step.inputs["of"])))
    ]
    return "".join(raised)


def _uses(used: set[str | None], price: str) -> bool:
    """Fees of single events rest on the path of their rate."""
    owner, _, name = price.rpartition(".")
    return price in used or (name in OF_EVENTS and f"{owner}.rate" in used)


def _by(step: Step) -> str:
    percent, times_raised = figure(step, "percent"), figure(step, "steps")
    if times_raised > 1:
        of_first = f" of the {shown(step, 'share_of')}" if "share_of" in step.inputs else ""
        verb = "raised" if percent >= 0 else "changed"
        return f"{verb} {number(times_raised)} times, last by {number(percent)}%{of_first},"
    exact = times(figure(step, "price"), plus(Decimal(100), percent), Decimal("0.01"))
    rounded = "" if same(exact, step.result) else f", rounded {shown(step, 'mode')},"
    return f"{'raised' if percent >= 0 else 'lowered'} by {number(abs(percent))}%{rounded}"


def _fee(line: Line, steps: Sequence[Step], currency: str) -> str:
    mode = mode_of(line)
    for step in steps:
        if step.op == "instalment":
            whole = f"{shown(step, 'quantity')} × " if "quantity" in step.inputs else ""
            return (
                f"part {shown(step, 'number')} of {shown(step, 'of')} of {whole}{cash(step, 'amount')}: {came_to(step)}"
            )
        if step.op == "recharge":
            bought = f"{shown(step, 'times')} × {cash(step, 'amount')} = {came_to(step)}"
            return f"{bought}, bought as the balance would fall below {cash(step, 'below')}"
        if step.op == "level":
            return _levels(line, steps, currency, mode)
    return _parts(line, steps, currency, mode)


def _parts(line: Line, steps: Sequence[Step], currency: str, mode: str) -> str:
    """A fee, or several of a shorter interval: whole ones, and parts of one by the days."""
    price = next((step for step in steps if step.op == "price"), None)
    parts = [step for step in steps if step.op in FEES]
    total = f" = {money(line.exact, currency)}"
    if len(parts) > 1:
        texts = [_part(step, price, mode) for step in parts]
        groups = [(text, len(list(same_ones))) for text, same_ones in groupby(texts)]
        return " + ".join(text if count == 1 else f"{count} × {text}" for text, count in groups) + total
    if parts[0].op == "prorate":
        return _part(parts[0], price, mode) + total
    return f"{_part(parts[0], price, mode)}{total if price else ''}{_when(line, parts[0])}"


def _when(line: Line, step: Step) -> str:
    """For what a fee that is not cut is due, where that is not the billing period."""
    if line.kind == "one_time":
        return ", due once"
    if "whole" not in step.inputs:
        return " for the whole period"
    held, whole = shown(step, "held"), shown(step, "whole")
    return f" for {whole}" if held == whole else f" for all of {whole}, though it holds for {held} only"


def _part(step: Step, price: Step | None, mode: str) -> str:
    if price is None:
        return came_to(step) if step.op == "flat" else f"{_days(step)} × {cash(step, 'amount')}"
    whole = f"{shown(price, 'quantity')} × {cash(price, 'unit_amount')}"
    return whole if step.op == "flat" else f"{_before_days(whole, price, step, mode)} × {_days(step)}"


def _before_days(text: str, whole: Step, prorated: Step, mode: str) -> str:
    """The whole amount, which some terms round before they cut it to days."""
    return noted(text, whole.result, prorated._replace(result=figure(prorated, "amount")), mode)


def _days(step: Step) -> str:
    """'15 of 30 days', and the ratio where it was rounded before it multiplied."""
    unit = str(step.inputs.get("unit", "days"))
    text = f"{shown(step, 'days')} of {shown(step, 'of')} {WEIGHED.get(unit, unit)}"
    ratio = "ratio" in step.inputs and not same(times(figure(step, "ratio"), figure(step, "of")), figure(step, "days"))
    return f"{text} (rounded half up to {shown(step, 'ratio')})" if ratio else text


def _by_days(step: Step) -> bool:
    """Whether the days, or their rounded ratio, give the result; an amount that holds whole has none to speak of."""
    amount, days, of = (figure(step, name) for name in ("amount", "days", "of"))
    return days != of and ("ratio" in step.inputs or same(times(amount, days), times(step.result, of)))


def _levels(line: Line, steps: Sequence[Step], currency: str, mode: str) -> str:
    """A quantity that follows a level: what held at first, then each change from its day on."""
    texts: list[str] = []
    for place, step in enumerate(steps):
        if step.op != "level":
            continue
        following = steps[place + 1]
        cut = following.op == "prorate"
        # A part that counts whole has no days to speak of.
        by_days = cut and following.inputs.get("unit") != "periods"
        text = _at_level(step, line.unit or "", not texts, by_days)
        text = _before_days(text, step, following, mode) if cut else text
        text += f" × {_days(following)}" if by_days else ""
        texts.append(f"{text} = {came_to(following if cut else step)}")
    return texts[0] if len(texts) == 1 else f"{'; '.join(texts)}; together {money(line.exact, currency)}"


def _at_level(step: Step, unit: str, first: bool, by_days: bool) -> str:
    """A change at its price, or with tiers the price of the level less that of the one before."""
    if "to_price" not in step.inputs:
        more = "" if first or figure(step, "quantity") < 0 else "more "
        return f"{shown(step, 'quantity')} {more}{unit} × {cash(step, 'unit_amount')}"
    if first:
        return f"{shown(step, 'to')} {unit} by tiers" + (f": {cash(step, 'to_price')}" if by_days else "")
    price = f"{cash(step, 'to_price')} - {cash(step, 'from_price')}"
    return f"{shown(step, 'from')} to {shown(step, 'to')} {unit} by tiers: {f'({price})' if by_days else price}"


def _shortfall(steps: Sequence[Step]) -> str:
    step = next(step for step in steps if step.op == "shortfall")
    minimum = f"{cash(step, 'minimum')} minimum"
    if steps[0].op == "prorate" and _by_days(steps[0]):
        minimum += f" ({_days(steps[0])} × {cash(steps[0], 'amount')})"
    earlier = f" ({cash(step, 'earlier')} of it in earlier periods)" if "earlier" in step.inputs else ""
    if not step.result:
        return f"{minimum}, {cash(step, 'counted')} counted{earlier}: nothing short"
    return f"{minimum} - {cash(step, 'counted')} counted{earlier} = {came_to(step)}{_rounded(steps)}"


def _beyond(step: Step) -> str:
    return f"{cash(step, 'beyond')} beyond the minimum × ({shown(step, 'factor')} - 1) = {came_to(step)}"


def _drawn(line: Line, steps: Sequence[Step]) -> str:
    price = next((step for step in steps if step.op == "price"), None)
    if price is None:
        return _units_drawn(steps[-1] if steps[-1].op == "draw" else steps[-2])
    value = f"{shown(price, 'quantity')} {line.unit} × {cash(price, 'unit_amount')}"
    return f"{value} = {came_to(price)}{_rounded(steps)} drawn from the prepaid balance"


def _units_drawn(step: Step) -> str:
    balance = f"{shown(step, 'balance')} - {number(step.result)} = {shown(step, 'left')} {step.unit} left"
    return f"{number(step.result)} {step.unit} drawn from the prepaid balance: {balance}"


def _came_off(step: Step) -> str:
    if step.op == "cap":
        return _above_cap(step)
    if step.op == "credit":
        of = "" if step.result == step.inputs["amount"] else f" of {cash(step, 'amount')}"
        balance = f"{cash(step, 'balance')} - {came_to(step)} = {cash(step, 'left')} left"
        return f"{came_to(step)}{of} paid from the credit: {balance}"
    return _percent_off(step) if "percent" in step.inputs else _amount_off(step)


def _above_cap(step: Step) -> str:
    """What all counted lines have above a cap comes off the last of them first; so a line says what part of it is its own."""
    room, cap, own = cash(step, "room"), cash(step, "cap"), figure(step, "amount") == figure(step, "counted")
    days = f" ({_days(step)})" if "days" in step.inputs and step.inputs["days"] != step.inputs["of"] else ""
    under = f"{cap} cap" if room == cap else f"{room} left under the cap of {cap}{days}"
    text = f"{cash(step, 'counted')}{'' if own else ' counted'} - {under} = "
    above = plus(figure(step, "counted"), -figure(step, "room"))
    return text + (f"{came_to(step)} off" if same(above, step.result)
                   else f"{money(above, step.unit)}, of which {came_to(step)} comes off this line")  # fmt: skip


def _percent_off(step: Step) -> str:
    text, exact = f"{cash(step, 'amount')} × {shown(step, 'percent')}%", _percent(step)
    if "share" in step.inputs:
        text, exact = f"{text} × {shown(step, 'share')} for the days covered", times(exact, figure(step, "share"))
    if same(exact, step.result):
        return f"{text} = {came_to(step)} off"
    return f"{text} = {money(exact, step.unit)}, of which what is left is taken: {came_to(step)} off"


def _amount_off(step: Step) -> str:
    amount, of = figure(step, "amount"), figure(step, "of")
    on = f" on the {shown(step, 'on')}" if "on" in step.inputs else ""
    if step.result == amount:
        return f"{came_to(step)} off"
    if amount > of:
        return (
            f"{came_to(step)} off: the discount of {cash(step, 'amount')} is more than the {cash(step, 'of')} left{on}"
        )
    return f"{came_to(step)} off: the share of this line in {cash(step, 'amount')} off {cash(step, 'of')}{on}"


def _taxed(step: Step) -> str:
    """On top, or the part of the amount that is tax: the result times 119 is then the amount times 19."""
    inside, percent = step.inputs["treatment"] == "inclusive", figure(step, "percent")
    whole = plus(percent, Decimal(100)) if inside else Decimal(100)
    text = f"{cash(step, 'amount')} × {number(percent)}" + (f" ÷ {number(whole)}" if inside else "%")
    exact = same(times(figure(step, "amount"), percent), times(step.result, whole))
    by_line = "" if exact else ", rounded line by line,"
    return f"{text}{by_line} = {came_to(step)}{' contained in it' if inside else ''}"


def _percent(step: Step) -> Decimal:
    return times(figure(step, "amount"), figure(step, "percent"), Decimal("0.01"))


def _rounded(steps: Sequence[Step], turned: bool = False) -> str:
    step = next((step for step in steps if step.op == "round"), None)
    return rounding(step, turned) if step else ""


def _billed(line: Line, currency: str) -> str:
    if not line.billed_by:
        return ""
    text = f", already billed by {' and '.join(line.billed_by)}: {money(line.billed, currency)}"
    return f"{text}, which leaves {money(line.due, currency)}" if line.due else text
