"""A restart loses nothing; the business clock moves, stamps messages and sends what it was told to send."""

import json
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from websockets.sync.client import connect

from sandbox.clock import Clock
from tests.sandbox import slack_kit as kit
from tests.sandbox.slack_kit import BILLING, WREN, act, call, until

NEW_YORK = ZoneInfo("America/New_York")
START = datetime(2025, 11, 13, 8, 55, tzinfo=NEW_YORK)


def test_a_restart_loses_nothing(tmp_path: Path) -> None:
    with kit.serve(kit.config(), tmp_path) as served:
        said = served.act("say", user="wren", channel="billing", text="keep me", files=[kit.upload("a.pdf", b"%PDF")])
        served.act("react", user="odo", channel="billing", ts=said["ts"], name="eyes")
        room = served.act("open_im", user="wren", other="odo")
        served.client.views_publish(user_id=WREN, view={"type": "home", "blocks": [{"type": "divider"}]})
        home, waiting = served.state("home/wren"), served.state("connected")["waiting"]
    with kit.serve(kit.config(), tmp_path) as served:
        now = served.state("messages/billing")[0]
        assert (now["text"], now["reactions"][0]["users"]) == ("keep me", ["U02ODO"])
        assert served.ws.file_bytes(now["files"][0]["id"]) == b"%PDF"
        assert served.state("home/wren") == home
        assert room["id"] in served.ws.channels
        assert served.ws.unread["U02ODO"][BILLING] == 1
        assert served.state("connected")["waiting"] == waiting == 3, "events that no app has seen yet"


def test_it_is_saved_before_the_end(tmp_path: Path) -> None:
    with kit.serve(kit.config(), tmp_path) as served:
        served.act("say", user="wren", channel="billing", text="keep me")
        file = tmp_path / "workspace.json"
        until(lambda: file.exists() and "keep me" in file.read_text(), "the save")


@pytest.mark.long
def test_an_app_finds_a_restarted_workspace_again(tmp_path: Path) -> None:
    port = kit.free_port()
    heard: list[str] = []
    connection = ExitStack()
    with kit.serve(kit.config(), tmp_path, port) as served:
        app = kit.bolt(served.url)
        app.event("message")(lambda event: heard.append(event["text"]))
        connection.enter_context(kit.socket_mode(app))
        until(lambda: served.state("connected")["connected"], "the app")
    with kit.serve(kit.config(), tmp_path, port) as served:
        until(lambda: served.state("connected")["connected"], "the app, again")
        served.act("say", user="wren", channel="billing", text="still there?")
        until(lambda: heard == ["still there?"], "the message")
        connection.close()


def test_an_event_under_way_survives(tmp_path: Path) -> None:
    with kit.serve(kit.config(ack_timeout=30), tmp_path) as served:
        url = served.client.apps_connections_open(app_token=kit.APP_TOKEN)["url"]
        with connect(url, proxy=None) as link:
            link.recv(5)
            served.act("say", user="wren", channel="billing", text="never acknowledged")
            first = json.loads(link.recv(5))["payload"]["event_id"]
    with kit.serve(kit.config(), tmp_path) as served:
        assert [envelope.payload["event_id"] for envelope in served.ws.delivery.waiting] == [first]


def test_the_clock_ticks_from_where_it_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.clock.time.time", lambda: 1000.0)
    clock = Clock(START)
    monkeypatch.setattr("sandbox.clock.time.time", lambda: 1060.0)
    assert clock.now() == START + timedelta(minutes=1)
    clock.set(datetime(2025, 12, 2, 14, tzinfo=UTC))
    assert clock.now().isoformat() == "2025-12-02T09:00:00-05:00"


def test_the_clock_keeps_the_hour_that_daylight_saving_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.clock.time.time", lambda: 0.0)
    clock = Clock(datetime(2025, 11, 2, 0, 30, tzinfo=NEW_YORK))
    monkeypatch.setattr("sandbox.clock.time.time", lambda: 2 * 3600.0)
    assert clock.now().isoformat() == "2025-11-02T01:30:00-05:00"


def test_a_clock_that_nobody_moved_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.clock.time.time", lambda: 0.0)
    Clock(START, path=tmp_path / "clock.json")
    monkeypatch.setattr("sandbox.clock.time.time", lambda: 60.0)
    assert Clock(START, path=tmp_path / "clock.json").now() == START + timedelta(minutes=1)


def test_a_clock_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Clock(datetime(2025, 11, 13))


def test_the_clock_is_served_and_survives(tmp_path: Path) -> None:
    with kit.serve(kit.config(), tmp_path) as served:
        told = served.http.get("/clock").json()
        assert told["now"].startswith("2025-11-13T08:55:")
        assert told["jumps"][1]["at"] == "2025-12-02T09:00:00-05:00"
        moved = served.http.post("/clock", json={"now": told["jumps"][1]["at"]}).json()
        assert moved["went_back"] is False
        assert served.http.post("/clock", json={"now": told["now"]}).json()["went_back"] is True
        served.http.post("/clock", json={"now": told["jumps"][1]["at"]})
        assert served.http.post("/clock", json={"now": "2025-12-02T09:00:00"}).status_code == 422
    with kit.serve(kit.config(), tmp_path) as served:
        assert served.http.get("/clock").json()["now"].startswith("2025-12-02T09:00:")


def test_messages_bear_business_time_and_stay_in_order() -> None:
    clock = Clock(START)
    ws = kit.workspace(clock=clock)
    first = act(ws.say(WREN, BILLING, "on the 13th"))
    assert abs(float(first.ts) - START.timestamp()) < 60
    clock.set(START - timedelta(days=30))
    second = act(ws.say(WREN, BILLING, "after going back"))
    assert second.ts > first.ts
    clock.set(START + timedelta(days=30))
    assert float(act(ws.say(WREN, BILLING, "later")).ts) > START.timestamp() + 29 * 86_400


def test_a_scheduled_message_comes_when_the_clock_does() -> None:
    with kit.serve(kit.config()) as served:
        at = int(datetime(2025, 11, 14, 9, tzinfo=NEW_YORK).timestamp())
        later = served.client.chat_scheduleMessage(channel=BILLING, text="good morning", post_at=at)
        gone = served.client.chat_scheduleMessage(channel=BILLING, text="never", post_at=at)
        served.client.chat_deleteScheduledMessage(channel=BILLING, scheduled_message_id=gone["scheduled_message_id"])
        listed = served.client.chat_scheduledMessages_list()["scheduled_messages"]
        assert [each["id"] for each in listed] == [later["scheduled_message_id"]]
        served.http.post("/clock", json={"now": "2025-11-14T09:00:01-05:00"})
        said = until(lambda: served.state("messages/billing"), "the message")
        assert [message["text"] for message in said] == ["good morning"]


def test_a_schedule_is_checked_against_business_time() -> None:
    ws = kit.workspace(clock=Clock(START))
    past = call(ws, "chat.scheduleMessage", channel=BILLING, text="x", post_at=int(START.timestamp()) - 5)
    assert past["error"] == "time_in_past"
