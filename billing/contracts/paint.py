"""The part of PDF's graphics state that decides whether text is seen: where, how big, in which colour.

Promises the state after an operator, and no drawing. Lengths are points, colours are shares of red, green and blue;
these are places on paper and binary floats do for them, money never passes through here.
"""

from dataclasses import dataclass, replace
from typing import Any

from pypdf.generic import ArrayObject, DictionaryObject

Matrix = tuple[float, float, float, float, float, float]
Box = tuple[float, float, float, float]
Colour = tuple[float, float, float] | None
Point = tuple[float, float]

IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)
BLACK: Colour = (0, 0, 0)
WHITE: Colour = (1, 1, 1)
SPACES = {
    "/DeviceGray": 1, "/CalGray": 1, "/G": 1, "/DeviceRGB": 3, "/CalRGB": 3, "/RGB": 3, "/DeviceCMYK": 4, "/CMYK": 4,
}  # fmt: skip


@dataclass(frozen=True)
class State:
    """`colour` is None where it cannot be told (patterns, separations); outside the box `clip` nothing shows."""

    ctm: Matrix = IDENTITY
    colour: Colour = BLACK
    components: int | None = 1
    alpha: float = 1
    mode: int = 0
    size: float = 0
    stretch: float = 100
    leading: float = 0
    clip: Box | None = None


def after(operator: bytes, operands: list[Any], resources: DictionaryObject, state: State) -> State:
    """The state once `operator` was met; operators that set none of it leave it as it is."""
    match operator, operands:
        case b"cm", _:
            return replace(state, ctm=times(matrix(operands), state.ctm))
        case b"Tf", [name, size, *_]:
            return replace(state, size=float(size) * _glyph_scale(name, resources))
        case b"Tr", [mode, *_]:
            return replace(state, mode=int(mode))
        case b"Tz", [stretch, *_]:
            return replace(state, stretch=float(stretch))
        case b"TL", [leading, *_]:
            return replace(state, leading=float(leading))
        case ((b"g" | b"rg" | b"k"), _):
            return replace(state, colour=_colour(operands, len(operands)), components=len(operands))
        case b"cs", [name, *_]:
            count = _components(name, resources)
            return replace(state, components=count, colour=BLACK if count else None)
        case ((b"sc" | b"scn"), _):
            return replace(state, colour=_colour(operands, state.components))
        case b"gs", [name, *_]:
            return _extended(dictionary(dictionary(resources.get("/ExtGState")).get(name)), state)
    return state


def times(one: Matrix, other: Matrix) -> Matrix:
    a, b, c, d, e, f = one
    g, h, i, j, k, m = other
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def matrix(operands: Any) -> Matrix:
    a, b, c, d, e, f = numbers(operands, 6)
    return (a, b, c, d, e, f)


def numbers(operands: Any, count: int) -> list[float]:
    """The first `count` operands. Raises ValueError when there are fewer: the page is damaged."""
    values = [float(value) for value in operands]
    if len(values) < count:
        raise ValueError(f"an operator has {len(values)} numbers where {count} belong")
    return values[:count]


def box(points: list[Point], state: State) -> Box:
    """The box around `points` on the page, as far as the clip shows it."""
    a, b, c, d, e, f = state.ctm
    xs = [a * x + c * y + e for x, y in points]
    ys = [b * x + d * y + f for x, y in points]
    left, bottom, right, top = state.clip or (min(xs), min(ys), max(xs), max(ys))
    return (max(min(xs), left), max(min(ys), bottom), min(max(xs), right), min(max(ys), top))


def dictionary(value: Any) -> DictionaryObject:
    """The dictionary that `value` is or refers to; an empty one for anything else."""
    value = value.get_object() if value is not None else None
    return value if isinstance(value, DictionaryObject) else DictionaryObject()


def _glyph_scale(name: Any, resources: DictionaryObject) -> float:
    """Type 3 fonts bring their own glyph space; all others have a thousandth of the size."""
    font = dictionary(dictionary(resources.get("/Font")).get(name))
    return abs(numbers(font["/FontMatrix"], 6)[3]) * 1000 if "/FontMatrix" in font else 1


def _extended(settings: DictionaryObject, state: State) -> State:
    alpha, font = settings.get("/ca"), settings.get("/Font")
    state = replace(state, alpha=float(alpha)) if alpha is not None else state
    return replace(state, size=float(font[1])) if isinstance(font, ArrayObject) and len(font) > 1 else state


def _components(name: Any, resources: DictionaryObject) -> int | None:
    space = dictionary(resources.get("/ColorSpace")).get(name, name).get_object()
    if isinstance(space, ArrayObject) and len(space) > 1 and space[0] == "/ICCBased":
        return int(space[1].get_object().get("/N", 0)) or None
    return SPACES.get(str(space[0] if isinstance(space, ArrayObject) and space else space))


def _colour(operands: list[Any], components: int | None) -> Colour:
    if components not in (1, 3, 4) or len(operands) != components:
        return None
    values = [float(value) for value in operands]
    if components == 4:
        cyan, magenta, yellow, black = values
        return ((1 - cyan) * (1 - black), (1 - magenta) * (1 - black), (1 - yellow) * (1 - black))
    return (values[0], values[0], values[0]) if components == 1 else (values[0], values[1], values[2])
