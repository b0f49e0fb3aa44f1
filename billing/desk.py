"""The desk: what every service needs in order to work, and no pen.

It can read usage and read Stripe, and write Ari's own database. Nothing on it can finalize, send or approve: the object
that writes to Stripe is built in app.py and handed to the jobs that act on a signed approval.
"""

from dataclasses import dataclass
from pathlib import Path

from billing.invoices.reads import StripeReads
from billing.usage.stores import Stores
from settings import Clock, Settings
from store.database import Database


@dataclass(frozen=True, slots=True)
class Desk:
    """`home` is the folder for files that are not rows: dropped documents, the clause index, the log's anchor."""

    db: Database
    stores: Stores
    stripe: StripeReads
    clock: Clock
    settings: Settings
    home: Path
