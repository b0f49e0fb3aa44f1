"""rich_text: sections, lists, quotes and preformatted text.

Promises: every part is escaped; unknown parts are named in grey. Leaves out: editing.
"""

from typing import Any

from htpy import Node, blockquote, br, code, div, em, fragment, li, ol, pre, s, span, strong, ul
from markupsafe import Markup

from sandbox.slack.page import mrkdwn
from sandbox.slack.page.blocks.text import Json
from sandbox.slack.page.context import Context
from sandbox.slack.page.links import link
from sandbox.slack.page.times import fill_tokens, moment


def rich_text(block: Json, ctx: Context) -> Node:
    """A rich_text block."""
    return div(".b-rich")[(element(each, ctx) for each in block.get("elements", []))]


def element(item: Json, ctx: Context) -> Node:
    """One section, list, quote or preformatted text."""
    parts: list[Json] = item.get("elements", [])
    match item.get("type"):
        case "rich_text_section":
            return div[inline(parts, ctx)]
        case "rich_text_list":
            return bullets(item, ctx)
        case "rich_text_quote":
            return blockquote[inline(parts, ctx)]
        case "rich_text_preformatted":
            return pre["".join(str(each.get("text") or each.get("url", "")) for each in parts)]
        case other:
            return span(".unknown")[f"{other} is not drawn here"]


def bullets(item: Json, ctx: Context) -> Node:
    """A list; `indent` moves it right, `offset` starts its numbers later."""
    entries = [li[inline(each.get("elements", []), ctx)] for each in item.get("elements", [])]
    level = f"indent-{min(int(item.get('indent', 0)), 8)}"
    if item.get("style") == "ordered":
        return ol(class_=level, start=int(item.get("offset", 0)) + 1)[entries]
    return ul(class_=level)[entries]


def inline(parts: list[Json], ctx: Context) -> Node:
    """The parts of a line, each in its style."""
    return fragment[(styled(part, ctx) for part in parts)]


def styled(part: Json, ctx: Context) -> Node:
    """A part inside the tags of its style."""
    drawn: Node = piece(part, ctx)
    style: dict[str, Any] = part.get("style") or {}
    for name, tag in (("code", code), ("strike", s), ("italic", em), ("bold", strong)):
        if style.get(name):
            drawn = tag[drawn]
    return drawn


def piece(part: Json, ctx: Context) -> Node:
    """One part without its style."""
    match part.get("type"):
        case "text":
            return lines(str(part.get("text", "")))
        case "link":
            url = str(part.get("url", ""))
            return link(url, part.get("text") or url) or f"{part.get('text', '')} {url}".strip()
        case "user":
            return Markup(str(mrkdwn.mention(str(part.get("user_id")), ctx)))
        case "channel":
            return span(".mention")["#", ctx.channels.get(str(part.get("channel_id")), part.get("channel_id"))]
        case "usergroup":
            name = ctx.groups.get(str(part.get("usergroup_id")), part.get("usergroup_id"))
            return span(".mention")["@", name]
        case "broadcast":
            return span(".mention.me")["@", part.get("range")]
        case "emoji":
            return mrkdwn.with_emoji(f":{part.get('name')}:")
        case "date":
            when = moment(part.get("timestamp", 0), ctx.zone)
            return fill_tokens(str(part.get("format", "{date_short}")), when)
        case "color":
            return code[part.get("value")]
        case other:
            return span(".unknown")[f"{other} is not drawn here"]


def lines(text: str) -> Node:
    """Text with its line breaks."""
    first, *rest = text.split("\n")
    return fragment[first, ((br, each) for each in rest)]
