"""Posting to Slack once. Slack's posts have no idempotency key, so each of ours carries one in its metadata: the row is
committed before the call, and a post whose answer was lost is looked for in the channel before it is made again.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from cards.parts import Block
from pricing.canonical import canonical, digest
from settings import wall_now
from store.database import Database
from store.tables.post import Post

EVENT = "ari_post"
LOOK_BACK = 100
THREAD_PAGE = 200


class Poster:
    """`key` names a message for ever: posting it again with other content updates the message in place."""

    def __init__(self, client: WebClient, db: Database) -> None:
        self.client = client
        self._db = db

    def post(self, key: str, channel: str, text: str, blocks: Sequence[Block], thread_ts: str | None = None) -> str:
        """The message's ts. Raises SlackApiError when Slack refuses; the row then says why and nothing is lost."""
        try:
            return self._post(key, channel, text, blocks, thread_ts)
        except SlackApiError as error:
            self._note(key, refused(error))
            raise

    def _post(self, key: str, channel: str, text: str, blocks: Sequence[Block], thread_ts: str | None) -> str:
        sha = digest(canonical({"text": text, "blocks": list(blocks)}))
        row, fresh = self._row(key, channel, thread_ts, sha)
        ts = row.ts or (None if fresh else self._look(row))
        if ts is None:
            ts = str(self.client.chat_postMessage(**self._message(row, text, blocks))["ts"])
        elif row.sha != sha or row.ts is None:
            ts = self._update(row, ts, text, blocks)
        self._keep(key, ts, sha)
        return ts

    def whisper(self, channel: str, user: str, text: str, thread_ts: str | None = None) -> None:
        """A message that only one person sees. Not kept: it answers a click, and a lost one is clicked again."""
        self.client.chat_postEphemeral(channel=channel, user=user, text=text, thread_ts=thread_ts)

    def _row(self, key: str, channel: str, thread_ts: str | None, sha: str) -> tuple[Post, bool]:
        with self._db.write() as session:
            row = session.get(Post, key)
            if row:
                return row, False
            row = Post(key=key, channel=channel, thread_ts=thread_ts, sha=sha)
            session.add(row)
            return row, True

    def _message(self, row: Post, text: str, blocks: Sequence[Block]) -> dict[str, Any]:
        return {
            "channel": row.channel, "thread_ts": row.thread_ts, "text": text, "blocks": list(blocks) or None,
            "metadata": {"event_type": EVENT, "event_payload": {"key": row.key}}, "unfurl_links": False, "unfurl_media": False,
        }  # fmt: skip

    def _update(self, row: Post, ts: str, text: str, blocks: Sequence[Block]) -> str:
        """The message's ts: a new one when somebody has deleted the message, since what it says still holds."""
        message = self._message(row, text, blocks)
        kept = {name: message[name] for name in ("channel", "text", "blocks", "metadata")}
        try:
            self.client.chat_update(ts=ts, **kept)
        except SlackApiError as error:
            if error.response.get("error") != "message_not_found":
                raise
            return str(self.client.chat_postMessage(**message)["ts"])
        return ts

    def _look(self, row: Post) -> str | None:
        """The message under our key, in its thread or among the latest of its channel."""
        for message in self._thread(row) if row.thread_ts else self._latest(row):
            metadata = message.get("metadata") or {}
            if metadata.get("event_type") == EVENT and metadata.get("event_payload", {}).get("key") == row.key:
                return str(message["ts"])
        return None

    def _latest(self, row: Post) -> Iterable[dict[str, Any]]:
        found = self.client.conversations_history(channel=row.channel, limit=LOOK_BACK, include_all_metadata=True)
        return list(found["messages"])

    def _thread(self, row: Post) -> Iterable[dict[str, Any]]:
        """All of it: Slack lists the oldest reply first, and ours is among the last."""
        found = self.client.conversations_replies(
            channel=row.channel, ts=str(row.thread_ts), limit=THREAD_PAGE, include_all_metadata=True
        )
        return (message for page in found for message in page["messages"])

    def _note(self, key: str, error: str) -> None:
        with self._db.write() as session:
            session.get_one(Post, key).error = error

    def _keep(self, key: str, ts: str, sha: str) -> None:
        with self._db.write() as session:
            row = session.get_one(Post, key)
            row.ts, row.sha, row.posted_at, row.error = ts, sha, row.posted_at or wall_now(), None


def refused(error: SlackApiError) -> str:
    """One sentence for the log: method, error and what was wrong with the blocks."""
    messages = (error.response.get("response_metadata") or {}).get("messages") or []
    return f"Slack refused: {error.response.get('error')} {'; '.join(messages)}".strip()
