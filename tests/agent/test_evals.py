"""The evals' own judgement, and that their tasks can be read."""

from datetime import UTC, datetime
from typing import Any

import pytest

from evals.graders import Run, complaints, pass_hat
from evals.task import Task, tasks

TASK = Task(
    name="t", about="", at=datetime(2025, 12, 2, tzinfo=UTC), turns=("hi",), said=("$5.00",), unsaid=("was sent",),
    cards=("draft",), invoices=("Gumdrop 2025-11 planned $5.00",), most_calls=2,
)  # fmt: skip
GOOD: dict[str, Any] = {
    "replies": ("It is $5.00, says <@U01WREN>.",), "cards": ("draft",), "vouching": ('{"due": "$5.00"}',), "calls": 2,
    "invoices": TASK.invoices,
}  # fmt: skip
WRONG: list[tuple[dict[str, Any], str]] = [
    ({"replies": ("It is done.",)}, "did not say '$5.00'"),
    ({"replies": ("It is $5.00 and WAS SENT.",)}, "said 'was sent'"),
    ({"replies": ("It is $5.00, not $6.00.",)}, "stated '$6.00', which nothing vouches for"),
    ({"cards": ()}, "no draft card"),
    ({"calls": 3}, "3 tool calls, 2 allowed"),
    ({"invoices": ()}, "missing: Gumdrop 2025-11 planned $5.00"),
    ({"invoices": (*TASK.invoices, "Gumdrop 2025-10 sent $1.00")}, "unwanted: Gumdrop 2025-10 sent $1.00"),
]


def test_a_good_run_passes() -> None:
    assert complaints(TASK, Run(**GOOD)) == []


@pytest.mark.parametrize(("change", "complaint"), WRONG)
def test_one_fault_is_one_complaint(change: dict[str, Any], complaint: str) -> None:
    assert complaints(TASK, Run(**GOOD | change)) == [complaint]


def test_pass_hat_falls_when_tries_fail() -> None:
    assert pass_hat([4, 4], 4, 4) == 1.0
    assert pass_hat([3], 4, 1) == 0.75 and pass_hat([3], 4, 4) == 0.0 and pass_hat([3], 4, 2) == 0.5


def test_the_tasks_can_be_read() -> None:
    assert len(tasks()) == 6 and [task.name for task in tasks("gumdrop")] == ["draft_november_for_gumdrop"]
