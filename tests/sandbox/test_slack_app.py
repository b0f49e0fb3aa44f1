"""A real Bolt app against the served workspace, in Socket Mode and over HTTP: what Ari will do, in small."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from slack_bolt import Ack, App, Respond, Say
from slack_sdk import WebClient
from slack_sdk.models.messages.chunk import TaskUpdateChunk

from tests.sandbox import slack_kit as kit
from tests.sandbox.slack_kit import ARI, BILLING, ODO, WREN, Served, until

PDF = b"%PDF-1.7 a contract"
INPUT = {
    "type": "input",
    "block_id": "reason",
    "label": {"type": "plain_text", "text": "Why?"},
    "element": {"type": "plain_text_input", "action_id": "text"},
}
MODAL = {
    "type": "modal",
    "callback_id": "reject",
    "title": {"type": "plain_text", "text": "Reject"},
    "submit": {"type": "plain_text", "text": "Reject"},
    "private_metadata": "draft-7",
    "notify_on_close": True,
    "blocks": [INPUT],
}


def button(action_id: str, value: str = "7") -> dict[str, Any]:
    text = {"type": "plain_text", "text": action_id.title()}
    return {"type": "button", "action_id": action_id, "text": text, "value": value}


def card(*actions: str) -> list[dict[str, Any]]:
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "*Draft*"}}
    return [section, {"type": "actions", "block_id": "do", "elements": [button(action) for action in actions]}]


class Echo:
    """An app that does a little of everything. `seen` holds (what, payload)."""

    def __init__(self, app: App) -> None:
        self.seen: list[tuple[str, Any]] = []
        self.lock = threading.Lock()
        self.awake = threading.Event()
        app.event("message")(self.message)
        app.event("app_mention")(self.mention)
        app.event("file_shared")(self.file_shared)
        app.event("app_home_opened")(self.home)
        app.event("reaction_added")(lambda event: self.note("reaction_added", event))
        app.event("agent_session_stopped")(lambda event: self.note("agent_session_stopped", event))
        app.action("approve")(self.approve)
        app.action("whisper")(self.whisper)
        app.action("ask")(self.ask)
        app.action("page")(lambda ack, body: self.take(ack, "page", body))
        app.action("silent")(self.silent)
        app.view("reject")(self.reject)
        app.view_closed("reject")(lambda ack, body: self.take(ack, "view_closed", body))
        app.command("/ari")(self.command)
        app.options("customer")(self.customers)
        app.shortcut("explain")(lambda ack, shortcut: self.take(ack, "shortcut", shortcut))

    def note(self, what: str, payload: Any) -> None:
        with self.lock:
            self.seen.append((what, payload))

    def take(self, ack: Ack, what: str, payload: Any) -> None:
        ack()
        self.note(what, payload)

    def got(self, what: str, holding: str) -> list[Any]:
        """Payloads of that kind that mention `holding` anywhere."""
        with self.lock:
            return [payload for kind, payload in self.seen if kind == what and holding in str(payload)]

    def message(self, event: dict[str, Any], say: Say) -> None:
        self.note("message", event)
        if str(event.get("text", "")).startswith("ping"):
            say(text="pong", thread_ts=event["ts"])

    def mention(self, event: dict[str, Any], client: WebClient, context: dict[str, Any]) -> None:
        self.note("app_mention", event)
        if "stream" in event["text"]:
            stream = client.chat_stream(
                channel=event["channel"],
                thread_ts=event["ts"],
                recipient_team_id=context["team_id"],
                recipient_user_id=event["user"],
                task_display_mode="plan",
            )
            stream.append(chunks=[TaskUpdateChunk(id="read", title="Read", status="in_progress")])
            stream.append(markdown_text="**2,422.50**")
            stream.append(chunks=[TaskUpdateChunk(id="read", title="Read", status="complete")])
            if "never stop" not in event["text"]:
                stream.stop(blocks=card("approve"), metadata={"event_type": "answer", "event_payload": {"n": 1}})

    def file_shared(self, event: dict[str, Any], client: WebClient) -> None:
        self.note("file_shared", client.files_info(file=event["file_id"])["file"])

    def home(self, event: dict[str, Any], client: WebClient) -> None:
        self.note("app_home_opened", event)
        if event["tab"] == "home":
            client.views_publish(user_id=event["user"], view={"type": "home", "blocks": card("page")})

    def approve(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        ack()
        self.note("approve", body)
        where = {"channel": body["channel"]["id"], "ts": body["message"]["ts"]}
        client.chat_update(**where, text=f"Approved by <@{body['user']['id']}>", blocks=card()[:1])

    def whisper(self, ack: Ack, respond: Respond) -> None:
        ack()
        respond(text="only you see this", replace_original=False)

    def ask(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=MODAL)

    def silent(self, ack: Ack) -> None:
        self.awake.wait(5)
        ack()

    def reject(self, ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        self.note("view_submission", body)
        reason = view["state"]["values"]["reason"]["text"]["value"]
        if len(reason) < 10:
            ack(response_action="errors", errors={"reason": "Say a little more."})
        else:
            ack()

    def command(self, ack: Ack, command: dict[str, Any], respond: Respond) -> None:
        self.note("command", command)
        ack(f"heard {command['text']}")
        respond(text="for everybody", response_type="in_channel")

    def customers(self, ack: Ack, payload: dict[str, Any]) -> None:
        found = {"text": {"type": "plain_text", "text": payload["value"].title()}, "value": "c1"}
        ack(options=[found])


@pytest.fixture(scope="module", params=["socket", "http"])
def world(request: pytest.FixtureRequest) -> Iterator[tuple[Served, Echo]]:
    port = kit.free_port()
    url = f"http://127.0.0.1:{port}/slack/events" if request.param == "http" else None
    with kit.serve(kit.config(request_url=url, ack_timeout=1.5)) as served:
        app = kit.bolt(served.url)
        echo = Echo(app)
        with kit.http_mode(app, port) if url else kit.socket_mode(app):
            until(lambda: served.state("connected")["connected"], "the app")
            yield served, echo


def say(served: Served, text: str, **more: Any) -> dict[str, Any]:
    said: dict[str, Any] = served.act("say", user="wren", channel="#billing", text=text, **more)
    return said


def test_a_message_is_answered_in_its_thread(world: tuple[Served, Echo]) -> None:
    served, echo = world
    said = say(served, "ping 1 & <2>")
    assert served.wait_reply(said)["text"] == "pong"
    event = until(lambda: echo.got("message", "ping 1"), "the event")[0]
    assert event["text"] == "ping 1 &amp; &lt;2&gt;"
    assert event["channel_type"] == "channel"
    assert event["blocks"][0]["elements"][0]["elements"] == [{"type": "text", "text": "ping 1 & <2>"}]
    assert not echo.got("message", "pong"), "Bolt drops the app's own messages by their bot_id"
    own = until(lambda: [sent for sent in served.events("message") if "pong" in str(sent)], "the echo")[0]
    assert own["payload"]["event"]["bot_id"] == "B0ARI"


def test_a_direct_message_is_an_im_and_no_mention(world: tuple[Served, Echo]) -> None:
    served, echo = world
    room = served.act("open_messages_tab", user="odo")
    served.act("say", user="odo", channel=room["id"], text="ping @ari privately")
    event = until(lambda: echo.got("message", "privately"), "the event")[0]
    assert event["channel_type"] == "im"
    assert until(lambda: echo.got("app_home_opened", room["id"]), "the tab")[0]["tab"] == "messages"
    assert not echo.got("app_mention", "privately")


def test_an_upload_with_a_mention_makes_three_events(world: tuple[Served, Echo]) -> None:
    served, echo = world
    said = say(served, "@Ari please read order.pdf", files=[kit.upload("order.pdf", PDF)])
    file_id = said["files"][0]["id"]
    event = until(lambda: echo.got("message", file_id), "message")[0]
    shared = until(lambda: echo.got("file_shared", file_id), "file_shared")[0]
    mention = until(lambda: echo.got("app_mention", file_id), "app_mention")[0]
    assert (event["subtype"], mention["files"][0]["id"], shared["mimetype"]) == (
        "file_share",
        file_id,
        "application/pdf",
    )
    link = event["files"][0]["url_private_download"]
    assert served.http.get(link, headers={"Authorization": f"Bearer {kit.BOT}"}).content == PDF
    page = served.http.get(link)
    assert page.status_code == 200 and page.headers["content-type"].startswith("text/html"), "Slack's sign-in page"


def test_a_button_updates_its_card(world: tuple[Served, Echo]) -> None:
    served, echo = world
    meta = {"event_type": "draft", "event_payload": {"draft_id": "d7"}}
    posted = served.client.chat_postMessage(channel=BILLING, text="Draft", blocks=card("approve"), metadata=meta)
    served.act("click", user="odo", channel="billing", ts=posted["ts"], action={"action_id": "approve"})
    body = until(lambda: echo.got("approve", posted["ts"]), "the click")[0]
    assert body["actions"][0]["value"] == "7" and body["actions"][0]["block_id"] == "do"
    assert body["user"]["id"] == ODO and body["message"]["metadata"] == meta
    assert body["container"] == {
        "type": "message",
        "message_ts": posted["ts"],
        "channel_id": BILLING,
        "is_ephemeral": False,
    }
    now = until(lambda: [m for m in served.state("messages/billing") if "Approved" in m["text"]], "the update")[0]
    assert now["ts"] == posted["ts"] and len(now["blocks"]) == 1
    gone = served.act("click", 409, user="odo", channel="billing", ts=posted["ts"], action={"action_id": "approve"})
    assert "no longer there" in gone["detail"]


def test_an_ephemeral_answer_is_seen_by_one(world: tuple[Served, Echo]) -> None:
    served, _ = world
    posted = served.client.chat_postMessage(channel=BILLING, text="Draft", blocks=card("whisper"))
    served.act("click", user="odo", channel="billing", ts=posted["ts"], action={"action_id": "whisper"})

    def seen_by(name: str) -> list[str]:
        return [m["text"] for m in served.state(f"messages/billing?viewer={name}") if m["ts"] > posted["ts"]]

    assert until(lambda: seen_by("odo"), "the answer") == ["only you see this"]
    assert seen_by("wren") == []
    history = served.client.conversations_history(channel=BILLING, oldest=posted["ts"])
    assert history["messages"] == []


def test_a_modal_reports_errors_then_accepts(world: tuple[Served, Echo]) -> None:
    served, echo = world
    posted = served.client.chat_postMessage(channel=BILLING, text="Draft", blocks=card("ask"))
    served.act("click", user="wren", channel="billing", ts=posted["ts"], action={"action_id": "ask"})
    view = until(lambda: served.state("views/wren"), "the modal")[0]

    def submit(reason: str) -> Any:
        return served.act(
            "submit_view", user="wren", view_id=view["id"], values={"reason": {"text": {"value": reason}}}
        )

    assert submit("") == {"errors": {"reason": "Please complete this required field."}}
    assert submit("no") == {"errors": {"reason": "Say a little more."}}
    assert served.state("views/wren") != []
    assert submit("the minutes are wrong") == {}
    assert served.state("views/wren") == []
    body = echo.got("view_submission", "the minutes are wrong")[0]
    assert body["view"]["private_metadata"] == "draft-7" and body["user"]["id"] == WREN


def test_closing_a_modal_is_told_when_asked_for(world: tuple[Served, Echo]) -> None:
    served, echo = world
    posted = served.client.chat_postMessage(channel=BILLING, text="Draft", blocks=card("ask"))
    served.act("click", user="odo", channel="billing", ts=posted["ts"], action={"action_id": "ask"})
    view = until(lambda: served.state("views/odo"), "the modal")[0]
    served.act("close_view", user="odo", view_id=view["id"], everything=True)
    assert until(lambda: echo.got("view_closed", view["id"]), "view_closed")[0]["is_cleared"] is True
    assert served.state("views/odo") == []


def test_the_home_tab_is_published_and_its_buttons_work(world: tuple[Served, Echo]) -> None:
    served, echo = world
    served.act("open_home", user="tibor")
    home = until(lambda: served.state("home/tibor"), "the home tab")
    served.act("click_view", user="tibor", view_id=home["id"], action={"action_id": "page"})
    body = until(lambda: echo.got("page", home["id"]), "the click")[0]
    assert body["container"] == {"type": "view", "view_id": home["id"]} and body["view"]["type"] == "home"


def test_a_stream_grows_and_ends_with_blocks(world: tuple[Served, Echo]) -> None:
    served, _ = world
    said = say(served, "@ari stream the answer")
    done = until(
        lambda: [m for m in served.thread(BILLING, said["ts"]) if m["stream"]["state"] == "complete"], "the stream"
    )[0]
    assert done["text"] == "**2,422.50**"
    assert [block["type"] for block in done["blocks"]] == ["markdown", "section", "actions"]
    assert done["stream"]["tasks"]["read"]["status"] == "complete" and done["stream"]["display"] == "plan"
    with_metadata = served.client.conversations_replies(channel=BILLING, ts=said["ts"], include_all_metadata=True)
    assert with_metadata["messages"][1]["metadata"]["event_payload"] == {"n": 1}


def test_stop_ends_a_stream_and_tells_the_app(world: tuple[Served, Echo]) -> None:
    served, echo = world
    said = say(served, "@ari stream and never stop")
    ts = until(lambda: served.thread(BILLING, said["ts"]), "the stream")[0]["ts"]
    served.act("stop_stream", user="wren", channel="billing", ts=ts)
    event = until(lambda: echo.got("agent_session_stopped", ts), "the event")[0]
    assert event["streaming_message_ts"] == [ts] and event["thread_ts"] == said["ts"]
    served.act("stop_stream", 409, user="wren", channel="billing", ts=ts)


def test_a_slash_command_answers_at_once_and_later(world: tuple[Served, Echo]) -> None:
    served, echo = world
    served.act("slash", user="odo", channel="billing", command="/ari", text="status please")

    def heard() -> list[str]:
        return [m["text"] for m in served.state("messages/billing?viewer=odo")]

    until(lambda: "heard status please" in heard() and "for everybody" in heard(), "both answers")
    assert "heard status please" not in [m["text"] for m in served.state("messages/billing?viewer=wren")]
    command = echo.got("command", "status please")[0]
    assert command["channel_name"] == "billing" and command["user_name"] == "odo"
    in_thread = served.act("slash", 409, user="odo", channel="billing", command="/ari", text="", thread_ts="1.1")
    assert "threads" in in_thread["detail"]


def test_an_external_select_asks_the_app(world: tuple[Served, Echo]) -> None:
    served, _ = world
    select = {"type": "external_select", "action_id": "customer", "min_query_length": 2}
    posted = served.client.chat_postMessage(
        channel=BILLING, text="Whose?", blocks=[{"type": "actions", "block_id": "who", "elements": [select]}]
    )
    place = [BILLING, posted["ts"]]
    asked = {"user": "wren", "place": place, "action": {"action_id": "customer"}}
    assert served.act("options", **asked, query="acorn")[0]["text"]["text"] == "Acorn"
    assert served.act("options", **asked, query="a") == []


def test_a_message_shortcut_carries_the_message(world: tuple[Served, Echo]) -> None:
    served, echo = world
    said = say(served, "what is this?")
    served.act("shortcut", user="wren", callback_id="explain", channel="billing", ts=said["ts"])
    body = until(lambda: echo.got("shortcut", "what is this?"), "the shortcut")[0]
    assert body["type"] == "message_action" and body["message_ts"] == said["ts"]


def test_a_reaction_is_an_event_and_can_be_taken_back(world: tuple[Served, Echo]) -> None:
    served, echo = world
    said = say(served, "react to me")
    served.act("react", user="odo", channel="billing", ts=said["ts"], name=":eyes:")
    event = until(lambda: echo.got("reaction_added", said["ts"]), "the event")[0]
    assert (event["reaction"], event["user"], event["item_user"]) == ("eyes", ODO, WREN)
    served.act("react", user="odo", channel="billing", ts=said["ts"], name="eyes")
    until(lambda: "reaction_removed" in [sent["what"] for sent in served.state("deliveries")], "taking it back")


def test_edits_and_deletions_are_events(world: tuple[Served, Echo]) -> None:
    served, echo = world
    said = say(served, "first wording")
    served.act("edit", user="wren", channel="billing", ts=said["ts"], text="second wording")
    changed = until(lambda: echo.got("message", "message_changed"), "the change")[-1]
    assert changed["message"]["text"] == "second wording"
    assert changed["previous_message"]["text"] == "first wording"
    served.act("delete", user="wren", channel="billing", ts=said["ts"])
    gone = until(lambda: echo.got("message", "message_deleted"), "the deletion")[-1]
    assert gone["deleted_ts"] == said["ts"]


@pytest.mark.long
def test_a_click_that_is_not_acknowledged_is_told_once(world: tuple[Served, Echo]) -> None:
    served, echo = world
    posted = served.client.chat_postMessage(channel=BILLING, text="Draft", blocks=card("silent"))
    silent = {"user": "odo", "channel": "billing", "ts": posted["ts"], "action": {"action_id": "silent"}}
    before = len(served.state("deliveries"))
    told = served.act("click", 409, **silent)
    echo.awake.set()
    assert told["detail"] == "Ari did not answer in time. Try again."
    sent = [each for each in served.state("deliveries")[before:] if each["kind"] == "interactive"]
    assert len(sent) == 1 and len(sent[0]["attempts"]) == 1


def test_the_app_uploads_a_file(world: tuple[Served, Echo]) -> None:
    served, _ = world
    served.client.files_upload_v2(
        channel=BILLING, filename="proof.csv", content="a,b\n1,2\n", initial_comment="the proof", title="Proof"
    )
    said = until(lambda: [m for m in served.state("messages/billing") if m["text"] == "the proof"], "the share")[0]
    file = said["files"][0]
    assert (file["title"], file["filetype"], file["size"], file["user"]) == ("Proof", "csv", 8, ARI)
