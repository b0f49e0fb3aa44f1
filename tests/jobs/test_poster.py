"""Posting once to a Slack that loses answers, and in place afterwards."""

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from jobs.poster import Poster
from store.database import Database
from store.tables.post import Post
from tests.sandbox.slack_kit import BILLING, BOT, Served

numbers = count()


class Lost(Exception):
    """The answer never came."""


class Losing(WebClient):
    """Slack does what it is asked; the answers to the next `lose` posts get lost."""

    lose = 0

    def chat_postMessage(self, **given: Any) -> Any:
        answer = super().chat_postMessage(**given)
        if self.lose:
            self.lose -= 1
            raise Lost
        return answer


@pytest.fixture
def client(slack: Served) -> Losing:
    return Losing(token=BOT, base_url=f"{slack.url}/api/")


@pytest.fixture
def key() -> Iterator[str]:
    yield f"test:{next(numbers)}"


def texts(slack: Served, thread: str | None = None) -> list[str]:
    found = slack.thread(BILLING, thread) if thread else slack.state(f"messages/{BILLING}")
    return [message["text"] for message in found]


def row(db: Database, key: str) -> Post:
    with db.read() as session:
        return session.get_one(Post, key)


def root(client: Losing) -> str:
    return str(client.chat_postMessage(channel=BILLING, text="a thread")["ts"])


@pytest.mark.parametrize("threaded", [False, True])
def test_a_post_whose_answer_was_lost_is_found_and_not_made_again(
    slack: Served, client: Losing, db: Database, key: str, threaded: bool
) -> None:
    thread = root(client) if threaded else None
    poster, client.lose = Poster(client, db), 1
    with pytest.raises(Lost):
        poster.post(key, BILLING, f"one of {key}", [], thread)
    assert row(db, key).ts is None
    ts = poster.post(key, BILLING, f"one of {key}", [], thread)
    assert texts(slack, thread).count(f"one of {key}") == 1
    assert (row(db, key).ts, row(db, key).posted_at is not None) == (ts, True)


def test_one_that_was_lost_in_a_long_thread_is_found(slack: Served, client: Losing, db: Database, key: str) -> None:
    thread = root(client)
    for n in range(210):
        client.chat_postMessage(channel=BILLING, text=f"chat {n}", thread_ts=thread)
    poster, client.lose = Poster(client, db), 1
    with pytest.raises(Lost):
        poster.post(key, BILLING, f"late {key}", [], thread)
    poster.post(key, BILLING, f"late {key}", [], thread)
    assert texts(slack, thread).count(f"late {key}") == 1


def test_what_was_found_is_brought_up_to_date(slack: Served, client: Losing, db: Database, key: str) -> None:
    poster, client.lose = Poster(client, db), 1
    with pytest.raises(Lost):
        poster.post(key, BILLING, f"old {key}", [])
    poster.post(key, BILLING, f"new {key}", [])
    assert (texts(slack).count(f"old {key}"), texts(slack).count(f"new {key}")) == (0, 1)


def test_a_post_that_never_left_is_made(slack: Served, client: Losing, db: Database, key: str) -> None:
    poster = Poster(client, db)
    slack.act("fault", 200, method="chat.postMessage", error="fatal_error")
    with pytest.raises(SlackApiError):
        poster.post(key, BILLING, f"late {key}", [])
    assert str(row(db, key).error).startswith("Slack refused: fatal_error")
    poster.post(key, BILLING, f"late {key}", [])
    assert texts(slack).count(f"late {key}") == 1
    assert row(db, key).error is None


def test_the_same_key_is_one_message_for_ever(slack: Served, client: Losing, db: Database, key: str) -> None:
    poster = Poster(client, db)
    ts = poster.post(key, BILLING, f"first {key}", [])
    calls = len(slack.state("calls"))
    assert poster.post(key, BILLING, f"first {key}", []) == ts
    assert len(slack.state("calls")) == calls, "the same content was sent again"
    block = {"type": "section", "text": {"type": "mrkdwn", "text": f"*second* {key}"}}
    assert poster.post(key, BILLING, f"second {key}", [block]) == ts
    assert (texts(slack).count(f"first {key}"), texts(slack).count(f"second {key}")) == (0, 1)


def test_another_poster_on_the_same_database_knows_it(slack: Served, client: Losing, db: Database, key: str) -> None:
    ts = Poster(client, db).post(key, BILLING, f"kept {key}", [])
    assert Poster(client, db).post(key, BILLING, f"changed {key}", []) == ts
    assert texts(slack).count(f"changed {key}") == 1


def test_somebody_elses_metadata_is_not_ours(slack: Served, client: Losing, db: Database, key: str) -> None:
    poster, client.lose = Poster(client, db), 0
    other = {"event_type": "other_app", "event_payload": {"key": key}}
    client.chat_postMessage(channel=BILLING, text="decoy", metadata=other)
    with db.write() as session:
        session.add(Post(key=key, channel=BILLING, sha="x"))
    poster.post(key, BILLING, f"ours {key}", [])
    assert texts(slack).count(f"ours {key}") == 1


def test_what_somebody_deleted_is_posted_again_when_it_changes(
    slack: Served, client: Losing, db: Database, key: str
) -> None:
    poster = Poster(client, db)
    gone = poster.post(key, BILLING, f"gone {key}", [])
    client.chat_delete(channel=BILLING, ts=gone)
    ts = poster.post(key, BILLING, f"here {key}", [])
    assert (ts != gone, row(db, key).ts) == (True, ts)
    assert texts(slack).count(f"here {key}") == 1
