"""Working: a line's steps as one sentence and as table rows.

Reads nothing but the line, so a card, an answer and a proof pack cannot differ, and a stored line still explains itself
years later. Figures keep all their digits up to ten decimals; a longer one is cut and shows an ellipsis.
"""

from decimal import ROUND_DOWN, Context, Decimal, localcontext

from pricing.exact import DIGITS
from pricing.money import quantum, show
from pricing.statement import Line, Step

DECIMALS = 10
ARITHMETIC = {
    "measure": "{quantity} ÷ {per}",
    "convert": "{quantity} ÷ {divide_by}",
    "round_units": "{quantity} rounded {mode}, {decimals} decimals",
    "include": "{quantity} - {taken} of {included} included",
    "overage": "{quantity} - {covered} prepaid",
    "price": "{quantity} × {unit_amount}",
    "tier": "{quantity} × {unit_amount}",
    "flat": "{amount}",
    "prorate": "{amount} × {days} ÷ {of} days",
    "shortfall": "{minimum} - {counted}",
    "draw": "{balance} in the balance, {left} left",
    "round": "{exact} rounded {mode}",
    "billed": "{amount} - {billed}",
}


def sentence(line: Line, currency: str) -> str:
    """'27,413 min - 20,000 included = 7,413 × $0.085 = $630.105, rounded half up to $630.11'."""
    text = {"recurring": _fee, "shortfall": _shortfall, "drawdown": _drawn}.get(line.kind, _metered)(line, currency)
    return text + _billed(line, currency)


def table(line: Line) -> list[tuple[str, str, str, str]]:
    """One row for each step: rule, arithmetic, result with its unit, the term it rests on ('' for usage).

    ('price', '7,413 × 0.085', '$630.105', 'charges.minutes.price.unit_amount')
    """
    return [(step.op.replace("_", " "), _arithmetic(step), _result(step), step.path or "") for step in line.steps]


def _fee(line: Line, currency: str) -> str:
    step = line.steps[0]
    if step.op == "flat":
        return f"{_money(step.result, currency)} for the whole period{_rounded(line, currency)}"
    amount = _money(_figure(step, "amount"), currency)
    days = f"{_shown(step, 'days')} of {_shown(step, 'of')} days × {amount}"
    return f"{days} = {_money(step.result, currency)}{_rounded(line, currency)}"


def _shortfall(line: Line, currency: str) -> str:
    step = line.steps[0]
    minimum, counted = (_money(_figure(step, name), currency) for name in ("minimum", "counted"))
    if not step.result:
        return f"{minimum} minimum, {counted} counted: nothing short"
    return f"{minimum} minimum - {counted} counted = {_money(step.result, currency)}{_rounded(line, currency)}"


def _drawn(line: Line, currency: str) -> str:
    price = next(step for step in line.steps if step.op == "price")
    value = f"{_shown(price, 'quantity')} {line.unit} × {_money(_figure(price, 'unit_amount'), currency)}"
    total = f"{_money(price.result, currency)}{_rounded(line, currency)}"
    return f"{value} = {total} drawn from the prepaid balance"


def _metered(line: Line, currency: str) -> str:
    units = _units(line)
    parts = [_part(step, units, currency) for step in line.steps if step.op in ("price", "tier", "flat")]
    tiered = any(step.op == "tier" for step in line.steps)
    plain = units == f"{_number(line.steps[0].result)} {line.unit}"
    prices = (f"{units}: " if tiered and not plain else "") + " + ".join(parts)
    return f"{prices} = {_money(line.exact, currency)}{_rounded(line, currency)}"


def _units(line: Line) -> str:
    """From what was measured to what is billed: '1,240.5 rounded up to 1,241 min - 1,000 included = 241'."""
    text = ""
    for step in line.steps:
        match step.op:
            case "measure":
                text = f"{_shown(step, 'total')} measured, billed as " if "total" in step.inputs else ""
                text += _number(step.result)
            case "convert":
                text += f" ÷ {_shown(step, 'divide_by')} = {_number(step.result)}"
            case "round_units" if step.result != step.inputs["quantity"]:
                text += f" rounded {_shown(step, 'mode')} to {_number(step.result)}"
    return f"{text} {line.unit}{_left(line)}"


def _left(line: Line) -> str:
    text = ""
    for step in line.steps:
        if step.op == "include":
            text += f" - {_included(step)} = {_number(step.result)}"
        if step.op == "overage":
            text += f" - {_shown(step, 'covered')} prepaid = {_number(step.result)}"
    return text


def _included(step: Step) -> str:
    taken, included = _shown(step, "taken"), _shown(step, "included")
    if included == "unlimited":
        return f"{taken} included without limit"
    return f"{taken} included" if taken == included else f"{taken} of {included} included"


def _part(step: Step, units: str, currency: str) -> str:
    if step.op == "flat":
        return f"{_money(step.result, currency)} flat"
    unit_amount = _money(_figure(step, "unit_amount"), currency)
    if step.op == "tier":
        return f"{_shown(step, 'quantity')} × {unit_amount}"
    return f"{units} × {unit_amount}" + (f" (tier {_shown(step, 'tier')} for all)" if "tier" in step.inputs else "")


def _rounded(line: Line, currency: str) -> str:
    step = next(step for step in line.steps if step.op == "round")
    if step.result == step.inputs["exact"]:
        return ""
    return f", rounded {_shown(step, 'mode')} to {_money(step.result, currency)}"


def _billed(line: Line, currency: str) -> str:
    if not line.billed_by:
        return ""
    text = f", already billed by {' and '.join(line.billed_by)}: {_money(line.billed, currency)}"
    return f"{text}, which leaves {_money(line.due, currency)}" if line.due else text


def _figure(step: Step, name: str) -> Decimal:
    return Decimal(step.inputs[name])


def _shown(step: Step, name: str) -> str:
    value = step.inputs[name]
    return _number(value) if isinstance(value, Decimal) else value.replace("_", " ")


def _arithmetic(step: Step) -> str:
    """What the step did to its inputs; names come from the step, whose inputs lose their order in canonical JSON."""
    if step.op == "sum":
        return " + ".join(_shown(step, name) for name in sorted(step.inputs))
    text = ARITHMETIC[step.op].format(**{name: _shown(step, name) for name in step.inputs})
    return f"tier {_shown(step, 'tier')}: {text}" if "tier" in step.inputs else text


def _result(step: Step) -> str:
    if step.op in ("measure", "convert", "round_units", "include", "overage"):
        return f"{_number(step.result)} {step.unit}"
    return _money(step.result, step.unit)


def _number(value: Decimal) -> str:
    short = _cut(value)
    return f"{short:,f}" + ("…" if short != value else "")


def _money(amount: Decimal, currency: str) -> str:
    short = _cut(amount)
    return show(short, currency) + ("…" if short != amount else "")


def _cut(value: Decimal) -> Decimal:
    if -int(value.as_tuple().exponent) <= DECIMALS:
        return value
    with localcontext(Context(prec=DIGITS)):
        return value.quantize(quantum(DECIMALS), rounding=ROUND_DOWN).normalize()
