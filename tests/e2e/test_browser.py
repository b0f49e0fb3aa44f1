"""The story as a person sees it, in a real browser on the local workspace's own page.

Skipped where there is no Chromium or no playwright. `ARI_SCREENSHOTS=folder` keeps a picture of every stage.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.kit import Demo
from tests.e2e.people import BILLING, CONTRACTS
from tests.sandbox.page_kit import hook, message, say

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = playwright.expect
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
if not CHROMIUM:
    pytest.skip("no Chromium on the PATH; set CHROMIUM to one", allow_module_level=True)

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
PICTURES = os.environ.get("ARI_SCREENSHOTS")
SECONDS = 30_000
Page = Any


@pytest.fixture
def page(demo: Demo) -> Iterator[Page]:
    """A tab as Wren; the test fails when the page logs an error or calls out to the internet."""
    problems: list[str] = []
    with playwright.sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        tab = browser.new_page(viewport={"width": 1440, "height": 1000})
        tab.set_default_timeout(SECONDS)
        expect.set_options(timeout=SECONDS)
        tab.on("pageerror", lambda error: problems.append(str(error)))
        tab.on("request", lambda asked: None if local(demo, asked.url) else problems.append(asked.url))
        tab.goto(f"{demo.url}/?as=wren&at={CONTRACTS}")
        tab.wait_for_function("window.slackPage && window.did_handshake")
        yield tab
        browser.close()
    assert problems == []


def local(demo: Demo, url: str) -> bool:
    return url.startswith((demo.url, demo.url.replace("http", "ws"), "data:"))


def test_from_the_sample_contract_to_the_invoice_at_stripe(page: Page, demo: Demo) -> None:
    a_sample_contract_is_read_and_confirmed(page)
    who_is_over(page)
    a_draft_after_the_close(page)
    an_approver_sends_it(page)
    the_invoice_at_stripe(page)


def a_sample_contract_is_read_and_confirmed(page: Page) -> None:
    hook(page, "samples").first.click()
    page.get_by_role("option", name="acornhill-order-form.pdf").click()
    hook(page, "send").first.click()
    page.locator("[data-testid=thread-link]").first.click()
    thread = hook(page, "thread")
    expect(thread.get_by_text("Terms to confirm")).to_be_visible()
    expect(thread).to_contain_text("Usage above 20,000 minutes in a calendar month is charged at $0.085 per minute")
    picture(page, "1-terms", thread)
    thread.get_by_role("button", name="Answer and confirm").click()
    modal = hook(page, "modal")
    expect(modal.locator("[data-block-id=time_zone]")).to_be_visible()
    picture(page, "2-questions")
    hook(page, "modal-submit").click()
    expect(modal.locator("[data-testid=input-error]")).to_have_count(2)
    modal.get_by_text("New York (America/New_York)").click()
    modal.get_by_text("A Stripe subscription bills the fee").click()
    hook(page, "modal-submit").click()
    expect(modal).to_have_count(0)
    expect(thread.get_by_text("Terms confirmed")).to_be_visible()
    expect(thread.get_by_role("button", name="Answer and confirm")).to_have_count(0)
    picture(page, "3-confirmed", thread)
    hook(page, "close-thread").click()


def who_is_over(page: Page) -> None:
    thread = ask(page, "@Ari who is over this month?")
    expect(thread.get_by_role("row").filter(has_text="Acornhill Freight Co.")).to_contain_text("20,000 min")
    expect(thread).to_contain_text("as of 13 Nov 2025, 08:5")
    picture(page, "4-over")
    hook(page, "close-thread").click()


def a_draft_after_the_close(page: Page) -> None:
    hook(page, "clock").click()
    page.get_by_text("Tuesday 2 December, 10:00").click()
    expect(hook(page, "clock")).to_contain_text("Tue Dec 2, 2025")
    thread = ask(page, "@Ari draft November for Acornhill")
    expect(thread.get_by_role("button", name="Approve and send")).to_be_visible()
    expect(thread).to_contain_text("$630.11")
    picture(page, "5-draft")
    say(page, "why 630.11?", "thread-composer")
    expect(thread.get_by_text("The contract says")).to_be_visible()
    picture(page, "6-why")


def an_approver_sends_it(page: Page) -> None:
    act_as(page, "U02ODO")
    hook(page, "thread").get_by_role("button", name="Approve and send").click()
    asked = hook(page, "confirm")
    expect(asked).to_contain_text("Send $630.11 to Acornhill Freight Co.?")
    picture(page, "7-confirm")
    hook(page, "confirm-yes").click()
    expect(hook(page, "thread").get_by_text("Invoice sent")).to_be_visible()
    expect(hook(page, "thread")).to_contain_text("went to billing@acornhill.example")
    picture(page, "8-sent")


def the_invoice_at_stripe(page: Page) -> None:
    with page.expect_popup() as opened:
        hook(page, "thread").get_by_role("link", name="Open in Stripe").click()
    stripe = opened.value
    expect(stripe.locator("body")).to_contain_text("$630.11")
    expect(stripe.locator("body")).to_contain_text("Acornhill Freight Co.")
    picture(stripe, "9-stripe")


def ask(page: Page, text: str) -> Any:
    """Say something in #billing and open the thread of the answer."""
    page.click(f"[data-go={BILLING}]")
    expect(hook(page, "composer")).to_have_attribute("data-channel", BILLING)
    say(page, text)
    message(page, text.removeprefix("@Ari ")).locator("[data-testid=thread-link]").click()
    return hook(page, "thread")


def act_as(page: Page, user: str) -> None:
    hook(page, "act-as").click()
    page.click(f"#act-as-menu [data-user={user}]")
    expect(hook(page, "thread")).to_be_visible()


def picture(page: Page, name: str, part: Any = None) -> None:
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        (part or page).screenshot(path=Path(PICTURES) / f"{name}.png")
