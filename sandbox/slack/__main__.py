"""`python -m sandbox.slack`: serve the local Slack workspace on this machine.

Prints what an app needs to connect. Nothing is kept when it ends, unless --state names a directory.
"""

import argparse
from pathlib import Path

import uvicorn
import yaml

from sandbox.clock import Clock
from sandbox.slack import server
from sandbox.slack.page import main as page
from sandbox.slack.records import Json
from sandbox.slack.saved import Saved
from sandbox.slack.workspace import Workspace

DEFAULT_CONFIG = Path(__file__).with_name("workspace.yaml")


def main() -> None:
    options = _options()
    config = yaml.safe_load(options.config.read_text())
    if options.manifest:
        config["manifest"] = str(options.manifest)
    if options.request_url:
        config["app"]["request_url"] = options.request_url
    workspace, saved = assemble(config, f"http://127.0.0.1:{options.port}", options.state)
    app = server.build(workspace, saved)
    if not options.no_page:
        page.register(app, workspace)
    print(_welcome(workspace), flush=True)
    uvicorn.run(app, host="127.0.0.1", port=options.port, log_level="warning", timeout_graceful_shutdown=1)


def assemble(config: Json, base_url: str, state: Path | None) -> tuple[Workspace, Saved | None]:
    """A workspace with its clock and, when `state` is given, the store that keeps both across restarts."""
    if state:
        state.mkdir(parents=True, exist_ok=True)
    clock = None
    if "clock" in config:
        clock = Clock.configured(config["clock"], state / "clock.json" if state else None)
        config.setdefault("clock_url", f"{base_url}/clock")
    return Workspace(config, base_url, clock), Saved(state) if state else None


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox.slack", description="A local Slack workspace.")
    parser.add_argument("--port", type=int, default=3999)
    parser.add_argument("--config", type=Path, default=DEFAULT_CONFIG, help="the workspace, as YAML")
    parser.add_argument("--manifest", type=Path, help="the app's manifest: enforce its scopes, events and commands")
    parser.add_argument("--request-url", help="HTTP mode: where the app takes events, instead of Socket Mode")
    parser.add_argument("--state", type=Path, help="a directory that keeps the workspace across restarts")
    parser.add_argument("--no-page", action="store_true", help="no pages for the browser, only what an app needs")
    return parser.parse_args()


def _welcome(workspace: Workspace) -> str:
    app = workspace.app
    return "\n".join(
        (
            f"{workspace.team['name']} is at {workspace.base_url}. For the app:",
            f"  SLACK_API_URL={workspace.base_url}/api/",
            f"  SLACK_BOT_TOKEN={app['bot_token']}",
            f"  SLACK_APP_TOKEN={app['app_token']}",
            f"  SLACK_SIGNING_SECRET={app['signing_secret']}",
        )
    )


if __name__ == "__main__":
    main()
