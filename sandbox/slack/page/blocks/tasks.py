"""What an agent shows of its work: task cards, plans and alerts; also the tasks of a streamed message.

Promises: each task tells its state by sign and by word. Leaves out: the words streamed beside them.
"""

from typing import Any

from htpy import Node, details, div, span, strong, summary

from sandbox.slack.page import markdown
from sandbox.slack.page.blocks import rich
from sandbox.slack.page.blocks.text import Json, text, words
from sandbox.slack.page.context import Context
from sandbox.slack.page.links import link

SIGNS = {"pending": "○", "in_progress": "", "complete": "✓", "error": "!"}
STATES = {"pending": "Waiting", "in_progress": "In progress", "complete": "Done", "error": "Failed"}


def task_card(block: Json, ctx: Context) -> Node:
    """One task: its state, title, and details, output and sources when there are any."""
    status = str(block.get("status", "pending"))
    word, name = STATES.get(status, status), block.get("task_id") or block.get("id")
    return div(class_=["b-task", status], data_task=name, data_status=status)[
        span(".sign", title=word, role="img", aria_label=word)[SIGNS.get(status, "?")],
        div(".body")[
            div(".title")[words(block.get("title"))],
            div(".details")[prose(block.get("details"), ctx)] if block.get("details") else None,
            div(".output")[prose(block.get("output"), ctx)] if block.get("output") else None,
            div(".sources")[(source(each) for each in block.get("sources") or ())],
        ],
    ]


def prose(content: Any, ctx: Context) -> Node:
    """Details and output: rich_text in a block, markdown in a streamed chunk."""
    return rich.rich_text(content, ctx) if isinstance(content, dict) else markdown.render(str(content), ctx)


def source(item: Json) -> Node:
    """A source of an answer, as a small link."""
    label = str(item.get("text") or item.get("url"))
    return link(str(item.get("url", "")), label) or span[label]


def plan(block: Json, ctx: Context) -> Node:
    """A titled group of tasks that can be folded."""
    tasks: list[Json] = block.get("tasks") or []
    done = sum(each.get("status") == "complete" for each in tasks)
    return details(".b-plan", open=True)[
        summary[strong[words(block.get("title"))], span(".count")[f"{done} of {len(tasks)}"]],
        (task_card(each, ctx) for each in tasks),
    ]


def streamed(stream: Json, ctx: Context) -> Node:
    """The tasks of a streamed message, as a plan when the app named one."""
    tasks = list((stream.get("tasks") or {}).values())
    if stream.get("plan") or (tasks and stream.get("display") == "plan"):
        return plan({"title": stream.get("plan") or "Plan", "tasks": tasks}, ctx)
    return [task_card(each, ctx) for each in tasks]


def alert(block: Json, ctx: Context) -> Node:
    """A coloured notice."""
    level = str(block.get("level", "default"))
    return div(class_=["b-alert", level], role="alert")[text(block.get("text"), ctx)]
