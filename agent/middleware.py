"""Middleware: what stands around each call of the model and of a tool.

`exact_calls` asks for exact tool calls, one at a time; `guard` turns whatever goes wrong in a tool into a short message
without internals; `fallback` answers with the offline model, for the rest of the run, when the endpoint fails.
"""

import logging
from collections.abc import Callable, Sequence
from typing import Any

from langchain.agents.middleware import AgentMiddleware, ModelRequest, ModelResponse, wrap_model_call, wrap_tool_call
from langchain.agents.middleware.types import ToolCallRequest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage
from langgraph.errors import GraphBubbleUp

from agent.offline import NAME
from billing.errors import Refused

log = logging.getLogger(__name__)

BROKEN = "That did not work, because of a fault on Ari's side; the details are in Ari's log."
UNKNOWN = "There is no such tool. Use only the tools you were given."
MISUSED = "The arguments were not accepted. Give exactly: {}. Ids come from other tools, months look like YYYY-MM."

ModelHandler = Callable[[ModelRequest[Any]], ModelResponse[Any]]
ToolHandler = Callable[[ToolCallRequest], Any]


@wrap_model_call
def exact_calls(request: ModelRequest[Any], handler: ModelHandler) -> ModelResponse[Any]:
    exact = {"strict": True, "parallel_tool_calls": False}
    return handler(request.override(model_settings=request.model_settings | exact))


@wrap_tool_call
def guard(request: ToolCallRequest, handler: ToolHandler) -> Any:
    call = request.tool_call
    if request.tool is None:
        return _failed(call, UNKNOWN)
    try:
        answer = handler(request)
    except GraphBubbleUp:
        raise
    except Refused as refused:
        return _failed(call, str(refused))
    except Exception:
        log.exception("tool %s failed", call["name"])
        return _failed(call, BROKEN)
    if answer.status == "error":
        return _failed(call, MISUSED.format(", ".join(request.tool.args) or "nothing"))
    return answer


def _failed(call: Any, text: str) -> ToolMessage:
    return ToolMessage(text, name=call["name"], tool_call_id=call["id"], status="error")


def fallback(offline: BaseChatModel) -> AgentMiddleware[Any, Any, Any]:
    """Once the endpoint has failed in a run, it is not asked again: each try may take minutes."""

    @wrap_model_call
    def fallback(request: ModelRequest[Any], handler: ModelHandler) -> ModelResponse[Any]:
        if not went_offline(_since_question(request.messages)):
            try:
                return handler(request)
            except GraphBubbleUp:
                raise
            except Exception:
                log.exception("the model failed; answering by rules")
        return handler(request.override(model=offline))

    return fallback


def went_offline(messages: Sequence[BaseMessage]) -> bool:
    """Whether the offline model wrote any of these."""
    spoken = [message for message in messages if isinstance(message, AIMessage)]
    return any(message.response_metadata.get("model_name") == NAME for message in spoken)


def _since_question(messages: Sequence[BaseMessage]) -> list[BaseMessage]:
    last = max((place for place, message in enumerate(messages) if isinstance(message, HumanMessage)), default=-1)
    return list(messages[last + 1 :])
