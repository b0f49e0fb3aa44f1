"""The conversation: what is said and done in a thread, and what the mind needs of the place where that is kept.

Light to import: langchain stays out of this module, so that Slack can be connected before the mind is loaded.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

REMEMBERED = 40


@dataclass(frozen=True, slots=True)
class Turn:
    """`author` is a Slack user id for a person's turn, else a fixed word.

    A tool's turn holds a call together with its answer: `body` is {"tool", "args"}, `text` the JSON that came back. A
    system turn is a note that code wrote, such as what a posted card shows; with a `body` it reads like a tool's.
    """

    origin: Literal["person", "ari", "tool", "system"]
    author: str
    text: str
    body: dict[str, Any] | None = None


class History(Protocol):
    """`load` gives a thread's turns, oldest first; `append` keeps all of the new ones or none."""

    def load(self, thread: str) -> list[Turn]: ...
    def append(self, thread: str, turns: Sequence[Turn]) -> None: ...
