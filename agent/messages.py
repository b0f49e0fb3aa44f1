"""Messages: what a model reads, made from the turns that are kept, and turns made from what a run added.

A tool call and its result are one turn, so history can be cut anywhere and never holds a call without an answer.
"""

from collections.abc import Sequence
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage

from agent.conversation import REMEMBERED, Turn

# The author of messages that code writes where a model expects a person. They vouch for nothing.
CODE = "code"


def from_turns(turns: Sequence[Turn]) -> list[BaseMessage]:
    """The last turns, as messages."""
    recent = turns[-REMEMBERED:]
    return [message for place, turn in enumerate(recent) for message in _from_turn(turn, f"turn_{place}")]


def _from_turn(turn: Turn, call_id: str) -> list[BaseMessage]:
    if turn.origin == "person":
        return [HumanMessage(turn.text, name=turn.author)]
    if turn.origin == "ari":
        return [AIMessage(turn.text)]
    body = turn.body or {"tool": "note", "args": {}}
    call = {"name": body["tool"], "args": body["args"], "id": call_id}
    return [AIMessage("", tool_calls=[call]), ToolMessage(turn.text, name=body["tool"], tool_call_id=call_id)]


def tool_turns(fresh: Sequence[BaseMessage]) -> list[Turn]:
    """What the tools did in one run. Failed calls are left out: they state nothing worth remembering."""
    calls = {call["id"]: call for message in fresh if isinstance(message, AIMessage) for call in message.tool_calls}
    answers = [message for message in fresh if isinstance(message, ToolMessage) and message.status == "success"]
    return [_tool_turn(calls[answer.tool_call_id], str(answer.content)) for answer in answers]


def _tool_turn(call: Any, text: str) -> Turn:
    return Turn("tool", call["name"], text, {"tool": call["name"], "args": call["args"]})


def vouching(said: Sequence[BaseMessage]) -> list[str]:
    """The texts that may vouch for a figure: what people wrote and what tools returned, never what a model wrote."""
    outside = [message for message in said if isinstance(message, HumanMessage | ToolMessage) and message.name != CODE]
    return [str(message.content) for message in outside]
