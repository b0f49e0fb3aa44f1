"""What drawing needs to know beside the thing drawn: names, the reader and the time zone.

Promises: plain values, so every renderer is a pure function. Leaves out: where the values come from.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo


@dataclass(frozen=True)
class Context:
    """Names by id, who reads (a user id, "" for nobody), the zone in which times are shown, and the block being drawn."""

    users: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    viewer: str = ""
    zone: tzinfo = UTC
    block: str = ""
