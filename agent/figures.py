"""The figure check: no figure reaches people that no tool result and no person of the thread has stated.

Pure. It compares values, not spellings ('6100' is '6,100.00'), but never rounds, never changes a currency or a sign and
never turns a count into an amount. It cannot catch a lie without a figure ('waived'): the cards carry the truth.
"""

from collections.abc import Iterable
from decimal import Decimal

from agent.tokens import Token, tokens

Vouched = dict[str, set[tuple[str | Decimal | int | None, ...]]]


def check(text: str, allowed_texts: Iterable[str]) -> list[str]:
    """The figures in `text` that nothing in `allowed_texts` vouches for, as written; empty when all is well."""
    found = list(tokens(text))
    if not found:
        return []
    vouched = _vouched(allowed_texts)
    return list(dict.fromkeys(token.text for token in found if not _known(token, vouched)))


def _vouched(texts: Iterable[str]) -> Vouched:
    known: Vouched = {}
    for text in texts:
        for token in tokens(text):
            known.setdefault(token.kind, set()).add(token.value)
            if token.kind == "money":
                known.setdefault("currency", set()).add(token.value[:1])
                known.setdefault("amount", set()).add(token.value[1:])
    return known


def _known(token: Token, vouched: Vouched) -> bool:
    known = vouched.get
    if token.kind == "foreign":
        return False
    if token.value in known(token.kind, ()):
        return True
    if token.kind == "number":
        return token.value in known("amount", ()) or _year(token, vouched)
    if token.kind == "words":
        return _counted(token, vouched)
    if token.kind == "day":
        return token.value[0] is None and any(day[1:] == token.value[1:] for day in known("day", ()))
    if token.kind == "month":
        return any(day[:2] == token.value for day in known("day", ()))
    return token.kind == "other" and _ordinal_of_a_day(token, vouched)


def _counted(token: Token, vouched: Vouched) -> bool:
    """'two' where a tool counted 2; 'one' as a pronoun. With a unit behind it, only the same words will do."""
    value, words, unit = token.value
    if unit or value is None:
        return False
    return words == "one" or (Decimal(str(value)),) in vouched.get("number", ())


def _year(token: Token, vouched: Vouched) -> bool:
    return any(date[0] == token.value[0] for kind in ("day", "month") for date in vouched.get(kind, ()))


def _ordinal_of_a_day(token: Token, vouched: Vouched) -> bool:
    """'the 14th' when the 14th of some month was spoken of."""
    text = str(token.value[0])
    number = text[:-2]
    return text[-2:] in ("st", "nd", "rd", "th") and any(str(day[2]) == number for day in vouched.get("day", ()))
