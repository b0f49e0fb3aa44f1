"""Names: which customers a person's words speak of. Pure; compares words and never picks between two candidates."""

import re
import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import pairwise

from billing.views import CustomerView

SKIPPED = frozenset({"and", "the"})
# Firms are named after plain words too; such a word alone, in lower case, does not name the firm.
PLAIN = frozenset(
    """
    a all any as at best by can do first for go how in is last let me my new next no now of off on one open or our
    out over show sum so target than that this to total up us we what who why
    """.split()  # noqa: SIM905
)
CLOSE = 0.8
SHORTEST_CLOSE = 5


@dataclass(frozen=True, slots=True)
class Mention:
    """A stretch of the text and the customers it may mean. `sure` is False for other spellings and parts of names."""

    words: str
    candidates: tuple[CustomerView, ...]
    sure: bool


def mentions(text: str, customers: list[CustomerView]) -> list[Mention]:
    """In the order in which they are said. Several candidates, or one unsure, need asking."""
    said = split(text)
    return _by_name(said, customers) or _by_other_words(said, customers) or _by_spelling(said, customers)


def split(text: str) -> list[str]:
    """Words as typed, without possessives and articles."""
    plain = unicodedata.normalize("NFKC", text).replace("’", "'")
    found = re.findall(r"[^\W_]+", re.sub(r"'s\b", "", plain))
    return [word for word in found if word.casefold() not in SKIPPED]


def _by_name(said: list[str], customers: list[CustomerView]) -> list[Mention]:
    spans = [(start, _reach(said[start:], customer), customer) for customer in customers for start in range(len(said))]
    taken: set[int] = set()
    found: dict[int, Mention] = {}
    for start, length, _ in sorted(spans, key=lambda span: -span[1]):
        place = set(range(start, start + length))
        if length and not place & taken:
            taken |= place
            same = tuple(who for at, reach, who in spans if at == start and reach == length)
            found[start] = Mention(" ".join(said[start : start + length]), same, len(same) == 1)
    return [found[start] for start in sorted(found)]


def _reach(said: list[str], customer: CustomerView) -> int:
    """How many words of the name stand at the start of `said`; none when all that is said is a plain word."""
    length = 0
    for word, part in zip(said, _folded(customer.name), strict=False):
        if word.casefold() != part:
            break
        length += 1
    plain = length == 1 and len(_folded(customer.name)) > 1 and (len(said[0]) < 3 or said[0] in PLAIN)
    return 0 if plain else length


def _by_other_words(said: list[str], customers: list[CustomerView]) -> list[Mention]:
    found = []
    for word in said:
        same = tuple(who for who in customers if word.casefold() in _folded(who.name)[1:])
        if same and len(word) > 3 and word not in PLAIN:
            found.append(Mention(word, same, False))
    return found


def _by_spelling(said: list[str], customers: list[CustomerView]) -> list[Mention]:
    """'Gumdorp', 'acorn hill': close to the first word of a name."""
    by_first: dict[str, list[CustomerView]] = {}
    for customer in customers:
        by_first.setdefault("".join(_folded(customer.name)[:1]), []).append(customer)
    pairs = [f"{first} {second}" for first, second in pairwise(said)]
    for words in [*said, *pairs]:
        typed = words.casefold().replace(" ", "")
        near = get_close_matches(typed, by_first, n=3, cutoff=CLOSE)
        if near and len(typed) >= SHORTEST_CLOSE and words not in PLAIN:
            return [Mention(words, tuple(who for first in near for who in by_first[first]), False)]
    return []


def _folded(name: str) -> list[str]:
    return [word.casefold() for word in split(name)]
