"""The file of late calls: what a carrier sends on 5 December for Acornhill's November.

Promises a CSV of live, answered calls that began and ended in November and are in no table, in order of time.
Leaves out dirt: what is late is trouble enough.
"""

import csv
from pathlib import Path

from sandbox.company.calls import Call, clean
from sandbox.company.volumes import late

NAME = "acornhill-2025-11-late.csv"
COLUMNS = ("call_id", "org_id", "agent_id", "direction", "setup_at", "answered_at", "ended_at", "duration_ms",
           "transfer_ms", "country", "end_reason", "environment")  # fmt: skip


def write(folder: Path) -> None:
    """Writes the file into `folder`."""
    calls = sorted(clean(late()), key=lambda call: str(call.answered_at))
    with (folder / NAME).open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(_cells(call) for call in calls)


def _cells(call: Call) -> list[object]:
    return [getattr(call, column) for column in COLUMNS]
