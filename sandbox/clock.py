"""A movable business clock for the sandbox: set it to any moment and it ticks on from there.

Serves `GET /clock` and `POST /clock`. With a file it remembers across restarts, and the time that the process was
down counts as passed. Nothing is told when the clock moves: whoever needs the time asks for it.
"""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel, ConfigDict


@dataclass(frozen=True)
class Jump:
    """A moment of the story that a person may move the clock to."""

    label: str
    at: datetime


class Clock:
    """Business time. `start` must be aware; every answer is in its time zone."""

    def __init__(self, start: datetime, jumps: Sequence[Jump] = (), path: Path | None = None) -> None:
        if start.tzinfo is None:
            raise ValueError("the clock's start needs a UTC offset or a time zone")
        self.jumps = list(jumps)
        self._zone = start.tzinfo
        self._path = path
        self._set_to, self._set_at = start.astimezone(UTC), time.time()
        if path is not None and path.exists():
            saved = json.loads(path.read_text())
            self._set_to, self._set_at = datetime.fromisoformat(saved["set_to"]), saved["set_at"]
        self._save()

    @classmethod
    def configured(cls, config: dict[str, Any], path: Path | None = None) -> "Clock":
        """From {"zone": IANA name, "start": iso, "jumps": [{"label", "at": iso}]}; times without offset are local."""
        zone = ZoneInfo(config["zone"])
        jumps = [Jump(jump["label"], _local(jump["at"], zone)) for jump in config.get("jumps", [])]
        return cls(_local(config["start"], zone), jumps, path)

    def now(self) -> datetime:
        # Added in UTC: adding to a zoned time would lose or win an hour when daylight saving changes.
        passed = timedelta(seconds=time.time() - self._set_at)
        return (self._set_to + passed).astimezone(self._zone)

    def set(self, to: datetime) -> None:
        """Move to an aware moment, also an earlier one."""
        self._set_to, self._set_at = to.astimezone(UTC), time.time()
        self._save()

    def _save(self) -> None:
        if self._path is not None:
            saved = {"set_to": self._set_to.isoformat(), "set_at": self._set_at}
            self._path.write_text(json.dumps(saved))


class Move(BaseModel):
    """The body of POST /clock."""

    model_config = ConfigDict(extra="forbid")
    now: AwareDatetime


def router(clock: Clock) -> APIRouter:
    """Routes for `clock`. POST answers with the new time and whether it went backwards."""
    routes = APIRouter()

    @routes.get("/clock")
    async def read() -> dict[str, Any]:
        jumps = [{"label": jump.label, "at": jump.at.isoformat()} for jump in clock.jumps]
        return {"now": clock.now().isoformat(), "jumps": jumps}

    @routes.post("/clock")
    async def move(to: Move) -> dict[str, Any]:
        before = clock.now()
        clock.set(to.now)
        return {"now": clock.now().isoformat(), "was": before.isoformat(), "went_back": to.now < before}

    return routes


def _local(text: str, zone: ZoneInfo) -> datetime:
    moment = datetime.fromisoformat(str(text))
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
