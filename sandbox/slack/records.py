"""What a workspace is made of: people, channels, messages, and the notice that one of them changed.

Plain data with no behaviour beyond small derived facts. Files, views and events stay dicts in Slack's own shape.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

Json = dict[str, Any]
ChangeKind = Literal["message", "status", "view", "home", "channel", "presence", "reaction", "prompts"]

SLACKBOT = "USLACKBOT"


class ActError(Exception):
    """A person's act that could not be carried out; the text is written for that person."""


@dataclass(frozen=True)
class Change:
    """Something a viewer may have to redraw. `ts` is a message, or a thread's root for kind "status"."""

    kind: ChangeKind
    channel: str | None = None
    ts: str | None = None
    user: str | None = None


@dataclass
class User:
    id: str
    name: str
    real_name: str
    email: str = ""
    title: str = ""
    is_bot: bool = False
    deleted: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    color: str = "4a5568"
    tz: str = "America/New_York"

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.real_name.split()[:2]).upper()


@dataclass
class Channel:
    """`id` starts with C, or D for a direct message, whose two people are its members."""

    id: str
    name: str
    is_im: bool = False
    is_private: bool = False
    topic: str = ""
    members: list[str] = field(default_factory=list)
    is_ext_shared: bool = False
    is_archived: bool = False
    created: int = 0

    @property
    def kind(self) -> Literal["im", "group", "channel"]:
        """Slack's `channel_type`."""
        return "im" if self.is_im else "group" if self.is_private else "channel"


@dataclass
class Message:
    """One message. When `blocks` is not empty it is what is drawn, and `text` is only the fallback.

    `stream` is None or {"state": "streaming" | "complete", "tasks": {id: chunk}, "plan": title | None,
    "display": "timeline" | "plan", "chunk_blocks": [...]}; the streamed words stand in `blocks` as a markdown block.
    `thread_ts` is set on replies only; a deleted message stays, marked, while it has replies.
    """

    ts: str
    channel: str
    user: str
    bot_id: str | None = None
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    broadcast: bool = False
    files: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    edited: bool = False
    reactions: dict[str, list[str]] = field(default_factory=dict)
    ephemeral_for: str | None = None
    subtype: str | None = None
    stream: Json | None = None
    deleted: bool = False
