"""Drawing Slack's texts and blocks as HTML, and reading values back: pure functions, no browser."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.slack.page import clock, files, markdown, mrkdwn, times
from sandbox.slack.page.blocks import render, state
from sandbox.slack.page.context import Context
from sandbox.slack.page.rows import rows
from sandbox.slack.records import Message

CTX = Context(
    users={"U1": "Odo Pell", "U2": "Ari"},
    channels={"C1": "billing"},
    groups={"S1": "finance"},
    viewer="U1",
    zone=ZoneInfo("America/New_York"),
)
NOON = "1763053200.000100"  # Thu 13 Nov 2025, 12:00 in New York


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


@pytest.mark.parametrize(
    ("typed", "drawn"),
    [
        ("*bold* _it_ ~no~", "<strong>bold</strong> <em>it</em> <s>no</s>"),
        ("2*3*4 and snake_case_name", "2*3*4 and snake_case_name"),
        ("`*code* <@U1>`", "<code>*code* &lt;@U1&gt;</code>"),
        ("<@U2>", '<span class="mention" data-user="U2">@Ari</span>'),
        ("<@U1>", '<span class="mention me" data-user="U1">@Odo Pell</span>'),
        ("<#C1> <!subteam^S1>", '<span class="mention">#billing</span> <span class="mention">@finance</span>'),
        ("> said\nthen", "<blockquote>said</blockquote>then"),
        ("&gt; said", "<blockquote>said</blockquote>"),
        ("a\nb", "a<br>b"),
        ("```x <b>\ny```", "<pre>x &lt;b&gt;\ny</pre>"),
        (":eyes: :no_such_name:", "👀 :no_such_name:"),
        ("a < b &amp; c", "a &lt; b &amp; c"),
        ("<!date^1763053200^{date_short} at {time}|x>", "Nov 13, 2025 at 12:00 PM"),
    ],
)
def test_mrkdwn(typed: str, drawn: str) -> None:
    assert mrkdwn.render(typed, CTX) == drawn


@pytest.mark.parametrize(
    "typed",
    [
        "<script>alert(1)</script>",
        "<javascript:alert(1)|press>",
        "<img src=x onerror=alert(1)>",
        "&lt;script&gt;",
        "<data:text/html,x|y>",
        "*<script>x</script>*",
        "<@<script>>",
        "<!date^1^{date}|<script>>",
        "<java\tscript:alert(1)|x>",
        'https://a.b/"onmouseover="x',
    ],
)
def test_nothing_can_inject_html(typed: str) -> None:
    for drawn in (mrkdwn.render(typed, CTX), markdown.render(typed, CTX), mrkdwn.plain(typed)):
        assert "<script" not in drawn and "<img" not in drawn
        assert 'href="java' not in drawn and 'href="data:' not in drawn and '"onmouseover' not in drawn


@given(st.text(alphabet="<>&|*_~`@#!:/\"' \n\ue000\ue0011ascript", max_size=60))
def test_any_text_draws_only_known_tags(typed: str) -> None:
    known = {"strong", "em", "s", "code", "pre", "span", "a", "blockquote", "br"}
    found = {piece.split(">")[0].split()[0].strip("/") for piece in mrkdwn.render(typed, CTX).split("<")[1:]}
    assert found <= known


def test_markdown_keeps_tables_and_mentions_and_loads_no_pictures() -> None:
    drawn = markdown.render("|a|b|\n|-|-:|\n|1|2|\n\n<@U2> ![x](https://example.com/x.png)", CTX)
    assert '<td style="text-align:right">2</td>' in drawn
    assert "@Ari" in drawn and "<img" not in drawn and 'href="https://example.com/x.png"' in drawn


SECTION = {"type": "section", "block_id": "b", "text": {"type": "mrkdwn", "text": "*x*"}}
BUTTON = {
    "type": "button",
    "action_id": "go",
    "text": plain("Go"),
    "style": "danger",
    "confirm": {"title": plain("Sure?"), "text": {"type": "mrkdwn", "text": "*really*"}},
}


@pytest.mark.parametrize(
    ("block", "parts"),
    [
        (SECTION, ["<strong>x</strong>", 'data-block-id="b"']),
        ({**SECTION, "fields": [plain("f1")], "accessory": BUTTON}, ["f1", 'data-action-id="go"']),
        ({"type": "header", "text": plain("Draft")}, ["<h3", "Draft"]),
        ({"type": "divider"}, ["<hr"]),
        ({"type": "context", "elements": [plain("as of")]}, ["as of"]),
        ({"type": "actions", "elements": [BUTTON]}, ["btn danger", "<template", "Sure?", "<strong>really</strong>"]),
        (
            {"type": "actions", "elements": [{**BUTTON, "visible_to_user_ids": ["U9"]}]},
            ['<div class="b-actions"></div>'],
        ),
        ({"type": "actions", "elements": [{**BUTTON, "url": "https://example.com"}]}, ['href="https://example.com"']),
        ({"type": "actions", "elements": [{**BUTTON, "url": "javascript:x"}]}, ["<button"]),
        (
            {"type": "table", "rows": [[{"type": "raw_text", "text": "h"}], [{"type": "raw_number", "text": "7"}]]},
            ["<th", "align-right", "7"],
        ),
        ({"type": "image", "image_url": "https://example.com/x.png", "alt_text": "chart"}, ["chart", "not loaded"]),
        ({"type": "markdown", "text": "**x**"}, ["<strong>x</strong>"]),
        ({"type": "alert", "level": "warning", "text": plain("mind")}, ["b-alert warning", "mind"]),
        (
            {"type": "task_card", "task_id": "t", "title": "Read", "status": "complete"},
            ['data-status="complete"', "Read"],
        ),
        (
            {"type": "plan", "title": "Plan", "tasks": [{"title": "a", "status": "complete"}, {"title": "b"}]},
            ["1 of 2"],
        ),
        (
            {
                "type": "container",
                "title": plain("How"),
                "is_collapsible": True,
                "default_collapsed": True,
                "child_blocks": [SECTION],
            },
            ["<details", "<strong>x</strong>"],
        ),
        (
            {"type": "carousel", "elements": [{"type": "card", "title": plain("Card"), "actions": [BUTTON]}]},
            ["Card", 'data-action-id="go"'],
        ),
        (
            {
                "type": "context_actions",
                "elements": [
                    {
                        "type": "feedback_buttons",
                        "action_id": "f",
                        "positive_button": {"text": plain("Good"), "value": "up"},
                        "negative_button": {"text": plain("Bad")},
                    }
                ],
            },
            ['data-value="up"', "👎"],
        ),
        (
            {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_list",
                        "style": "ordered",
                        "offset": 2,
                        "elements": [
                            {
                                "type": "rich_text_section",
                                "elements": [{"type": "text", "text": "c", "style": {"bold": True}}],
                            }
                        ],
                    }
                ],
            },
            ['start="3"', "<strong>c</strong>"],
        ),
        (
            {
                "type": "input",
                "block_id": "i",
                "label": plain("Why"),
                "hint": plain("hint"),
                "element": {
                    "type": "plain_text_input",
                    "action_id": "v",
                    "multiline": True,
                    "initial_value": "<x>",
                    "max_length": 9,
                },
            },
            ["<textarea", "&lt;x&gt;", 'maxlength="9"', "hint", 'data-testid="input-error"'],
        ),
        ({"type": "data_table"}, ["unknown-block", "data_table"]),
        ({"type": "actions", "elements": [{"type": "hologram"}]}, ["unknown-block", "hologram"]),
    ],
)
def test_blocks(block: dict[str, Any], parts: list[str]) -> None:
    drawn = str(render.blocks([block], CTX))
    assert [part for part in parts if part not in drawn] == []
    assert "<script" not in drawn and "javascript:" not in drawn


OPTION = {"text": plain("A"), "value": "a", "description": plain("first")}


@pytest.mark.parametrize(
    ("element", "picked", "value"),
    [
        ({"type": "static_select", "options": [OPTION]}, [{"value": "a"}], {"selected_option": OPTION}),
        (
            {"type": "static_select", "option_groups": [{"options": [OPTION]}]},
            [{"value": "a"}],
            {"selected_option": OPTION},
        ),
        ({"type": "static_select", "options": [OPTION]}, [], {"selected_option": None}),
        (
            {"type": "external_select"},
            [{"value": "k", "text": "K"}],
            {"selected_option": {"text": {**plain("K"), "emoji": True}, "value": "k"}},
        ),
        ({"type": "checkboxes", "options": [OPTION]}, [{"value": "a"}], {"selected_options": [OPTION]}),
        ({"type": "multi_users_select"}, [{"value": "U1"}, {"value": "U2"}], {"selected_users": ["U1", "U2"]}),
        ({"type": "users_select"}, [{"value": "U1"}], {"selected_user": "U1"}),
        ({"type": "datepicker"}, [{"value": "2025-11-13"}], {"selected_date": "2025-11-13"}),
        ({"type": "datetimepicker"}, [{"value": "2025-11-13T12:00"}], {"selected_date_time": 1763053200}),
        ({"type": "overflow", "options": [OPTION]}, [{"value": "a"}], {"selected_option": OPTION}),
        ({"type": "number_input"}, [{"value": "1.10"}], {"value": "1.10"}),
        ({"type": "plain_text_input"}, [], {"value": None}),
        ({"type": "button", "value": "kept"}, [], {}),
    ],
)
def test_values_come_back_in_slacks_shape(element: Any, picked: Any, value: Any) -> None:
    assert state.value(element, picked, CTX) == {"type": element["type"], **value}


def said(ts: str, user: str = "U1", **more: Any) -> Message:
    return Message(ts, "C1", user, **more)


def test_neighbours_share_a_face_within_five_minutes_and_days_are_divided() -> None:
    later = [str(float(NOON) + seconds) for seconds in (60, 120, 1000, 86_400)]
    items = [said(NOON), said(later[0]), said(later[1], "U2"), said(later[2], "U2"), said(later[3], "U2")]
    found = [row.words or row.grouped for row in rows(items, CTX, date(2025, 11, 14))]
    assert found == ["Yesterday", False, True, False, False, "Today", False]


def test_a_thread_counts_its_replies_below_the_root() -> None:
    items = [said(NOON), said("1763053201.0", thread_ts=NOON), said("1763053202.0", thread_ts=NOON)]
    assert [row.words or row.ts for row in rows(items, CTX, date(2025, 11, 13), NOON)] == [
        NOON,
        "2 replies",
        "1763053201.0",
        "1763053202.0",
    ]


def test_words_for_moments_and_sizes() -> None:
    when = datetime(2025, 11, 13, 8, 5, tzinfo=UTC)
    assert times.time_of_day(when) == "8:05 AM"
    assert times.day_label(date(2024, 12, 2), date(2025, 1, 9)) == "Monday, December 2nd, 2024"
    assert [times.ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 30)] == [
        "1st",
        "2nd",
        "3rd",
        "4th",
        "11th",
        "12th",
        "13th",
        "21st",
        "30th",
    ]
    assert times.last_reply(when, when.replace(minute=7)) == "2 minutes ago"
    assert times.last_reply(when, when.replace(hour=20)) == "today at 8:05 AM"
    assert [files.size(n) for n in (12, 2048, 3 * 1024 * 1024)] == ["12 B", "2 KB", "3.0 MB"]
    assert clock.shown(when) == "Thu Nov 13, 2025, 8:05 AM"


def test_radio_buttons_of_two_blocks_do_not_exclude_each_other() -> None:
    options = [{"text": plain("New York"), "value": "ny"}, {"text": plain("UTC"), "value": "utc"}]
    element = {"type": "radio_buttons", "action_id": "choice", "options": options}
    both = [{"type": "input", "block_id": name, "label": plain(name), "element": element} for name in ("zone", "payer")]
    drawn = str(render.blocks(both, CTX))
    assert [drawn.count(f'name="{name}/choice"') for name in ("zone", "payer")] == [2, 2]
