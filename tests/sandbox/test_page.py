"""The page in a browser, against the real server and a small Bolt app that stands in for Ari.

Skipped where there is no Chromium or no playwright. One server, app and browser serve all tests of this file, so each
test uses words of its own.
"""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.models.messages.chunk import TaskUpdateChunk

from tests.sandbox.page_kit import CONFIRM, PDF, button, connected, hook, message, say, served_page
from tests.sandbox.slack_kit import BILLING, BOT, CONTRACTS, GENERAL, ODO, WREN

# The page is walked through once in tests/e2e; its every corner belongs to the long runs.
pytestmark = pytest.mark.long

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = playwright.expect
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
if not CHROMIUM:
    pytest.skip("no Chromium on the PATH; set CHROMIUM to one", allow_module_level=True)

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
Page = Any


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served_page(tmp_path_factory.mktemp("workspace")) as address:
        yield address


@pytest.fixture(scope="module")
def client(url: str) -> WebClient:
    return WebClient(token=BOT, base_url=f"{url}/api/")


@pytest.fixture(scope="module")
def ari(url: str) -> Iterator[None]:
    with connected(url):
        yield


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as engine:
        found = engine.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield found
        found.close()


@pytest.fixture
def visit(browser: Any, url: str) -> Iterator[Callable[..., Page]]:
    """Open a tab as somebody; the test fails when a tab logged an error or called out to the internet."""
    problems: list[str] = []
    contexts = []

    def open_tab(user: str, at: str = BILLING, width: int = 1440) -> Page:
        contexts.append(browser.new_context(viewport={"width": width, "height": 900}))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on(
            "request",
            lambda asked: (
                None if asked.url.startswith((url, url.replace("http", "ws"), "data:")) else problems.append(asked.url)
            ),
        )
        page.goto(f"{url}/?as={user}&at={at}")
        page.wait_for_function("window.slackPage && window.did_handshake")
        return page

    yield open_tab
    for context in contexts:
        context.close()
    assert problems == []


def test_the_banner_goes_away_when_the_app_connects(visit: Any, client: WebClient, request: Any) -> None:
    page = visit(WREN, "home")
    expect(hook(page, "banner")).to_contain_text("Ari is not connected yet")
    expect(hook(page, "home-empty")).to_contain_text("has not published")
    request.getfixturevalue("ari")
    expect(hook(page, "banner")).to_have_count(0)


def test_what_is_said_appears_for_everybody_escaped_and_counted(ari: Any, visit: Any) -> None:
    wren, odo = visit(WREN), visit(ODO, GENERAL)
    say(wren, "Hello @Odo Pell <script>window.hacked = 1</script> <javascript:alert(1)|x> :eyes:")
    heard = message(wren, "window.hacked")
    expect(heard).to_contain_text("@Odo Pell <script>window.hacked = 1</script> <javascript:alert(1)|x> 👀")
    expect(heard.locator("script, a[href^=java]")).to_have_count(0)
    assert wren.evaluate("window.hacked") is None
    expect(odo.locator(f"[data-go={BILLING}] [data-testid=unread]")).to_have_text("1")
    odo.click(f"[data-go={BILLING}]")
    expect(message(odo, "window.hacked").locator(".mention.me")).to_have_text("@Odo Pell")
    expect(odo.locator(f"[data-go={BILLING}] [data-testid=unread]")).to_have_count(0)


def test_keys_mentions_and_commands_in_the_composer(ari: Any, visit: Any) -> None:
    page = visit(WREN, GENERAL)
    box = hook(page, "composer").locator("textarea")
    box.press_sequentially("ask @ar")
    box.press("Enter")
    expect(box).to_have_value("ask @Ari ")
    box.press("Shift+Enter")
    box.press_sequentially("line two")
    page.click(f"[data-go={BILLING}]")
    expect(hook(page, "composer")).to_have_attribute("data-channel", BILLING)
    page.click(f"[data-go={GENERAL}]")
    expect(box).to_have_value("ask @Ari \nline two")
    box.press("Enter")
    expect(message(page, "line two").locator(".mention")).to_have_text("@Ari")


def test_a_thread_shows_replies_live_and_its_link_counts_them(ari: Any, visit: Any, client: WebClient) -> None:
    root = client.chat_postMessage(channel=BILLING, text="Thread root one")["ts"]
    page = visit(WREN)
    message(page, "Thread root one").hover()
    page.click(".toolbar [data-act=thread]")
    say(page, "My reply", "thread-composer")
    expect(hook(page, "thread").get_by_text("My reply")).to_be_visible()
    client.chat_postMessage(channel=BILLING, thread_ts=root, text="And Ari's")
    expect(hook(page, "thread").get_by_text("And Ari's")).to_be_visible()
    expect(page.locator(f".main-pane [data-ts='{root}'] [data-testid=thread-link]")).to_contain_text("2 replies")
    page.reload()
    expect(hook(page, "thread").get_by_text("My reply")).to_be_visible()


