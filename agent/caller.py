"""The caller: who asks, and where. Built by listeners from Slack's verified payload, and from nothing else."""

from dataclasses import dataclass

from billing.ideas import Figure


@dataclass(frozen=True, slots=True)
class Caller:
    """One person's one question. `thread` is the ts of the thread's first message, None outside threads; `groups` are
    the Slack user groups that the person is in; `channel_shared` says whether outsiders can read along;
    `figures` are what people typed in the thread, which the mind numbers before each run."""

    user_id: str
    user_name: str
    team: str
    channel: str
    thread: str | None
    channel_shared: bool
    groups: frozenset[str] = frozenset()
    figures: tuple[Figure, ...] = ()
