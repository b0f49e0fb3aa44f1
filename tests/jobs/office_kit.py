"""An office whose Slack is a list: what was posted under which key, and what was whispered to whom."""

from dataclasses import dataclass, field
from typing import Any

from billing.invoices.policy import Actor
from jobs.office import Office
from jobs.worker import Work
from store import tasks
from tests.world import MARIBEL, ODO, WREN, TestWorld

TIBOR = Actor("U04TIBOR", "Tibor Vane")
PIM = Actor("U05PIM", "Pim Larkspur", frozenset({"S01FINAPP"}), guest=True)
EVERYBODY = {one.id: one for one in (WREN, ODO, MARIBEL, TIBOR, PIM)}


@dataclass
class Said:
    """Stands where the poster does."""

    posts: dict[str, tuple[str, str, list[Any], str | None]] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    whispers: list[tuple[str, str]] = field(default_factory=list)

    def post(self, key: str, channel: str, text: str, blocks: Any, thread_ts: str | None = None) -> str:
        self.posts[key] = (channel, text, list(blocks), thread_ts)
        self.order.append(key)
        return f"9.{list(self.posts).index(key):06}"

    def whisper(self, channel: str, user: str, text: str, thread_ts: str | None = None) -> None:
        self.whispers.append((user, text))


class Known:
    """Stands where Slack's users.info does."""

    def actor(self, user_id: str, anew: bool = False) -> Actor:
        return EVERYBODY[user_id]


def office(world: TestWorld) -> tuple[Office, Said]:
    said = Said()
    return Office(world.desk, world.pen, said, Known(), lambda: None, lambda data: None), said  # type: ignore[arg-type, return-value]


def work(kind: str, **payload: Any) -> Work:
    return Work(tasks, "task-1", kind, payload, 1)


def press(value: Any, user: str, channel: str, ts: str) -> dict[str, Any]:
    """A block_actions payload, as far as the handlers look at it."""
    return {
        "actions": [{"value": value}], "user": {"id": user}, "channel": {"id": channel}, "trigger_id": "1.1",
        "container": {"message_ts": ts, "channel_id": channel},
    }  # fmt: skip


class Ack:
    """Counts; keeps what a view submission was answered with."""

    def __init__(self) -> None:
        self.answers: list[dict[str, Any]] = []

    def __call__(self, **answer: Any) -> None:
        self.answers.append(answer)
