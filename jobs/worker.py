"""Workers: threads that claim rows of the inbox and of the tasks, one at a time, and hand each to its job.

A claim is a short lease, renewed while the job runs, so that the work of a killed process is taken up by another one
within seconds, and at once by the next one on the same host. Jobs must bear being started twice.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from settings import wall_now
from store import inbox, leases, outbox, tasks
from store.database import Database
from store.errors import StoreError
from store.holders import gone, holder
from store.queue import backoff, free

log = logging.getLogger(__name__)
LEASE_SECONDS = 20.0
IDLE_SECONDS = 0.5
ATTEMPTS = 6
STUMBLE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Work:
    """A claimed row: `source` is the inbox or the tasks module, which it is settled with."""

    source: ModuleType
    id: str
    kind: str
    payload: dict[str, Any]
    attempts: int


Job = Callable[[Work], None]


def inherit(db: Database) -> None:
    """Free what a killed predecessor on this host still holds. Call before anything else of this process begins."""
    for queued in (inbox.QUEUE, tasks.QUEUE, outbox.QUEUE):
        free(db, queued, wall_now(), gone)
    leases.free(db, gone)


class Workers:
    """`lost` is called with work that failed for good, so that a person hears of it."""

    def __init__(
        self, db: Database, jobs: Mapping[str, Job], threads: int, lost: Callable[[Work, Exception], None]
    ) -> None:
        self._db = db
        self._jobs = jobs
        self._lost = lost
        self._stop = threading.Event()
        self._wake = threading.Condition()
        self._threads = [
            threading.Thread(target=self._run, args=(n,), daemon=True, name=f"worker-{n}") for n in range(threads)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self, seconds: float = 5) -> None:
        """Let running jobs finish; what does not finish in time is taken up after the next start."""
        self._stop.set()
        self.wake()
        for thread in self._threads:
            thread.join(seconds)

    def wake(self) -> None:
        with self._wake:
            self._wake.notify_all()

    def _run(self, number: int) -> None:
        name = holder(number)
        while not self._stop.is_set():
            try:
                self._turn(name)
            except Exception:  # the database is away, say: a worker that ended here would never be missed
                log.exception("a worker stumbled; it goes on")
                self._stop.wait(STUMBLE_SECONDS)

    def _turn(self, name: str) -> None:
        work = self._claim(name)
        if work:
            self._do(work, name)
        else:
            with self._wake:
                self._wake.wait(IDLE_SECONDS)

    def _claim(self, name: str) -> Work | None:
        for source in (inbox, tasks):
            row = source.claim(self._db, name, wall_now(), LEASE_SECONDS, list(self._jobs))
            if row:
                return Work(source, row.id, row.kind, row.payload, row.attempts)
        return None

    def _do(self, work: Work, name: str) -> None:
        if work.attempts > ATTEMPTS:
            return self._failed(work, name, RuntimeError("this work ended the process each time it was tried"))
        ended = threading.Event()
        threading.Thread(target=self._keep, args=(work, name, ended), daemon=True).start()
        try:
            self._jobs[work.kind](work)
        except Exception as error:
            self._failed(work, name, error)
        else:
            work.source.done(self._db, work.id, name)
        finally:
            ended.set()

    def _keep(self, work: Work, name: str, ended: threading.Event) -> None:
        while not ended.wait(LEASE_SECONDS / 3):
            try:
                if not work.source.renew(self._db, work.id, name, wall_now(), LEASE_SECONDS):
                    return
            except StoreError as problem:
                log.warning("%s %s: the lease could not be renewed: %s", work.kind, work.id, problem)

    def _failed(self, work: Work, name: str, error: Exception) -> None:
        log.error("%s %s failed (attempt %s)", work.kind, work.id, work.attempts, exc_info=error)
        again = backoff(wall_now(), work.attempts)
        status = work.source.fail(self._db, work.id, name, f"{type(error).__name__}: {error}"[:500], again, ATTEMPTS)
        if status == "failed":
            self._lost(work, error)
