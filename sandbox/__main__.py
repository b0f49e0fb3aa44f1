"""`python -m sandbox`: the whole world on one port, for `ari demo`: Slack workspace, Stripe, clock and the demo company.

Listens on the loopback only. With --state a restart goes on where it stopped. Prints `ready` once it serves.
"""

import argparse
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
import yaml
from fastapi import FastAPI

from sandbox.company import build as company
from sandbox.slack import server as slack
from sandbox.slack.__main__ import DEFAULT_CONFIG, assemble
from sandbox.slack.page import main as page
from sandbox.slack.records import Json
from sandbox.stripe import seed, serving, webhooks
from sandbox.stripe.pump import Pump
from sandbox.stripe.server import register
from sandbox.stripe.world import World

STORY = Path(company.__file__).with_name("story.yaml")
PORT_TAKEN = 3


def main() -> None:
    options = _options()
    try:
        taken = serving.bound(options.port)
    except OSError as problem:
        print(f"port {options.port} is taken ({problem.strerror})", file=sys.stderr)
        sys.exit(PORT_TAKEN)
    company.build(options.state / "company", lambda line: print(line, flush=True))
    app = _assemble(options, serving.address(taken))
    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1)
    print("ready", flush=True)
    uvicorn.Server(config).run(sockets=[taken])


def _assemble(options: argparse.Namespace, url: str) -> FastAPI:
    workspace, saved = assemble(_config(options, url), url, options.state / "slack")
    stripe_state = options.state / "stripe"
    stripe_state.mkdir(parents=True, exist_ok=True)
    world = World(workspace.clock, stripe_state, url)
    if world.fresh:
        seed.load(world, json.loads((options.state / "company" / "stripe-seed.json").read_text(encoding="utf-8")))
        if options.webhook:
            webhooks.subscribe(world, options.webhook, [options.webhook_secret])

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with slack.running(workspace, saved):
            with Pump(world):
                yield

    app = slack.build(workspace, saved)
    app.router.lifespan_context = lifespan
    register(app, world)
    page.register(app, workspace)
    return app


def _config(options: argparse.Namespace, url: str) -> Json:
    """The workspace with the story's clock, the contracts to drop, and the way to Stripe's pages."""
    config: Json = yaml.safe_load(options.config.read_text(encoding="utf-8"))
    story = yaml.safe_load(STORY.read_text(encoding="utf-8"))
    config |= {
        "clock": story["clock"], "script": story["script"], "sample_files": str(options.state / "company" / "contracts"),
        "stripe_url": f"{url}/stripe",
    }  # fmt: skip
    if options.manifest:
        config["manifest"] = str(options.manifest)
    if options.request_url:
        config["app"]["request_url"] = options.request_url
    return config


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="Slack, Stripe and a demo company, locally.")
    parser.add_argument("--port", type=int, default=3999)
    parser.add_argument("--state", type=Path, default=Path("data/demo/world"), help="a directory that keeps everything")
    parser.add_argument("--config", type=Path, default=DEFAULT_CONFIG, help="the workspace, as YAML")
    parser.add_argument("--manifest", type=Path, help="the app's manifest: enforce its scopes, events and commands")
    parser.add_argument("--request-url", help="HTTP mode: where the app takes Slack's events")
    parser.add_argument("--webhook", help="where Stripe's events are sent")
    parser.add_argument("--webhook-secret", default="whsec_local", help="what they are signed with")
    return parser.parse_args()


if __name__ == "__main__":
    main()
