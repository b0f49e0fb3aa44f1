"""The inbox's door: every event is written down before it is acknowledged, and worked on afterwards.

When it cannot be written down it is not acknowledged, so that Slack delivers it again. Buttons, commands and views pass:
they have handlers of their own that commit before they acknowledge.
"""

from collections.abc import Callable
from typing import Any

from slack_bolt import BoltResponse

from jobs.converse import thread_key
from jobs.office import Office
from settings import wall_now
from store import inbox

KIND = "slack.event"


def recorder(office: Office) -> Callable[..., BoltResponse]:
    """A global Bolt middleware."""

    def record(body: dict[str, Any], next: Callable[[], BoltResponse]) -> BoltResponse:
        if body.get("type") != "event_callback":
            return next()
        with office.desk.db.write() as session:
            inbox.receive(session, body["event_id"], KIND, body, _lane(body), wall_now())
        office.wake()
        return BoltResponse(status=200, body="")

    return record


def _lane(body: dict[str, Any]) -> str | None:
    """Messages of one thread wait for each other; everything else goes as it comes."""
    event = body["event"]
    return thread_key(body["team_id"], event) if event["type"] in ("message", "app_mention") and "ts" in event else None
