"""Ari: the composition root. Puts settings, store, agent, listeners and jobs together, and runs them.

Slack is connected first; the agent, whose libraries take seconds to import, is loaded behind it.
"""

import logging
import signal
import sys
import threading

import uvicorn
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

from billing.contracts.document import read_document
from billing.desk import Desk
from billing.errors import Refused
from billing.invoices.pen import Pen
from billing.invoices.stripe_client import make_client
from billing.invoices.stripe_reads import Reads
from billing.usage.stores import Stores
from jobs import contracts, hear, invoices, keep, stripe, watch
from jobs.lost import lost
from jobs.office import Office
from jobs.people import People
from jobs.poster import Poster
from jobs.ticks import scheduler
from jobs.worker import Job, Workers, inherit
from listeners.register import register
from settings import Settings, SettingsError, load, make_clock
from store.database import Database
from store.errors import StoreError
from web.server import build

log = logging.getLogger("ari")
THREADS = 4


def make_desk(settings: Settings) -> Desk:
    """Open the database and the usage stores. Raises StoreError or Refused with what to mend."""
    settings.env.ari_home.mkdir(parents=True, exist_ok=True)
    db = Database(settings.database_url)
    db.migrate()
    client = make_client(settings.env.stripe_api_key.get_secret_value(), settings.env.stripe_api_base)
    return Desk(
        db, Stores(settings.file.usage.stores), Reads(client), make_clock(settings.env), settings, settings.env.ari_home
    )


def make_office(desk: Desk, slack: WebClient) -> Office:
    env = desk.settings.env
    pen = Pen(make_client(env.stripe_api_key.get_secret_value(), env.stripe_api_base))
    team = str(slack.auth_test()["team_id"])
    people = People(slack, desk.settings.file.policy, lambda: team)
    return Office(desk, pen, Poster(slack, desk.db), people, lambda: None, read_document)


def jobs_of(office: Office) -> dict[str, Job]:
    """Which job does which kind of work."""

    def bound(job: object) -> Job:
        return lambda work: job(office, work)  # type: ignore[operator]

    table = {
        "slack.event": hear.hear, "stripe.event": stripe.apply, "stripe.poll": stripe.poll, "contract.read": contracts.read,
        "contract.shared": contracts.shared,
        "invoice.draft": invoices.make, "invoice.send": invoices.send, "invoice.discard": invoices.discard,
        "invoice.redraft": invoices.redraft, "card.invoice": invoices.card, "card.terms": contracts.card,
        "usage.sweep": watch.sweep, "morning.post": watch.morning,
        "log.anchor": keep.anchor, "tasks.tidy": keep.tidy,
    }  # fmt: skip
    return {kind: bound(job) for kind, job in table.items()}


def load_mind(office: Office) -> None:
    """Import and build the agent; runs beside everything else, as its libraries take seconds to import."""
    from agent.mind import build as build_mind
    from agent.model import choose_model
    from agent.offline import OfflineModel
    from agent.reader import reader
    from jobs.history import TurnHistory

    settings = office.desk.settings
    model = choose_model(settings)
    if not isinstance(model, OfflineModel):
        office.read = reader(model)
    office.loaded(build_mind(office.desk, settings, TurnHistory(office.desk.db), model))
    log.info("the agent is loaded")


def make_slack(settings: Settings) -> App:
    client = WebClient(settings.env.slack_bot_token.get_secret_value(), base_url=settings.env.slack_api_url)
    client.retry_handlers.append(RateLimitErrorRetryHandler(max_retry_count=3))
    secret = settings.env.slack_signing_secret
    return App(
        client=client, signing_secret=secret.get_secret_value() if secret else None, token_verification_enabled=False
    )


def run(settings: Settings) -> None:
    """Everything, until SIGINT or SIGTERM."""
    desk = make_desk(settings)
    inherit(desk.db)
    slack = make_slack(settings)
    office = make_office(desk, slack.client)
    workers = Workers(desk.db, jobs_of(office), THREADS, lambda work, error: lost(office, work, error))
    office.wake = workers.wake
    register(slack, office)
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    socket = _connect(settings, slack)
    ticks = scheduler(office)
    server = _serve(settings, office, slack if settings.env.ari_slack_mode == "http" else None)
    workers.start()
    ticks.start()
    threading.Thread(target=load_mind, args=(office,), daemon=True, name="agent").start()
    log.info("Ari is connected (%s mode) and answers on port %s", settings.env.ari_slack_mode, settings.env.ari_port)
    stopped.wait()
    _stop(socket, ticks, server, workers, desk.db)


def _connect(settings: Settings, slack: App) -> SocketModeHandler | None:
    if settings.env.ari_slack_mode == "http" or settings.env.slack_app_token is None:
        return None
    socket = SocketModeHandler(slack, settings.env.slack_app_token.get_secret_value())
    socket.connect()
    return socket


def _serve(settings: Settings, office: Office, slack: App | None) -> uvicorn.Server:
    config = uvicorn.Config(build(office, slack), settings.env.ari_host, settings.env.ari_port, log_level="warning")
    server = uvicorn.Server(config)
    threading.Thread(target=server.run, daemon=True, name="web").start()
    return server


def _stop(
    socket: SocketModeHandler | None, ticks: object, server: uvicorn.Server, workers: Workers, db: Database
) -> None:
    log.info("stopping")
    if socket:
        socket.close()
    ticks.shutdown(wait=False)  # type: ignore[attr-defined]
    server.should_exit = True
    workers.stop()
    db.close()


def main() -> int:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for noisy in ("httpx", "stripe", "apscheduler", "alembic", "slack_bolt.App"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    try:
        run(load())
    except (SettingsError, StoreError, Refused) as problem:
        print(problem, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
