"""A small usage table with every column that Ari asks for, and rows to put into it."""

from datetime import UTC, datetime
from typing import Any

from settings import MetricDefinition

COLUMNS = "id TEXT, account TEXT, at TEXT, value, arrived TEXT, kind TEXT"
DEFINED = MetricDefinition.model_validate({
    "store": "small", "table": "events", "account": "account", "time": "at", "value": "value", "unit": "min", "per": 60000,
    "event_id": "id", "ingested": "arrived",
    "exclude": {"test": {"column": "kind", "equals": "test"}, "nothing": {"column": "value", "at_most": 0}},
})  # fmt: skip
Row = tuple[Any, ...]
NOON = datetime(2025, 11, 10, 17, tzinfo=UTC)


def stamp(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
