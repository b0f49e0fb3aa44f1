"""Faults that a test plans: the nth matching call goes wrong.

Promises each fault strikes once unless told otherwise. Leaves out deciding when: tests plan them through control.py.
"""

import re
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

from sandbox.stripe.errors import Obj, StripeError
from sandbox.stripe.idempotency import Call
from sandbox.stripe.world import World


class Plan(BaseModel):
    """cut_before: the call is lost. cut_after: its answer is lost. answer: `status` instead of running.

    answer_after: it runs, but a 5xx `status` is answered and kept by the key. delay: it takes `seconds` longer and
    holds its idempotency key. `path` is a regular expression; `method` may be ANY."""

    model_config = ConfigDict(extra="forbid")
    mode: Literal["cut_before", "cut_after", "answer", "answer_after", "delay"]
    nth: int = 1
    times: int = 1
    method: str = "POST"
    path: str = ""
    status: int = 500
    seconds: float = 0

    @model_validator(mode="after")
    def _sane(self) -> Self:
        if self.mode == "answer_after" and self.status < 500:
            raise ValueError("a call that ran is answered with a 5xx; use cut_after to lose its answer")
        re.compile(self.path)
        return self


def plan(world: World, form: Plan) -> Obj:
    row = {"id": world.new_id("fault"), "seen": 0, "created": world.now()} | form.model_dump()
    return world.add("faults", row)


def strike(world: World, call: Call) -> Obj | None:
    """The fault that hits this call, if one does; counts the call for all that match it."""
    hit = None
    for row in list(world.tables["faults"].values()):
        if row["method"] in ("ANY", call.method) and re.search(row["path"], call.path):
            row["seen"] += 1
            if row["seen"] >= row["nth"]:
                hit = row
            if row["seen"] >= row["nth"] + row["times"] - 1:
                del world.tables["faults"][row["id"]]
    return hit


def error(status: int) -> StripeError:
    """The error behind a planned status."""
    if status == 429:
        return StripeError("Request rate limit exceeded.", status=429, code="rate_limit", saved=False)
    if status == 409:
        told = "This object cannot be accessed right now because another request is accessing it."
        return StripeError(told, status=409, code="lock_timeout", saved=False)
    return StripeError("An unexpected error occurred (a planned fault).", status=status, kind="api_error")
