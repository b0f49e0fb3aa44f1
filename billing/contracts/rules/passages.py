"""Pages cut into passages: sentences of running text, and rows of tables.

Promises verbatim words (white space folded) with their page, in reading order. Passages that a form left unfilled or
that only instruct its author are dropped: a blank is not a term.
"""

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from billing.contracts.amounts import MONEY
from billing.contracts.dates import dates
from billing.contracts.naming import PER
from billing.contracts.pdf import Document
from billing.contracts.reading import Said, Stated
from billing.contracts.text import canonical, fold

SHORT_FORMS = (
    "No",
    "Nos",
    "Inc",
    "Co",
    "Corp",
    "Ltd",
    "St",
    "Dr",
    "Mr",
    "Ms",
    "Mrs",
    "Art",
    "Sec",
    "e.g",
    "i.e",
    "a.m",
    "p.m",
)
SENTENCE_END = re.compile(
    r"(?<=[.;!?])(?<!\b[A-Z]\.)" + "".join(rf"(?<!\b{re.escape(word)}\.)" for word in SHORT_FORMS)
    + r"[\"')]*\s+(?=[\"'(]*[A-Z0-9])"
)  # fmt: skip
NUMBERED = re.compile(r"^(?:\(?[a-zA-Z0-9]{1,3}[.)]|\d+(?:\.\d+)+|[•▪●*])\s")
UNFILLED = re.compile(
    r"\{\s*\w+[^}]*\}|\[\s*[#_]*\s*\]|\[?drafting note|\(\s*x?\s*\)\s|_{4,}|^\[?for example:", re.IGNORECASE
)
CELL_GAP = re.compile(r"\s{3,}|\s*\|\s*|\t+")
UNIT_LINE = re.compile(rf"{PER}[\w ]{{2,30}}", re.IGNORECASE)
LABEL_LINE = re.compile(
    r"(?:customer|client|provider|vendor|supplier|effective date|(?:initial )?term|currency|payment(?: terms)?|invoicing"
    r"|billing|time zone)",
    re.IGNORECASE,
)
LONGEST_QUOTE = 320
LONGEST_SENTENCE = 3000


@dataclass(frozen=True, slots=True)
class Passage:
    """`cells` is empty for a sentence; `header` holds the cells of the table's head, when they can be told."""

    page: int
    text: str
    cells: tuple[str, ...] = ()
    header: tuple[str, ...] = ()

    def said(self, value: str, start: int = 0, end: int | None = None) -> Said:
        """`value` as stated by this passage, quoted around `[start, end)`."""
        return Said(value=value, page=self.page, quote=self.quote(start, len(self.text) if end is None else end))

    def quote(self, start: int, end: int) -> str:
        """The whole passage, or as much of a long one as leaves `[start, end)` readable."""
        if len(self.text) <= LONGEST_QUOTE:
            return self.text
        room = max(0, LONGEST_QUOTE - (end - start)) // 2
        first = self.text.rfind(" ", 0, start - room) + 1 if start > room else 0
        last = self.text.find(" ", end + room)
        return self.text[first:last].strip() if last > 0 else self.text[first:].strip()

    def clauses(self) -> Iterator["Passage"]:
        """The pieces between commas, semicolons and 'and'; each is verbatim."""
        for piece in re.split(r"[;,:]\s+(?:and\s+|but\s+)?|\s+(?:and|but)\s+", self.text):
            if piece.strip(" ."):
                yield Passage(self.page, piece.strip(" ."))


def has(pattern: str, text: str) -> bool:
    return re.search(pattern, text, re.IGNORECASE) is not None


def passages(document: Document) -> list[Passage]:
    """All passages of `document`, sentences of a page before its rows."""
    found: list[Passage] = []
    for number, page in enumerate(document.pages, 1):
        laid_out = document.layout[number - 1] if document.layout else ""
        rows = _rows(number, laid_out.splitlines()) if laid_out else _rows(number, _paired(page.splitlines()))
        table = list(rows)
        # A cell alone has lost the row that explains it; the row itself is read.
        cells = {cell for row in table for cell in row.cells}
        running = [one for one in _sentences(number, page, cells) if not any(one.text in row.text for row in table)]
        table = [row for row in table if not any(row.text in one.text for one in running)]
        found += [one for one in (*running, *table) if one.text and not UNFILLED.search(one.text)]
    return found


def lines(document: Document) -> list[Passage]:
    """Every line of the visible text as it stands, for titles and signature blocks."""
    return [
        Passage(number, fold(line[:LONGEST_SENTENCE]))
        for number, page in enumerate(document.pages, 1)
        for line in page.splitlines()
        if line.strip()
    ]


def stated(said: list[Said], reason: str) -> Stated:
    """The places, each value and quote once; `reason` when there is none."""
    once: dict[tuple[str, int, str], Said] = {}
    for one in said:
        once.setdefault((canonical(one.value), one.page, canonical(one.quote)), one)
    return Stated(said=tuple(once.values())) if once else Stated(reason=reason)


def _sentences(number: int, page: str, cells: set[str]) -> Iterator[Passage]:
    """A sentence without an end is cut, so that no pattern ever meets a whole page."""
    for block in _blocks(page, cells):
        for sentence in SENTENCE_END.split(fold(block)):
            for piece in textwrap.wrap(sentence, LONGEST_SENTENCE):
                yield Passage(number, piece)


def _blocks(page: str, cells: set[str]) -> Iterator[str]:
    """Lines joined into paragraphs: a short line ends one, unless the next goes on in lower case; a cell is its own."""
    lines = [line.strip() for line in page.splitlines()]
    full = 0.6 * max(map(len, lines), default=0)
    block: list[str] = []
    for line in lines:
        alone = any(CELL_GAP.search(one) or fold(one) in cells for one in (line, *block[-1:]))
        if block and (not line or alone or NUMBERED.match(line) or _ends(block[-1], line, full)):
            yield " ".join(block)
            block = []
        if line:
            block.append(line)
    if block:
        yield " ".join(block)


def _ends(line: str, following: str, full: float) -> bool:
    return len(line) < full and not following[:1].islower()


def _rows(number: int, lines: list[str]) -> Iterator[Passage]:
    header: tuple[str, ...] = ()
    for line in lines:
        cells = tuple(fold(cell) for cell in CELL_GAP.split(line.strip()[:LONGEST_SENTENCE]) if cell.strip())
        if len(cells) > 1:
            yield Passage(number, " ".join(cells), cells, header if len(header) == len(cells) else ())
            header = header if MONEY.search(line) else cells


def _paired(lines: list[str]) -> list[str]:
    """Without columns a table comes one cell a line: a line of nothing but values belongs to the line before it."""
    rows: list[str] = []
    for line in lines:
        alone = line.strip() if CELL_GAP.search(line.strip()) else fold(line)
        if rows and alone and (_is_value(alone) or LABEL_LINE.fullmatch(rows[-1])):
            rows[-1] = f"{rows[-1]}   {alone}"
        else:
            rows.append(alone)
    return rows


def _is_value(line: str) -> bool:
    """A line of nothing but money, a unit or a date: '$0.085', 'per minute', '$0.11 per minute', 'May 1, 2025'."""
    rest = MONEY.sub("", line).strip(" .,()")
    priced = rest != line and not rest
    return priced or UNIT_LINE.fullmatch(rest) is not None or any(words == line for _, words in dates(line))
