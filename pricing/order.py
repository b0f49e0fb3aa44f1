"""The order of operations: which rule comes after which. A term, for contracts do swap discount, cap and minimum."""

from typing import Literal, get_args

Stage = Literal[
    "convert", "round_units", "included", "price", "round", "percent_discount", "cap", "minimum",
    "fixed_discount", "credit", "tax",
]  # fmt: skip

DEFAULT: tuple[Stage, ...] = get_args(Stage)
UNITS: tuple[Stage, ...] = ("convert", "round_units", "included")


def check(order: tuple[Stage, ...]) -> None:
    """Raises ValueError unless every stage stands once, units come before the price and tax after everything."""
    if sorted(order) != sorted(DEFAULT):
        missing, extra = set(DEFAULT) - set(order), [one for one in order if order.count(one) > 1]
        raise ValueError(f"order must name every stage once; missing {sorted(missing)}, twice {sorted(set(extra))}")
    if {*order[:3]} != {*UNITS} or order[3] != "price":
        raise ValueError("convert, round_units and included come first, in any order, and price after them")
    if order.index("convert") > order.index("round_units"):
        raise ValueError("units are rounded after they are converted; put convert before round_units")
    if order[-1] != "tax":
        raise ValueError("tax comes last")
