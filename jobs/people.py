"""People: who somebody is, by Slack's own word, at the moment it matters."""

import time
from collections.abc import Callable

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from billing.invoices.policy import Actor
from settings import Policy

FRESH_SECONDS = 60.0


class People:
    """Actors by user id. Reading rights may rest on a minute-old answer; a button asks Slack anew."""

    def __init__(self, client: WebClient, policy: Policy, team: Callable[[], str]) -> None:
        self._client = client
        self._team = team
        rules = (policy.send, policy.confirm_terms, policy.rule, policy.read)
        self._groups = sorted({group for rule in rules for group in rule.groups})
        self._kept: dict[str, tuple[float, Actor]] = {}

    def actor(self, user_id: str, anew: bool = False) -> Actor:
        """Raises SlackApiError when Slack does not answer: an unknown person is nobody's approval."""
        kept = self._kept.get(user_id)
        if kept and not anew and time.monotonic() - kept[0] < FRESH_SECONDS:
            return kept[1]
        actor = self._ask(user_id)
        self._kept[user_id] = (time.monotonic(), actor)
        return actor

    def _ask(self, user_id: str) -> Actor:
        user = self._client.users_info(user=user_id)["user"]
        return Actor(
            id=user_id, name=user.get("real_name") or user.get("name") or user_id, groups=self._groups_of(user_id),
            bot=bool(user.get("is_bot")), deactivated=bool(user.get("deleted")),
            guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
            stranger=bool(user.get("is_stranger")) or user.get("team_id", self._team()) != self._team(),
        )  # fmt: skip

    def _groups_of(self, user_id: str) -> frozenset[str]:
        return frozenset(group for group in self._groups if user_id in self._members(group))

    def _members(self, group: str) -> list[str]:
        try:
            return list(self._client.usergroups_users_list(usergroup=group)["users"])
        except SlackApiError as error:
            if error.response.get("error") == "no_such_subteam":
                return []
            raise
