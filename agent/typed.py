"""Typed figures: what people wrote in figures, numbered by code, so that a model passes on a reference and no amount.

Pure. `msg:fig1` is the first figure of the messages that are remembered. Dates, times and our own ids are no figures,
and number words are not read.
"""

from collections.abc import Sequence
from decimal import Decimal

from agent.tokens import Token, tokens
from billing.ideas import Figure

REFERENCE = "msg:fig{}"
LISTED = 30


def typed(said: Sequence[str]) -> tuple[Figure, ...]:
    """The figures of people's messages, in the order in which they were written."""
    return tuple(figure for text in said for token in tokens(text) if (figure := _figure(token)) is not None)


def references(figures: Sequence[Figure]) -> list[tuple[str, Figure]]:
    return [(REFERENCE.format(number), figure) for number, figure in enumerate(figures, 1)]


def listed(figures: Sequence[Figure]) -> str:
    """'msg:fig1 is $0.07, msg:fig2 is 10%': the last ones, for a model to choose from."""
    return ", ".join(f"{reference} is {figure.text}" for reference, figure in references(figures)[-LISTED:])


def _figure(token: Token) -> Figure | None:
    amount = token.value[-1]
    if token.kind not in ("money", "percent", "number") or not isinstance(amount, Decimal):
        return None
    if token.kind == "money":
        return Figure(token.text, "money", amount, str(token.value[0]))
    return Figure(token.text, "percent" if token.kind == "percent" else "number", amount)
