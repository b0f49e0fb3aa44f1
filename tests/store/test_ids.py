"""Ids sort by creation and cannot be taken for anybody else's."""

import threading
import time

import pytest

from store.ids import is_id, new_id


def test_ids_rise_within_a_process() -> None:
    ids = [new_id("draft") for _ in range(5000)]
    assert ids == sorted(set(ids))


def test_ids_rise_even_when_the_clock_steps_back(monkeypatch: pytest.MonkeyPatch) -> None:
    before = new_id("draft")
    monkeypatch.setattr(time, "time_ns", lambda: 1_000_000_000_000_000_000)
    assert before < new_id("draft") < new_id("draft")


def test_threads_never_share_an_id() -> None:
    made: list[list[str]] = []

    def make() -> None:
        made.append([new_id("task") for _ in range(2000)])

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(ids == sorted(ids) for ids in made)
    assert len({id for ids in made for id in ids}) == 8000


KNOWN = "draft-01k9x3qz5m8v7t2w4y6a9bcdef"


@pytest.mark.parametrize(
    ("text", "noun", "answer"),
    [
        (KNOWN, "draft", True),
        (KNOWN.replace("draft", "terms"), "draft", False),
        ("draft-01k9x", "draft", False),
        (KNOWN.upper(), "draft", False),
        (KNOWN + "\n", "draft", False),
        ("in_1QabcStripe", "in", False),
        ("", "draft", False),
    ],
)
def test_is_id(text: str, noun: str, answer: bool) -> None:
    assert is_id(text, noun) is answer


@pytest.mark.parametrize("noun", ["", "Draft", "two words", "draft-2", "in_"])
def test_a_noun_that_cannot_start_an_id(noun: str) -> None:
    with pytest.raises(ValueError, match="cannot start an id"):
        new_id(noun)
