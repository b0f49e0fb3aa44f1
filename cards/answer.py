"""An answer in Slack: the checked text first, then one message per card, as Slack allows one table a message."""

from collections.abc import Sequence
from typing import Any

from cards import tables, terms, what_if
from cards.parts import MESSAGE, Block, cut, length, section

BLOCKS = 45
Message = tuple[str, list[Block]]


def messages(text: str, cards: Sequence[tuple[str, Sequence[Any]]]) -> list[Message]:
    """Notification text and blocks of each message, in order. `cards` are (kind, views) as the tools left them."""
    words = cut(text.strip(), 3000) or "…"
    first = [section(words)]
    rest = [blocks for kind, views in cards for blocks in _blocks(kind, views)]
    if rest and len(rest[0]) + len(first) <= BLOCKS and length(rest[0]) + length(first) <= MESSAGE:
        first += rest.pop(0)
    return [(words, first), *[(cut(words, 150), blocks) for blocks in rest]]


def _blocks(kind: str, views: Sequence[Any]) -> list[list[Block]]:
    if kind == "standings":
        return [tables.standings(views)]
    if kind == "statement":
        return [tables.statement(view) for view in views]
    if kind == "explanation":
        return [tables.explanation(view) for view in views]
    if kind == "terms":
        return [page for view in views for page in terms.pages(view)]
    if kind == "what_if":
        return [what_if.what_if(view) for view in views]
    if kind == "clauses":
        return [tables.clauses(views)]
    return [tables.invoices(views)] if kind == "invoices" else []
