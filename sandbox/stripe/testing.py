"""A local Stripe in the hands of a test.

Promises a server on a free port, the real SDK's client for it, a clock that the test moves, and short words for the
control calls. Leaves out fixtures: each test says what it needs.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import stripe

from sandbox.stripe import seed
from sandbox.stripe.errors import Obj
from sandbox.stripe.pump import DELAYS
from sandbox.stripe.serving import serving
from sandbox.stripe.world import World

START = datetime(2025, 11, 13, 13, 55, tzinfo=UTC)


class HandClock:
    """Business time that moves only when told."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def pass_(self, **span: float) -> None:
        """Moves on by a timedelta's keywords, e.g. pass_(days=31)."""
        self._now += timedelta(**span)


@dataclass
class Local:
    """`client` is a stripe.StripeClient; untyped, because tests also say what its types forbid."""

    world: World
    url: str
    client: Any
    clock: HandClock

    def control(self, method: str, path: str, /, **body: Any) -> Any:
        """A call to /_stripe/…; raises for refusals."""
        return httpx.request(method, f"{self.url}/_stripe/{path}", json=body or None).raise_for_status().json()

    def dashboard(self, path: str, **fields: str) -> Obj:
        """A POST as a person makes it in the Dashboard."""
        answer = httpx.post(f"{self.url}/_stripe/dashboard/v1/{path}", data=fields)
        found: Obj = answer.raise_for_status().json()
        return found


def client_for(url: str, key: str = "sk_test_local") -> stripe.StripeClient:
    return stripe.StripeClient(key, base_addresses={"api": url})


@contextmanager
def local_stripe(
    history: Obj | None = None, state: Path | None = None, delays: tuple[float, ...] = DELAYS
) -> Iterator[Local]:
    """A running local Stripe; `history` is a seed."""
    clock = HandClock()
    world = World(clock, state)
    if history and world.fresh:
        seed.load(world, history)
    with serving(world, delays=delays) as url:
        yield Local(world, url, client_for(url), clock)
