"""Slack's mrkdwn to HTML.

Promises: everything is escaped before any tag is put in, so no message can inject HTML; what is not
understood (an unknown entity, an address that may not be linked) is shown as typed. Leaves out: CommonMark,
which is `markdown.py`.
"""

import re
from collections.abc import Callable
from itertools import groupby

import emoji
from htpy import blockquote, code, pre, span
from markupsafe import Markup, escape

from sandbox.slack.page.context import Context
from sandbox.slack.page.links import link
from sandbox.slack.page.times import fill_tokens, moment

FENCE = re.compile(r"```\n?(.*?)\n?```", re.DOTALL)
ATOM = re.compile(r"`([^`\n]+)`|<([^<>\n]+)>|(https?://[^\s<>|`]*[^\s<>|`.,;:!?)\]}'\"*_~])")
STYLES = (
    (re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]*[^\s*])\*(?![\w*])"), "strong"),
    (re.compile(r"(?<![\w_])_(?=[^\s_])([^_\n]*[^\s_])_(?![\w_])"), "em"),
    (re.compile(r"(?<![\w~])~(?=[^\s~])([^~\n]*[^\s~])~(?![\w~])"), "s"),
)
QUOTE = re.compile(r"^(?:>|&gt;) ?")
SLOT = re.compile("\ue000(\\d+)\ue001")


def render(text: str, ctx: Context) -> Markup:
    """HTML of a mrkdwn text."""
    pieces = FENCE.split(text)
    return Markup("").join(
        Markup(str(pre[unescape(piece)])) if index % 2 else lines(piece, ctx)
        for index, piece in enumerate(pieces)
        if piece.strip("\n")
    )


def plain(text: str) -> Markup:
    """HTML of a plain_text: escaped, with emoji names replaced and line breaks kept."""
    return Markup(str(escape(with_emoji(text))).replace("\n", "<br>"))


def with_emoji(text: str) -> str:
    """`:eyes:` and the like as characters; unknown names stay as typed."""
    return emoji.emojize(text.replace(":large_", ":"), language="alias", variant="emoji_type")


def unescape(text: str) -> str:
    """Undo the three escapes of Slack's text format."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def lines(text: str, ctx: Context) -> Markup:
    """Text without code fences: quoted lines become quotes, the rest keeps its line breaks."""
    result = []
    for quoted, group in groupby(text.strip("\n").split("\n"), lambda line: bool(QUOTE.match(line))):
        body = "\n".join(QUOTE.sub("", line) if quoted else line for line in group)
        result.append(Markup(str(blockquote[inline(body, ctx)])) if quoted else inline(body, ctx))
    return Markup("").join(result)


def inline(text: str, ctx: Context) -> Markup:
    """Code, entities and bare addresses are set aside in slots, so that styles cannot reach into them."""
    atoms: list[Markup] = []

    def put_aside(found: re.Match[str]) -> str:
        atoms.append(Markup(str(atom(found, ctx))))
        return f"\ue000{len(atoms) - 1}\ue001"

    slotted = ATOM.sub(put_aside, text.replace("\ue000", "").replace("\ue001", ""))
    html = str(escape(with_emoji(unescape(slotted))))
    for pattern, tag in STYLES:
        html = pattern.sub(rf"<{tag}>\1</{tag}>", html)
    return Markup(SLOT.sub(lambda slot: atoms[int(slot[1])], html).replace("\n", "<br>"))


def atom(found: re.Match[str], ctx: Context) -> object:
    """HTML of one code span, entity or bare address."""
    if found[1]:
        return code[unescape(found[1])]
    if found[2]:
        return entity(found[2], ctx)
    return link(unescape(found[3]), unescape(found[3])) or escape(found[3])


def entity(body: str, ctx: Context) -> object:
    """HTML of what stands between angle brackets: a person, channel, group, date or link."""
    target, _, label = body.partition("|")
    names: dict[str, Callable[[], object]] = {
        "@": lambda: mention(target[1:], ctx, label),
        "#": lambda: span(".mention")["#", ctx.channels.get(target[1:], unescape(label) or target[1:])],
        "!": lambda: special(target[1:], label, ctx),
    }
    if target[:1] in names:
        return names[target[:1]]()
    shown = with_emoji(unescape(label)) if label else unescape(target).removeprefix("mailto:")
    return link(unescape(target), shown) or escape(unescape(f"<{body}>"))


def mention(user: str, ctx: Context, label: str = "") -> object:
    """A person's name as a mention; the reader's own name stands out."""
    name = ctx.users.get(user, unescape(label) or user)
    return span(class_=["mention", {"me": user == ctx.viewer}], data_user=user)["@", name]


def special(target: str, label: str, ctx: Context) -> object:
    """`<!here>`, `<!subteam^S…>` and `<!date^…>`."""
    kind, _, rest = target.partition("^")
    if kind == "date":
        seconds, _, template = rest.partition("^")
        if seconds.isdigit():
            return escape(fill_tokens(unescape(template.split("^")[0]), moment(seconds, ctx.zone)))
        return escape(unescape(label) or target)
    if kind == "subteam":
        return span(".mention")["@", ctx.groups.get(rest, unescape(label).lstrip("@") or rest)]
    return span(".mention.me")["@", kind]
