"""The Web API without a server: which error for which mistake, pages, metadata, threads, who sees what."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sandbox.slack.web_api import hooks
from sandbox.slack.workspace import Workspace
from tests.sandbox import slack_kit as kit
from tests.sandbox.slack_kit import ARI, BILLING, GENERAL, LEADS, ODO, TIBOR, WREN, Served, act, call

TEXT = {"type": "section", "text": {"type": "mrkdwn", "text": "x"}}
MODAL = {"type": "modal", "title": {"type": "plain_text", "text": "x"}, "blocks": [TEXT]}
HOME = {"type": "home", "blocks": [TEXT]}
META = {"event_type": "draft", "event_payload": {"id": "d1"}}


@pytest.fixture
def ws() -> Workspace:
    return kit.workspace()


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with kit.serve(kit.config()) as running:
        yield running


def post(ws: Workspace, **more: Any) -> str:
    """The ts of a new message of the app."""
    answer = call(ws, "chat.postMessage", **({"channel": BILLING, "text": "hello"} | more))
    assert answer["ok"], answer
    return str(answer["ts"])


def said(ws: Workspace, text: str = "hello", **more: Any) -> str:
    """The ts of a new message of Wren's."""
    return str(act(ws.say(WREN, BILLING, text, **more)).ts)


