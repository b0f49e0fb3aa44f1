"""What a contract is made of: headings, clauses, tables of fees, facts, signatures.

Promises flowables for one look each, with a clause kept on one page so that no sentence is cut in two.
Leaves out pages (letterhead.py) and words (the contracts).
"""

from dataclasses import dataclass

from reportlab.lib.colors import white
from reportlab.lib.enums import TA_CENTER
from reportlab.platypus import Flowable, HRFlowable, KeepTogether, Paragraph, Spacer, Table

from sandbox.company.pdf.letterhead import MARGIN, VENDOR, WIDTH
from sandbox.company.pdf.look import HAIR, INK, PALE, SIGNED, Look

INNER = WIDTH - 2 * MARGIN


@dataclass(frozen=True)
class Signature:
    """Who signed for a party, as what, and when (as the paper prints the date)."""

    party: str
    name: str
    title: str
    date: str


def title(look: Look, main: str, under: str) -> list[Flowable]:
    """The document's name, and a line under it."""
    line = look.style(alignment=TA_CENTER) if look.head == "centred" else look.style()
    return [Paragraph(main, look.title()), Paragraph(under, line), Spacer(1, 4)]


def heading(look: Look, text: str) -> Paragraph:
    """A section's heading."""
    return Paragraph(text, look.heading())


def text(look: Look, *paragraphs: str) -> list[Flowable]:
    """Plain paragraphs."""
    return [Paragraph(paragraph, look.style()) for paragraph in paragraphs]


def clause(look: Look, name: str, *paragraphs: str) -> KeepTogether:
    """A heading with its paragraphs, all on one page."""
    return KeepTogether([heading(look, name), *text(look, *paragraphs)])


def small(look: Look, words: str) -> Paragraph:
    """A note in small type."""
    return Paragraph(words, look.style(fontName=look.italic, fontSize=look.size * 0.88, leading=look.size * 1.2))


def grid(look: Look, rows: list[tuple[str, ...]], shares: tuple[float, ...], ruled: bool = False) -> Table:
    """A table with a header row; `shares` are the columns' parts of the width. Ruled, or banded."""
    head_ink = INK if ruled else white
    cells = [[Paragraph(cell, look.cell(True, head_ink)) for cell in rows[0]]]
    cells += [[Paragraph(cell, look.cell()) for cell in row] for row in rows[1:]]
    table = Table(cells, [INNER * share for share in shares], spaceBefore=4, spaceAfter=9, repeatRows=1)
    table.setStyle([*_cell_room(4.5), *(_ruled() if ruled else _banded(look, len(rows)))])
    return table


def facts(look: Look, pairs: list[tuple[str, str]], framed: bool = False) -> Table:
    """Label and value, a line each."""
    cells = [[Paragraph(label, look.cell(True)), Paragraph(value, look.cell())] for label, value in pairs]
    table = Table(cells, [INNER * 0.24, INNER * 0.76], spaceBefore=4, spaceAfter=9)
    frame = [("BOX", (0, 0), (-1, -1), 0.9, look.accent), ("BACKGROUND", (0, 0), (0, -1), PALE)] if framed else []
    table.setStyle([*_cell_room(3.2), ("LINEBELOW", (0, 0), (-1, -1), 0.4, HAIR), *frame])
    return table


def rule(look: Look) -> HRFlowable:
    """A line across the page."""
    return HRFlowable(width="100%", thickness=0.6, color=look.accent, spaceBefore=4, spaceAfter=6)


def signatures(look: Look, words: str, customer: Signature, vendor: Signature) -> KeepTogether:
    """The words above the signatures, and the two blocks side by side, the vendor's first."""
    blocks = Table([[_block(look, vendor), _block(look, customer)]], [INNER / 2, INNER / 2], spaceBefore=8)
    blocks.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0),
                     ("RIGHTPADDING", (0, 0), (-1, -1), 22)])  # fmt: skip
    return KeepTogether([Spacer(1, 6), *text(look, words), blocks])


def _block(look: Look, who: Signature) -> list[Flowable]:
    role = "Provider" if who.party == VENDOR else "Customer"
    hand = look.style(fontName="Times-Italic", fontSize=17, leading=22, textColor=SIGNED, spaceAfter=0, spaceBefore=9)
    line = look.style(spaceAfter=1)
    return [
        Paragraph(f"<b>{who.party}</b> ({role})", line),
        Paragraph(f"/s/ {who.name}", hand),
        HRFlowable(width="100%", thickness=0.7, color=INK, spaceBefore=0, spaceAfter=3),
        Paragraph(f"Name: {who.name}", line),
        Paragraph(f"Title: {who.title}", line),
        Paragraph(f"Date: {who.date}", line),
    ]


def _cell_room(points: float) -> list[tuple[object, ...]]:
    return [("VALIGN", (0, 0), (-1, -1), "TOP"), ("TOPPADDING", (0, 0), (-1, -1), points),
            ("BOTTOMPADDING", (0, 0), (-1, -1), points)]  # fmt: skip


def _ruled() -> list[tuple[object, ...]]:
    return [("GRID", (0, 0), (-1, -1), 0.6, INK), ("BACKGROUND", (0, 0), (-1, 0), PALE)]


def _banded(look: Look, rows: int) -> list[tuple[object, ...]]:
    bands: list[tuple[object, ...]] = [("BACKGROUND", (0, n), (-1, n), PALE) for n in range(2, rows, 2)]
    return [("BACKGROUND", (0, 0), (-1, 0), look.accent), ("LINEBELOW", (0, 1), (-1, -1), 0.4, HAIR), *bands]
