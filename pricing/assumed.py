"""Assumed: the values that nobody gave, each with its path, in the order in which they were filled in."""

from typing import Any, NamedTuple


class Assumed(NamedTuple):
    """'billing.net_days', 30. Paths name things by id, as those of a working do."""

    path: str
    value: Any


class Assumptions(list[Assumed]):
    """Grows while an input is completed."""

    def fill(self, at: dict[str, Any], path: str, **values: Any) -> None:
        """Put in each value that `at` lacks, and note it."""
        for name, value in values.items():
            if at.get(name) is None:
                at[name] = value
                self.append(Assumed(f"{path}.{name}" if path else name, value))