def test_files_come_by_button_by_drop_and_from_the_samples(ari: Any, visit: Any, url: str) -> None:
    page = visit(WREN, CONTRACTS)
    hook(page, "composer").locator("[type=file]").set_input_files(
        {"name": "Order Form.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    page.evaluate("""() => {
      const data = new DataTransfer();
      data.items.add(new File(["a,b"], "late calls.csv"));
      document.querySelector(".scroll").dispatchEvent(
        new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: data }));
    }""")
    hook(page, "samples").first.click()
    page.get_by_role("option", name="Gumdrop Amendment.pdf").click()
    expect(page.locator(".chip")).to_have_count(3)
    expect(hook(page, "send").first).to_be_enabled()
    say(page, "Three files")
    cards = message(page, "Three files").locator("[data-testid=file-card]")
    expect(cards).to_have_count(3)
    card = cards.filter(has_text="Order Form.pdf")
    expect(card).to_contain_text("PDF")
    served = httpx.get(url + card.get_attribute("href"), trust_env=False)
    assert (served.content, served.headers["content-disposition"].split(";")[0]) == (PDF, "inline")


def test_a_button_asks_first_and_the_card_changes_for_everybody(ari: Any, visit: Any, client: WebClient) -> None:
    blocks = [{"type": "actions", "elements": [button("approve", style="primary", confirm=CONFIRM)]}]
    ts = client.chat_postMessage(channel=BILLING, text="card", blocks=blocks)["ts"]
    odo, wren = visit(ODO), visit(WREN)
    approve = odo.locator(f"[data-ts='{ts}'] [data-action-id=approve]")
    approve.click()
    expect(hook(odo, "confirm")).to_contain_text("For 6,592.50.")
    hook(odo, "confirm-deny").click()
    expect(approve).to_be_visible()
    approve.click()
    hook(odo, "confirm-yes").click()
    for page in (odo, wren):
        expect(page.locator(f"[data-ts='{ts}']")).to_contain_text("Approved by @Odo Pell")


def test_a_modal_shows_errors_keeps_what_was_typed_and_submits(ari: Any, visit: Any, client: WebClient) -> None:
    ts = client.chat_postMessage(
        channel=BILLING, text="card", blocks=[{"type": "actions", "elements": [button("reject")]}]
    )["ts"]
    page = visit(ODO)
    page.click(f"[data-ts='{ts}'] [data-action-id=reject]")
    modal = hook(page, "modal")
    expect(modal).to_be_visible()
    hook(page, "modal-submit").click()
    error = modal.locator("[data-block-id=why] [data-testid=input-error]")
    expect(error).to_have_text("Please complete this required field.")
    modal.locator("textarea").fill("wrong number")
    modal.locator("[data-block-id=kind] [data-action-id=v]").click()
    hook(page, "picker").locator("[data-value=price]").click()
    hook(page, "modal-submit").click()
    expect(error).to_have_text("Name the PO.")
    expect(modal.locator("[data-block-id=kind]")).to_contain_text("Wrong price")
    modal.locator("textarea").fill("wrong PO number")
    hook(page, "modal-submit").click()
    expect(modal).to_have_count(0)
    expect(message(page, "Rejected as price: wrong PO number")).to_be_visible()


def test_an_ephemeral_message_is_seen_by_one_and_dismissed(ari: Any, visit: Any, client: WebClient) -> None:
    ts = client.chat_postMessage(
        channel=GENERAL, text="card", blocks=[{"type": "actions", "elements": [button("why")]}]
    )["ts"]
    odo, wren = visit(ODO, GENERAL), visit(WREN, GENERAL)
    odo.click(f"[data-ts='{ts}'] [data-action-id=why]")
    answer = message(odo, "Because of clause 2.")
    expect(answer).to_contain_text("Only visible to you")
    say(odo, "after the ephemeral one")
    expect(message(wren, "after the ephemeral one")).to_be_visible()
    expect(message(wren, "Because of clause 2.")).to_have_count(0)
    answer.locator("[data-act=dismiss]").click()
    expect(answer).to_have_count(0)


def test_home_messages_prompts_and_acting_as_somebody_else(ari: Any, visit: Any, client: WebClient) -> None:
    page = visit(WREN, "home")
    expect(hook(page, "home-empty")).to_be_visible()
    hook(page, "act-as").click()
    page.click(f"#act-as-menu [data-user={ODO}]")
    expect(hook(page, "home")).to_contain_text("Waiting for you")
    assert f"as={ODO}" in page.url
    hook(page, "tab-messages").click()
    expect(hook(page, "intro")).to_contain_text("conversation with Ari")
    channel = hook(page, "composer").get_attribute("data-channel")
    client.assistant_threads_setSuggestedPrompts(
        channel_id=channel, prompts=[{"title": "Who is over?", "message": "Who is over this month?"}]
    )
    hook(page, "prompts").get_by_text("Who is over?").click()
    expect(message(page, "Who is over this month?")).to_be_visible()


def test_a_click_nobody_answers_says_so(ari: Any, visit: Any, client: WebClient) -> None:
    page = visit(ODO, "home")
    pressed = page.locator("[data-action-id=open]")
    pressed.click()
    expect(hook(page, "toast").first).to_contain_text(re.compile("no longer there|did not answer"))
    if "no longer there" in hook(page, "toast").first.inner_text():  # the app drew its home anew in that very moment
        pressed.click()
        expect(pressed).to_have_attribute("aria-busy", "true")
    expect(hook(page, "toast").last).to_contain_text("Ari did not answer")
    expect(pressed).to_have_attribute("data-failed", "Ari did not answer in time. Try again.")


def test_status_and_streamed_tasks(ari: Any, visit: Any, client: WebClient) -> None:
    root = client.chat_postMessage(channel=BILLING, text="Stream root")["ts"]
    page = visit(WREN)
    client.assistant_threads_setStatus(channel_id=BILLING, thread_ts=root, status="is reading…")
    expect(hook(page, "status")).to_have_text("Ari is reading…")
    stream = client.chat_stream(
        channel=BILLING, thread_ts=root, recipient_team_id="T01TINWHISTLE", recipient_user_id=WREN
    )
    stream.append(chunks=[TaskUpdateChunk(id="t", title="Read 6 pages", status="in_progress")])
    expect(hook(page, "status")).to_have_count(0)
    page.locator(f"[data-ts='{root}'] [data-testid=thread-link]").click()
    task = hook(page, "thread").locator("[data-task=t]")
    expect(task).to_have_attribute("data-status", "in_progress")
    stream.append(chunks=[TaskUpdateChunk(id="t", title="Read 6 pages", status="complete")])
    expect(task).to_have_attribute("data-status", "complete")
    stream.stop(markdown_text="**Done** reading")
    expect(hook(page, "thread").locator("strong", has_text="Done")).to_be_visible()


def test_edit_react_and_delete_ones_own_message(ari: Any, visit: Any) -> None:
    page = visit(WREN, GENERAL)
    say(page, "tpyo here")
    message(page, "tpyo here").hover()
    page.click(".toolbar [data-act=edit]")
    page.locator("dialog textarea").fill("typo there")
    page.locator("dialog").get_by_text("Save").click()
    expect(message(page, "typo there")).to_contain_text("(edited)")
    message(page, "typo there").hover()
    page.click(".toolbar [data-name=eyes]")
    expect(message(page, "typo there").locator(".reaction.own")).to_have_text("👀1")
    page.click(".toolbar [data-act=delete]")
    hook(page, "confirm-yes").click()
    expect(message(page, "typo there")).to_have_count(0)


def test_a_full_channel_stays_fast_and_narrow_windows_do_not_scroll_sideways(
    ari: Any, visit: Any, client: WebClient
) -> None:
    for number in range(250):
        client.chat_postMessage(channel=CONTRACTS, text=f"Filler {number}")
    page = visit(WREN, CONTRACTS, 420)
    expect(message(page, "Filler 249")).to_be_visible()
    assert hook(page, "message").count() == 200
    say(page, "one more")
    expect(message(page, "one more")).to_be_visible(timeout=2000)
    hook(page, "earlier").click()
    expect(hook(page, "message").filter(has_text="Filler 0")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_clock_jumps_for_every_tab(ari: Any, visit: Any) -> None:
    wren, odo = visit(WREN), visit(ODO)
    hook(wren, "clock").click()
    wren.get_by_text("Friday 14 November, the morning post").click()
    expect(hook(wren, "clock")).to_contain_text("Fri Nov 14, 2025, 9:00 AM")
    expect(hook(odo, "clock")).to_contain_text("Fri Nov 14, 2025, 9:00 AM", timeout=10_000)
    hook(odo, "clock").click()
    odo.locator("#clock-at").fill("2025-12-02T17:30")
    hook(odo, "clock-form").get_by_text("Set").click()
    expect(hook(odo, "clock")).to_contain_text("Tue Dec 2, 2025, 5:30 PM")
