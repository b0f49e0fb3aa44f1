"""The conversation in the database: turns by thread, each tied to the Slack event that caused it.

An event that is worked on twice, because a process died in between, replaces its own turns instead of adding to them.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from sqlalchemy import delete, func
from sqlmodel import col, select

from agent.conversation import REMEMBERED, Turn
from pricing.canonical import canonical
from settings import wall_now
from store.database import Database
from store.tables.turn import Turn as TurnRow

_event: ContextVar[str | None] = ContextVar("event", default=None)


@contextmanager
def about(event_id: str) -> Iterator[None]:
    """Everything appended inside belongs to this event."""
    token = _event.set(event_id)
    try:
        yield
    finally:
        _event.reset(token)


class TurnHistory:
    """agent.conversation.History over the `turn` table."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def load(self, thread: str) -> list[Turn]:
        with self._db.read() as session:
            query = select(TurnRow).where(TurnRow.thread == thread).order_by(col(TurnRow.seq).desc()).limit(REMEMBERED)
            rows = [row for row in session.exec(query) if row.event_id is None or row.event_id != _event.get()]
        return [_turn(row) for row in reversed(rows)]

    def append(self, thread: str, turns: Sequence[Turn]) -> None:
        event = _event.get()
        with self._db.write() as session:
            if event:
                session.execute(delete(TurnRow).where(col(TurnRow.thread) == thread, col(TurnRow.event_id) == event))
            last = session.exec(select(func.max(TurnRow.seq)).where(TurnRow.thread == thread)).one() or 0
            for place, turn in enumerate(turns, start=1):
                session.add(
                    TurnRow(
                        thread=thread, seq=last + place, at=wall_now(), origin=turn.origin, author=turn.author, text=turn.text,
                        body=None if turn.body is None else canonical(turn.body), event_id=event,
                    )
                )  # fmt: skip


def _turn(row: TurnRow) -> Turn:
    return Turn(row.origin, row.author, row.text, json.loads(row.body) if row.body else None)  # type: ignore[arg-type]
