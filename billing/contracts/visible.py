"""Which text of a page a reader can see.

Promises to tell apart, before extraction, text that is shown from text that is painted in the colour of what lies
beneath it, smaller than four points, outside the page or the clip, transparent, in an invisible render mode, or covered
by a filled box. What it cannot tell (patterns, images laid over words) counts as visible.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pypdf import PageObject
from pypdf.generic import ArrayObject, ContentStream, DecodedStreamObject, DictionaryObject, NameObject, StreamObject

from billing.contracts.paint import (
    IDENTITY,
    WHITE,
    Box,
    Colour,
    Matrix,
    Point,
    State,
    after,
    box,
    dictionary,
    matrix,
    numbers,
    times,
)

SMALLEST_POINTS = 4
SAME_COLOUR = 0.15
DEEPEST_FORM = 8
SHOW = {b"Tj", b"TJ", b"'", b'"'}
FILL = {b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*"}
END_PATH = FILL | {b"S", b"s", b"n"}


@dataclass(frozen=True)
class Shown:
    """One text-showing operator: where its words begin, and where in which stream it was written."""

    stream: int
    index: int
    x: float
    y: float
    height: float
    state: State


@dataclass(frozen=True)
class Filled:
    """A painted area; `solid` when it is an opaque rectangle, which hides what it covers."""

    area: Box
    colour: Colour
    solid: bool


Event = Shown | Filled


class Painting:
    """What a page paints, forms included, in painting order."""

    def __init__(self, page: PageObject) -> None:
        self.pdf = page.pdf
        self.events: list[Event] = []
        self.streams: list[tuple[list[Any], DictionaryObject, str]] = []
        contents = page.get("/Contents")
        contents = contents.get_object() if contents is not None else None
        if isinstance(contents, ArrayObject | StreamObject):
            left, bottom, right, top = (float(edge) for edge in page.cropbox)
            start = State(clip=(left - 1, bottom - 1, right + 1, top + 1))
            self._add(contents, page, "/Contents", dictionary(page.get("/Resources")), start, 0)

    @property
    def texts(self) -> list[Shown]:
        return [event for event in self.events if isinstance(event, Shown)]

    def show_only(self, wanted: Sequence[Shown]) -> None:
        """Rewrite the page so that no other text operator shows anything."""
        keeping = {(shown.stream, shown.index) for shown in wanted}
        for number, (operations, owner, name) in enumerate(self.streams):
            stream = ContentStream(None, self.pdf, "bytes")
            stream.operations = [
                _silent(operator) if operator in SHOW and (number, index) not in keeping else (operands, operator)
                for index, (operands, operator) in enumerate(operations)
            ]
            content = stream if name == "/Contents" else _as_form(stream, dictionary(owner[name]))
            owner[NameObject(name)] = content

    def _add(
        self, source: Any, owner: DictionaryObject, name: str, resources: DictionaryObject, state: State, depth: int
    ) -> None:
        operations = ContentStream(source, self.pdf, "bytes").operations
        self.streams.append((operations, owner, name))
        walk = _Walk(len(self.streams) - 1, resources, state)
        for index, (operands, operator) in enumerate(operations):
            self.events += walk.step(index, operator, operands)
            if operator == b"Do" and operands and depth < DEEPEST_FORM:
                self._form(operands[0], walk, depth)

    def _form(self, name: str, walk: "_Walk", depth: int) -> None:
        forms = dictionary(walk.resources.get("/XObject"))
        form = dictionary(forms.get(name))
        if isinstance(form, StreamObject) and form.get("/Subtype") == "/Form":
            inside = replace(walk.state, ctm=times(matrix(form.get("/Matrix", IDENTITY)), walk.state.ctm))
            own = dictionary(form.get("/Resources")) or walk.resources
            self._add(form, forms, name, own, inside, depth + 1)


class _Walk:
    """One content stream's operators, one after the other."""

    def __init__(self, stream: int, resources: DictionaryObject, state: State) -> None:
        self.stream, self.resources, self.state = stream, resources, state
        self.stack: list[State] = []
        self.line: Matrix = IDENTITY
        self._new_path()

    def step(self, index: int, operator: bytes, operands: list[Any]) -> Iterator[Event]:
        self._text_place(operator, operands)
        if operator == b"q":
            self.stack.append(self.state)
        elif operator == b"Q":
            self.state = self.stack.pop() if self.stack else self.state
        elif operator in END_PATH:
            yield from self._end_path(operator)
        else:
            self._path(operator, operands)
            self.state = after(operator, operands, self.resources, self.state)
        if operator in SHOW:
            yield self._shown(index)

    def _text_place(self, operator: bytes, operands: list[Any]) -> None:
        if operator == b"BT":
            self.line = IDENTITY
        elif operator == b"Tm":
            self.line = matrix(operands)
        elif operator in (b"Td", b"TD"):
            x, y = numbers(operands, 2)
            self.state = replace(self.state, leading=-y) if operator == b"TD" else self.state
            self.line = times((1, 0, 0, 1, x, y), self.line)
        elif operator in (b"T*", b"'", b'"'):
            self.line = times((1, 0, 0, 1, 0, -self.state.leading), self.line)

    def _new_path(self) -> None:
        self.points: list[Point] = []
        self.rectangles = self.others = 0
        self.clipping = False

    def _path(self, operator: bytes, operands: list[Any]) -> None:
        if operator == b"re":
            x, y, width, height = numbers(operands, 4)
            self.points += [(x, y), (x + width, y + height)]
            self.rectangles += 1
        elif operator in (b"m", b"l", b"c", b"v", b"y"):
            x, y = numbers(operands[-2:], 2)
            self.points.append((x, y))
            self.others += 1
        elif operator in (b"W", b"W*"):
            self.clipping = True

    def _end_path(self, operator: bytes) -> Iterator[Filled]:
        if self.points:
            area = box(self.points, self.state)
            if operator in FILL and self.state.alpha > 0:
                opaque = self.state.alpha > 0.9 and self.state.colour is not None
                yield Filled(area, self.state.colour, opaque and (self.rectangles, self.others) == (1, 0))
            if self.clipping:
                self.state = replace(self.state, clip=area)
        self._new_path()

    def _shown(self, index: int) -> Shown:
        placed = times(self.line, self.state.ctm)
        height = abs(self.state.size) * max(abs(part) for part in placed[1:4])
        return Shown(self.stream, index, placed[4], placed[5], height, self.state)


