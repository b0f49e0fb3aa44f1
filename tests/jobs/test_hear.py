"""What of Slack's events is worked on: people's words and files, each file once, and nothing that Slack itself tells."""

from dataclasses import replace
from typing import Any

import pytest
from slack_sdk import WebClient
from sqlmodel import select

from jobs import contracts, hear
from jobs.office import Office
from settings import wall_now
from store.database import Database
from store.tables.task import Task
from tests.jobs.office_kit import Said, office, work
from tests.world import WREN, TestWorld

DM = "D01WREN"
NOTES = {"id": "F1", "name": "notes.txt", "filetype": "text", "url_private_download": "http://127.0.0.1:1/x"}


class Files(WebClient):
    """Slack knows one file, shared in one thread."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    def files_info(self, **given: Any) -> Any:
        self.asked += 1
        return {"file": NOTES | {"shares": {"public": {"C1": [{"ts": "2.1", "thread_ts": "1.1"}]}}}}


@pytest.fixture
def desk(shared: TestWorld, db: Database) -> tuple[Office, Said]:
    made, said = office(replace(shared, desk=replace(shared.desk, db=db)))
    said.client = Files()  # type: ignore[attr-defined]
    return made, said


def message(**changed: Any) -> Any:
    event = {"type": "message", "user": WREN.id, "channel": "C1", "ts": "1.1", "text": "", "files": [NOTES]} | changed
    return work("slack.event", event=event, team_id="T1", authorizations=[{"user_id": "U0ARI"}])


def queued(db: Database) -> list[Task]:
    with db.read() as session:
        return list(session.exec(select(Task)))


@pytest.mark.parametrize("subtype", ["message_changed", "channel_join", "bot_message", "huddle_thread", "pinned_item"])
def test_what_slack_tells_of_itself_is_no_message(desk: tuple[Office, Said], subtype: str) -> None:
    hear.hear(desk[0], message(subtype=subtype, channel=DM, text="who is over?"))
    assert desk[1].posts == {}


@pytest.mark.parametrize("changed", [{"bot_id": "B1"}, {"user": None, "subtype": "tombstone"}])
def test_another_bot_is_not_answered(desk: tuple[Office, Said], changed: dict[str, Any]) -> None:
    hear.hear(desk[0], message(**changed))
    assert desk[1].posts == {}


@pytest.mark.parametrize("subtype", [None, "file_share", "thread_broadcast"])
def test_a_file_in_a_message_is_answered_where_it_was_dropped(desk: tuple[Office, Said], subtype: str | None) -> None:
    hear.hear(desk[0], message(subtype=subtype))
    [(channel, text, _, thread)] = desk[1].posts.values()
    assert (channel, thread, "notes.txt is none" in text) == ("C1", "1.1", True)


def test_a_shared_file_is_looked_at_once_its_message_had_time_to_come(desk: tuple[Office, Said], db: Database) -> None:
    event = {"type": "file_shared", "file_id": "F1", "user_id": WREN.id, "channel_id": "C1"}
    for _ in range(2):
        hear.hear(desk[0], work("slack.event", event=event))
    [task] = queued(db)
    assert (task.kind, task.payload) == ("contract.shared", {"file": "F1", "user": WREN.id})
    assert task.due_at > wall_now()
    assert desk[1].posts == {}


def test_the_backstop_says_the_same_in_the_same_place(desk: tuple[Office, Said]) -> None:
    hear.hear(desk[0], message())
    said = dict(desk[1].posts)
    contracts.shared(desk[0], work("contract.shared", file="F1", user=WREN.id))
    assert desk[1].posts == said
    assert desk[1].client.asked == 1  # type: ignore[attr-defined]
