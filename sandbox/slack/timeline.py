"""All messages of a workspace, by channel and time stamp.

A time stamp is the identity of a message, so stamps only ever grow: when the clock is moved back, new messages still
come after the old ones. Who may see a message is decided elsewhere.
"""

from collections.abc import Callable, Iterator

from sandbox.slack.records import Message


class Timeline:
    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._last = 0
        self._channels: dict[str, dict[str, Message]] = {}

    def stamp(self) -> str:
        """A new "seconds.microseconds", later than any before it."""
        self._last = max(self._last + 1, int(self._now() * 1_000_000))
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"

    def add(self, message: Message) -> None:
        self._channels.setdefault(message.channel, {})[message.ts] = message
        self._last = max(self._last, int(message.ts.replace(".", "")))

    def drop(self, message: Message) -> None:
        del self._channels[message.channel][message.ts]

    def find(self, channel: str, ts: str) -> Message | None:
        return self._channels.get(channel, {}).get(ts)

    def of(self, channel: str) -> list[Message]:
        """Every message of the channel, oldest first."""
        return list(self._channels.get(channel, {}).values())

    def replies(self, channel: str, root: str) -> list[Message]:
        """The thread's replies that everybody sees, without its root, oldest first."""
        return [m for m in self.of(channel) if m.thread_ts == root and not m.ephemeral_for]

    def __iter__(self) -> Iterator[Message]:
        for messages in self._channels.values():
            yield from messages.values()
