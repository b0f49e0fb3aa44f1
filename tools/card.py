"""A card: which view code should render beside an answer. The model neither sees nor writes it.

Holds the views that the tool computed, so that what is shown is what was answered. How they look is not decided here.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["standings", "statement", "draft", "explanation", "terms", "invoices", "clauses", "what_if"]


@dataclass(frozen=True, slots=True)
class Card:
    """`ids` says what it is about ('customer_id', 'period', 'invoice_id', …); `views` are frozen billing views."""

    kind: Kind
    ids: dict[str, str] = field(default_factory=dict)
    views: tuple[Any, ...] = ()