MISTAKES: list[tuple[str, dict[str, Any], str]] = [
    ("chat.nothing", {}, "unknown_method"),
    ("chat.postMessage", {"text": "x"}, "invalid_arguments"),
    ("chat.postMessage", {"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
    ("chat.postMessage", {"channel": BILLING}, "no_text"),
    ("chat.postMessage", {"channel": BILLING, "text": " "}, "no_text"),
    ("chat.postMessage", {"channel": BILLING, "text": "x" * 40_001}, "msg_too_long"),
    ("chat.postMessage", {"channel": BILLING, "markdown_text": "x" * 12_001}, "msg_too_long"),
    ("chat.postMessage", {"channel": BILLING, "text": "x", "markdown_text": "x"}, "markdown_text_conflict"),
    ("chat.postMessage", {"channel": BILLING, "blocks": "{"}, "invalid_blocks_format"),
    ("chat.postMessage", {"channel": BILLING, "blocks": [{"type": "no"}]}, "invalid_blocks"),
    (
        "chat.postMessage",
        {"channel": BILLING, "blocks": [{**TEXT, "text": {"type": "mrkdwn", "text": "x" * 2700}}] * 5},
        "msg_blocks_too_long",
    ),
    ("chat.postMessage", {"channel": BILLING, "text": "x", "metadata": {"event_type": "a"}}, "invalid_metadata_format"),
    ("chat.postMessage", {"channel": BILLING, "text": "x", "thread_ts": "1.000001"}, "thread_not_found"),
    ("chat.postEphemeral", {"channel": BILLING, "text": "x"}, "invalid_arguments"),
    ("chat.postEphemeral", {"channel": LEADS, "user": WREN, "text": "x"}, "user_not_in_channel"),
    ("chat.update", {"channel": BILLING, "ts": "1.000001", "text": "x"}, "message_not_found"),
    ("chat.delete", {"channel": BILLING, "ts": "1.000001"}, "message_not_found"),
    ("chat.getPermalink", {"channel": BILLING, "message_ts": "1.000001"}, "message_not_found"),
    ("chat.scheduleMessage", {"channel": BILLING, "text": "x", "post_at": 1}, "time_in_past"),
    ("chat.scheduleMessage", {"channel": BILLING, "text": "x", "post_at": "soon"}, "invalid_time"),
    ("chat.scheduleMessage", {"channel": BILLING, "text": "x", "post_at": 10**10}, "time_too_far"),
    (
        "chat.deleteScheduledMessage",
        {"channel": BILLING, "scheduled_message_id": "Q1"},
        "invalid_scheduled_message_id",
    ),
    ("chat.startStream", {"channel": BILLING}, "missing_recipient_team_id"),
    ("chat.startStream", {"channel": BILLING, "recipient_team_id": "T01TINWHISTLE"}, "missing_recipient_user_id"),
    (
        "chat.startStream",
        {"channel": BILLING, "recipient_team_id": "T0ELSE", "recipient_user_id": WREN},
        "team_not_found",
    ),
    ("chat.startStream", {"channel": WREN}, "invalid_thread_ts"),
    ("chat.appendStream", {"channel": BILLING, "ts": "1.000001", "markdown_text": "x"}, "message_not_found"),
    ("conversations.info", {"channel": "C0NOWHERE"}, "channel_not_found"),
    ("conversations.history", {"channel": BILLING, "limit": 1001}, "invalid_limit"),
    ("conversations.history", {"channel": BILLING, "cursor": "?"}, "invalid_cursor"),
    ("conversations.history", {"channel": BILLING, "oldest": "yesterday"}, "invalid_ts_oldest"),
    ("conversations.replies", {"channel": BILLING, "ts": "1.000001"}, "thread_not_found"),
    ("conversations.list", {"types": "secret"}, "invalid_types"),
    ("conversations.open", {}, "users_list_not_supplied"),
    ("conversations.open", {"users": "U0NOBODY"}, "user_not_found"),
    ("conversations.open", {"users": f"{WREN},{ODO}"}, "too_many_users"),
    ("users.info", {"user": "U0NOBODY"}, "user_not_found"),
    ("users.lookupByEmail", {"email": "nobody@tinwhistle.example"}, "users_not_found"),
    ("usergroups.users.list", {"usergroup": "S0NONE"}, "no_such_subteam"),
    ("reactions.add", {"channel": BILLING, "timestamp": "1.000001", "name": "eyes"}, "message_not_found"),
    ("reactions.add", {"channel": BILLING, "timestamp": "1.000001", "name": ":eyes:"}, "invalid_name"),
    ("files.info", {"file": "F0NONE"}, "file_not_found"),
    ("files.getUploadURLExternal", {"filename": "a.pdf", "length": 0}, "invalid_arguments"),
    ("files.completeUploadExternal", {"files": [{"id": "F0NONE"}]}, "file_not_found"),
    ("views.open", {"trigger_id": "1.2.3", "view": MODAL}, "invalid_trigger_id"),
    ("views.open", {"trigger_id": "1.2.3", "view": HOME}, "invalid_arguments"),
    ("views.open", {"trigger_id": "1.2.3"}, "invalid_arguments"),
    ("views.update", {"view_id": "V0NONE", "view": MODAL}, "not_found"),
    ("views.publish", {"user_id": "U0NOBODY", "view": HOME}, "invalid_arguments"),
    ("views.publish", {"user_id": WREN, "view": MODAL}, "invalid_arguments"),
    ("blocks.validate", {}, "invalid_arguments"),
    ("blocks.validate", {"blocks": [{"type": "no"}]}, "invalid_blocks"),
    ("assistant.threads.setStatus", {"channel_id": BILLING, "thread_ts": "1.1", "status": "x"}, "invalid_thread_ts"),
    ("assistant.threads.setSuggestedPrompts", {"channel_id": BILLING, "prompts": [{}]}, "invalid_arguments"),
    (
        "assistant.threads.setSuggestedPrompts",
        {"channel_id": BILLING, "prompts": [{"title": "a", "message": "b"}] * 5},
        "too_many_prompts",
    ),
]


@pytest.mark.parametrize(("method", "args", "error"), MISTAKES, ids=[f"{m} {e}" for m, _, e in MISTAKES])
def test_mistakes(ws: Workspace, method: str, args: dict[str, Any], error: str) -> None:
    answer = call(ws, method, **args)
    assert (answer["ok"], answer["error"]) == (False, error)
    assert ws.timeline.of(BILLING) == []


@pytest.mark.parametrize(
    ("method", "token", "error"),
    [
        ("auth.test", "", "not_authed"),
        ("auth.test", "xoxb-other", "invalid_auth"),
        ("auth.test", kit.APP_TOKEN, "not_allowed_token_type"),
        ("apps.connections.open", kit.BOT, "not_allowed_token_type"),
        ("apps.connections.open", "xapp-other", "invalid_auth"),
    ],
)
def test_tokens(ws: Workspace, method: str, token: str, error: str) -> None:
    assert call(ws, method, token)["error"] == error


def test_invalid_blocks_point_to_the_place(ws: Workspace) -> None:
    answer = call(ws, "chat.postMessage", channel=BILLING, blocks=[TEXT, {"type": "no"}])
    assert answer["response_metadata"]["messages"] == ["[ERROR] unsupported type: no [json-pointer:/blocks/1]"]


def test_others_messages_are_theirs(ws: Workspace) -> None:
    ts = said(ws)
    assert call(ws, "chat.update", channel=BILLING, ts=ts, text="x")["error"] == "cant_update_message"
    assert call(ws, "chat.delete", channel=BILLING, ts=ts)["error"] == "cant_delete_message"


def test_the_app_reads_where_it_is(ws: Workspace) -> None:
    ws.channels[GENERAL].members.remove(ARI)
    ws.channels[LEADS].members.remove(ARI)
    assert call(ws, "conversations.history", channel=GENERAL)["error"] == "not_in_channel"
    assert call(ws, "conversations.info", channel=GENERAL)["channel"]["is_member"] is False
    assert call(ws, "conversations.info", channel=LEADS)["error"] == "channel_not_found"
    assert call(ws, "chat.postMessage", channel=GENERAL, text="x")["error"] == "not_in_channel"
    act(ws.say(ODO, LEADS, "nobody hears this"))
    assert kit.waiting(ws) == []


@pytest.mark.parametrize("channel", [BILLING, "#billing", "billing", WREN])
def test_where_to_post(ws: Workspace, channel: str) -> None:
    answer = call(ws, "chat.postMessage", channel=channel, text="x")
    assert answer["channel"] == (
        BILLING if channel != WREN else call(ws, "conversations.open", users=WREN)["channel"]["id"]
    )


UPDATES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"text": "new"}, {"text": "new", "blocks": 0, "metadata": META}),
    ({"blocks": [TEXT, TEXT], "text": "new"}, {"text": "new", "blocks": 2, "metadata": META}),
    ({"metadata": {"event_type": "b", "event_payload": {}}}, {"text": "old", "blocks": 1}),
    ({"text": "new", "metadata": {}}, {"text": "new", "blocks": 0, "metadata": None}),
]


