"""A running local Stripe for tests and for the command line.

Promises a server on a loopback port with webhooks and time at work, gone when the block ends. Leaves out sharing an
app with others: they call server.register and hold a Pump themselves.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from sandbox.stripe.pump import DELAYS, Pump
from sandbox.stripe.server import register
from sandbox.stripe.world import World


def bound(port: int) -> socket.socket:
    """A loopback socket; port 0 takes any free one."""
    taken = socket.socket()
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    taken.bind(("127.0.0.1", port))
    return taken


def address(taken: socket.socket) -> str:
    return f"http://127.0.0.1:{taken.getsockname()[1]}"


def build(world: World) -> uvicorn.Server:
    app = FastAPI(openapi_url=None)
    register(app, world)
    return uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off", timeout_graceful_shutdown=2))


@contextmanager
def serving(world: World, port: int = 0, delays: tuple[float, ...] = DELAYS) -> Iterator[str]:
    """Serves the world in threads; yields its address."""
    taken = bound(port)
    world.base_url = address(taken)
    server = build(world)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [taken]}, daemon=True)
    taken.listen()
    thread.start()
    try:
        with Pump(world, delays):
            yield world.base_url
    finally:
        server.should_exit = True
        thread.join()
        taken.close()
