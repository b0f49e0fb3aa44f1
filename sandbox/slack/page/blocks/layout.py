"""The everyday blocks: section, header, context, actions, input, image, file, markdown.

Promises: one function a block, from its dict to HTML. Leaves out: dispatch, which is `render.py`.
"""

from htpy import Element, Node, div, figcaption, figure, h3, img, label, small, span

from sandbox.slack.page import markdown as commonmark
from sandbox.slack.page.blocks import elements, fields
from sandbox.slack.page.blocks.text import Json, text, words
from sandbox.slack.page.context import Context
from sandbox.slack.page.links import is_local, link


def element(item: Json, ctx: Context) -> Node:
    """Any element of an actions block, an accessory or an input."""
    kind = str(item.get("type"))
    if kind == "button":
        return elements.push_button(item, ctx)
    if kind == "icon_button":
        return elements.icon_button(item, ctx)
    if kind == "feedback_buttons":
        return elements.feedback_buttons(item, ctx)
    if kind == "image":
        return elements.image(item)
    if kind == "overflow" or kind.endswith("_select"):
        return fields.select(item, ctx)
    if kind in fields.DATES:
        return fields.date(item, ctx)
    if kind in ("radio_buttons", "checkboxes"):
        return fields.ticks(item, ctx)
    return fields.text_input(item) if kind in fields.TEXTS else unknown(kind)


def unknown(kind: str) -> Element:
    """A labelled grey box for what this page cannot draw."""
    return div(".unknown", data_testid="unknown-block")[f"“{kind}” is not drawn in this local workspace"]


def section(block: Json, ctx: Context) -> Node:
    """Text, up to ten fields in two columns, and one element at the right."""
    fields_drawn = [div[text(each, ctx)] for each in block.get("fields") or []]
    accessory = block.get("accessory")
    return div(".b-section")[
        div(".body")[
            div(".text")[text(block["text"], ctx)] if block.get("text") else None,
            div(".fields")[fields_drawn] if fields_drawn else None,
        ],
        div(".accessory")[element(accessory, ctx)] if accessory else None,
    ]


def header(block: Json, ctx: Context) -> Node:
    """A line in large bold type."""
    return h3(".b-header")[text(block.get("text"), ctx)]


def context(block: Json, ctx: Context) -> Node:
    """Small grey texts and pictures in one line."""
    return div(".b-context")[
        (
            elements.image(each) if each.get("type") == "image" else span[text(each, ctx)]
            for each in block.get("elements", [])
        )
    ]


def actions(block: Json, ctx: Context) -> Node:
    """A row of elements."""
    return div(".b-actions")[(element(each, ctx) for each in block.get("elements", []))]


def image(block: Json, ctx: Context) -> Node:
    """A picture of this computer; one from the internet stays a link, because nothing is loaded from outside."""
    url, alt = str(block.get("image_url", "")), str(block.get("alt_text", "image"))
    if is_local(url):
        return figure(".b-image")[figcaption[text(block.get("title"), ctx)], img(src=url, alt=alt)]
    return div(".unknown")["🖼 ", text(block.get("title"), ctx), " ", link(url, alt) or alt, small[" (not loaded)"]]


def file(block: Json, ctx: Context) -> Node:
    """A file of elsewhere, by its id."""
    return div(".unknown")[f"📎 Remote file {block.get('external_id', '')}"]


def markdown(block: Json, ctx: Context) -> Node:
    """CommonMark."""
    return div(".b-markdown")[commonmark.render(str(block.get("text", "")), ctx)]


def field(block: Json, ctx: Context) -> Node:
    """A labelled input with its hint and a place for its error."""
    item: Json = block.get("element") or {}
    return div(
        ".b-input",
        data_input=True,
        data_dispatch=bool(block.get("dispatch_action")),
        data_required=not block.get("optional"),
    )[
        label(".name")[words(block.get("label")), small[" (optional)"] if block.get("optional") else None],
        element(item, ctx),
        div(".hint")[text(block["hint"], ctx)] if block.get("hint") else None,
        div(".error", role="alert", data_testid="input-error"),
    ]