@pytest.mark.parametrize(("given", "then"), UPDATES, ids=["text", "blocks", "metadata", "no metadata"])
def test_what_an_update_keeps(ws: Workspace, given: dict[str, Any], then: dict[str, Any]) -> None:
    ts = post(ws, text="old", blocks=[TEXT], metadata=META)
    assert call(ws, "chat.update", channel=BILLING, ts=ts, **given)["ok"]
    now = ws.timeline.find(BILLING, ts)
    assert now is not None
    assert (now.text, len(now.blocks)) == (then["text"], then["blocks"])
    if "metadata" in then:
        assert now.metadata == then["metadata"]


def test_an_update_needs_something_to_change(ws: Workspace) -> None:
    assert call(ws, "chat.update", channel=BILLING, ts=post(ws))["error"] == "no_text"


def test_metadata_comes_back_when_asked_for(ws: Workspace) -> None:
    post(ws, metadata=META)
    without = call(ws, "conversations.history", channel=BILLING)["messages"][0]
    with_it = call(ws, "conversations.history", channel=BILLING, include_all_metadata="true")["messages"][0]
    assert "metadata" not in without and with_it["metadata"] == META


def test_threads(ws: Workspace) -> None:
    root = said(ws)
    first = post(ws, thread_ts=root, text="one")
    loud = post(ws, thread_ts=first, text="two", reply_broadcast=True)
    thread = call(ws, "conversations.replies", channel=BILLING, ts=root)["messages"]
    assert [m["ts"] for m in thread] == [root, first, loud]
    assert thread[0]["reply_count"] == 2 and thread[0]["latest_reply"] == loud
    assert thread[1]["parent_user_id"] == WREN
    history = call(ws, "conversations.history", channel=BILLING)["messages"]
    assert [m["ts"] for m in history] == [loud, root], "a reply shows in the channel only when it was broadcast"


def test_a_deleted_root_leaves_a_stone(ws: Workspace) -> None:
    root = post(ws)
    post(ws, thread_ts=root, text="reply")
    assert call(ws, "chat.delete", channel=BILLING, ts=root)["ok"]
    assert call(ws, "conversations.replies", channel=BILLING, ts=root)["messages"][0]["subtype"] == "tombstone"
    alone = post(ws)
    call(ws, "chat.delete", channel=BILLING, ts=alone)
    assert ws.timeline.find(BILLING, alone) is None


