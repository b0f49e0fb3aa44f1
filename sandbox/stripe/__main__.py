"""`python -m sandbox.stripe --port N`: the local Stripe on its own.

With --state a restart loses nothing; the seed is played only into a world that is new.
"""

import argparse
import json
from pathlib import Path

from sandbox.stripe import seed, serving, webhooks
from sandbox.stripe.pump import Pump
from sandbox.stripe.world import UrlClock, World


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox.stripe", description="A local Stripe for the sandbox.")
    parser.add_argument("--port", type=int, default=4242)
    parser.add_argument("--state", type=Path, help="directory that remembers everything across restarts")
    parser.add_argument("--seed", type=Path, help="JSON history to begin with")
    parser.add_argument("--webhook", help="URL that events are sent to")
    parser.add_argument("--webhook-secret", help="whsec_…; two, with a comma between, while one rotates")
    parser.add_argument("--clock-url", help='answers {"now": ISO 8601}; without it business time is the machine\'s')
    chosen = parser.parse_args()
    if bool(chosen.webhook) != bool(chosen.webhook_secret):
        parser.error("--webhook and --webhook-secret belong together")
    return chosen


def main() -> None:
    chosen = options()
    taken = serving.bound(chosen.port)
    clock = UrlClock(chosen.clock_url) if chosen.clock_url else None
    world = World(clock, chosen.state, serving.address(taken))
    if chosen.seed and world.fresh:
        seed.load(world, json.loads(chosen.seed.read_text()))
    if chosen.webhook:
        webhooks.subscribe(world, chosen.webhook, chosen.webhook_secret.split(","))
    print(f"local Stripe on {world.base_url}/stripe", flush=True)
    with Pump(world):
        serving.build(world).run(sockets=[taken])


if __name__ == "__main__":
    main()
