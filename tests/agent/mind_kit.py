"""A mind over the stand-in for billing, with history in memory, and a model that says what a test tells it to."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult

from agent.caller import Caller
from agent.conversation import Turn
from agent.mind import Mind, build
from agent.reply import Reply
from agent.step import Step
from tests.tools import billing_kit


class Memory:
    """agent.conversation.History in a dictionary."""

    def __init__(self) -> None:
        self.threads: dict[str, list[Turn]] = {}

    def load(self, thread: str) -> list[Turn]:
        return list(self.threads.get(thread, []))

    def append(self, thread: str, turns: Sequence[Turn]) -> None:
        self.threads.setdefault(thread, []).extend(turns)


class Script(BaseChatModel):
    """Says one entry after the other: a text, a (tool, args) call or an exception to raise. `shown` is what it read."""

    says: list[Any]
    shown: list[list[BaseMessage]] = []  # noqa: RUF012 (pydantic copies it)
    bound: dict[str, Any] = {}  # noqa: RUF012

    @property
    def _llm_type(self) -> str:
        return "script"

    def bind_tools(self, tools: Any, **given: Any) -> "Script":
        self.bound.update(given)
        return self

    def _generate(self, messages: list[BaseMessage], *rest: Any, **given: Any) -> ChatResult:
        self.shown.append(list(messages))
        said = self.says.pop(0)
        if isinstance(said, Exception):
            raise said
        calls = [] if isinstance(said, str) else [{"name": said[0], "args": said[1], "id": f"call{len(self.shown)}"}]
        message = AIMessage(said if isinstance(said, str) else "", tool_calls=calls)
        return ChatResult(generations=[ChatGeneration(message=message)])


@dataclass
class Talk:
    """One thread with one mind."""

    mind: Mind
    memory: Memory
    steps: list[Step] = field(default_factory=list)

    def ask(self, text: str, user: str = billing_kit.WREN, shared: bool = False) -> Reply:
        caller = Caller(user, "Wren", "T1", "C1", "17.1", shared)
        return self.mind.answer(caller, "T1:C1:17.1", text, self.steps.append)


def talk(model: BaseChatModel | None = None, turns: Sequence[Turn] = ()) -> Talk:
    memory, desk = Memory(), billing_kit.desk()
    memory.append("T1:C1:17.1", turns)
    return Talk(build(desk, desk.settings, memory, model), memory)
