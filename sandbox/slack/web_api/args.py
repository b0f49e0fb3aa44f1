"""The arguments of a Web API call, and the errors a method may answer with.

Arguments arrive as a query, a form or JSON, so everything may be a string; this is where they get their types.
"""

import json
from typing import Any

from sandbox.slack.records import Json


class ApiError(Exception):
    """An answer {"ok": false, "error": …}; `messages` go to response_metadata, `extra` beside the error."""

    def __init__(self, error: str, messages: list[str] | None = None, **extra: Any) -> None:
        super().__init__(error)
        self.body: Json = {"ok": False, "error": error, **extra}
        if messages:
            self.body["response_metadata"] = {"messages": [f"[ERROR] {message}" for message in messages]}


class Args:
    """Typed access to what the caller gave; an empty string counts as not given."""

    def __init__(self, given: Json) -> None:
        self.given = {name: value for name, value in given.items() if value is not None and value != ""}
        self._named = frozenset(given)

    def __contains__(self, name: str) -> bool:
        return name in self.given

    def mentions(self, name: str) -> bool:
        """Whether the argument was there at all, be it empty."""
        return name in self._named

    def text(self, name: str) -> str:
        """The argument, or an empty string."""
        value = self.given.get(name, "")
        if isinstance(value, dict | list):
            raise ApiError("invalid_arguments", [f"must be a string [json-pointer:/{name}]"])
        return str(value)

    def need(self, name: str) -> str:
        """The argument, which must be there."""
        if name not in self.given:
            raise ApiError("invalid_arguments", [f"missing required field: {name}"])
        return self.text(name)

    def flag(self, name: str, default: bool = False) -> bool:
        return str(self.given.get(name, default)).lower() in ("1", "true")

    def number(self, name: str, default: int, most: int, error: str = "invalid_limit") -> int:
        """A whole number from 1 to `most`; 0 means the default, as in Slack."""
        text = str(self.given.get(name, default))
        if not text.isdigit() or int(text) > most:
            raise ApiError(error)
        return int(text) or default

    def json(self, name: str, error: str = "invalid_arguments") -> Any:
        """A structure, also when it came as a JSON string; None when absent."""
        value = self.given.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise ApiError(error, [f"must be valid JSON [json-pointer:/{name}]"]) from None

    def words(self, name: str) -> list[str]:
        """A list that may come as JSON or separated by commas."""
        value = self.given.get(name, [])
        if isinstance(value, str) and not value.startswith("["):
            return [word.strip() for word in value.split(",") if word.strip()]
        return [str(word) for word in self.json(name) or []]
