"""Memory: a restart loses nothing, also as its own process on the command line."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
import stripe

from sandbox.stripe.serving import address, bound
from sandbox.stripe.testing import client_for, local_stripe

HISTORY = {"customers": [{"id": "cus_a", "name": "A", "email": "a@b.example"}]}


def test_a_restart_loses_nothing(tmp_path: Path) -> None:
    with local_stripe(HISTORY, tmp_path) as first:
        v1 = first.client.v1
        invoice = v1.invoices.create({"customer": "cus_a"}, {"idempotency_key": "once"})
        v1.invoices.add_lines(invoice.id, {"lines": [{"amount": 700, "metadata": {"ari_line": "1"}}]})
        with pytest.raises(stripe.InvalidRequestError):
            v1.invoices.void_invoice(invoice.id)
        events = [event.id for event in v1.events.list({"limit": 100}).auto_paging_iter()]
        first.control("POST", "webhooks", url="http://127.0.0.1:9/nobody", secrets=["whsec_x"])
        v1.invoices.finalize_invoice(invoice.id)
    with local_stripe(HISTORY, tmp_path) as second:
        v1 = second.client.v1
        assert v1.invoices.create({"customer": "cus_a"}, {"idempotency_key": "once"}).id == invoice.id
        found = v1.invoices.retrieve(invoice.id)
        assert (found.status, found.total, found.lines.data[0].metadata["ari_line"]) == ("open", 700, "1")
        assert [event.id for event in v1.events.list({"limit": 100}).auto_paging_iter()][-len(events) :] == events
        assert second.control("GET", "webhooks/deliveries"), "what was not delivered is still to be"
        assert len(v1.customers.list().data) == 1, "the seed is played once"


def test_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "seed.json").write_text(json.dumps(HISTORY))
    with bound(0) as taken:
        url, port = address(taken), str(taken.getsockname()[1])
    command = [sys.executable, "-m", "sandbox.stripe", "--port", port, "--state", str(tmp_path / "state")]
    root = str(Path(__file__).parents[2])
    for _ in range(2):
        process = subprocess.Popen(
            [*command, "--seed", str(tmp_path / "seed.json")], cwd=root, env={**os.environ, "PYTHONPATH": root}
        )
        try:
            _wait(url)
            client_for(url).v1.customers.update("cus_a", {"metadata": {"seen": "1"}})
        finally:
            process.kill()
            process.wait()
    saved: Any = json.loads((tmp_path / "state" / "stripe.json").read_text())
    assert saved["tables"]["customers"]["cus_a"]["metadata"] == {"seen": "1"}
    assert [event["type"] for event in saved["tables"]["events"].values()] == ["customer.created", "customer.updated"]


def _wait(url: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{url}/stripe").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError("the server did not start")
