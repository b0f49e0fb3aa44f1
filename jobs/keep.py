"""Keeping house: the log's head is written down outside the database, so that a cut-off end shows, and the tasks that
are done with are forgotten.
"""

from datetime import timedelta

from jobs.office import Office
from jobs.worker import Work
from settings import wall_now
from store import log, tasks

KEPT = timedelta(days=1)


def anchor(office: Office, _: Work) -> None:
    log.anchor(office.desk.db, office.desk.settings.anchor)


def tidy(office: Office, _: Work) -> None:
    """Forget done tasks of more than a day ago; failed ones stay for whoever asks."""
    tasks.forget(office.desk.db, wall_now() - KEPT)