def pages(ws: Workspace, method: str, key: str, **args: Any) -> list[Any]:
    """Everything, two at a time."""
    items, cursor = [], ""
    while True:
        answer = call(ws, method, limit=2, cursor=cursor, **args)
        assert len(answer[key]) <= 2
        items += answer[key]
        cursor = answer["response_metadata"]["next_cursor"]
        if not cursor:
            return items


def test_pages_hold_everything_once(ws: Workspace) -> None:
    stamps = [post(ws, text=str(n)) for n in range(5)]
    assert [m["ts"] for m in pages(ws, "conversations.history", "messages", channel=BILLING)] == stamps[::-1]
    assert len(pages(ws, "users.list", "members")) == len(ws.users)
    assert pages(ws, "conversations.members", "members", channel=BILLING) == ws.channels[BILLING].members
    listed = pages(ws, "conversations.list", "channels", types="public_channel,private_channel")
    assert [room["id"] for room in listed] == [room.id for room in ws.named_channels()]


def test_history_between_two_moments(ws: Workspace) -> None:
    a, b, c = (post(ws, text=text) for text in "abc")

    def texts(**between: Any) -> str:
        messages = call(ws, "conversations.history", channel=BILLING, **between)["messages"]
        return "".join(m["text"] for m in messages)[::-1]

    assert texts(oldest=a) == "bc" and texts(latest=c) == "ab" and texts(oldest=a, latest=c) == "b"
    assert texts(oldest=a, latest=b, inclusive=True) == "ab"
    assert texts(oldest="0") == "abc"


def test_an_ephemeral_message_is_for_one(ws: Workspace) -> None:
    answer = call(ws, "chat.postEphemeral", channel=BILLING, user=ODO, text="psst")
    ts = answer["message_ts"]
    assert [m.text for m in ws.messages(BILLING, ODO)] == ["psst"]
    assert ws.messages(BILLING, WREN) == []
    assert call(ws, "conversations.history", channel=BILLING)["messages"] == []
    assert call(ws, "chat.update", channel=BILLING, ts=ts, text="x")["error"] == "message_not_found"
    assert kit.waiting(ws) == [], "Slack sends no event for it"


def test_reactions(ws: Workspace) -> None:
    asked = {"channel": BILLING, "timestamp": said(ws), "name": "eyes"}
    assert call(ws, "reactions.remove", **asked)["error"] == "no_reaction"
    assert call(ws, "reactions.add", **asked)["ok"]
    assert call(ws, "reactions.add", **asked)["error"] == "already_reacted"
    assert call(ws, "conversations.history", channel=BILLING)["messages"][0]["reactions"][0]["count"] == 1
    assert call(ws, "reactions.remove", **asked)["ok"]


