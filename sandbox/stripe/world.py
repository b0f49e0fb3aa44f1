"""The state of the local Stripe: tables of JSON objects, a clock, ids, a snapshot on disk.

Promises that one lock guards everything, that business time comes from the clock it was given (and key expiry from
the wall), and that a saved world opens again as it was. Fields that begin with an underscore are ours and never leave.
Leaves out every rule about the objects themselves.
"""

import json
import os
import secrets
import string
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import httpx
import stripe

from sandbox.stripe.errors import Obj, missing

API_VERSION = stripe.api_version
LETTERS = string.ascii_letters + string.digits
TABLES = (
    "accounts", "customers", "balance_transactions", "products", "prices", "coupons", "discounts", "subscriptions",
    "subscription_items", "invoices", "invoiceitems", "lines", "credit_notes", "invoice_payments", "payment_intents",
    "charges", "payment_records", "events", "emails", "endpoints", "deliveries", "keys", "faults", "deeds",
)  # fmt: skip
NOUNS = {"invoiceitems": "Invoice Item", "invoices": "invoice", "lines": "invoice line item"}


class Clock(Protocol):
    """Anything that tells business time as an aware datetime."""

    def now(self) -> datetime: ...


class WallClock:
    """Business time is the machine's time."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class UrlClock:
    """Business time from a URL that answers {"now": ISO 8601 with offset}."""

    def __init__(self, url: str) -> None:
        self._url = url

    def now(self) -> datetime:
        answer = httpx.get(self._url, timeout=5).raise_for_status()
        return datetime.fromisoformat(answer.json()["now"])


class World:
    """Everything the local Stripe knows. Hold `lock` while reading or changing `tables`."""

    def __init__(self, clock: Clock | None = None, state: Path | None = None, base_url: str | None = None) -> None:
        self.lock = threading.RLock()
        self.tables: dict[str, dict[str, Obj]] = {name: {} for name in TABLES}
        self.settings: Obj = {"webhook_delay": 0, "webhook_copies": 1, "webhooks_held": False, "key_skew": 0}
        self.base_url = base_url
        self.requests: deque[Obj] = deque(maxlen=2000)
        self.request: Obj | None = None
        self._clock: Clock = clock or WallClock()
        self._fixed: int | None = None
        self._file = state / "stripe.json" if state else None
        self.fresh = not (self._file and self._file.exists())
        if self.fresh:
            self._found()
        else:
            self._load()

    def now(self) -> int:
        """Business time in Unix seconds."""
        return self._fixed if self._fixed is not None else int(self._clock.now().timestamp())

    def wall(self) -> float:
        """The time by which idempotency keys and deliveries age; control can push it forward."""
        return time.time() + float(self.settings["key_skew"])

    @contextmanager
    def at(self, moment: int) -> Iterator[None]:
        """Business time stands still at `moment`; for seeds and for calls that must see one time only."""
        before, self._fixed = self._fixed, moment
        try:
            yield
        finally:
            self._fixed = before

    def new_id(self, prefix: str) -> str:
        return f"{prefix}_1" + "".join(secrets.choice(LETTERS) for _ in range(23))

    def add(self, table: str, row: Obj) -> Obj:
        self.tables[table][row["id"]] = row
        return row

    def find(self, table: str, ident: str, param: str = "id", status: int = 404) -> Obj:
        """The row. Raises resource_missing; `status` 400 is for ids that came as a parameter."""
        row = self.tables[table].get(ident)
        if row is None:
            raise missing(NOUNS.get(table, table.rstrip("s").replace("_", " ")), ident, param, status)
        return row

    def rows(self, table: str) -> list[Obj]:
        """Newest first; what was made in the same second is told apart by the order of making."""
        made = reversed(self.tables[table].values())
        return sorted(made, key=lambda row: int(row["created"] if "created" in row else row["date"]), reverse=True)

    @property
    def account(self) -> Obj:
        return next(iter(self.tables["accounts"].values()))

    def save(self) -> None:
        """Writes the snapshot whole or not at all."""
        if self._file is None:
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        draft = self._file.with_suffix(".tmp")
        draft.write_text(json.dumps({"tables": self.tables, "settings": self.settings}))
        os.replace(draft, self._file)

    def _load(self) -> None:
        assert self._file is not None
        saved = json.loads(self._file.read_text())
        self.tables |= saved["tables"]
        self.settings |= saved["settings"]

    def _found(self) -> None:
        settings: Obj = {"branding": {}, "card_payments": {}, "payments": {"statement_descriptor": None}}
        settings["dashboard"] = {"display_name": "Local Stripe", "timezone": "Etc/UTC"}
        row: Obj = {"id": self.new_id("acct"), "object": "account", "country": "US", "default_currency": "usd"}
        row |= {"email": None, "business_profile": {"name": "Local Stripe"}, "settings": settings}
        row |= {"charges_enabled": True, "details_submitted": True, "payouts_enabled": True, "type": "standard"}
        self.add("accounts", row | {"created": self.now(), "_automatic_tax": False})
