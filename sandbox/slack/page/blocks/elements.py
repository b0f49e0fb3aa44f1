"""Elements that act at once: buttons, icon and feedback buttons, the overflow menu; and small images.

Promises: each carries `data-action-id` and, when it asks first, its confirm dialog in a `<template>` beside it;
buttons meant for other people are left out. Leaves out: what a click does, which is `assets/page.js`.
"""

from htpy import Element, Node, VoidElement, a, button, div, fragment, h2, img, p, span, template

from sandbox.slack.page.blocks.text import Json, text, words
from sandbox.slack.page.context import Context
from sandbox.slack.page.links import is_local, safe_href

ICONS = {"trash": "🗑", "edit": "✏️", "refresh": "↻", "copy": "⧉", "download": "⤓", "share": "↗"}


def confirm(item: Json, ctx: Context) -> Node:
    """The confirm dialog of an element, inert until a click clones it."""
    asked: Json | None = item.get("confirm")
    if not asked:
        return None
    tone = "danger" if asked.get("style") == "danger" else "primary"
    return template(".confirm")[
        h2[text(asked.get("title") or "Are you sure?", ctx)],
        p[text(asked.get("text"), ctx)],
        div(".footer")[
            button(".btn", type="button", data_testid="confirm-deny")[text(asked.get("deny") or "Cancel", ctx)],
            button(class_=["btn", tone], type="button", data_testid="confirm-yes")[
                text(asked.get("confirm") or "Yes", ctx)
            ],
        ],
    ]


def for_viewer(item: Json, ctx: Context) -> bool:
    """Whether the reader is among those an element is meant for."""
    chosen = item.get("visible_to_user_ids")
    return not chosen or ctx.viewer in chosen


def push_button(item: Json, ctx: Context) -> Node:
    """A button, or a link dressed as one when it has a url."""
    if not for_viewer(item, ctx):
        return None
    look = ["btn", item.get("style", "")]
    label, name = span(".label")[text(item.get("text"), ctx)], item.get("action_id")
    href = safe_href(item["url"]) if item.get("url") else None
    if href:
        return a(
            class_=look,
            href=href,
            target="_blank",
            rel="noopener noreferrer",
            data_kind="button",
            data_action_id=name,
            aria_label=item.get("accessibility_label"),
        )[label]
    return fragment[
        button(
            class_=look,
            type="button",
            data_kind="button",
            data_action_id=name,
            aria_label=item.get("accessibility_label"),
        )[label],
        confirm(item, ctx),
    ]


def icon_button(item: Json, ctx: Context) -> Node:
    """A quiet button with a pictogram."""
    if not for_viewer(item, ctx):
        return None
    label = item.get("accessibility_label") or words(item.get("text"))
    return fragment[
        button(
            ".btn.quiet",
            type="button",
            title=label,
            aria_label=label,
            data_kind="icon_button",
            data_action_id=item.get("action_id"),
        )[ICONS.get(str(item.get("icon")), "◦")],
        confirm(item, ctx),
    ]


def feedback_buttons(item: Json, ctx: Context) -> Node:
    """Thumbs up and down."""
    return fragment[
        (
            button(
                ".btn.quiet",
                type="button",
                data_kind="feedback_buttons",
                data_action_id=item.get("action_id"),
                data_value=(item.get(side) or {}).get("value"),
                title=words((item.get(side) or {}).get("text")),
                aria_label=words((item.get(side) or {}).get("text")),
            )[sign]
            for side, sign in (("positive_button", "👍"), ("negative_button", "👎"))
        )
    ]


def image(item: Json) -> Element | VoidElement:
    """A small picture of this computer, else its description."""
    url, alt = str(item.get("image_url", "")), str(item.get("alt_text", "image"))
    return img(".thumb", src=url, alt=alt) if is_local(url) else span(".thumb.alt", title=alt)["🖼"]
