"""The conversation's turns: an event leaves its own once, however often it is worked on."""

from agent.conversation import REMEMBERED, Turn
from jobs.history import TurnHistory, about
from store.database import Database

THREAD = "T1:C1:1.1"


def said(*texts: str) -> list[Turn]:
    return [Turn("person", "U1", texts[0]), *(Turn("ari", "ari", text) for text in texts[1:])]


def texts(history: TurnHistory, thread: str = THREAD) -> list[str]:
    return [turn.text for turn in history.load(thread)]


def test_an_event_worked_on_twice_leaves_its_turns_once(db: Database) -> None:
    history = TurnHistory(db)
    with about("Ev1"):
        history.append(THREAD, said("hello", "hi"))
    for _ in range(3):
        with about("Ev2"):
            assert texts(history) == ["hello", "hi"], "its own first try is no part of the conversation"
            history.append(THREAD, said("who is over?", "Acornhill"))
    assert texts(history) == ["hello", "hi", "who is over?", "Acornhill"]


def test_a_second_try_may_say_something_else(db: Database) -> None:
    history = TurnHistory(db)
    for words in (("how much?", "let me see", "$1"), ("how much?", "$2")):
        with about("Ev1"):
            history.append(THREAD, said(*words))
    assert texts(history) == ["how much?", "$2"]


def test_other_threads_and_other_events_stay(db: Database) -> None:
    history = TurnHistory(db)
    with about("Ev1"):
        history.append(THREAD, said("one", "1"))
        history.append("T1:C1:2.2", said("two", "2"))
    history.append(THREAD, said("without an event"))
    with about("Ev1"):
        history.append(THREAD, said("one again", "1"))
    assert texts(history) == ["without an event", "one again", "1"]
    assert texts(history, "T1:C1:2.2") == ["two", "2"]


def test_what_a_turn_holds_comes_back(db: Database) -> None:
    history = TurnHistory(db)
    turn = Turn("tool", "ari", "compute", {"args": {"period": "2025-11"}, "figures": ["$1.00"]})
    history.append(THREAD, [turn])
    assert history.load(THREAD) == [turn]


def test_only_the_latest_turns_are_remembered(db: Database) -> None:
    history = TurnHistory(db)
    for n in range(REMEMBERED + 5):
        history.append(THREAD, said(f"turn {n}"))
    assert texts(history) == [f"turn {n}" for n in range(5, REMEMBERED + 5)]
