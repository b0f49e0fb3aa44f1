"""`ari check`: every connection and setting, one sentence per problem."""

from collections.abc import Callable

import typer
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlalchemy import column, select, table
from sqlalchemy.exc import SQLAlchemyError

from billing.errors import Refused
from billing.invoices.stripe_client import make_client
from billing.invoices.stripe_reads import Reads
from billing.usage.stores import Stores
from cli.opening import plainly
from settings import Settings, load, make_clock
from store import log
from store.database import Database
from store.errors import StoreError

Check = Callable[[Settings], str]


def check() -> None:
    """Try everything that is configured; print what works and what does not."""
    with plainly():
        settings = load()
    results = [_try(name, one, settings) for name, one in CHECKS.items()]
    raise typer.Exit(0 if all(results) else 1)


def _try(name: str, one: Check, settings: Settings) -> bool:
    try:
        typer.echo(f"✓ {name}: {one(settings)}")
    except (Refused, StoreError, SlackApiError, SQLAlchemyError, OSError, ValueError) as problem:
        typer.echo(f"✗ {name}: {str(problem).splitlines()[0]}")
        return False
    return True


def _database(settings: Settings) -> str:
    settings.env.ari_home.mkdir(parents=True, exist_ok=True)
    db = Database(settings.database_url)
    db.migrate()
    problems = log.verify(db, settings.env.ari_log_key.get_secret_value().encode())
    if problems:
        raise StoreError(f"the log does not verify: {problems[0]}")
    return "reachable, up to date, and the log verifies"


def _slack(settings: Settings) -> str:
    client = WebClient(settings.env.slack_bot_token.get_secret_value(), base_url=settings.env.slack_api_url)
    who = client.auth_test()
    client.conversations_info(channel=settings.file.channels.billing)
    return f"connected to {who['team']} as {who['user']}; the billing channel is visible"


def _stripe(settings: Settings) -> str:
    reads = Reads(make_client(settings.env.stripe_api_key.get_secret_value(), settings.env.stripe_api_base))
    return f"account {reads.account()}"


def _usage(settings: Settings) -> str:
    """Every column that ari.yml names is asked for, on no rows."""
    stores = Stores(settings.file.usage.stores)
    for metric in settings.file.usage.metrics.values():
        rows = table(metric.table, *[column(name) for name in sorted(metric.columns)])
        with stores.engine(metric.store).connect() as connection:
            connection.execute(select(*rows.c).limit(1))
    return f"{len(settings.file.usage.metrics)} metrics in {len(stores.names())} stores, every column there"


def _policy(settings: Settings) -> str:
    policy = settings.file.policy
    for name in ("send", "confirm_terms", "read"):
        rule = getattr(policy, name)
        if not rule.users and not rule.groups:
            raise ValueError(f"policy.{name} names nobody in ari.yml, so nobody can do it")
    return "somebody may read, confirm terms and send"


def _clock(settings: Settings) -> str:
    return f"business time is {make_clock(settings.env).now().astimezone(settings.zone):%Y-%m-%d %H:%M %Z}"


def _model(settings: Settings) -> str:
    env = settings.env
    if env.openai_api_key is None:
        return "none configured; Ari runs on its rules, offline"
    return f"{env.ari_model or 'the default model'} at {env.openai_base_url or 'OpenAI'}"


CHECKS: dict[str, Check] = {
    "database": _database, "slack": _slack, "stripe": _stripe, "usage": _usage, "policy": _policy, "clock": _clock,
    "model": _model,
}  # fmt: skip
