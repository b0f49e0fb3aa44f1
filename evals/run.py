"""`python -m evals.run --model offline --k 2`: hold Ari to its tasks, several times each, and print what passed."""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from langchain_core.language_models import BaseChatModel

from agent.conversation import Turn
from agent.mind import build
from agent.model import choose_model
from agent.offline import OfflineModel
from evals.graders import Run, complaints, pass_hat
from evals.task import Task, tasks
from evals.world import CALLER, company, standing_invoices, world
from settings import load

THREAD = "eval"


class Memory:
    """agent.conversation.History of one run."""

    def __init__(self) -> None:
        self.turns: list[Turn] = []

    def load(self, thread: str) -> list[Turn]:
        return list(self.turns)

    def append(self, thread: str, turns: Sequence[Turn]) -> None:
        self.turns.extend(turns)


def attempt(task: Task, model: BaseChatModel, files: Path) -> Run:
    """One run of a task in a fresh world."""
    memory = Memory()
    with world(files, task.at) as made:
        mind = build(made.desk, made.desk.settings, memory, model)
        replies = [mind.answer(CALLER, THREAD, text, lambda step: None) for text in task.turns]
        invoices = standing_invoices(made)
    return Run(
        replies=tuple(reply.text for reply in replies),
        cards=tuple(card.kind for reply in replies for card in reply.cards),
        vouching=tuple(turn.text for turn in memory.turns if turn.origin in ("person", "tool")),
        calls=sum(turn.origin == "tool" for turn in memory.turns),
        invoices=invoices,
    )


def main() -> int:
    chosen = _options()
    model = OfflineModel() if chosen.model == "offline" else choose_model(load())
    files, found = company(), tasks(chosen.task)
    passed = [_tell(task, chosen.k, model, files) for task in found]
    for k in range(1, chosen.k + 1):
        print(f"pass^{k}  {pass_hat(passed, chosen.k, k):7.1%}")
    return 0 if all(count == chosen.k for count in passed) else 1


def _tell(task: Task, tries: int, model: BaseChatModel, files: Path) -> int:
    """How many of `tries` passed; prints a row, and what was wrong with the others."""
    began, failures = time.monotonic(), []
    for _ in range(tries):
        run = attempt(task, model, files)
        wrong = complaints(task, run)
        if wrong:
            failures.append((wrong, run))
    passed = tries - len(failures)
    print(f"{'ok  ' if not failures else 'FAIL'} {task.name:32} {passed}/{tries}  {time.monotonic() - began:5.1f} s")
    for wrong, run in failures:
        print(*(f"     {line}" for line in wrong), *(f"     > {reply}" for reply in run.replies), sep="\n")
    return passed


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m evals.run", description=__doc__)
    parser.add_argument(
        "--model", choices=("offline", "configured"), default="offline", help="whose judgement is tried"
    )
    parser.add_argument("--k", type=int, default=2, help="runs of each task")
    parser.add_argument("--task", default="", help="only tasks whose name contains this")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
