"""The demo as real processes: the local Slack and Stripe in one, Ari in another, and a person's hands on both.

Promises free ports, a folder of its own for all state, waiting with deadlines instead of sleeping, and both logs on
standard output for whoever reads a failure. Leaves out what a test expects.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import httpx

from cli.demo import environment
from tests.sandbox.slack_kit import free_port, upload
from tests.world import ROOT

Json = dict[str, Any]
Found = TypeVar("Found")
FOREIGN = ("PYTEST", "NICEGUI", "OPENAI", "DATABASE_URL", "ARI_", "SLACK_", "STRIPE_")
PATIENCE = 40.0
POLL_SECONDS = 0.05


class Demo:
    """One world in `home`; `extra` is added to Ari's environment, `options` to the sandbox's command."""

    def __init__(self, home: Path, company: Path, extra: Json | None = None) -> None:
        self.home = home
        self.port, self.ari_port = free_port(), free_port()
        self.url, self.ari_url = f"http://127.0.0.1:{self.port}", f"http://127.0.0.1:{self.ari_port}"
        self.http = httpx.Client(base_url=self.url, trust_env=False, timeout=20)
        self._extra = extra or {}
        self._ari: subprocess.Popen[bytes] | None = None
        self._sandbox: subprocess.Popen[bytes] | None = None
        (home / "world").mkdir(parents=True)
        # The company is 150 MB and only read: a world needs no copy of its own.
        (home / "world" / "company").symlink_to(company, target_is_directory=True)

    # -- processes

    def environment(self) -> dict[str, str]:
        """Ari's, and of every `ari` command beside it."""
        made = environment(self.port, self.home)
        ours = {name for name in made if name not in os.environ or not name.startswith(FOREIGN)}
        given = {name: made[name] for name in made if name in ours or made[name] != os.environ.get(name)}
        return given | {"ARI_PORT": str(self.ari_port)} | self._extra

    def start_sandbox(self, *options: str) -> None:
        command = [sys.executable, "-m", "sandbox", "--port", str(self.port), "--state", str(self.home / "world")]
        command += ["--webhook", f"{self.ari_url}/stripe/webhook", "--manifest", str(ROOT / "manifest.yml"), *options]
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

    def logs(self, lines: int = 60) -> str:
        told = [f"--- {name}\n" + "\n".join(self.log(name).splitlines()[-lines:]) for name in ("sandbox", "ari")]
        return "\n".join(told)

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

    def drop(self, user: str, channel: str, file: Path) -> Json:
        """Post a PDF, as from a desktop."""
        said: Json = self.act(
            "say", user=user, channel=channel, text="", files=[upload(file.name, file.read_bytes())]
        )
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
        """`to` is ISO 8601 with an offset."""
        self.http.post("/clock", json={"now": datetime.fromisoformat(to).isoformat()}).raise_for_status()

    # -- what stands at Stripe

    def invoices(self, customer: str) -> list[Json]:
        """Every invoice that Ari made for a customer."""
        answer = self.http.get(
            "/v1/invoices", params={"customer": customer, "limit": 100}, headers={"Authorization": "Bearer rk_test_local"}
        )
        rows = answer.raise_for_status().json()["data"]
        return [row for row in rows if row["metadata"].get("ari_key")]

    def mails(self, invoice: str) -> list[Json]:
        rows: list[Json] = self.http.get("/_stripe/emails", params={"about": invoice}).raise_for_status().json()
        return rows

    def fault(self, **plan: Any) -> None:
        self.http.post("/_stripe/faults", json=plan).raise_for_status()

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
def running(home: Path, company: Path) -> Iterator[Demo]:
    """Both processes up and connected, and stopped at the end."""
    demo = Demo(home, company)
    try:
        demo.start_sandbox()
        demo.start_ari()
        yield demo
    finally:
        demo.stop()


def words(message: Json) -> str:
    """Everything that a person reads in a message, blocks and tables included."""
    return "\n".join([message.get("text") or "", *_texts(message.get("blocks") or [])])


def cards(messages: list[Json]) -> list[Json]:
    """Those of Ari's messages that carry a button to press."""
    return [one for one in messages if any(block["type"] == "actions" for block in one.get("blocks") or [])]


def value_of(message: Json, action: str) -> str:
    """What a button of the message carries."""
    buttons = [one for block in message["blocks"] for one in block.get("elements", []) if isinstance(one, dict)]
    return str(next(one["value"] for one in buttons if one.get("action_id") == action))


def filled(view: Json, answers: dict[str, str]) -> Json:
    """The values of a form: each input whose label has that word gets the answer, for a choice the option with it."""
    values: Json = {}
    for block in (one for one in view["blocks"] if one["type"] == "input"):
        given = next(answer for word, answer in answers.items() if word in block["label"]["text"])
        values[block["block_id"]] = {block["element"]["action_id"]: _value(block["element"], given)}
    return values


def _value(element: Json, given: str) -> Json:
    if "options" not in element:
        return {"type": element["type"], "value": given}
    chosen = next(one for one in element["options"] if given in one["text"]["text"])
    return {"type": element["type"], "selected_option": chosen}


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for one in part:
            yield from _texts(one)
    elif isinstance(part, dict):
        if isinstance(part.get("text"), str):
            yield part["text"]
        for name, one in part.items():
            if name != "text" or not isinstance(one, str):
                yield from _texts(one)
