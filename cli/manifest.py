"""`ari manifest`: the Slack app's manifest, as it is or with request URLs for HTTP mode."""

from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

FILE = Path(__file__).resolve().parent.parent / "manifest.yml"


def manifest(
    http: Annotated[
        str | None, typer.Option(help="The public address of Ari, such as https://ari.example.com.")
    ] = None,
) -> None:
    """Print manifest.yml; with --http the variant in which Slack posts to that address."""
    body: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    if http:
        with_urls(body, http.rstrip("/") + "/slack/events")
    typer.echo(yaml.safe_dump(body, sort_keys=False, allow_unicode=True, width=120))


def with_urls(body: dict[str, Any], url: str) -> None:
    """Turn Socket Mode off and name the request URL everywhere Slack needs it."""
    body["settings"]["socket_mode_enabled"] = False
    body["settings"]["event_subscriptions"]["request_url"] = url
    body["settings"]["interactivity"]["request_url"] = url
