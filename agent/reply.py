"""Replies: a model's text made fit for Slack, and stopped when it states a figure that nothing vouches for.

Promises text without links, images, mentions, emoji codes, invisible characters or markup that Slack would act on.
Cards travel beside the text and are rendered by code elsewhere.
"""

import html
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from agent.figures import check
from tools.card import Card

LONGEST = 3000
IMAGE = re.compile(r"!\[([^\]]*)\]\([^)]*\)")
LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
SLACK = re.compile(r"<(?:[@#!]|[a-z][a-z0-9+.-]*:)[^>]*>?", re.IGNORECASE)
ADDRESS = re.compile(
    r"\b(?:[a-z][a-z0-9+.-]{1,20}://|www\.|mailto:)\S+|\b(?:[a-z0-9-]{1,63}\.)+[a-z]{2,24}(?:[/?#]|:\d)\S*",
    re.IGNORECASE,
)
EVERYONE = re.compile(r"[@!](channel|here|everyone)\b", re.IGNORECASE)
EMOJI = re.compile(r":(?=[\d_+-]*[a-z])[a-z0-9_+'-]+:", re.IGNORECASE)
HEADING = re.compile(r"^#{1,6}\s+", re.MULTILINE)
BOLD = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes to Slack: checked text, the cards beside it, and whether the model was out of reach."""

    text: str
    cards: tuple[Card, ...] = ()
    limited: bool = False


def sanitise(text: str) -> str:
    """Slack mrkdwn that can only be read: nothing to follow, nobody called, nothing hidden."""
    text = html.unescape(html.unescape(text))
    text = "".join(char for char in text if char == "\n" or unicodedata.category(char) not in ("Cc", "Cf"))
    text = LINK.sub(r"\1", IMAGE.sub(r"\1", text))
    text = ADDRESS.sub("[link removed]", SLACK.sub("", text))
    text = EMOJI.sub("", EVERYONE.sub(r"\1", text))
    text = BOLD.sub(r"*\2*", HEADING.sub("", text))
    return _cut(html.escape(text.strip(), quote=False))


def unvouched(text: str, allowed: Sequence[str]) -> list[str]:
    """The figures in sanitised `text` that nothing in `allowed` vouches for."""
    return check(html.unescape(text), allowed)


def with_people(text: str, known: Sequence[str]) -> str:
    """User ids that our own records stated become names that Slack shows; other ids stay plain text."""
    ids = {found for source in known for found in re.findall(r"\b[UW][A-Z0-9]{6,}\b", source)}
    return re.sub(r"\b[UW][A-Z0-9]{6,}\b", lambda match: f"<@{match[0]}>" if match[0] in ids else match[0], text)


def _cut(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    return text[:LONGEST].rsplit(" ", 1)[0] + " …"
