"""What an amendment changes: 'from $0.11 to $0.095', or a table of before and after.

Promises pairs of prices that words mark as old and new. A price in an amendment without its predecessor is kept as new
alone; two columns without a head that says which is which are not read.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from billing.contracts.amounts import Amount, amounts
from billing.contracts.naming import PER, change_key
from billing.contracts.reading import Change, Dates, Said
from billing.contracts.rules.passages import Passage, has, stated
from billing.contracts.rules.prices import Price

OLD_COLUMN = r"\b(?:before|until|current|existing|old|previous|original|today)\b"
NEW_COLUMN = r"\b(?:from|after|new|amended|as of|revised)\b"
FROM = re.compile(r"\bfrom\s*$", re.IGNORECASE)
TO = re.compile(r"^[^.;]{0,40}\bto\s*$", re.IGNORECASE)
INSTEAD = re.compile(r"^[^.;]{0,40}\b(?:instead of|in place of|replacing|in lieu of)\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Pair:
    passage: Passage
    what: str
    old: Amount | None
    new: Amount


def read_changes(passages: list[Passage], prices: list[Price], dates: Dates) -> tuple[Change, ...]:
    """`prices` are the amounts outside of pairs."""
    found = list(pairs(passages)) + [
        Pair(price.passage, _what(price.before, price.after), None, price.amount)
        for price in prices
        if price.role in ("fee", "unit")
    ]
    groups: dict[str, list[Pair]] = defaultdict(list)
    for pair in found:
        groups[change_key(pair.what)].append(pair)
    return tuple(_change(group, dates) for group in groups.values())


def pairs(passages: list[Passage]) -> Iterator[Pair]:
    for passage in passages:
        found = list(amounts(passage.text))
        if passage.cells and len(found) == 2 and _columns(passage):
            yield Pair(passage, passage.cells[0], *found)
        elif not passage.cells:
            yield from _in_words(passage, found)


def _columns(passage: Passage) -> bool:
    """Whether the head of the table says that the old price stands before the new one."""
    return len(passage.header) >= 3 and has(OLD_COLUMN, passage.header[-2]) and has(NEW_COLUMN, passage.header[-1])


def _in_words(passage: Passage, found: list[Amount]) -> Iterator[Pair]:
    begin = 0
    for first, second in pairwise(found):
        between = passage.text[first.end : second.start]
        what = _what(passage.text[begin : first.start], passage.text[second.end : second.end + 30])
        if FROM.search(passage.text[: first.start]) and TO.match(between):
            yield Pair(passage, what, first, second)
            begin = second.end
        elif INSTEAD.match(between):
            yield Pair(passage, what, second, first)
            begin = second.end


def _what(before: str, after: str) -> str:
    """The words beside the figures that say what they price, as printed."""
    unit = re.match(rf"\s*({PER}(?:calendar )?[a-z]+)", after, re.IGNORECASE)
    fee = re.findall(r"((?:[\w-]+ )?(?:fee|charge for [\w-]+|price|rate|charge))\b", before, re.IGNORECASE)
    named = fee[-1] if fee else ""
    return named if re.search(r"\bfee$", named, re.IGNORECASE) or not unit else unit[1]


def _change(group: list[Pair], dates: Dates) -> Change:
    def said(amount: Amount, pair: Pair) -> Said:
        return pair.passage.said(amount.text, amount.start, amount.end)

    return Change(
        what=stated([pair.passage.said(pair.what) for pair in group], ""),
        starts=dates.effective,
        old=stated([said(pair.old, pair) for pair in group if pair.old], "the price before is not stated"),
        new=stated([said(pair.new, pair) for pair in group], ""),
    )
