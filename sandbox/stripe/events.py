"""Events: every change leaves a record with the object as it was at that moment.

Promises a snapshot, the previous values of what changed, and the request that caused it (none for changes made by a
person in the Dashboard or by time). Leaves out delivery (webhooks.py).
"""

from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import Field

from sandbox.stripe import webhooks
from sandbox.stripe.errors import Obj
from sandbox.stripe.forms import Bool, Id, Many, Plain, Range, Text
from sandbox.stripe.paging import Page, page
from sandbox.stripe.views import show
from sandbox.stripe.world import API_VERSION, World

KEPT = 30 * 86400


class EventList(Page):
    created: Range | None = None
    type: Text = None
    types: Many[Id] = Field(default_factory=list)
    delivery_success: Bool | None = None


def emit(world: World, kind: str, row: Obj, previous: Obj | None = None) -> Obj:
    """Records an event, e.g. `invoice.sent`, and queues its delivery."""
    data: Obj = {"object": show(world, row)}
    if previous is not None:
        data["previous_attributes"] = previous
    cause = world.request or {"id": None, "idempotency_key": None}
    event = {"id": world.new_id("evt"), "object": "event", "api_version": API_VERSION, "created": world.now()}
    event |= {"data": data, "livemode": False, "pending_webhooks": 0, "request": cause, "type": kind}
    world.add("events", event)
    webhooks.queue(world, event)
    return event


@contextmanager
def changing(world: World, row: Obj, kind: str) -> Iterator[Obj]:
    """Emits `kind` with the previous values if the block changed how the row looks."""
    before = show(world, row)
    yield row
    previous = changes(before, show(world, row))
    if previous:
        emit(world, kind, row, previous)


def changes(old: Obj, new: Obj) -> Obj:
    """The old values of the fields that differ; inside hashes only what differs."""
    result: Obj = {}
    for name in old.keys() | new.keys():
        was, now = old.get(name), new.get(name)
        if was != now:
            result[name] = changes(was, now) if isinstance(was, dict) and isinstance(now, dict) else was
    return result


def retrieve(world: World, _: Plain, event: str) -> Obj:
    return world.find("events", event)


def find_all(world: World, form: EventList) -> Obj:
    """The last thirty days, newest first."""
    wanted = set(form.types) | ({form.type} if form.type else set())
    since = world.now() - KEPT

    def fits(event: Obj) -> bool:
        delivered = form.delivery_success is None or (event["pending_webhooks"] == 0) == form.delivery_success
        in_range = form.created is None or form.created.holds(event["created"])
        return event["created"] >= since and in_range and delivered and (not wanted or _named(event["type"], wanted))

    return page(world, "events", form, fits)


def _named(kind: str, wanted: set[str]) -> bool:
    """`invoice.*` matches every event of invoices."""
    return any(kind == name or (name.endswith("*") and kind.startswith(name[:-1])) for name in wanted)
