"""CommonMark, as Slack's markdown block and streamed text use it, to HTML.

Promises: raw HTML is shown, not run; links only where `links.py` allows; pictures become links, because the
page loads nothing from outside. Leaves out: mrkdwn, which is `mrkdwn.py`.
"""

import re
from collections.abc import MutableMapping, Sequence
from functools import cache
from typing import Any

from htpy import fragment
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from markupsafe import Markup, escape

from sandbox.slack.page.context import Context
from sandbox.slack.page.links import link, safe_href
from sandbox.slack.page.mrkdwn import entity, with_emoji

Env = MutableMapping[str, Any]
ENTITY = re.compile(r"<([@#!][^<>\n]+)>")


class SlackRenderer(RendererHTML):
    """The stock renderer, but with mentions, emoji, links in a new tab and no pictures."""

    def text(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Env) -> str:
        pieces = ENTITY.split(tokens[idx].content)
        return str(
            fragment[
                (
                    Markup(str(entity(piece, env["ctx"]))) if index % 2 else with_emoji(piece)
                    for index, piece in enumerate(pieces)
                )
            ]
        )

    def link_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Env) -> str:
        tokens[idx].attrSet("target", "_blank")
        tokens[idx].attrSet("rel", "noopener noreferrer")
        return self.renderToken(tokens, idx, options, env)

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Env) -> str:
        source = str(tokens[idx].attrs.get("src", ""))
        return str(link(source, tokens[idx].content or source) or escape(tokens[idx].content))


class SafeMarkdown(MarkdownIt):
    """The stock parser with our list of addresses that may be linked."""

    def validateLink(self, url: str) -> bool:
        return safe_href(url) is not None


@cache
def parser() -> SafeMarkdown:
    """The parser, built once: it holds no state between texts."""
    made = SafeMarkdown("commonmark", {"html": False, "breaks": True}, renderer_cls=SlackRenderer)
    made.enable(["table", "strikethrough"])
    return made


def render(text: str, ctx: Context) -> Markup:
    """HTML of a CommonMark text."""
    return Markup(parser().render(text, {"ctx": ctx}))
