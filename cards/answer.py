"""An answer in Slack: the checked text first, then one message per card, as Slack allows one table a message."""

from collections.abc import Sequence
from typing import Any

from cards import tables, terms
from cards.parts import Block, section

Message = tuple[str, list[Block]]


def messages(text: str, cards: Sequence[tuple[str, Sequence[Any]]]) -> list[Message]:
    """Notification text and blocks of each message, in order. `cards` are (kind, views) as the tools left them."""
    first: list[Block] = [section(part) for part in _parts(text)]
    rest = [blocks for kind, views in cards for blocks in _blocks(kind, views)]
    if rest and len(rest[0]) + len(first) <= 45:
        first += rest.pop(0)
    return [(text[:3000], first), *[(text[:150], blocks) for blocks in rest]]


def _parts(text: str) -> list[str]:
    return [text[start : start + 2900] for start in range(0, len(text), 2900)] or ["…"]


def _blocks(kind: str, views: Sequence[Any]) -> list[list[Block]]:
    if kind == "standings":
        return [tables.standings(views)]
    if kind == "statement":
        return [tables.statement(view) for view in views]
    if kind == "explanation":
        return [tables.explanation(view) for view in views]
    if kind == "terms":
        return [terms.summary(view) for view in views]
    if kind == "clauses":
        return [tables.clauses(views)]
    return [tables.invoices(views)] if kind == "invoices" else []
