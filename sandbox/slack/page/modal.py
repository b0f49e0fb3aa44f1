"""The modal on top of a person's stack, and the app's home tab: two kinds of view.

Promises: pure HTML of a view as the app sent it. Leaves out: what a person typed, which `assets/modal.js` keeps
while a view is updated or lies under another one.
"""

from htpy import Element, Node, button, div, footer, form, h2, header, p

from sandbox.slack.page import people
from sandbox.slack.page.blocks import render
from sandbox.slack.page.blocks.text import words
from sandbox.slack.page.context import Context
from sandbox.slack.records import Json, User


def modal(view: Json, depth: int, ctx: Context) -> Element:
    """A modal; `depth` is the number of views in the stack."""
    return form(
        ".modal",
        data_testid="modal",
        data_scope="view",
        data_view=view["id"],
        novalidate=True,
        data_callback=view.get("callback_id"),
    )[
        header[
            h2[words(view.get("title"))],
            button(".icon", type="button", data_act="close-all", aria_label="Close", data_testid="modal-close-all")[
                "✕"
            ],
        ],
        div(".inside")[render.blocks(view.get("blocks") or [], ctx)],
        footer[
            button(".btn", type="button", data_act="close", data_testid="modal-close")[
                words(view.get("close")) or ("Back" if depth > 1 else "Cancel" if view.get("submit") else "Close")
            ],
            button(".btn.primary", type="submit", data_testid="modal-submit")[words(view["submit"])]
            if view.get("submit")
            else None,
        ],
    ]


def home(view: Json | None, bot: User, connected: bool, ctx: Context) -> Node:
    """The home tab, or why there is none yet."""
    if view and view.get("blocks"):
        return div(".home", data_testid="home", data_scope="view", data_view=view.get("id"))[
            render.blocks(view["blocks"], ctx)
        ]
    why = (
        "It publishes one as soon as it has looked at this workspace."
        if connected
        else f"Start {bot.real_name}: it publishes its home when it connects."
    )
    return blank(bot, f"{bot.real_name} has not published a home tab yet", why, "home-empty")


def blank(user: User, title: str, why: str, testid: str) -> Element:
    """A friendly empty state with a face."""
    return div(".blank", data_testid=testid)[people.avatar(user, "large"), h2[title], p[why]]
