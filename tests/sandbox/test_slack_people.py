"""What people can do and may not: posting, mentions, forms, visibility. And what typed text becomes."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.slack import forms, rich_text
from sandbox.slack.records import ActError, Channel, Json, User
from sandbox.slack.workspace import Workspace
from tests.sandbox import slack_kit as kit
from tests.sandbox.slack_kit import ARI, BILLING, GENERAL, LEADS, ODO, PIM, TIBOR, WREN, act, call

PEOPLE = [User(WREN, "wren", "Wren Halloway"), User(ODO, "odo", "Odo Pell"), User(ARI, "ari", "Ari")]
ROOMS = [Channel(BILLING, "billing")]
GROUPS = [{"id": "S01FINAPP", "handle": "finance-approvers"}]


@pytest.fixture
def ws() -> Workspace:
    return kit.workspace()


@pytest.mark.parametrize(
    ("typed", "encoded"),
    [
        ("plain", "plain"),
        ("a & b <c>", "a &amp; b &lt;c&gt;"),
        ("@ari hi", "<@U0ARI> hi"),
        ("@Ari, hi", "<@U0ARI>, hi"),
        ("ask @Wren Halloway and @odo.", "ask <@U01WREN> and <@U02ODO>."),
        ("mail wren@ari.example", "mail wren@ari.example"),
        ("@arithmetic", "@arithmetic"),
        ("see #billing", "see <#C01BILLING|billing>"),
        ("@finance-approvers please", "<!subteam^S01FINAPP> please"),
        ("@here", "<!here>"),
        ("go to https://a.example/x?y=1&z=2.", "go to <https://a.example/x?y=1&amp;z=2>."),
        ("<@U02ODO> & <https://a.example|A>", "<@U02ODO> &amp; <https://a.example|A>"),
    ],
)
def test_typed_text(typed: str, encoded: str) -> None:
    assert rich_text.encode(typed, PEOPLE, ROOMS, GROUPS) == encoded


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8")).filter(lambda typed: "|" not in typed))
def test_nothing_typed_is_lost(typed: str) -> None:
    """With nobody to mention, the rich text holds every character that was typed."""
    parts = rich_text.block(rich_text.encode(typed, []), "b")["elements"][0]["elements"]
    assert "".join(part.get("text", part.get("url", "?")) for part in parts) == typed


FORBIDDEN: dict[str, Any] = {
    "a stranger": lambda ws: ws.say("U0NOBODY", BILLING, "x"),
    "the bot": lambda ws: ws.say(ARI, BILLING, "x"),
    "a channel one is not in": lambda ws: ws.say(TIBOR, LEADS, "x"),
    "a guest elsewhere": lambda ws: ws.say(PIM, BILLING, "x"),
    "nothing": lambda ws: ws.say(WREN, BILLING, "  "),
    "too much": lambda ws: ws.say(WREN, BILLING, "x" * 40_001),
    "a thread that is not": lambda ws: ws.say(WREN, BILLING, "x", thread_ts="1.000001"),
    "a message that is not": lambda ws: ws.react(WREN, BILLING, "1.000001", "eyes"),
    "a form that is not": lambda ws: ws.submit_view(WREN, "V0NONE", {}),
    "inviting twice": lambda ws: ws.invite(WREN, BILLING, ODO),
    "writing to oneself": lambda ws: ws.open_im(WREN, WREN),
    "a command without an app": lambda ws: ws.slash(WREN, BILLING, "/ari", "x"),
}


@pytest.mark.parametrize("attempt", FORBIDDEN.values(), ids=FORBIDDEN)
def test_not_allowed(ws: Workspace, attempt: Any) -> None:
    with pytest.raises(ActError) as told:
        act(attempt(ws))
    assert str(told.value).endswith(".")
    assert kit.waiting(ws) == []


def test_only_ones_own_messages_can_be_changed(ws: Workspace) -> None:
    ts = act(ws.say(WREN, BILLING, "mine")).ts
    with pytest.raises(ActError, match="your own"):
        act(ws.edit(ODO, BILLING, ts, "yours"))
    with pytest.raises(ActError, match="your own"):
        act(ws.delete(ODO, BILLING, ts))


def test_an_absent_bot_is_pointed_out(ws: Workspace) -> None:
    ws.channels[GENERAL].members.remove(ARI)
    act(ws.say(TIBOR, GENERAL, "@ari hello"))
    assert kit.waiting(ws) == []
    assert "/invite @ari" in ws.messages(GENERAL, TIBOR)[-1].text
    assert len(ws.messages(GENERAL, WREN)) == 1
    act(ws.slash(TIBOR, GENERAL, "/invite", "@ari"))
    assert [event["type"] for event in kit.waiting(ws)] == ["member_joined_channel"]
    act(ws.say(TIBOR, GENERAL, "@ari hello"))
    assert [event["type"] for event in kit.waiting(ws)][1:] == ["message", "app_mention"]


def test_a_reply_to_a_reply_joins_the_thread(ws: Workspace) -> None:
    root = act(ws.say(WREN, BILLING, "root"))
    first = act(ws.say(ODO, BILLING, "first", thread_ts=root.ts))
    second = act(ws.say(TIBOR, BILLING, "second", thread_ts=first.ts))
    assert second.thread_ts == root.ts
    assert [m.text for m in ws.replies(BILLING, root.ts, WREN)] == ["root", "first", "second"]
    assert [m.text for m in ws.messages(BILLING, WREN)] == ["root"]


def test_unread_counts(ws: Workspace) -> None:
    root = act(ws.say(WREN, BILLING, "root"))
    act(ws.say(ODO, BILLING, "reply", thread_ts=root.ts))
    counts = {user: ws.unread[user][BILLING] for user in (WREN, ODO, TIBOR)}
    assert counts == {WREN: 1, ODO: 1, TIBOR: 1}, "a reply counts for those in the thread"
    ws.mark_read(ODO, BILLING)
    assert ws.unread[ODO][BILLING] == 0


def test_a_button_for_others_cannot_be_clicked(ws: Workspace) -> None:
    button = {"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "x"}}
    blocks = [{"type": "actions", "elements": [{**button, "visible_to_user_ids": [ODO]}]}]
    ts = call(ws, "chat.postMessage", channel=BILLING, text="x", blocks=blocks)["ts"]
    with pytest.raises(ActError, match="not for you"):
        act(ws.click(WREN, BILLING, ts, {"action_id": "a"}))
    with pytest.raises(ActError, match="not connected"):
        act(ws.click(ODO, BILLING, ts, {"action_id": "a"}))


def test_changes_are_told_to_subscribers(ws: Workspace) -> None:
    seen: list[tuple[str, str | None]] = []
    end = ws.subscribe(lambda change: seen.append((change.kind, change.channel)))
    act(ws.say(WREN, BILLING, "x"))
    end()
    act(ws.say(WREN, BILLING, "y"))
    assert seen == [("message", BILLING)]


def entry(element: Json, **more: Any) -> Json:
    element = {"action_id": "a", **element}
    return {"type": "input", "block_id": "b", "label": {"type": "plain_text", "text": "x"}, "element": element, **more}


TEXT, NUMBER = {"type": "plain_text_input"}, {"type": "number_input"}


@pytest.mark.parametrize(
    ("block", "value", "complaint"),
    [
        (entry(TEXT), "x", ""),
        (entry(TEXT), "", "required"),
        (entry(TEXT, optional=True), "", ""),
        (entry(TEXT | {"min_length": 3}), "ab", "at least 3"),
        (entry(TEXT | {"max_length": 3}), "abcd", "at most 3"),
        (entry(NUMBER), "3.5", "whole number"),
        (entry(NUMBER | {"is_decimal_allowed": True}), "3.5", ""),
        (entry(NUMBER | {"min_value": "10"}), "9", "10 or more"),
        (entry(NUMBER | {"max_value": "10"}), "11", "10 or less"),
        (entry(NUMBER), "ten", "Enter a number"),
        (entry({"type": "email_text_input"}), "odo", "email"),
        (entry({"type": "url_text_input"}), "odo", "URL"),
    ],
)
def test_what_a_form_does_not_take(block: Json, value: str, complaint: str) -> None:
    values = forms.state([block], {"b": {"a": {"value": value}}})
    told = forms.problems([block], values).get("b", "")
    assert complaint in told and bool(told) == bool(complaint)


def test_untouched_inputs_have_their_initial_value() -> None:
    select = {"type": "static_select", "initial_option": {"value": "1"}, "options": [{"value": "1"}]}
    blocks = [entry(select), {**entry(TEXT), "block_id": "c"}]
    assert forms.state(blocks) == {
        "b": {"a": {"type": "static_select", "selected_option": {"value": "1"}}},
        "c": {"a": {"type": "plain_text_input", "value": None}},
    }


def test_a_click_carries_only_what_was_offered() -> None:
    options = [{"text": {"type": "plain_text", "text": "One"}, "value": "1"}]
    blocks = [
        {"type": "actions", "block_id": "b", "elements": [{"type": "overflow", "action_id": "o", "options": options}]}
    ]
    taken = forms.action(blocks, {"action_id": "o", "selected_option": {"value": "1"}}, "1.1")
    assert taken["selected_option"] == options[0] and taken["block_id"] == "b"
    with pytest.raises(ActError):
        forms.action(blocks, {"action_id": "o", "selected_option": {"value": "2"}}, "1.1")
