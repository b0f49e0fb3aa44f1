"""Looking things up: lets a rule read like straight code although every tool call ends the model's turn.

A rule asks for what it needs. What this exchange already holds is returned; what it lacks stops the rule with the call
to make, and the rule runs again from its start once the answer is there. A tool's refusal becomes the reply.
"""

from dataclasses import dataclass
from typing import Any

from agent.rules.scene import Scene


@dataclass(frozen=True, slots=True)
class Call:
    tool: str
    args: dict[str, Any]


class Needed(Exception):
    """The rule cannot go on before this call is answered."""

    def __init__(self, call: Call) -> None:
        super().__init__(call.tool)
        self.call = call


class Told(Exception):
    """The reply is settled: its message is what the person gets to read."""


def look(scene: Scene, tool: str, **args: Any) -> dict[str, Any]:
    """What `tool` answered in this exchange. Raises Needed before it did, and Told when it refused."""
    for result in scene.now.results:
        if result.tool == tool and result.args == args:
            if result.error is not None:
                raise Told(result.error)
            return result.data
    raise Needed(Call(tool, args))
