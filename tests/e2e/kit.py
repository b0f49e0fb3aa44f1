"""The demo as real processes: the local Slack and Stripe in one, Ari in another, and a person's hands on both.

Promises free ports, a folder of its own for all state, waiting with deadlines instead of sleeping, and both logs on
standard output for whoever reads a failure. Leaves out what a test expects.
"""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import httpx

from cli.demo import environment
from tests.sandbox.slack_kit import free_port, upload
from tests.world import ROOT

Json = dict[str, Any]
Found = TypeVar("Found")
FOREIGN = ("PYTEST", "NICEGUI", "OPENAI", "DATABASE_URL", "ARI_", "SLACK_", "STRIPE_")  # not of this demo
PATIENCE = 40.0
POLL_SECONDS = 0.05


class Demo:
    """One world in `home`. Slack reaches Ari over Socket Mode or, with `http`, at its request URL."""

    def __init__(self, home: Path, company: Path, http: bool = False) -> None:
        self.home = home
        self.port, self.ari_port = free_port(), free_port()
        self.url, self.ari_url = f"http://127.0.0.1:{self.port}", f"http://127.0.0.1:{self.ari_port}"
        self.http = httpx.Client(base_url=self.url, trust_env=False, timeout=20)
        self._mode = "http" if http else "socket"
        self._ari: subprocess.Popen[bytes] | None = None
        self._sandbox: subprocess.Popen[bytes] | None = None
        (home / "world").mkdir(parents=True)
        # The company is 150 MB and only read: a world needs no copy of its own.
        (home / "world" / "company").symlink_to(company, target_is_directory=True)

    # -- processes

    def environment(self) -> dict[str, str]:
        """Ari's, and of every `ari` command beside it."""
        outside = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
        ours = environment(self.port, self.home) | {"ARI_PORT": str(self.ari_port), "ARI_SLACK_MODE": self._mode}
        return outside | ours

    def start_sandbox(self) -> None:
        command = [sys.executable, "-m", "sandbox", "--port", str(self.port), "--state", str(self.home / "world")]
        command += ["--webhook", f"{self.ari_url}/stripe/webhook", "--manifest", str(ROOT / "manifest.yml")]
        command += ["--request-url", f"{self.ari_url}/slack/events"] if self._mode == "http" else []
        self._sandbox = self._spawn(command, "sandbox.log")
        self.wait(lambda: self._answers(f"{self.url}/clock", self._sandbox), "the sandbox to answer")

    def start_ari(self) -> None:
        """Start Ari and wait until Slack reaches it."""
        self._ari = self._spawn([sys.executable, "app.py"], "ari.log")
        self.wait(lambda: self._answers(f"{self.ari_url}/health", self._ari), "Ari to answer")
        self.wait(lambda: self.state("connected")["connected"], "Ari to connect")

    def kill_ari(self) -> None:
        """kill -9: nothing is tidied up."""
        assert self._ari is not None
        self._ari.send_signal(signal.SIGKILL)
        self._ari.wait()

    def stop_sandbox(self) -> None:
        assert self._sandbox is not None
        self._sandbox.terminate()
        self._sandbox.wait(15)

    def stop(self) -> None:
        running = [one for one in (self._ari, self._sandbox) if one and one.poll() is None]
        for process in running:
            process.terminate()
        for process in running:
            try:
                process.wait(8)
            except subprocess.TimeoutExpired:
                process.kill()
        self.http.close()

    def ari(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """An `ari` command in a shell beside the running app."""
        command = [sys.executable, "-m", "cli.main", *arguments]
        return subprocess.run(command, cwd=ROOT, env=self.environment(), capture_output=True, text=True, timeout=60)

    def logs(self) -> str:
        """The ends of both logs, the last of what was said in Slack, and whether Ari runs."""
        told = {name: self.log(name).splitlines()[-60:] for name in ("sandbox", "ari")}
        told["ari"].append(
            f"ended with {self._ari.returncode}" if self._ari and self._ari.poll() is not None else "runs"
        )
        told["slack"] = [f"{one['user']}: {one['text']}" for one in self._kept()[-12:]]
        return "\n".join(line for name, lines in told.items() for line in [f"--- {name}", *lines])

    def _kept(self) -> list[Json]:
        file = self.home / "world" / "slack" / "workspace.json"
        return list(json.loads(file.read_text(encoding="utf-8"))["messages"]) if file.exists() else []

    def log(self, name: str = "ari") -> str:
        file = self.home / f"{name}.log"
        return file.read_text(encoding="utf-8") if file.exists() else ""

    def _spawn(self, command: list[str], log: str) -> subprocess.Popen[bytes]:
        with (self.home / log).open("ab") as out:
            return subprocess.Popen(command, cwd=ROOT, env=self.environment(), stdout=out, stderr=out)

    def _answers(self, url: str, process: subprocess.Popen[bytes] | None) -> bool:
        assert process is not None and process.poll() is None, f"the process has ended\n{self.logs()}"
        try:
            return httpx.get(url, trust_env=False, timeout=5).is_success
        except httpx.TransportError:
            return False

    def rows(self, query: str, *values: str) -> list[Any]:
        """A look into Ari's own database."""
        with closing(sqlite3.connect(f"file:{self.home / 'ari' / 'ari.db'}?mode=ro", uri=True)) as database:
            return database.execute(query, values).fetchall()

    def settle(self) -> None:
        """Wait until Ari has ended what it has begun, tries again included; not for what is put off or ticks."""
        ticking = "('usage.sweep', 'stripe.poll', 'morning.post', 'log.anchor')"
        columns = "kind, status, attempts, due_at"
        query = f"""SELECT * FROM (SELECT {columns} FROM inbox UNION ALL SELECT {columns} FROM task)
            WHERE kind NOT IN {ticking} AND (status = 'claimed' OR status = 'new' AND (attempts > 0 OR due_at < ?))"""
        self.wait(lambda: not self.rows(query, datetime.now(UTC).isoformat()), "Ari to finish its work")

    # -- what people do in Slack

    def act(self, name: str, status: int = 200, /, **body: Any) -> Any:
        answer = self.http.post(f"/_act/{name}", json=body)
        assert answer.status_code == status, answer.text
        return answer.json()

    def state(self, path: str) -> Any:
        return self.http.get(f"/_state/{path}").raise_for_status().json()

    def say(self, user: str, channel: str, text: str, thread: str | None = None) -> Json:
        said: Json = self.act("say", user=user, channel=channel, text=text, thread_ts=thread)
        return said

    def drop(self, user: str, channel: str, paper: str) -> Json:
        """Post one of the company's contracts, as from a desktop."""
        content = (self.home / "world" / "company" / "contracts" / paper).read_bytes()
        said: Json = self.act("say", user=user, channel=channel, text="", files=[upload(paper, content)])
        return said

    def press(self, user: str, message: Json, action: str) -> None:
        self.act("click", user=user, channel=message["channel"], ts=message["ts"], action={"action_id": action})

    def modal(self, user: str) -> Json:
        """The form that is open for a person."""
        view: Json = self.wait(lambda: self.state(f"views/{user}"), f"a form for {user}")[-1]
        return view

    def submit(self, user: str, view: Json, values: Json) -> Json:
        answer: Json = self.act("submit_view", user=user, view_id=view["id"], values=values)
        return answer

    def thread(self, message: Json, viewer: str = "") -> list[Json]:
        """The replies under a message, oldest first; with a viewer also what only that person sees."""
        query = f"?viewer={viewer}" if viewer else ""
        root = message.get("thread_ts") or message["ts"]
        found = self.state(f"thread/{message['channel']}/{root}{query}")
        return [{**said, "channel": message["channel"]} for said in found if said["ts"] != root]

    def channel(self, name: str, viewer: str = "") -> list[Json]:
        room = self.state(f"messages/{name}" + (f"?viewer={viewer}" if viewer else ""))
        return [{**said, "channel": name} for said in room]

    def move_clock(self, to: str) -> None:
        """`to` is ISO 8601 with an offset. Waits until Ari has noticed, which takes it a moment."""
        self.http.post("/clock", json={"now": to}).raise_for_status()
        self.wait(lambda: self.business_time() >= datetime.fromisoformat(to), "Ari to notice the time")

    def business_time(self) -> datetime:
        """As Ari's health page tells it."""
        return datetime.fromisoformat(httpx.get(f"{self.ari_url}/health", trust_env=False).json()["business_time"])

    # -- what stands at Stripe

    def invoices(self, customer: str) -> list[Json]:
        """Every invoice that Ari made for a customer."""
        answer = self.http.get(
            "/v1/invoices",
            params={"customer": customer, "limit": 100},
            headers={"Authorization": "Bearer rk_test_local"},
        )
        rows = answer.raise_for_status().json()["data"]
        return [row for row in rows if row["metadata"].get("ari_key")]

    def mails(self, invoice: str) -> list[Json]:
        rows: list[Json] = self.http.get("/_stripe/emails", params={"about": invoice}).raise_for_status().json()
        return rows

    @contextmanager
    def losing(self, path: str, mode: str) -> Iterator[Callable[[], bool]]:
        """Calls to `path` (a regular expression) are cut before or after they run; tells whether one was."""
        self.http.delete("/_stripe/requests").raise_for_status()
        self.http.post("/_stripe/faults", json={"mode": mode, "path": path, "times": 9}).raise_for_status()
        yield lambda: any(call["fault"] == mode for call in self.http.get("/_stripe/requests").json())
        self.http.delete("/_stripe/faults").raise_for_status()

    # -- waiting

    def wait(self, look: Callable[[], Found], what: str, seconds: float = PATIENCE) -> Found:
        """The first truthy answer of `look`; fails with both logs when none comes in time."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = look()
            if found:
                return found
            time.sleep(POLL_SECONDS)
        raise AssertionError(f"waited {seconds:.0f} s in vain for {what}\n{self.logs()}")


@contextmanager
def running(home: Path, company: Path, http: bool = False) -> Iterator[Demo]:
    """Both processes up and connected, and stopped at the end."""
    demo = Demo(home, company, http)
    try:
        demo.start_sandbox()
        demo.start_ari()
        yield demo
    finally:
        demo.stop()
