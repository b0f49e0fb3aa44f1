"""The business clock in the top bar: the time, jumps of the story, any other moment.

Promises: shows and moves the sandbox's clock, the one in this process or the one at `clock_url`. Leaves out: what
happens when time moves, which is the app's business.
"""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

import httpx
from htpy import Element, Node, button, div, form, input, label, span

from sandbox.slack.workspace import ActError, Workspace


@dataclass(frozen=True)
class Reading:
    """What the clock shows: an aware moment, and the story's jumps as (label, moment)."""

    now: datetime
    jumps: tuple[tuple[str, datetime], ...] = ()


async def read(workspace: Workspace) -> Reading | None:
    """The clock's reading, None when the workspace has no clock or it does not answer."""
    if workspace.clock:
        return Reading(workspace.clock.now(), tuple((each.label, each.at) for each in workspace.clock.jumps))
    url = workspace.config.get("clock_url")
    if not url:
        return None
    try:
        found = await ask("GET", str(url))
    except ActError:
        return None
    jumps = ((str(each["label"]), datetime.fromisoformat(each["at"])) for each in found.get("jumps", []))
    return Reading(datetime.fromisoformat(found["now"]), tuple(jumps))


async def move(workspace: Workspace, text: str) -> None:
    """Move the clock to an ISO moment; without an offset it is read in the clock's zone. Raises ActError."""
    try:
        to = datetime.fromisoformat(text)
    except ValueError:
        raise ActError("Give a date and a time, like 2025-12-02 09:00.") from None
    if to.tzinfo is None:
        reading = await read(workspace)
        to = to.replace(tzinfo=reading.now.tzinfo if reading else None)
    if workspace.clock:
        workspace.clock.set(to)
    else:
        await ask("POST", str(workspace.config.get("clock_url")), {"now": to.isoformat()})


async def ask(method: str, url: str, body: dict[str, str] | None = None) -> dict[str, Any]:
    """One call to a clock elsewhere. Raises ActError."""
    try:
        async with httpx.AsyncClient(timeout=3) as client:
            answer = (await client.request(method, url, json=body)).raise_for_status().json()
    except (httpx.HTTPError, ValueError) as problem:
        raise ActError(f"The business clock at {url} did not answer: {problem}") from problem
    return dict(answer)


def shown(moment: datetime) -> str:
    """'Thu Nov 13, 2025, 8:55 AM'."""
    return f"{moment:%a %b} {moment.day}, {moment.year}, {moment.hour % 12 or 12}:{moment:%M %p}"


def zone_name(zone: tzinfo | None) -> str:
    """'New York' for America/New_York."""
    return str(zone).rpartition("/")[2].replace("_", " ")


def pill(reading: Reading | None) -> Node:
    """The time in the top bar; a click opens the menu."""
    if reading is None:
        return None
    return button(
        ".pill.clock",
        type="button",
        popovertarget="clock-menu",
        data_testid="clock",
        title="Business time: what the company's calendar says, not your computer's",
    )[span(".wide")["🕘"], span(".label")[shown(reading.now)], span(".caret")["▾"]]


def menu(reading: Reading) -> Element:
    """Jumps, and a form for any other moment."""
    return div("#clock-menu.menu-box", popover="auto")[
        div(".heading")[f"Business time, {zone_name(reading.now.tzinfo)}"],
        (
            button(".option", type="button", data_act="jump", data_at=at.isoformat())[
                span(".about")[span(".name")[words], span(".note")[shown(at)]]
            ]
            for words, at in reading.jumps
        ),
        form(".custom", data_testid="clock-form")[
            label(for_="clock-at")["Another moment"],
            input(
                "#clock-at.field",
                type="datetime-local",
                name="at",
                required=True,
                value=f"{reading.now:%Y-%m-%dT%H:%M}",
            ),
            button(".btn.primary", type="submit")["Set"],
        ],
    ]
