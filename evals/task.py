"""A task: what people say to Ari, and what has to hold afterwards. One YAML file each, in evals/tasks."""

from datetime import datetime
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

FOLDER = Path(__file__).parent / "tasks"


class Task(BaseModel):
    """`said` and `unsaid` are looked for in all replies together, `cards` among all cards. `invoices` is the whole end
    state, a line for each: customer, period, state and amount due. `at` is business time."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    about: str
    at: datetime
    turns: tuple[str, ...]
    said: tuple[str, ...] = ()
    unsaid: tuple[str, ...] = ()
    cards: tuple[str, ...] = ()
    invoices: tuple[str, ...] = ()
    most_calls: int = 12


def tasks(wanted: str = "") -> list[Task]:
    """All tasks whose name contains `wanted`, by name."""
    files = [file for file in sorted(FOLDER.glob("*.yaml")) if wanted in file.stem]
    return [Task(name=file.stem, **yaml.safe_load(file.read_text(encoding="utf-8"))) for file in files]
