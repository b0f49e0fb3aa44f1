"""Number words: 'thirty-six' -> 36.

Promises whole numbers from zero to 999,999,999 in English. Fractions, ordinals and other languages are left out:
whoever meets one gets None and has to ask.
"""

import re

SMALL = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
    "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
SCALE = {"thousand": 1_000, "million": 1_000_000}
WORD = "|".join([*SMALL, "hundred", *SCALE])
NUMBER_WORDS = rf"(?:{WORD})(?:(?:[\s-]+(?:and\s+)?)(?:{WORD}))*"


def number_of(words: str) -> int | None:
    """'one hundred and twenty' -> 120; None for anything that is not a number in words."""
    total, group = 0, 0
    tokens = [token for token in re.split(r"[\s-]+", words.casefold().strip()) if token != "and"]
    for token in tokens:
        if token in SMALL:
            group += SMALL[token]
        elif token == "hundred":
            group = (group or 1) * 100
        elif token in SCALE:
            total, group = total + (group or 1) * SCALE[token], 0
        else:
            return None
    return total + group if tokens else None
