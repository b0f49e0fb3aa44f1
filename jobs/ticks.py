"""The clock's part: APScheduler ticks in every process and puts tasks into the queue, one per kind and slot.

Ticks run on wall time; whether a morning has come is asked of business time, which in the sandbox a person can move.
"""

from datetime import datetime

from apscheduler.schedulers.background import BackgroundScheduler

from jobs.office import Office
from settings import wall_now
from store import tasks

POLL_SECONDS = 5
SWEEP_SECONDS = 15
ANCHOR_SECONDS = 60
TIDY_SECONDS = 3600


def scheduler(office: Office) -> BackgroundScheduler:
    """Not started yet."""
    ticks = BackgroundScheduler(
        timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": 30}
    )
    ticks.add_job(lambda: _queue(office, "stripe.poll", POLL_SECONDS), "interval", seconds=POLL_SECONDS)
    ticks.add_job(lambda: _queue(office, "usage.sweep", SWEEP_SECONDS), "interval", seconds=SWEEP_SECONDS)
    ticks.add_job(lambda: _queue(office, "log.anchor", ANCHOR_SECONDS), "interval", seconds=ANCHOR_SECONDS)
    ticks.add_job(lambda: _queue(office, "tasks.tidy", TIDY_SECONDS), "interval", seconds=TIDY_SECONDS)
    ticks.add_job(lambda: morning(office), "interval", seconds=SWEEP_SECONDS)
    return ticks


def _queue(office: Office, kind: str, seconds: int) -> None:
    """One slot per interval, whichever process ticks first."""
    now = wall_now()
    slot = str(int(now.timestamp()) // seconds)
    with office.desk.db.write() as session:
        tasks.add(session, kind, slot, {}, now)
    office.wake()


def morning(office: Office) -> None:
    """On weekdays, once the hour of the morning post has come, in the company's zone."""
    local = office.desk.clock.now().astimezone(office.desk.settings.zone)
    if due(local, office.desk.settings.file.notices.morning):
        with office.desk.db.write() as session:
            tasks.add(session, "morning.post", local.date().isoformat(), {"day": local.date().isoformat()}, wall_now())
        office.wake()


def due(local: datetime, hour: str) -> bool:
    return local.weekday() < 5 and local.strftime("%H:%M") >= hour
