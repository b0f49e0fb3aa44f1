"""Webhooks: who is told about an event, and how it is signed.

Promises one planned delivery per event and endpoint (more if a test asks for duplicates), signed over the raw bytes
with the wall clock. Several secrets of one endpoint, while it rotates, give several signatures. Leaves out sending
(pump.py) and managing endpoints through /v1.
"""

import hashlib
import hmac
import time

from sandbox.stripe.errors import Obj
from sandbox.stripe.world import World


def subscribe(world: World, url: str, secrets: list[str], kinds: list[str] | None = None) -> Obj:
    """Adds an endpoint, or replaces the one with the same url. `kinds` None means every event."""
    row = {"id": url, "url": url, "secrets": secrets, "kinds": kinds or ["*"]}
    return world.add("endpoints", row)


def queue(world: World, event: Obj) -> None:
    """Plans the deliveries of an event; the pump picks them up."""
    for endpoint in world.tables["endpoints"].values():
        if "*" in endpoint["kinds"] or event["type"] in endpoint["kinds"]:
            event["pending_webhooks"] += 1
            for _ in range(world.settings["webhook_copies"]):
                plan(world, event["id"], endpoint["id"])


def plan(world: World, event: str, endpoint: str) -> Obj:
    due = time.time() + world.settings["webhook_delay"]
    row = {"id": world.new_id("we"), "event": event, "endpoint": endpoint, "attempts": [], "due": due}
    return world.add("deliveries", row | {"done": False, "created": world.now()})


def sign(payload: bytes, secrets: list[str], moment: int) -> str:
    """The Stripe-Signature header."""
    signed = f"{moment}.".encode() + payload
    digests = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets]
    return ",".join([f"t={moment}", *(f"v1={digest}" for digest in digests)])
