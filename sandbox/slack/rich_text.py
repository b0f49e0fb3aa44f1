"""What a person types, as Slack passes it on: names and links become tokens, the rest is escaped.

`encode` makes the text ("<@U01>", "<https://…>", "&amp;"), `block` the rich_text block that goes with it. Emphasis and
lists stay plain characters in the block.
"""

import re
from collections.abc import Iterable, Iterator

from sandbox.slack.records import Channel, Json, User

_TOKEN = re.compile(r"<(@[UW]\w+|#C\w+|!subteam\^S\w+|!here|!channel|!everyone|https?://|mailto:)[^<>\s]*(\|[^<>]*)?>")
_URL = re.compile(r"https?://[^\s<>|]+[^\s<>|.,;:!?)'\"]")


def encode(typed: str, people: Iterable[User], channels: Iterable[Channel] = (), groups: Iterable[Json] = ()) -> str:
    """The text of a message that somebody typed as `typed`. Names are matched whole, without regard to case."""
    names = {f"@{name}".lower(): f"<@{user.id}>" for user in people for name in (user.name, user.real_name)}
    names |= {f"#{channel.name}".lower(): f"<#{channel.id}|{channel.name}>" for channel in channels}
    names |= {f"@{group['handle']}".lower(): f"<!subteam^{group['id']}>" for group in groups}
    names |= {"@here": "<!here>", "@channel": "<!channel>"}
    longest_first = sorted(map(re.escape, names), key=len, reverse=True)
    mention = re.compile(r"(?<![\w@#])(?:" + "|".join(longest_first) + r")(?![\w-])", re.IGNORECASE)
    parts, done = [], 0
    for token in _TOKEN.finditer(typed):
        parts += [_encode_plain(typed[done : token.start()], mention, names), token[0]]
        done = token.end()
    return "".join([*parts, _encode_plain(typed[done:], mention, names)])


def block(text: str, block_id: str) -> Json:
    """A rich_text block for an encoded text."""
    return {
        "type": "rich_text",
        "block_id": block_id,
        "elements": [{"type": "rich_text_section", "elements": list(_elements(text))}],
    }


def unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _encode_plain(text: str, mention: re.Pattern[str], names: dict[str, str]) -> str:
    parts, done = [], 0
    for url in _URL.finditer(text):
        parts += [_mentions(text[done : url.start()], mention, names), f"<{_escape(url[0])}>"]
        done = url.end()
    return "".join([*parts, _mentions(text[done:], mention, names)])


def _mentions(text: str, mention: re.Pattern[str], names: dict[str, str]) -> str:
    return mention.sub(lambda found: names[found[0].lower()], _escape(text))


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _elements(text: str) -> Iterator[Json]:
    done = 0
    for token in re.finditer(r"<([^<>]+)>", text):
        if token.start() > done:
            yield {"type": "text", "text": unescape(text[done : token.start()])}
        yield _token(token[1])
        done = token.end()
    if done < len(text):
        yield {"type": "text", "text": unescape(text[done:])}


def _token(inside: str) -> Json:
    target, _, label = inside.partition("|")
    if target.startswith("@"):
        return {"type": "user", "user_id": target[1:]}
    if target.startswith("#"):
        return {"type": "channel", "channel_id": target[1:]}
    if target.startswith("!subteam^"):
        return {"type": "usergroup", "usergroup_id": target.removeprefix("!subteam^")}
    if target.startswith("!"):
        return {"type": "broadcast", "range": target[1:]}
    return {"type": "link", "url": unescape(target), **({"text": unescape(label)} if label else {})}
