"""Bands of quantity as tables and sentences print them: 'up to 10,000', '10,001 - 50,000', 'above 50,000'.

Promises figures as printed and how the lower end was said; whether bands fit together is for `usage` and `verify`.
"""

import re
from dataclasses import dataclass

from billing.contracts.amounts import FIGURE, MONEY, number
from billing.contracts.text import SCALE_WORD

N = rf"(?:the\s+)?(?:first\s+)?(?P<{{0}}>{FIGURE}(?:\s{SCALE_WORD})?)"
WORDS = r"(?:\s+[a-z]+){0,3}?"
FORMS = (
    rf"\b(?:above|over|more than|exceeding|beyond|in excess of|from)\s+{N.format('above')}{WORDS}\s+(?:and\s+|but\s+)?"
    rf"(?:up\s+to|to|not (?:more than|exceeding|over))(?:\s+and\s+including)?\s+{N.format('up_to')}",
    rf"(?<![\w.,$]){N.format('above')}\s*(?:-|to|through)\s*{N.format('up_to')}",
    rf"\b(?:up\s+to(?:\s+and\s+including)?|first|not exceeding)\s+{N.format('up_to')}",
    rf"\bnext\s+{N.format('width')}",
    rf"(?:\b(?:above|over|more than|exceeding|exceeds?|beyond|in excess of|after)|>)\s*{N.format('above')}",
    rf"(?<![\w.,$]){N.format('above')}\s*(?:\+|(?:and|or)\s+(?:above|over|more|up)\b)",
    r"\b(?P<rest>thereafter|(?:all|any|each) (?:further|additional|remaining)|above that|beyond that)\b",
)
PATTERNS = tuple(re.compile(form, re.IGNORECASE) for form in FORMS)


@dataclass(frozen=True, slots=True)
class Band:
    """Figures as printed: the quantity it lies above, its last quantity, or its width; all None for 'thereafter'."""

    above: str | None = None
    up_to: str | None = None
    width: str | None = None

    @property
    def open(self) -> bool:
        return self.up_to is None and self.width is None


def band(text: str) -> Band | None:
    """The band that `text` names; None for none."""
    text = MONEY.sub(" ", text)
    for pattern in PATTERNS:
        match = pattern.search(text)
        if match:
            groups = match.groupdict()
            figures = {name: value for name, value in groups.items() if name != "rest" and value}
            return Band(**figures) if all(number(value.split()[0]) is not None for value in figures.values()) else None
    return None