def test_a_trigger_works_once_and_for_three_seconds(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    trigger = ws.tickets.trigger(WREN)
    opened = call(ws, "views.open", trigger_id=trigger, view=MODAL)
    assert opened["ok"] and opened["view"]["root_view_id"] == opened["view"]["id"]
    assert call(ws, "views.open", trigger_id=trigger, view=MODAL)["error"] == "exchanged_trigger_id"
    late = ws.tickets.trigger(WREN)
    monkeypatch.setattr("sandbox.slack.tickets.TRIGGER_SECONDS", -1.0)
    assert call(ws, "views.open", trigger_id=late, view=MODAL)["error"] == "expired_trigger_id"


def test_a_stack_of_three(ws: Workspace) -> None:
    def push() -> dict[str, Any]:
        return call(ws, "views.push", trigger_id=ws.tickets.trigger(WREN), view=MODAL)

    assert push()["error"] == "not_found"
    root = call(ws, "views.open", trigger_id=ws.tickets.trigger(WREN), view=MODAL)["view"]
    second = push()["view"]
    assert (second["root_view_id"], second["previous_view_id"]) == (root["id"], root["id"])
    assert push()["ok"]
    assert push()["error"] == "push_limit_reached"


def test_views_are_updated_by_hash(ws: Workspace) -> None:
    view = call(ws, "views.open", trigger_id=ws.tickets.trigger(WREN), view={**MODAL, "external_id": "e"})["view"]
    newer = call(ws, "views.update", external_id="e", view=MODAL, hash=view["hash"])
    assert newer["ok"] and newer["view"]["id"] == view["id"]
    assert call(ws, "views.update", view_id=view["id"], view=MODAL, hash=view["hash"])["error"] == "hash_conflict"
    again = call(ws, "views.open", trigger_id=ws.tickets.trigger(ODO), view={**MODAL, "external_id": "e"})
    assert again["error"] == "duplicate_external_id"


def test_a_home_tab_keeps_its_id(ws: Workspace) -> None:
    first = call(ws, "views.publish", user_id=WREN, view=HOME)["view"]
    second = call(ws, "views.publish", user_id=WREN, view=HOME, hash=first["hash"])["view"]
    assert first["id"] == second["id"] and first["hash"] != second["hash"]
    assert call(ws, "views.publish", user_id=WREN, view=HOME, hash=first["hash"])["error"] == "hash_conflict"


def start(ws: Workspace, **more: Any) -> dict[str, Any]:
    recipient = {"recipient_team_id": "T01TINWHISTLE", "recipient_user_id": WREN}
    return call(ws, "chat.startStream", channel=BILLING, **{**recipient, **more})


def test_the_life_of_a_stream(ws: Workspace) -> None:
    ts = start(ws, thread_ts=said(ws))["ts"]
    here = {"channel": BILLING, "ts": ts}
    assert call(ws, "chat.update", **here, text="x")["error"] == "streaming_state_conflict"
    assert call(ws, "chat.appendStream", **here)["error"] == "no_text"
    assert call(ws, "chat.appendStream", **here, markdown_text="x" * 12_001)["error"] == "msg_too_long"
    bad = [{"type": "task_update", "id": "1", "status": "done"}]
    assert call(ws, "chat.appendStream", **here, chunks=bad)["error"] == "invalid_chunks"
    assert call(ws, "chat.appendStream", **here, markdown_text="one ")["ok"]
    done = call(ws, "chat.stopStream", **here, markdown_text="two", blocks=[TEXT])
    assert done["message"]["text"] == "one two" and len(done["message"]["blocks"]) == 2
    assert call(ws, "chat.appendStream", **here, markdown_text="x")["error"] == "message_not_in_streaming_state"
    assert call(ws, "chat.stopStream", **here)["error"] == "message_not_in_streaming_state"
    assert call(ws, "chat.update", **here, text="x")["ok"]


def test_a_status_goes_with_the_answer(ws: Workspace) -> None:
    ts = said(ws)
    call(ws, "assistant.threads.setStatus", channel_id=BILLING, thread_ts=ts, status="is counting")
    assert ws.statuses == {(BILLING, ts): "is counting"}
    post(ws, thread_ts=ts)
    assert ws.statuses == {}


def test_sessions_and_prompts(ws: Workspace) -> None:
    ts = said(ws)
    asked = {"channel_id": BILLING, "thread_ts": ts}
    assert call(ws, "agents.sessions.setStatus", **asked, status="processing", title="November")["ok"]
    assert (ws.sessions[BILLING, ts], ws.titles[BILLING, ts]) == ("processing", "November")
    assert call(ws, "agents.sessions.setStatus", **asked, status="busy")["error"] == "invalid_arguments"
    prompts = [{"title": "Who is over?", "message": "who is over this month?"}]
    assert call(ws, "assistant.threads.setSuggestedPrompts", channel_id=BILLING, prompts=prompts)["ok"]
    assert ws.prompts(BILLING) == prompts


def test_an_upload_needs_its_bytes(ws: Workspace) -> None:
    file = call(ws, "files.getUploadURLExternal", filename="proof.csv", length=3)["file_id"]
    share: dict[str, Any] = {"files": [{"id": file, "title": "Proof"}], "channel_id": BILLING}
    assert call(ws, "files.completeUploadExternal", **share)["error"] == "file_not_found"
    ws.blobs[file] = b"a,b"
    assert call(ws, "files.completeUploadExternal", **share)["files"][0]["title"] == "Proof"
    assert ws.messages(BILLING, WREN)[0].files[0]["channels"] == [BILLING]
    assert call(ws, "files.info", file=file)["file"]["pretty_type"] == "CSV"


def test_a_file_shared_elsewhere_is_unknown_to_the_app(ws: Workspace) -> None:
    room = act(ws.open_im(WREN, ODO))
    file = act(ws.say(WREN, room.id, "look", files=[("a.pdf", b"%PDF", "")])).files[0]
    assert call(ws, "files.info", file=file["id"])["error"] == "file_not_found"


def test_who_is_here(ws: Workspace) -> None:
    assert call(ws, "users.info", user=WREN)["user"]["profile"]["email"] == "wren@tinwhistle.example"
    assert call(ws, "users.lookupByEmail", email="ODO@tinwhistle.example")["user"]["id"] == ODO
    assert call(ws, "users.info", user="U05PIM")["user"]["is_ultra_restricted"] is True
    assert call(ws, "users.info", user="USLACKBOT")["user"]["is_bot"] is False, "so says Slack"
    assert call(ws, "usergroups.users.list", usergroup="S01FINAPP")["users"] == [ODO, "U03MARIBEL"]
    assert "users" not in call(ws, "usergroups.list")["usergroups"][0]


HOOK_ANSWERS: list[tuple[dict[str, Any], Callable[[Workspace, str], bool]]] = [
    ({"text": "psst"}, lambda ws, ts: [m.ephemeral_for for m in ws.messages(BILLING, ODO)] == [None, ODO]),
    ({"text": "all", "response_type": "in_channel"}, lambda ws, ts: len(ws.messages(BILLING, TIBOR)) == 2),
    ({"text": "new", "replace_original": True}, lambda ws, ts: [m.text for m in ws.messages(BILLING, ODO)] == ["new"]),
    ({"delete_original": True}, lambda ws, ts: ws.messages(BILLING, ODO) == []),
]


@pytest.mark.parametrize(("given", "holds"), HOOK_ANSWERS, ids=["ephemeral", "in_channel", "replace", "delete"])
def test_response_urls(ws: Workspace, given: dict[str, Any], holds: Callable[[Workspace, str], bool]) -> None:
    ts = post(ws, text="old")
    token = ws.callbacks.response_url(BILLING, ODO, ts).rpartition("/")[2]
    hooks.respond(ws, token, given)
    assert holds(ws, ts)


def test_a_response_url_works_five_times(served: Served) -> None:
    url = served.ws.callbacks.response_url(BILLING, ODO)
    assert served.http.post(url, json={}).text == "no_text"
    answers = [served.http.post(url, json={"text": "x"}) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200] * 4 + [404]
    assert answers[-1].text == "used_url"


def test_arguments_may_come_in_any_way(served: Served) -> None:
    auth = {"Authorization": f"Bearer {kit.BOT}"}
    answers = {
        "form": served.http.post("/api/users.info", data={"user": WREN}, headers=auth),
        "json": served.http.post("/api/users.info", json={"user": WREN}, headers=auth),
        "query": served.http.get("/api/users.info", params={"user": WREN}, headers=auth),
        "token in the body": served.http.post("/api/users.info", data={"user": WREN, "token": kit.BOT}),
    }
    assert {way: answer.json()["user"]["name"] for way, answer in answers.items()} == dict.fromkeys(answers, "wren")
    broken = served.http.post("/api/auth.test", content="{", headers={"content-type": "application/json"})
    assert (broken.status_code, broken.json()["error"]) == (200, "invalid_json")


def test_a_fault_hits_the_next_call(served: Served) -> None:
    served.act("fault", method="auth.test", http_status=429, error="ratelimited", retry_after=7)
    headers = {"Authorization": f"Bearer {kit.BOT}"}
    hit = served.http.post("/api/auth.test", headers=headers)
    assert (hit.status_code, hit.headers["Retry-After"], hit.json()["error"]) == (429, "7", "ratelimited")
    assert served.http.post("/api/auth.test", headers=headers).json()["ok"]


def test_a_permalink_leads_to_the_page(served: Served) -> None:
    root = served.client.chat_postMessage(channel=BILLING, text="root")["ts"]
    alone = served.client.chat_getPermalink(channel=BILLING, message_ts=root)["permalink"]
    assert served.http.get(alone).headers["location"] == f"/?at={BILLING}"
    reply = served.client.chat_postMessage(channel=BILLING, text="reply", thread_ts=root)["ts"]
    link = served.client.chat_getPermalink(channel=BILLING, message_ts=reply)["permalink"]
    assert link.endswith(f"/archives/{BILLING}/p{reply.replace('.', '')}?thread_ts={root}&cid={BILLING}")
    assert served.http.get(link).headers["location"] == f"/?at={BILLING}&thread={root}"


def test_only_this_machine_is_served(served: Served) -> None:
    assert served.http.get("/_state/calls", headers={"Host": "workspace.example"}).status_code == 400
