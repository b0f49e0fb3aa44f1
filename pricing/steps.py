"""Steps: a line's working as data, written down cheaply while rating and spelled out when somebody looks.

The calculator notes the figures of a step as a plain tuple; `Working` turns the notes into `Step`s, with names, term
paths and digits fit for people. Nothing is worked out again there: every figure was kept when it came about.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from pricing.exact import Number, shown, shown_ratio
from pricing.model.numbers import Exact

Op = Literal[
    "measure", "events", "convert", "round_units", "include", "pool", "free_units", "minimum_units", "tier",
    "price", "package", "stair", "percent", "floor", "flat", "escalate", "level", "prorate", "instalment", "earlier", "sum",
    "shortfall", "overage_factor", "cap", "discount", "draw", "overage", "recharge", "credit", "tax", "round",
    "billed",
]  # fmt: skip

# op, the term's path, what follows it (or a tier's number, or the values of a matrix cell), the result's unit, the result
# (or a ratio), the inputs.
Note = tuple[Op, str | None, str | int, str, Any, tuple[Any, ...]]

# The inputs of noted steps, in the order in which they are noted. Steps with inputs that vary are made as Step at once.
NAMES: dict[Op, tuple[str, ...]] = {
    "measure": ("quantity", "per"),
    "convert": ("quantity", "divide_by"),
    "round_units": ("quantity", "mode", "decimals"),
    "include": ("quantity", "included", "taken", "rolled_over"),
    "tier": ("tier", "quantity", "unit_amount"),
    "price": ("quantity", "unit_amount"),
    "flat": ("amount",),
    "shortfall": ("minimum", "counted", "earlier"),
    "round": ("exact", "mode"),
    "billed": ("amount", "billed"),
}
# Figures that stand as the terms or an invoice give them, trailing zeros and all.
AS_GIVEN = frozenset({"unit_amount", "per", "divide_by", "amount", "minimum", "counted", "billed"})
RESULTS_AS_GIVEN: frozenset[Op] = frozenset({"round", "flat", "billed", "round_units"})
# Names of a sum's inputs, which sort as they stand.
PARTS = tuple(f"part_{number:03}" for number in range(1, 1000))


class Step(NamedTuple):
    """One step of a line's working.

    `op` names the rule; `inputs` are the figures it took, by name; `result` is what came out, with its `unit` (a
    metric's unit word or a currency code); `path` is the term it rests on ('charges.minutes.included.quantity', or
    'charges.minutes@2025-11-16.price.unit_amount' for a later version of a charge), None for usage.
    """

    op: Op
    # Left to right, so that a figure read back from JSON is a figure again and not its text.
    inputs: dict[str, Annotated[Exact | str, Field(union_mode="left_to_right")]]
    result: Exact
    unit: str
    path: str | None = None


class Ratio(NamedTuple):
    """A quotient that is only looked at, never computed with."""

    number: Number
    per: Decimal


class Working(tuple[Step, ...]):
    """The steps of a line, in order. Holds notes, and spells them out whenever somebody looks."""

    __slots__ = ()

    def __getitem__(self, place: Any) -> Any:
        return self._spelled()[place]

    def __iter__(self) -> Iterator[Step]:
        return iter(self._spelled())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Working) and self._spelled() == other._spelled()

    def __hash__(self) -> int:
        return hash(len(self))

    def __repr__(self) -> str:
        return f"Working({self._spelled()!r})"

    def _spelled(self) -> tuple[Step, ...]:
        found: list[Step] = []
        for note in tuple.__iter__(self):
            found.append(note if isinstance(note, Step) else spelled(note, found))
        return tuple(found)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        steps = handler(tuple[Step, ...])
        return core_schema.no_info_after_validator_function(cls, steps)


def spelled(note: Note, before: Sequence[Step]) -> Step:
    """A note as a step; a sum takes the results of the steps `before` it."""
    op, path, suffix, unit, result, values = note
    if op == "measure":
        counted = {"quantity": _shown(values[0]), "per": values[1]}
        if suffix:
            counted["cell"] = suffix
        return Step(op, counted, _shown(Ratio(*values)), unit, path)
    if op == "sum":
        parts = before[-values[0] :]
        return Step(op, {PARTS[place]: one.result for place, one in enumerate(parts)}, _shown(result), unit, path)
    inputs = {
        name: value if name in AS_GIVEN else _shown(value) for name, value in zip(NAMES[op], values, strict=False)
    }
    if op == "convert" and suffix == ".multiply_by":
        inputs["multiply_by"] = inputs.pop("divide_by")
    if op == "price" and len(values) > 2:
        inputs["tier"] = Decimal(values[2])
    if op == "flat" and len(values) > 1:
        inputs["tier"] = Decimal(values[1])
    where = (
        f"{path}.tiers.{suffix}.{'flat_amount' if op == 'flat' else 'unit_amount'}"
        if isinstance(suffix, int)
        else path and path + suffix
    )
    return Step(op, inputs, result if op in RESULTS_AS_GIVEN else _shown(result), unit, where)


def _shown(value: Any) -> Any:
    if isinstance(value, Ratio):
        if isinstance(value.number, Fraction):
            return shown(value.number / Fraction(value.per))
        return shown(value.number) if value.per == 1 else shown_ratio(value.number, value.per)
    if isinstance(value, int):
        return Decimal(value)
    return value if isinstance(value, str) else shown(value)
