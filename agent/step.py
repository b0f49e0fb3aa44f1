"""A step: what Ari is doing right now, for Slack's task list. Titles are fixed words of code, never the model's."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Step:
    """`id` stays the same while the state of one step changes."""

    id: str
    title: str
    state: Literal["running", "done", "failed"]
