"""Tinwhistle Voice's paper: the mark, the head of the first page, running heads, feet.

Promises a PDF whose text, in the order of the content stream, is the order in which a person reads the page: head,
body, foot; and the same bytes each time. Leaves out what the pages say.
"""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from reportlab.lib.colors import white
from reportlab.lib.pagesizes import LETTER as PAGE
from reportlab.lib.units import inch
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate

from sandbox.company.pdf.look import HAIR, INK, SIGNED, Look

WIDTH, HEIGHT = PAGE
MARGIN = 0.95 * inch
VENDOR = "Tinwhistle Voice, Inc."
ADDRESS = "18 Bellwether Alley, New York, NY 10000"
CONTACT = "contracts@tinwhistle.example"
HEAD_ROOM = {"band": 1.25 * inch, "centred": 1.5 * inch, "letter": 1.4 * inch}


@dataclass(frozen=True)
class Form:
    """One document: its running title and number, how it was signed, and the initials on each page, if any."""

    title: str
    number: str
    envelope: str
    initials: tuple[str, ...] = ()


def write(path: Path, look: Look, form: Form, body: Callable[[], list[Flowable]]) -> None:
    """Lays the body out on the vendor's paper; it is laid out twice, so that a foot can say of how many pages."""
    pages = _lay_out(BytesIO(), look, form, body(), 0)
    _lay_out(path, look, form, body(), pages)


def _lay_out(target: Path | BytesIO, look: Look, form: Form, body: list[Flowable], pages: int) -> int:
    document = BaseDocTemplate(
        str(target) if isinstance(target, Path) else target, pagesize=PAGE, invariant=1,
        title=f"{form.title} {form.number}", author=VENDOR,
    )  # fmt: skip

    def head(canvas: Canvas, _: BaseDocTemplate) -> None:
        HEADS[look.head](canvas, look) if canvas.getPageNumber() == 1 else _running_head(canvas, look, form)

    def foot(canvas: Canvas, _: BaseDocTemplate) -> None:
        _foot(canvas, look, form, pages)

    document.addPageTemplates([
        PageTemplate("first", [_frame(HEAD_ROOM[look.head])], onPage=head, onPageEnd=foot, autoNextPageTemplate="next"),
        PageTemplate("next", [_frame(0.95 * inch)], onPage=head, onPageEnd=foot),
    ])  # fmt: skip
    document.build(body)
    return int(document.page)


def _frame(head_room: float) -> Frame:
    bottom = 0.95 * inch
    return Frame(MARGIN, bottom, WIDTH - 2 * MARGIN, HEIGHT - head_room - bottom, 0, 0, 0, 0)


def _mark(canvas: Canvas, x: float, y: float, size: float, ink: object, holes: object) -> None:
    """A tin whistle on its way up, and the sound it makes."""
    canvas.saveState()
    canvas.translate(x, y)
    canvas.scale(size / 50, size / 50)
    canvas.rotate(24)
    canvas.setFillColor(ink)
    canvas.setStrokeColor(ink)
    canvas.roundRect(0, 0, 44, 7, 2.2, stroke=0, fill=1)
    canvas.roundRect(-5, 0.8, 12, 5.4, 2.7, stroke=0, fill=1)
    canvas.setFillColor(holes)
    canvas.rect(8, 3.8, 3.2, 3.2, stroke=0, fill=1)
    for hole in range(6):
        canvas.circle(16.5 + hole * 4.4, 3.5, 1.15, stroke=0, fill=1)
    canvas.setLineWidth(1.5)
    canvas.setLineCap(1)
    for radius in (4.5, 9):
        canvas.arc(46 - radius, 3.5 - radius, 46 + radius, 3.5 + radius, -38, 76)
    canvas.restoreState()


