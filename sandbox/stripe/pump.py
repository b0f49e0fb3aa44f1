"""The pump: a thread that delivers webhooks and lets time act.

Promises what a receiver must live with: at least once, in no particular order, again after 1 s, 5 s and then every
30 s for an hour until a 2xx comes. Leaves out what is delivered (webhooks.py) and what time does (timers.py).
"""

import json
import logging
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx

from sandbox.stripe import timers, webhooks
from sandbox.stripe.errors import Obj
from sandbox.stripe.views import show
from sandbox.stripe.world import World

DELAYS = (0.0, 1.0, 5.0) + (30.0,) * 120
TICK = 1.0
log = logging.getLogger(__name__)


class Pump:
    """Delivers what is due while its `with` block runs. `delays`: seconds before each attempt, the first unused."""

    def __init__(self, world: World, delays: tuple[float, ...] = DELAYS) -> None:
        self._world, self._delays = world, delays
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="stripe-webhooks")
        self._pool = ThreadPoolExecutor(4, thread_name_prefix="stripe-webhook")
        self._busy: set[str] = set()

    def __enter__(self) -> "Pump":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._pool.shutdown()

    def _run(self) -> None:
        ticked = 0.0
        while not self._stop.wait(0.1):
            try:
                if time.monotonic() - ticked > TICK:
                    ticked = time.monotonic()
                    self._tick()
                for delivery in self._due():
                    self._pool.submit(self._deliver, delivery)
            except Exception:
                log.exception("the local Stripe's pump stumbled; it goes on")

    def _tick(self) -> None:
        with self._world.lock:
            if timers.tick(self._world):
                self._world.save()

    def _due(self) -> list[Obj]:
        with self._world.lock:
            if self._world.settings["webhooks_held"]:
                return []
            waiting = [row for row in self._world.tables["deliveries"].values() if not row["done"]]
            due = [row for row in waiting if row["due"] <= time.time() and row["id"] not in self._busy]
            self._busy |= {row["id"] for row in due}
        random.shuffle(due)
        return due

    def _deliver(self, delivery: Obj) -> None:
        with self._world.lock:
            endpoint = self._world.tables["endpoints"][delivery["endpoint"]]
            event = self._world.tables["events"][delivery["event"]]
            payload = json.dumps(show(self._world, event)).encode()
        outcome = self._post(endpoint, payload)
        with self._world.lock:
            self._record(delivery, event, outcome)
            self._busy.discard(delivery["id"])
            self._world.save()

    def _post(self, endpoint: Obj, payload: bytes) -> str:
        headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Stripe/1.0 (local)"}
        headers["Stripe-Signature"] = webhooks.sign(payload, endpoint["secrets"], int(time.time()))
        try:
            return str(httpx.post(endpoint["url"], content=payload, headers=headers, timeout=10).status_code)
        except httpx.HTTPError as error:
            return f"{type(error).__name__}: {error}"

    def _record(self, delivery: Obj, event: Obj, outcome: str) -> None:
        delivery["attempts"].append({"at": time.time(), "outcome": outcome})
        if outcome.startswith("2"):
            delivery["done"] = True
            event["pending_webhooks"] = max(0, event["pending_webhooks"] - 1)
        elif len(delivery["attempts"]) < len(self._delays):
            delivery["due"] = time.time() + self._delays[len(delivery["attempts"])]
        else:
            delivery["done"] = True
