"""How a document looks: its type, its colour, its letterhead.

Promises looks of one vendor whose paper changed over the years, and paragraph styles made from a look.
Leaves out words (the contracts) and page furniture (letterhead.py).
"""

from dataclasses import dataclass

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_LEFT
from reportlab.lib.styles import ParagraphStyle

INK = HexColor("#1d2430")
PALE = HexColor("#eef1f5")
HAIR = HexColor("#b9c0cb")
SIGNED = HexColor("#1b2f7a")


@dataclass(frozen=True)
class Look:
    """`head` is the letterhead: 'band', 'centred' or 'letter'. `size` is the body's type in points."""

    head: str
    regular: str
    bold: str
    italic: str
    accent: Color
    size: float
    justified: bool = False

    def style(self, **changes: object) -> ParagraphStyle:
        """The body's style, with changes under reportlab's own names."""
        settings: dict[str, object] = {
            "fontName": self.regular, "fontSize": self.size, "leading": self.size * 1.4, "textColor": INK,
            "spaceAfter": self.size * 0.55, "alignment": TA_JUSTIFY if self.justified else TA_LEFT,
        }  # fmt: skip
        return ParagraphStyle("any", **(settings | changes))

    def title(self) -> ParagraphStyle:
        """The document's title."""
        return self.style(
            fontName=self.bold, fontSize=self.size * 1.75, leading=self.size * 2.2, textColor=self.accent,
            alignment=TA_CENTER if self.head == "centred" else TA_LEFT, spaceAfter=self.size * 0.4,
            spaceBefore=self.size * 0.8,
        )  # fmt: skip

    def heading(self) -> ParagraphStyle:
        """A section's heading."""
        return self.style(
            fontName=self.bold, fontSize=self.size * 1.12, textColor=self.accent, spaceBefore=self.size * 0.9,
            spaceAfter=self.size * 0.35, alignment=TA_LEFT, keepWithNext=1,
        )  # fmt: skip

    def cell(self, bold: bool = False, colour: Color = INK, size: float = 0.94) -> ParagraphStyle:
        """Text in a table."""
        return self.style(
            fontName=self.bold if bold else self.regular, fontSize=self.size * size,
            leading=self.size * size * 1.3, spaceAfter=0, alignment=TA_LEFT, textColor=colour,
        )  # fmt: skip


MODERN = Look("band", "Helvetica", "Helvetica-Bold", "Helvetica-Oblique", HexColor("#12355b"), 9.6)
CLASSIC = Look("centred", "Times-Roman", "Times-Bold", "Times-Italic", HexColor("#20242c"), 10.8, justified=True)
LETTER = Look("letter", "Times-Roman", "Times-Bold", "Times-Italic", HexColor("#5a2a27"), 11.2)
WARM = Look("band", "Helvetica", "Helvetica-Bold", "Helvetica-Oblique", HexColor("#6b3d12"), 9.4)
GREEN = Look("letter", "Helvetica", "Helvetica-Bold", "Helvetica-Oblique", HexColor("#1f4f3a"), 9.7)
