"""Failures on demand: make the next calls of a method answer with an error or an HTTP status such as 429."""

from pydantic import BaseModel, ConfigDict, Field


class Fault(BaseModel):
    """The next `times` calls of `method` ("*" for any) fail with `error` and `http_status`."""

    model_config = ConfigDict(extra="forbid")
    method: str
    error: str = "internal_error"
    http_status: int = 200
    retry_after: int = Field(default=1, ge=0)
    times: int = Field(default=1, ge=1)

    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(self.retry_after)} if self.http_status == 429 else {}


class Faults:
    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self._waiting.append(fault)

    def next(self, method: str) -> Fault | None:
        """The fault that hits a call of `method` now, counted as used."""
        for fault in self._waiting:
            if fault.method in (method, "*"):
                fault.times -= 1
                if not fault.times:
                    self._waiting.remove(fault)
                return fault
        return None
