"""Watching: the sweep that finds passed limits, and the morning post that sums up the day."""

from datetime import date, datetime, time, timedelta

from billing.invoices import find
from billing.usage import crossings
from billing.usage.standing import standings
from billing.views import Standing
from cards import alerts
from jobs.office import Office
from jobs.worker import Work
from pricing.periods import Period
from settings import wall_now
from store import leases
from store.holders import holder
from store.ids import new_id

LEASE_SECONDS = 60.0


def sweep(office: Office, _: Work) -> None:
    """Write down new crossings of the running month, and tell those that nobody was told of. One sweep at a time: two
    would tell the same."""
    db, mine = office.desk.db, holder(new_id("sweep"))
    if not leases.take(db, "usage.sweep", mine, wall_now(), LEASE_SECONDS):
        return
    try:
        crossings.sweep(office.desk, _running(office))
        _tell(office)
    finally:
        leases.release(db, "usage.sweep", mine)


def _tell(office: Office) -> None:
    desk = office.desk
    for one in crossings.unnoticed(desk):
        rows = standings(desk, Period.parse(one.period), one.customer_id)
        text, blocks = alerts.crossing(one, rows[0] if rows else None)
        channel = desk.settings.file.channels.billing
        crossings.noticed(desk, one.id, channel, office.poster.post(f"crossing:{one.id}", channel, text, blocks))


def morning(office: Office, work: Work) -> None:
    """Post the digest of the day, unless there is nothing to say."""
    desk = office.desk
    day = date.fromisoformat(work.payload["day"])
    crossings.sweep(desk, _running(office))
    pressing: list[Standing] = [one for one in standings(desk, _running(office)) if one.state in ("over", "near")]
    passed = crossings.since(desk, _last_post(day, office))
    found = alerts.morning(f"{day:%A} {day.day} {day:%B}", passed, pressing, find.invoices(desk, states=("awaiting",)))
    if found:
        office.poster.post(f"morning:{day}", desk.settings.file.channels.billing, *found)


def _running(office: Office) -> Period:
    return Period.month_of(office.desk.clock.now(), office.desk.settings.file.company.time_zone)


def _last_post(day: date, office: Office) -> datetime:
    """Since the hour of the previous weekday's post; Monday looks back to Friday."""
    back = 3 if day.weekday() == 0 else 1
    hour = time.fromisoformat(office.desk.settings.file.notices.morning)
    return datetime.combine(day - timedelta(days=back), hour, office.desk.settings.zone)