def _band_head(canvas: Canvas, look: Look) -> None:
    canvas.setFillColor(look.accent)
    canvas.rect(0, HEIGHT - 0.86 * inch, WIDTH, 0.86 * inch, stroke=0, fill=1)
    _mark(canvas, MARGIN, HEIGHT - 0.63 * inch, 44, white, look.accent)
    canvas.setFillColor(white)
    canvas.setFont(look.bold, 15)
    canvas.drawString(MARGIN + 60, HEIGHT - 0.5 * inch, VENDOR)
    canvas.setFont(look.regular, 8)
    canvas.drawRightString(WIDTH - MARGIN, HEIGHT - 0.42 * inch, ADDRESS)
    canvas.drawRightString(WIDTH - MARGIN, HEIGHT - 0.57 * inch, CONTACT)


def _centred_head(canvas: Canvas, look: Look) -> None:
    _mark(canvas, WIDTH / 2 - 19, HEIGHT - 0.66 * inch, 36, look.accent, white)
    canvas.setFillColor(look.accent)
    canvas.setFont(look.bold, 14)
    canvas.drawCentredString(WIDTH / 2, HEIGHT - 0.93 * inch, VENDOR.upper())
    canvas.setFont(look.italic, 9)
    canvas.drawCentredString(WIDTH / 2, HEIGHT - 1.1 * inch, f"{ADDRESS}  ·  {CONTACT}")
    canvas.setStrokeColor(look.accent)
    for y, weight in ((1.22, 1.2), (1.25, 0.4)):
        canvas.setLineWidth(weight)
        canvas.line(MARGIN, HEIGHT - y * inch, WIDTH - MARGIN, HEIGHT - y * inch)


def _letter_head(canvas: Canvas, look: Look) -> None:
    canvas.setFillColor(look.accent)
    canvas.setFont(look.bold, 17)
    canvas.drawString(MARGIN, HEIGHT - 0.72 * inch, "Tinwhistle Voice")
    canvas.setFillColor(INK)
    canvas.setFont(look.regular, 8.5)
    canvas.drawString(MARGIN, HEIGHT - 0.9 * inch, f"{VENDOR}, {ADDRESS}")
    _mark(canvas, WIDTH - MARGIN - 52, HEIGHT - 0.92 * inch, 46, look.accent, white)
    canvas.setStrokeColor(look.accent)
    canvas.setLineWidth(2)
    canvas.line(MARGIN, HEIGHT - 1.05 * inch, MARGIN + 1.1 * inch, HEIGHT - 1.05 * inch)
    canvas.setLineWidth(0.4)
    canvas.line(MARGIN, HEIGHT - 1.05 * inch, WIDTH - MARGIN, HEIGHT - 1.05 * inch)


HEADS: dict[str, Callable[[Canvas, Look], None]] = {
    "band": _band_head, "centred": _centred_head, "letter": _letter_head,
}  # fmt: skip


def _running_head(canvas: Canvas, look: Look, form: Form) -> None:
    canvas.setFillColor(INK)
    canvas.setFont(look.regular, 8)
    canvas.drawString(MARGIN, HEIGHT - 0.6 * inch, f"{VENDOR}  ·  {form.title} {form.number}")
    canvas.setStrokeColor(HAIR)
    canvas.setLineWidth(0.5)
    canvas.line(MARGIN, HEIGHT - 0.68 * inch, WIDTH - MARGIN, HEIGHT - 0.68 * inch)


def _foot(canvas: Canvas, look: Look, form: Form, pages: int) -> None:
    canvas.setStrokeColor(HAIR)
    canvas.setLineWidth(0.5)
    canvas.line(MARGIN, 0.72 * inch, WIDTH - MARGIN, 0.72 * inch)
    canvas.setFillColor(INK)
    canvas.setFont(look.regular, 7.5)
    canvas.drawString(MARGIN, 0.57 * inch, form.envelope)
    canvas.drawRightString(WIDTH - MARGIN, 0.57 * inch, f"Page {canvas.getPageNumber()} of {pages}")
    if form.initials:
        canvas.setFont(look.italic, 8)
        canvas.drawString(MARGIN, 0.4 * inch, "Initials")
        canvas.setFillColor(SIGNED)
        canvas.setFont("Times-Italic", 11)
        canvas.drawString(MARGIN + 34, 0.4 * inch, "     ".join(form.initials))
