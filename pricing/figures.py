"""Figures: numbers, money and the inputs of a step as a person reads them.

They keep all their digits up to ten decimals; a longer one is cut and shows an ellipsis. Nothing is rounded here, and
what a figure means is for the sentences to say.
"""

from decimal import ROUND_DOWN, Context, Decimal, localcontext

from pricing.exact import DIGITS
from pricing.money import DECIMAL_MODE, quantum, show
from pricing.statement import Line, Step

DECIMALS = 10
# Kept figures have at most 50 digits, so products of two fit, and what differs less than this was only cut there.
_WIDE = Context(prec=4 * DIGITS)
CUT = Decimal("1e-30")
# What people named, which reads as a number after JSON when it looks like one.
GIVEN_NAMES = ("pool", "cell")


def number(value: Decimal) -> str:
    """'27,412.35'."""
    short = _cut(value)
    return f"{short:,f}" + ("…" if short != value else "")


def money(amount: Decimal, currency: str) -> str:
    """'$630.105', '-$3.00', 'CHF 12.00'."""
    short = _cut(amount)
    return show(short, currency) + ("…" if short != amount else "")


def figure(step: Step, name: str) -> Decimal:
    return Decimal(step.inputs[name])


def shown(step: Step, name: str) -> str:
    """An input as a number, or its word: 'half up'."""
    value = step.inputs[name]
    if name in GIVEN_NAMES:
        return str(value)
    return number(value) if isinstance(value, Decimal) else value.replace("_", " ")


def cash(step: Step, name: str) -> str:
    """An input in the currency of the step's result."""
    return money(figure(step, name), step.unit)


def came_to(step: Step) -> str:
    return money(step.result, step.unit)


def times(*factors: Decimal) -> Decimal:
    """Their product with every digit, whatever the caller's decimal context."""
    with localcontext(_WIDE):
        product = Decimal(1)
        for factor in factors:
            product *= factor
        return product


def plus(*parts: Decimal) -> Decimal:
    with localcontext(_WIDE):
        return sum(parts, Decimal(0))


def same(one: Decimal, other: Decimal) -> bool:
    """Whether two figures agree in all the digits that a step keeps."""
    with localcontext(_WIDE):
        return abs(one - other) <= CUT * max(Decimal(1), abs(one))


def rounding(step: Step, turned: bool = False) -> str:
    """', rounded half up to $630.11', or nothing; `turned` shows what came off a line without its minus."""
    exact, result, mode = figure(step, "exact"), step.result, str(step.inputs["mode"])
    if exact == result:
        return ""
    how = mode.replace("_", " ") if rounds_to(exact, result, mode) else "together with the other lines"
    if turned:
        exact, result = -exact, -result
        # Floor and ceiling were meant for the figure with its sign.
        how = how.replace("floor", _way(exact, result)).replace("ceiling", _way(exact, result))
    return f", rounded {how} to {money(result, step.unit)}"


def mode_of(line: Line) -> str:
    """How this line was rounded, and the parts of it that were rounded by themselves."""
    return next((str(step.inputs["mode"]) for step in line.steps if step.op == "round"), "half_up")


def noted(text: str, exact: Decimal, step: Step, mode: str, otherwise: str = "") -> str:
    """`text`, which comes to `exact`, and what made another result of it: rounding by `mode`, else `otherwise`."""
    if same(exact, step.result):
        return text
    how = f" (rounded {mode.replace('_', ' ')} to {came_to(step)})"
    return text + (how if rounds_to(exact, step.result, mode) else otherwise)


def rounds_to(exact: Decimal, result: Decimal, mode: str) -> bool:
    """Whether `mode` alone turns `exact` into `result`; what comes off a line is rounded before its sign is turned."""
    how = next(word for name, word in DECIMAL_MODE.items() if name == mode)
    digits = quantum(-int(result.as_tuple().exponent))
    plain, turned = (one.quantize(digits, how, _WIDE) for one in (exact, exact.copy_negate()))
    return result in (plain, turned.copy_negate())


def _way(exact: Decimal, result: Decimal) -> str:
    return "up" if result > exact else "down"


def _cut(value: Decimal) -> Decimal:
    if -int(value.as_tuple().exponent) <= DECIMALS:
        return value
    with localcontext(Context(prec=DIGITS)):
        return value.quantize(quantum(DECIMALS), rounding=ROUND_DOWN).normalize()
