"""HTTP in: health, Stripe's webhooks and, in HTTP mode, Slack. One small ASGI app; everything lands in the inbox.

Slack's requests are dispatched in a thread, because the handlers are synchronous and a database must not stop the loop.
"""

import json
import time
from collections.abc import Awaitable, Callable

import stripe
from slack_bolt import App, BoltRequest, BoltResponse
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from billing.invoices.events import gist
from jobs import stripe as stripe_jobs
from jobs.office import Office
from settings import wall_now
from store import inbox

FUTURE_SECONDS = 300


def build(office: Office, slack: App | None) -> Starlette:
    """`slack` only in HTTP mode."""
    routes = [
        Route("/health", _health(office)),
        Route("/stripe/webhook", _stripe(office), methods=["POST"]),
    ]
    if slack:
        routes.append(Route("/slack/events", _slack(slack), methods=["POST"]))
    return Starlette(routes=routes)


def _health(office: Office) -> Callable[[Request], Awaitable[Response]]:
    async def health(_: Request) -> Response:
        def ask() -> None:
            with office.desk.db.read() as session:
                session.connection()

        await run_in_threadpool(ask)
        return JSONResponse({"ok": True, "business_time": (await run_in_threadpool(office.desk.clock.now)).isoformat()})

    return health


def _stripe(office: Office) -> Callable[[Request], Awaitable[Response]]:
    async def webhook(request: Request) -> Response:
        return await run_in_threadpool(
            receive, office, await request.body(), request.headers.get("stripe-signature", "")
        )

    return webhook


def receive(office: Office, body: bytes, signature: str) -> Response:
    """Check the signature over the raw bytes, write the event down, then say 200. The SDK accepts times in the future;
    this does not."""
    secret = office.desk.settings.env.stripe_webhook_secret
    if secret is None:
        return PlainTextResponse("STRIPE_WEBHOOK_SECRET is not set, so no webhook can be checked", 503)
    try:
        stripe.WebhookSignature.verify_header(body.decode(), signature, secret.get_secret_value(), tolerance=300)
        stamp = max(int(part.removeprefix("t=")) for part in signature.split(",") if part.startswith("t="))
    except (stripe.SignatureVerificationError, ValueError, TypeError):  # TypeError: the SDK compares ASCII text only
        return PlainTextResponse("the signature does not fit", 400)
    if stamp > time.time() + FUTURE_SECONDS:
        return PlainTextResponse("the signature is from the future", 400)
    try:
        event = gist(json.loads(body))
    except (ValueError, KeyError, TypeError, AttributeError):
        return PlainTextResponse("this is no event about an object", 400)
    with office.desk.db.write() as session:
        inbox.receive(session, event["id"], stripe_jobs.KIND, event, stripe_jobs.lane(event), wall_now())
    office.wake()
    return PlainTextResponse("ok")


def _slack(app: App) -> Callable[[Request], Awaitable[Response]]:
    async def events(request: Request) -> Response:
        try:
            body = (await request.body()).decode()
            bolt = BoltRequest(body=body, query=dict(request.query_params), headers=dict(request.headers))
        except ValueError:  # Bolt parses before it checks the signature, so anybody can come this far
            return PlainTextResponse("this is no request of Slack's", 400)
        answer: BoltResponse = await run_in_threadpool(app.dispatch, bolt)
        return Response(answer.body, answer.status, {name: values[0] for name, values in answer.headers.items()})

    return events
