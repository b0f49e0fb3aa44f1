"""`ari demo`: the whole story on one laptop: a local Slack, a local Stripe, a fictional company, and Ari among them.

Starts two processes, waits until both answer, and stops both when it is stopped. Needs no account and no key.
"""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Annotated

import httpx
import typer
from rich.console import Console

ROOT = Path(__file__).resolve().parent.parent
FREE_BYTES = 600 * 1024 * 1024
PATIENCE_SECONDS = 150.0
console = Console(highlight=False, soft_wrap=True)


class DemoError(Exception):
    """The demo cannot start; the message says why and what to do."""


def demo(
    port: Annotated[int, typer.Option(help="Where the browser page is served.")] = 3999,
    home: Annotated[Path, typer.Option(help="Where everything is kept.")] = Path("data/demo"),
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Begin the story again: forget what an earlier demo did.")
    ] = False,
) -> None:
    """Run Ari with a local Slack and Stripe; open the printed address in a browser."""
    began = time.monotonic()
    try:
        _ready_to_start(port, home, fresh)
        with _started(port, home) as processes:
            _tell(port, time.monotonic() - began)
            _wait(processes)
    except DemoError as problem:
        console.print(f"[red]✗[/red] {problem}")
        raise typer.Exit(2) from problem
    except KeyboardInterrupt:
        console.print("\nstopped; `make demo` goes on where you left off")


def _ready_to_start(port: int, home: Path, fresh: bool) -> None:
    for one in (port, port + 1):
        if _taken(one):
            raise DemoError(f"Port {one} is taken. Stop what uses it, or choose another: make demo PORT=4999")
    if fresh and home.exists():
        shutil.rmtree(home)
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise DemoError(
            f"{home} cannot be written ({problem.strerror}); choose another folder with --home."
        ) from problem
    free = shutil.disk_usage(home).free
    if free < FREE_BYTES:
        raise DemoError(
            f"Only {free // 1024 // 1024} MB are free on the disk; the demo needs {FREE_BYTES // 1024 // 1024} MB."
        )


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


@contextmanager
def _started(port: int, home: Path) -> Iterator[list[subprocess.Popen[str]]]:
    processes: list[subprocess.Popen[str]] = []
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        processes.append(_sandbox(port, home))
        _answers("the local Slack and Stripe", f"http://127.0.0.1:{port}/clock", processes, home)
        processes.append(_ari(port, home))
        _answers("Ari", f"http://127.0.0.1:{port + 1}/health", processes, home)
        yield processes
    finally:
        _stop(processes)


def _sandbox(port: int, home: Path) -> subprocess.Popen[str]:
    if not (home / "world" / "company" / ".complete").exists():
        console.print("• making the demo company: 340,000 calls, contracts, a history at Stripe (once)")
    command = [sys.executable, "-m", "sandbox", "--port", str(port), "--state", str(home / "world")]
    command += ["--webhook", f"http://127.0.0.1:{port + 1}/stripe/webhook", "--manifest", str(ROOT / "manifest.yml")]
    return _spawn(command, dict(os.environ), home / "sandbox.log")


def _ari(port: int, home: Path) -> subprocess.Popen[str]:
    return _spawn([sys.executable, str(ROOT / "app.py")], dict(os.environ) | environment(port, home), home / "ari.log")


def environment(port: int, home: Path) -> dict[str, str]:
    """The demo's settings; also written to `env` in its folder, for `ari --env-file`."""
    key = home / "log.key"
    if not key.exists():
        key.write_text(secrets.token_hex(32), encoding="ascii")
        key.chmod(0o600)
    url = f"http://127.0.0.1:{port}"
    values = {
        "SLACK_API_URL": f"{url}/api/", "SLACK_BOT_TOKEN": "xoxb-ari-local", "SLACK_APP_TOKEN": "xapp-ari-local",
        "SLACK_SIGNING_SECRET": "ari-local-signing-secret", "STRIPE_API_KEY": "rk_test_local", "STRIPE_API_BASE": url,
        "STRIPE_WEBHOOK_SECRET": "whsec_local", "ARI_CLOCK_URL": f"{url}/clock", "ARI_HOME": str((home / "ari").resolve()),
        "ARI_LOG_KEY": key.read_text(encoding="ascii"), "ARI_CONFIG": str(ROOT / "ari.example.yml"), "ARI_PORT": str(port + 1),
        "USAGE_DATABASE": str((home / "world" / "company" / "usage.db").resolve()),
    }  # fmt: skip
    (home / "env").write_text("".join(f"{name}={value}\n" for name, value in values.items()), encoding="utf-8")
    return values


def _spawn(command: list[str], env: dict[str, str], log: Path) -> subprocess.Popen[str]:
    """In a session of its own, so that Ctrl-C reaches the demo first and everything stops in order."""
    out: IO[str] = log.open("a", encoding="utf-8")
    return subprocess.Popen(command, env=env, cwd=ROOT, stdout=out, stderr=out, text=True, start_new_session=True)


def _answers(what: str, url: str, processes: list[subprocess.Popen[str]], home: Path) -> None:
    began = time.monotonic()
    with console.status(f"starting {what} …"):
        while time.monotonic() - began < PATIENCE_SECONDS:
            if processes[-1].poll() is not None:
                raise DemoError(f"{what} ended at once; the last lines of its log:\n{_tail(home, processes)}")
            try:
                if httpx.get(url, timeout=2).status_code == 200:
                    console.print(f"• {what}: up after {time.monotonic() - began:.1f} s")
                    return
            except httpx.TransportError:
                time.sleep(0.1)
    raise DemoError(
        f"{what} did not answer within {PATIENCE_SECONDS:.0f} s; the last lines of its log:\n{_tail(home, processes)}"
    )


def _tail(home: Path, processes: list[subprocess.Popen[str]]) -> str:
    log = home / ("sandbox.log" if len(processes) == 1 else "ari.log")
    return "\n".join(log.read_text(encoding="utf-8").splitlines()[-8:])


def _tell(port: int, seconds: float) -> None:
    console.print(
        f"\n[bold green]Ari is ready[/bold green] after {seconds:.1f} s. Open [bold]http://127.0.0.1:{port}[/bold] in a browser."
    )
    console.print(
        "Drop a sample contract into #contracts, ask “who is over this month?”, move the clock, approve a draft."
    )
    console.print(f"Stripe: http://127.0.0.1:{port}/stripe · logs and data: data/demo · Ctrl-C stops everything")


def _wait(processes: list[subprocess.Popen[str]]) -> None:
    """Until Ctrl-C, or until one of the two ends by itself."""
    ended = threading.Event()
    while not ended.wait(0.5):
        for process in processes:
            if process.poll() is not None:
                raise DemoError("One of the two processes has ended; see data/demo/*.log, then start again.")


def _stop(processes: list[subprocess.Popen[str]]) -> None:
    for process in reversed(processes):
        process.terminate()
    for process in reversed(processes):
        try:
            process.wait(8)
        except subprocess.TimeoutExpired:
            process.kill()
