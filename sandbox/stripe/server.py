"""The local Stripe over HTTP.

Promises the API under /v1 for keys sk_test_… and rk_test_…, the same calls under /_stripe/dashboard/v1 as made by a
person, control under /_stripe, pages under /stripe; all on one app that other parts of the sandbox may share. Leaves
out live keys and other API versions than the SDK's.
"""

import base64
import json
import logging
import time
from collections.abc import Awaitable, Callable

from fastapi import APIRouter, FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from sandbox.stripe import control, expand, faults, idempotency, pages, timers
from sandbox.stripe.errors import Obj, StripeError
from sandbox.stripe.forms import decode, parse
from sandbox.stripe.idempotency import Answer, Call
from sandbox.stripe.routes import ROUTES, Route
from sandbox.stripe.views import show
from sandbox.stripe.world import API_VERSION, World

PERSON = "/_stripe/dashboard"
log = logging.getLogger(__name__)


def register(app: FastAPI, world: World) -> None:
    """Adds all routes. Deliveries and the passing of time need a running Pump(world) beside the server."""
    idempotency.recover(world)
    api = APIRouter(include_in_schema=False)
    for route in ROUTES:
        for prefix in ("", PERSON):
            api.add_api_route(prefix + route.path, _endpoint(world, route), methods=[route.method])
    api.add_api_route("/v1/{path:path}", _unknown(world), methods=["GET", "POST", "DELETE", "PUT", "PATCH"])
    app.include_router(api)
    app.include_router(control.router(world))
    app.include_router(pages.router(world))


def _endpoint(world: World, route: Route) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        world.base_url = world.base_url or str(request.base_url).rstrip("/")
        started = time.time()
        call = await _read(world, request)
        with world.lock:
            fault = None if call.by_person else faults.strike(world, call)
        answer = await run_in_threadpool(_answer, world, route, call, fault)
        _note(world, call, answer, fault, started)
        if answer is None or (fault and fault["mode"] == "cut_after"):
            return _cut(request)
        return _respond(call, answer)

    return endpoint


def _unknown(world: World) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        url = f"{request.method}: {request.url.path}"
        told = f"Unrecognized request URL ({url}), or one that the local Stripe leaves out."
        error = StripeError(told, status=404, saved=False)
        return JSONResponse(error.body(None), 404, {"Request-Id": world.new_id("req")})

    return endpoint


async def _read(world: World, request: Request) -> Call:
    person = request.url.path.startswith(PERSON)
    body = (await request.body()).decode()
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Call(
        method=request.method,
        path=request.url.path.removeprefix(PERSON),
        params={"": body} if body and "json" in headers.get("content-type", "") else decode(body or request.url.query),
        ids=tuple(request.path_params.values()),
        key=None if person else headers.get("idempotency-key"),
        request_id=None if person else world.new_id("req"),
        headers=headers,
    )


def _answer(world: World, route: Route, call: Call, fault: Obj | None) -> Answer | None:
    """The answer; None when the call is lost on its way."""
    if fault and fault["mode"] == "cut_before":
        return None
    try:
        if fault and fault["mode"] == "answer":
            raise faults.error(fault["status"])
        _admit(call)
        with world.lock:
            now, kept = world.now(), idempotency.begin(world, call)
    except StripeError as error:
        return Answer(error.status, error.body(call.request_id))
    return kept or _run(world, route, call, fault, now)


def _run(world: World, route: Route, call: Call, fault: Obj | None, now: int) -> Answer:
    """Runs the call at one business time, and gives or frees its idempotency key whatever happens."""
    if fault and fault["mode"] == "delay":
        time.sleep(fault["seconds"])
    with world.lock, world.at(now):
        changed = timers.tick(world)
        answer, keep = _act(world, route, call)
        if fault and fault["mode"] == "answer_after":
            planned = faults.error(fault["status"])
            answer, keep = Answer(planned.status, planned.body(call.request_id)), planned.saved
        idempotency.end(world, call, answer if keep else None)
        if changed or call.method != "GET":
            world.save()
    return answer


def _act(world: World, route: Route, call: Call) -> tuple[Answer, bool]:
    """Runs the call; says whether an idempotency key keeps the answer."""
    world.request = None if call.by_person else {"id": call.request_id, "idempotency_key": call.key}
    try:
        form = parse(route.form, call.params)
        expand.check(form.expand)
        body = show(world, route.act(world, form, *call.ids))
        return Answer(200, expand.grow(world, body, form.expand)), True
    except StripeError as error:
        return Answer(error.status, error.body(call.request_id)), error.saved
    except Exception:
        log.exception("%s %s failed", call.method, call.path)
        failure = StripeError("The local Stripe failed; its log says why.", status=500, kind="api_error")
        return Answer(500, failure.body(call.request_id)), True
    finally:
        world.request = None


def _admit(call: Call) -> None:
    """Refuses wrong keys, versions and content types."""
    if call.by_person:
        return
    scheme, _, token = call.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        token = base64.b64decode(token).decode().partition(":")[0]
    if not token:
        told = "You did not provide an API key. Provide it in the Authorization header, using Bearer auth."
        raise StripeError(told, status=401, saved=False)
    if not token.startswith(("sk_test_", "rk_test_")):
        told = f"Invalid API Key provided: {token[:8]}****. The local Stripe takes sk_test_… and rk_test_… only."
        raise StripeError(told, status=401, saved=False)
    version = call.headers.get("stripe-version", API_VERSION)
    if version != API_VERSION:
        raise StripeError(f"Invalid Stripe API version: {version}. The local Stripe speaks {API_VERSION}.", saved=False)
    if "" in call.params:
        told = "Invalid request (check that your POST content type is application/x-www-form-urlencoded)."
        raise StripeError(told, saved=False)


def _note(world: World, call: Call, answer: Answer | None, fault: Obj | None, started: float) -> None:
    row: Obj = {"id": call.request_id, "method": call.method, "path": call.path, "params": call.params, "key": call.key}
    row |= {"status": answer and answer.status, "replayed": bool(answer and answer.replayed), "at": started}
    world.requests.append(row | {"fault": fault and fault["mode"], "seconds": round(time.time() - started, 4)})


def _respond(call: Call, answer: Answer) -> Response:
    headers = {"Stripe-Version": API_VERSION}
    headers |= {"Request-Id": call.request_id} if call.request_id else {}
    headers |= {"Idempotency-Key": call.key} if call.key else {}
    headers |= {"Idempotent-Replayed": "true"} if answer.replayed else {}
    body = json.dumps(answer.body, indent=2, ensure_ascii=False).encode()
    return Response(body, answer.status, headers, media_type="application/json")


def _cut(request: Request) -> Response:
    """Drops the connection without a byte. ASGI has no word for that, so this reaches for uvicorn's transport."""
    request.receive.__self__.transport.abort()  # type: ignore[attr-defined]
    return Response()
