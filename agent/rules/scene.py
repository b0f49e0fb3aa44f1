"""The scene: a conversation as the rules see it. Pure, and the only place where the rules read messages."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage

from agent.messages import CODE

TODAY = re.compile(r"\bToday is (\d{4}-\d\d-\d\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Result:
    """A tool's answer: `data` when it worked, else `error`, the sentence that came back."""

    tool: str
    args: dict[str, Any]
    data: dict[str, Any]
    error: str | None


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and what the tools answered to it."""

    question: str
    results: tuple[Result, ...]


@dataclass(frozen=True, slots=True)
class Scene:
    """`now` is the exchange that wants an answer; `before` are the earlier ones, oldest first."""

    today: date
    now: Exchange
    before: tuple[Exchange, ...]

    def earlier_results(self) -> Iterator[Result]:
        """Results of earlier exchanges that worked, newest first."""
        for exchange in reversed(self.before):
            yield from (result for result in reversed(exchange.results) if result.error is None)


def read(messages: Sequence[BaseMessage]) -> Scene:
    """The scene at the end of `messages`. Messages that code wrote are passed over."""
    today, calls = date.min, {}
    exchanges: list[tuple[str, list[Result]]] = [("", [])]
    for message in messages:
        if isinstance(message, SystemMessage) and (found := TODAY.search(str(message.text))):
            today = date.fromisoformat(found[1])
        elif isinstance(message, HumanMessage) and message.name != CODE:
            exchanges.append((str(message.text), []))
        elif isinstance(message, AIMessage):
            calls.update({call["id"]: call["args"] for call in message.tool_calls})
        elif isinstance(message, ToolMessage):
            exchanges[-1][1].append(_result(message, calls.get(message.tool_call_id, {})))
    done = [Exchange(question, tuple(results)) for question, results in exchanges]
    return Scene(today, done[-1], tuple(done[:-1]))


def _result(message: ToolMessage, args: dict[str, Any]) -> Result:
    text = str(message.text)
    if message.status == "error":
        return Result(message.name or "", args, {}, text)
    try:
        data = json.loads(text)
    except ValueError:
        data = {}
    return Result(message.name or "", args, data if isinstance(data, dict) else {}, None)
