"""Idempotency keys.

Promises Stripe's rules: a key keeps status and body of its first call for 24 hours of wall time, 500s included; other
parameters or another path refuse; a second call while the first runs answers 409; a call that never ran keeps nothing.
Leaves out the rules of /v2.
"""

import hashlib
import json
from dataclasses import dataclass, field

from sandbox.stripe.errors import Obj, StripeError, invalid
from sandbox.stripe.world import World

KEPT = 24 * 3600


@dataclass(frozen=True)
class Call:
    """One request to /v1. `ids` are the ids in its path, `key` its idempotency key."""

    method: str
    path: str
    params: Obj
    ids: tuple[str, ...] = ()
    key: str | None = None
    request_id: str | None = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def by_person(self) -> bool:
        """Made in the Dashboard: no API key, no idempotency key, no request in its events."""
        return self.request_id is None

    def fingerprint(self) -> str:
        return hashlib.sha256(json.dumps(self.params, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Answer:
    status: int
    body: Obj
    replayed: bool = False


def begin(world: World, call: Call) -> Answer | None:
    """Takes the key, or gives the answer it keeps. Raises on other parameters and while the first call runs."""
    if call.key is None or call.method != "POST":
        return None
    if not 0 < len(call.key) <= 255:
        raise invalid("Idempotency keys have between 1 and 255 characters.")
    forget(world, world.wall() - KEPT)
    kept = world.tables["keys"].get(call.key)
    if kept is not None:
        return _kept(call, kept)
    row = {"id": call.key, "path": call.path, "fingerprint": call.fingerprint()}
    world.add("keys", row | {"answer": None, "at": world.wall()})
    return None


def _kept(call: Call, kept: Obj) -> Answer:
    if kept["path"] != call.path:
        raise _misused(f"for the same endpoint they were first used for ('{kept['path']}')", call)
    if kept["fingerprint"] != call.fingerprint():
        raise _misused("with the same parameters they were first used with", call)
    if kept["answer"] is None:
        told = f"There is currently another in-progress request using this Idempotent Key: {call.key}"
        raise StripeError(told, status=409, kind="idempotency_error", code="idempotency_key_in_use", saved=False)
    return Answer(kept["answer"]["status"], kept["answer"]["body"], replayed=True)


def _misused(rule: str, call: Call) -> StripeError:
    told = f"Keys for idempotent requests can only be used {rule}. Try using a key other than '{call.key}' if you meant"
    return StripeError(f"{told} to execute a different request.", kind="idempotency_error", saved=False)


def end(world: World, call: Call, answer: Answer | None) -> None:
    """Keeps the answer under the key, or frees the key when there is none to keep."""
    if call.key is None or call.method != "POST":
        return
    if answer is None:
        del world.tables["keys"][call.key]
    else:
        world.tables["keys"][call.key]["answer"] = {"status": answer.status, "body": answer.body}


def forget(world: World, before: float = float("inf")) -> int:
    """Drops the keys taken before a wall time, but none whose call still runs; answers how many."""
    keys = world.tables["keys"]
    old = [key for key, row in keys.items() if row["answer"] is not None and row["at"] < before]
    for key in old:
        del keys[key]
    return len(old)


def recover(world: World) -> None:
    """Frees keys whose call died with the process."""
    for key in [key for key, row in world.tables["keys"].items() if row["answer"] is None]:
        del world.tables["keys"][key]
