"""What arrived from Slack: decides what an event asks for, and leaves the doing to the jobs beside this one."""

from typing import Any

from sqlmodel import select

from jobs import contracts, converse, home
from jobs.office import Office
from jobs.worker import Work
from store.tables.turn import Turn

SAID = {None, "file_share", "thread_broadcast"}


def hear(office: Office, work: Work) -> None:
    """One event_callback payload, as Slack sent it."""
    event = work.payload["event"]
    kind = event["type"]
    if kind == "app_home_opened":
        home.opened(office, event)
    elif kind == "app_mention":
        converse.answer(office, work.id, work.payload)
    elif kind == "message" and _from_a_person(event):
        _message(office, work, event)
    elif kind == "file_shared":
        contracts.announced(office, event)


def _from_a_person(event: dict[str, Any]) -> bool:
    """Not what Slack itself tells in a message: joins, edits, topics, calls and the rest of its subtypes."""
    return not event.get("bot_id") and event.get("subtype") in SAID and "user" in event


def _message(office: Office, work: Work, event: dict[str, Any]) -> None:
    for file in event.get("files") or []:
        contracts.dropped(office, file, event["channel"], event.get("thread_ts") or event["ts"], event["user"])
    if event.get("files") and not event.get("text"):
        return
    if event["channel"].startswith("D") or _follows_up(office, work.payload, event):
        converse.answer(office, work.id, work.payload)


def _follows_up(office: Office, payload: dict[str, Any], event: dict[str, Any]) -> bool:
    """A reply in a thread in which Ari has spoken with somebody; a mention comes as an event of its own."""
    bot = payload["authorizations"][0]["user_id"] if payload.get("authorizations") else ""
    if not event.get("thread_ts") or f"<@{bot}>" in (event.get("text") or ""):
        return False
    with office.desk.db.read() as session:
        thread = converse.thread_key(payload["team_id"], event)
        return session.exec(select(Turn.id).where(Turn.thread == thread).limit(1)).first() is not None
