"""Writing to the log: who did what to which thing, in the same transaction as the thing itself."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from billing.desk import Desk
from store import log


def record(desk: Desk, session: Session, kind: str, actor: str, subject: str, body: Mapping[str, Any]) -> None:
    """Append an entry; `actor` is a Slack user id, 'ari' or 'stripe'. Call it last: it locks the log's head."""
    key = desk.settings.env.ari_log_key.get_secret_value().encode()
    log.append(session, kind, actor, subject, dict(body), desk.clock.now(), key)
