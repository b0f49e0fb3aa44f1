"""Graders: whether a run did what its task asks for. Pure; a run passes when nobody complains."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import comb

from agent.figures import check
from evals.task import Task

# Code puts names for the ids that our own records state.
MENTION = re.compile(r"<@\w+>")


@dataclass(frozen=True, slots=True)
class Run:
    """What came of a task: replies in order, kinds of cards, the texts that vouch for figures, tool calls, and every
    invoice in the database as 'customer period state due'."""

    replies: tuple[str, ...]
    cards: tuple[str, ...]
    vouching: tuple[str, ...]
    calls: int
    invoices: tuple[str, ...]


def complaints(task: Task, run: Run) -> list[str]:
    """Everything that is wrong with a run, in words; empty when it passes."""
    text = "\n".join(run.replies)
    return [
        *(f"did not say {words!r}" for words in task.said if words not in text),
        *(f"said {words!r}" for words in task.unsaid if words.lower() in text.lower()),
        *(f"no {card} card" for card in task.cards if card not in run.cards),
        *(f"stated {figure!r}, which nothing vouches for" for figure in check(MENTION.sub("", text), run.vouching)),
        *_end_state(task, run),
        *([f"{run.calls} tool calls, {task.most_calls} allowed"] if run.calls > task.most_calls else []),
    ]


def _end_state(task: Task, run: Run) -> list[str]:
    missing = [f"missing: {one}" for one in task.invoices if one not in run.invoices]
    return [*missing, *(f"unwanted: {one}" for one in run.invoices if one not in task.invoices)]


def pass_hat(passed: Sequence[int], tries: int, k: int) -> float:
    """The chance that k tries of a task all pass, averaged over tasks that passed so many of `tries`."""
    return sum(comb(count, k) / comb(tries, k) for count in passed) / len(passed)
