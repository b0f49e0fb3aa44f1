"""Control for tests and for people who play: faults, keys, mails, requests, webhooks. Paths /_stripe/….

Promises that nothing here is reachable through the API that is imitated. Leaves out any protection: the sandbox
listens on loopback only.
"""

from typing import Any

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, ConfigDict

from sandbox.stripe import customers, discounts, faults, idempotency, webhooks
from sandbox.stripe.errors import Obj
from sandbox.stripe.faults import Plan
from sandbox.stripe.views import show
from sandbox.stripe.world import World


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Seconds(Strict):
    seconds: float


class Endpoint(Strict):
    """`events` None means every event; several secrets while one rotates."""

    url: str
    secrets: list[str]
    events: list[str] | None = None


class Delivery(Strict):
    """`delay`: seconds before the first attempt. `copies`: deliveries of each event. `held`: nothing leaves."""

    delay: float = 0
    copies: int = 1
    held: bool = False


class Coupon(Strict):
    coupon: str


def router(world: World) -> APIRouter:
    routes = APIRouter(prefix="/_stripe", include_in_schema=False)
    _faults(routes, world)
    _records(routes, world)
    _webhooks(routes, world)

    @routes.post("/customers/{customer}/coupon")
    def give(customer: str, form: Coupon) -> Obj:
        """A person puts a coupon on a customer: the API no longer can."""
        with world.lock:
            found = discounts.give(world, customers.present(world, customer), form.coupon)
            world.save()
            return show(world, found)

    return routes


def _faults(routes: APIRouter, world: World) -> None:
    @routes.post("/faults")
    def plan(form: Plan) -> Obj:
        with world.lock:
            return faults.plan(world, form)

    @routes.delete("/faults")
    def clear() -> Obj:
        with world.lock:
            world.tables["faults"].clear()
        return {}

    @routes.post("/keys/expire")
    def expire() -> Obj:
        """Every idempotency key is as if 24 hours had passed."""
        with world.lock:
            return {"forgotten": idempotency.forget(world)}

    @routes.post("/keys/advance")
    def advance(form: Seconds) -> Obj:
        """Moves only the clock by which keys age."""
        with world.lock:
            world.settings["key_skew"] += form.seconds
            world.save()
        return {"skew": world.settings["key_skew"]}


def _records(routes: APIRouter, world: World) -> None:
    @routes.get("/emails")
    def emails(about: str | None = None, kind: str | None = None) -> list[Obj]:
        """Mails, newest first; about one object, of one kind (invoice, credit_note)."""
        with world.lock:
            rows = world.rows("emails")
        return [row for row in rows if about in (None, row["about"]) and kind in (None, row["kind"])]

    @routes.get("/requests")
    def requests(id: str | None = None, path: str = "") -> list[Obj]:
        """The last 2,000 calls, oldest first; `path` is a part of the path."""
        return [row for row in list(world.requests) if id in (None, row["id"]) and path in row["path"]]

    @routes.delete("/requests")
    def forget() -> Obj:
        world.requests.clear()
        return {}


def _webhooks(routes: APIRouter, world: World) -> None:
    @routes.post("/webhooks")
    def subscribe(form: Endpoint) -> Obj:
        with world.lock:
            row = webhooks.subscribe(world, form.url, form.secrets, form.events)
            world.save()
        return row

    @routes.delete("/webhooks")
    def unsubscribe() -> Obj:
        with world.lock:
            world.tables["endpoints"].clear()
            world.tables["deliveries"].clear()
            world.save()
        return {}

    @routes.post("/webhooks/delivery")
    def delivery(form: Delivery) -> Obj:
        with world.lock:
            held = {"webhooks_held": form.held, "webhook_copies": form.copies}
            world.settings |= held | {"webhook_delay": form.delay}
        return world.settings

    @routes.get("/webhooks/deliveries")
    def deliveries(event: str | None = None) -> list[dict[str, Any]]:
        with world.lock:
            return [dict(row) for row in world.rows("deliveries") if event in (None, row["event"])]

    @routes.post("/events/{event}/resend")
    def resend(event: str) -> list[Obj]:
        """Delivers an event once more to every endpoint."""
        with world.lock:
            if event not in world.tables["events"]:
                raise HTTPException(404, f"no such event: {event}")
            return [webhooks.plan(world, event, endpoint) for endpoint in world.tables["endpoints"]]
