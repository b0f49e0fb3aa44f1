"""The office: what jobs and listeners share, put together once in app.py."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from agent.caller import Caller
from agent.reply import Reply
from agent.step import Step
from billing.contracts.propose import Reader
from billing.desk import Desk
from billing.invoices.pen import Pen
from jobs.people import People
from jobs.poster import Poster


class Mind(Protocol):
    """What converses: the agent, once it is loaded."""

    def answer(self, caller: Caller, thread: str, text: str, on_step: Callable[[Step], None]) -> Reply: ...


@dataclass(slots=True)
class Office:
    """`pen` writes to Stripe and is handed to the jobs of approved invoices alone. `mind` waits until the agent is
    loaded, which takes seconds longer than connecting to Slack. `wake` tells the workers that there is something to do."""

    desk: Desk
    pen: Pen
    poster: Poster
    people: People
    wake: Callable[[], None]
    read: Reader
    _mind: list[Mind] = field(default_factory=list)
    _loaded: threading.Event = field(default_factory=threading.Event)

    def mind(self, timeout: float = 60) -> Mind:
        """The agent; waits for it to be loaded. Raises TimeoutError."""
        if not self._loaded.wait(timeout):
            raise TimeoutError("the agent is still loading")
        return self._mind[0]

    def loaded(self, mind: Mind) -> None:
        self._mind.append(mind)
        self._loaded.set()
