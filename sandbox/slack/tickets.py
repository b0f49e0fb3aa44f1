"""What an app is handed for a short while: trigger ids, response URLs and socket addresses.

A trigger id lives three seconds and works once. A response URL lives half an hour and works five times. These are
wall-clock rules and nothing of them survives a restart.
"""

import secrets
import time
from dataclasses import dataclass

TRIGGER_SECONDS = 3.0
HOOK_SECONDS = 1800.0
HOOK_USES = 5
_REMEMBERED = 2000


class TicketError(Exception):
    """Slack's error word for a ticket that does not work."""


@dataclass
class Trigger:
    user: str
    born: float
    used: bool = False


@dataclass
class Hook:
    """Where a response URL leads: the message it came from (`ts` None for a slash command) and who may see it."""

    channel: str
    user: str
    ts: str | None
    thread_ts: str | None
    born: float
    uses: int = 0


class Tickets:
    """Issues and redeems tickets; only the latest two thousand of each sort are remembered."""

    def __init__(self) -> None:
        self._triggers: dict[str, Trigger] = {}
        self._hooks: dict[str, Hook] = {}
        self._sockets: set[str] = set()

    def trigger(self, user: str) -> str:
        trigger_id = f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self._triggers[trigger_id] = Trigger(user, time.monotonic())
        _forget_oldest(self._triggers)
        return trigger_id

    def redeem_trigger(self, trigger_id: str) -> str:
        """The user the trigger belongs to. Raises TicketError: invalid_, expired_ or exchanged_trigger_id."""
        trigger = self._triggers.get(trigger_id)
        if trigger is None:
            raise TicketError("invalid_trigger_id")
        if time.monotonic() - trigger.born > TRIGGER_SECONDS:
            raise TicketError("expired_trigger_id")
        if trigger.used:
            raise TicketError("exchanged_trigger_id")
        trigger.used = True
        return trigger.user

    def hook(self, channel: str, user: str, ts: str | None = None, thread_ts: str | None = None) -> str:
        token = secrets.token_urlsafe(18)
        self._hooks[token] = Hook(channel, user, ts, thread_ts, time.monotonic())
        _forget_oldest(self._hooks)
        return token

    def redeem_hook(self, token: str) -> Hook:
        """Counts a use. Raises TicketError: no_such_hook, expired_url or used_url."""
        hook = self._hooks.get(token)
        if hook is None:
            raise TicketError("no_such_hook")
        if time.monotonic() - hook.born > HOOK_SECONDS:
            raise TicketError("expired_url")
        if hook.uses >= HOOK_USES:
            raise TicketError("used_url")
        hook.uses += 1
        return hook

    def socket(self) -> str:
        ticket = secrets.token_urlsafe(18)
        self._sockets.add(ticket)
        return ticket

    def redeem_socket(self, ticket: str) -> bool:
        """True once for each ticket issued."""
        if ticket not in self._sockets:
            return False
        self._sockets.remove(ticket)
        return True


def _forget_oldest(table: dict[str, Trigger] | dict[str, Hook]) -> None:
    if len(table) > _REMEMBERED:
        del table[next(iter(table))]
