"""Who may read what. Enforced here, on the way to the data, and never in a prompt."""

from billing.errors import Refused
from settings import Settings


def may_read(settings: Settings, user: str, groups: frozenset[str], shared_channel: bool) -> None:
    """Raises Refused for somebody without the `read` rule and in any channel that outsiders can see."""
    if shared_channel:
        raise Refused("This channel is shared with people outside the company, so I say nothing about customers here.")
    rule = settings.file.policy.read
    if user not in rule.users and not groups & set(rule.groups):
        raise Refused(
            "You are not among the people who may see billing data; an admin lists them in ari.yml under policy.read."
        )