def hidden(events: Sequence[Event]) -> list[Shown]:
    """The text operators among `events` whose words nobody can see."""
    fills = [(place, event) for place, event in enumerate(events) if isinstance(event, Filled)]
    texts = [(place, event) for place, event in enumerate(events) if isinstance(event, Shown)]
    return [text for place, text in texts if _unseen(text, place, fills)]


def _unseen(text: Shown, place: int, fills: Sequence[tuple[int, Filled]]) -> bool:
    state, middle = text.state, text.y + 0.3 * text.height
    if state.mode in (3, 7) or state.alpha < 0.1 or state.stretch < 1 or text.height < SMALLEST_POINTS:
        return True
    if state.clip and not _within(text.x, middle, state.clip):
        return True
    here = [(when, fill) for when, fill in fills if _within(text.x, middle, fill.area)]
    covered = any(fill.solid for when, fill in here if when > place)
    return covered or _like_its_ground(state.colour, [fill for when, fill in here if when < place])


def _like_its_ground(colour: Colour, beneath: Sequence[Filled]) -> bool:
    """Of a shape that is no rectangle only its box is known: text must look like it and like what lies under it."""
    grounds: list[Colour] = []
    for fill in reversed(beneath):
        grounds.append(fill.colour)
        if fill.solid:
            break
    else:
        grounds.append(WHITE)
    return all(_alike(colour, ground) for ground in grounds)


def _alike(one: Colour, other: Colour) -> bool:
    if one is None or other is None:
        return False
    return all(abs(a - b) <= SAME_COLOUR for a, b in zip(one, other, strict=True))


def _within(x: float, y: float, area: Box) -> bool:
    return area[0] <= x <= area[2] and area[1] <= y <= area[3]


def _silent(operator: bytes) -> tuple[list[Any], bytes]:
    """The same move without the words: ' and " also begin a new line."""
    return ([], b"T*") if operator in (b"'", b'"') else ([ArrayObject()], b"TJ")


def _as_form(stream: ContentStream, old: DictionaryObject) -> DecodedStreamObject:
    form = DecodedStreamObject()
    form.update({key: value for key, value in old.items() if key not in ("/Filter", "/DecodeParms", "/Length")})
    form.set_data(stream.get_data())
    return form
