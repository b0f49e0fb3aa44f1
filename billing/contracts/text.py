"""Where a quote stands on a page.

Promises a search that forgives what extraction and typing change (compatibility characters, quotes, dashes, white
space, hyphens, case) and nothing else: an occurrence that cuts a word or a number in two is none, so '$20,000' is not
found in '$120,000' nor '$3' in '$3 million'.
"""

import re
import unicodedata

SUPERSCRIPTS = dict.fromkeys(map(ord, "⁰¹²³⁴⁵⁶⁷⁸⁹"), " ")
FRACTIONS = {ord("½"): " 1/2", ord("¼"): " 1/4", ord("¾"): " 3/4"}
INVISIBLE = dict.fromkeys([0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF])
PUNCTUATION = str.maketrans("‘’‚‛“”„‟′″‐‑‒–—―−", "''''\"\"\"\"'\"-------")
HYPHEN = re.compile(r"(?<=[^\W\d_])-\s*(?=[^\W\d_])")
SCALE_WORD = r"(?:thousand|million|billion|bn|[mk])\b"
SIGN = r"(?:(?<![\w.,)])[-+][$€£]?)?"
NUMBER = rf"{SIGN}\.?\d(?:[\d.,'/]*\d)?(?:\s?{SCALE_WORD})?(?:\s?%)?"
TOKEN = re.compile(rf"{NUMBER}|[^\W\d_]+")


def fold(text: str) -> str:
    """One space for any white space, plain quotes and dashes, no footnote marks; case and hyphens are kept."""
    marked = text.translate(SUPERSCRIPTS).translate(FRACTIONS).translate(INVISIBLE)
    return " ".join(unicodedata.normalize("NFKC", marked).translate(PUNCTUATION).split())


def canonical(text: str) -> str:
    """`fold`, without case and without hyphens inside words, broken over a line or not."""
    return HYPHEN.sub("", fold(text)).casefold()


class Searched:
    """A page made ready once for many quotes."""

    def __init__(self, page: str) -> None:
        self._text = canonical(page)
        tokens = [token.span() for token in TOKEN.finditer(self._text)]
        self._inside = {place for first, last in tokens for place in range(first + 1, last)}

    def holds(self, quote: str) -> bool:
        """Whether `quote` stands here in whole words and whole numbers."""
        wanted = canonical(quote)
        start = self._text.find(wanted) if wanted else -1
        while start >= 0:
            if self._inside.isdisjoint((start, start + len(wanted))):
                return True
            start = self._text.find(wanted, start + 1)
        return False


def stands_in(quote: str, page: str) -> bool:
    """Whether `quote` stands on `page` in whole words and whole numbers."""
    return Searched(page).holds(quote)
