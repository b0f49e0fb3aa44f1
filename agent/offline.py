"""The offline model: a chat model that answers by rules, behind the same interface as any other.

It is the default without a key, the fallback when the endpoint fails, and the tests' model. Its answer depends on the
conversation alone. It knows a dozen intents and says so when it meets another; it reads no contracts.
"""

from typing import Any
from uuid import uuid4

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult

from agent.rules.answer import answer
from agent.rules.look import Call
from agent.rules.scene import read

NAME = "ari-offline"


class OfflineModel(BaseChatModel):
    """Needs no settings: the tools it calls and the words it says are in agent/rules."""

    @property
    def _llm_type(self) -> str:
        return NAME

    def bind_tools(self, tools: Any, **settings: Any) -> "OfflineModel":
        """Its rules know the tools already."""
        return self

    def _generate(
        self, messages: list[BaseMessage], stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None, **settings: Any,
    ) -> ChatResult:  # fmt: skip
        message = _message(answer(read(messages)))
        message.response_metadata = {"model_name": NAME}
        return ChatResult(generations=[ChatGeneration(message=message)])


def _message(told: Call | str) -> AIMessage:
    if isinstance(told, str):
        return AIMessage(told)
    return AIMessage("", tool_calls=[{"name": told.tool, "args": told.args, "id": f"call_{uuid4().hex}"}])
