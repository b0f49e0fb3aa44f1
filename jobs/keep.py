"""Keeping house: the log's head is written down outside the database, so that a cut-off end shows."""

from jobs.office import Office
from jobs.worker import Work
from store import log


def anchor(office: Office, _: Work) -> None:
    log.anchor(office.desk.db, office.desk.settings.anchor)
