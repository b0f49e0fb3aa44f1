"""The browser page of the local workspace: registers its routes on the server's application.

Promises: one page per browser tab, at `/?as=<user id>&at=<channel id | home | messages>&thread=<ts>`; everything
it loads comes from this server. Leaves out: the Web API and the socket, which are the server's.

Hooks that tests may rely on (all are attributes in the DOM):

- `data-testid`: sidebar, app, header, members, tab-home, tab-messages, banner, message, thread-link, file-card, status,
  prompts, earlier, intro, composer, thread-composer, file-input, samples, send, thread, close-thread, home, home-empty,
  modal, modal-submit, modal-close, modal-close-all, input-error, confirm, confirm-yes, confirm-deny, picker,
  unknown-block, toast, act-as, clock, clock-form, stripe, unread
- `data-go`: on sidebar entries and tabs: a channel id, `im:<user id>`, `home` or `messages`
- `data-channel`: on sidebar entries (`data-unread` beside it), messages and composers; `data-user` on people
- `data-ts`, `data-thread`: on messages (`data-thread` is the root's time stamp, the message's own when it is a root)
- `data-block-id`, `data-action-id`, `data-kind`: on blocks and on their elements
- `data-view`, `data-callback`: on modals, `data-view` also on the home tab
- `data-act="react|thread|edit|delete|stop|dismiss|prompt|jump|as|earlier"`: on the controls of the page itself
- `aria-busy="true"`: on an element whose click is being delivered; `data-failed` with the reason when it failed
"""

from collections import Counter
from pathlib import Path
from typing import Annotated

from fastapi import FastAPI, Query
from fastapi.staticfiles import StaticFiles
from nicegui import events, ui

from sandbox.slack.page import header, transfers
from sandbox.slack.page.asks import Asks
from sandbox.slack.page.tab import APP_TABS, Tab
from sandbox.slack.workspace import Workspace

ASSETS = Path(__file__).parent / "assets"
HEAD = """<link rel="stylesheet" href="/page/assets/style.css"><link rel="stylesheet" href="/page/assets/blocks.css">
<script type="module" src="/page/assets/page.js"></script>"""
TICK = 2.0


def register(app: FastAPI, workspace: Workspace) -> None:
    """Add the page to the application. Call once per process: NiceGUI keeps its pages globally."""
    uploads, online = transfers.Uploads(), Counter[str]()
    app.mount("/page/assets", StaticFiles(directory=ASSETS))
    app.include_router(transfers.routes(workspace, uploads))

    @ui.page("/", title=header.title(workspace))
    async def page(
        as_: Annotated[str, Query(alias="as")] = "",
        at: str = "",
        thread: str = "",
    ) -> None:
        ui.add_head_html(HEAD)
        tab = Tab(workspace, ui.context.client, viewer_of(workspace, as_), online)

        def count(change: int) -> None:
            online[tab.viewer] += change
            workspace.changed("presence", user=tab.viewer)

        ui.context.client.on_connect(lambda: count(1))
        ui.context.client.on_disconnect(lambda: count(-1))
        ui.context.client.on_delete(tab.end)
        await start(tab, Asks(tab, uploads), at, thread)

    ui.run_with(app, title=header.title(workspace), favicon="🗂️", tailwind=False, show_welcome_message=False)


async def start(tab: Tab, asks: Asks, at: str, thread: str) -> None:
    """Show the place named in the address and begin to listen to the browser."""
    await asks.answer("go", {"to": place_of(tab.workspace, tab.viewer, at)})
    if thread:
        tab.open_thread(thread)
    await tab.draw_clock()
    ui.timer(TICK, tab.draw_clock, immediate=False)

    async def on_ask(event: events.GenericEventArguments) -> None:
        tab.reply(event.args["id"], await asks.answer(event.args["kind"], event.args))

    ui.on("ask", on_ask)


def place_of(workspace: Workspace, viewer: str, asked: str) -> str:
    """The place asked for when this person may be there, else their first channel, else the app's home."""
    own = [each.id for each in workspace.channels_of(viewer)]
    return asked if asked in (*own, *APP_TABS) else next(iter(own), APP_TABS[0])


def viewer_of(workspace: Workspace, asked: str) -> str:
    """The person asked for by id or name, else the first person of the workspace."""
    humans = [each for each in workspace.users.values() if not each.is_bot and not each.deleted]
    return next((each.id for each in humans if asked in (each.id, each.name)), humans[0].id)
