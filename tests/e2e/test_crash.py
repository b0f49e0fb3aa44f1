"""kill -9 at the worst moments: nothing that a person said or decided is lost, and nothing happens twice.

Each test has a customer of its own and leaves Ari running. `ARI_CRASHES=20` makes the last one as long as you like.
"""

import os
import random
import time
from collections.abc import Callable

import pytest

from tests.e2e.kit import Demo, Json
from tests.e2e.people import (
    BILLING,
    CONTRACTS,
    PAPERS,
    cards,
    confirm,
    confirmed,
    draft,
    now,
    saying,
    terms_card,
    value_of,
)

AMOUNTS = {"Acornhill": 63011, "Copperkettle": 403200, "Elmfoot": 500000}
ROUNDS = int(os.environ.get("ARI_CRASHES", "1"))


@pytest.fixture(scope="module", autouse=True)
def december(demo: Demo) -> None:
    demo.move_clock("2025-12-02T10:00:00-05:00")


def test_a_contract_and_a_question_are_not_lost(demo: Demo) -> None:
    dropped = demo.drop("wren", CONTRACTS, PAPERS["Brindlecat"])
    demo.kill_ari()
    asked = demo.say("wren", BILLING, "@Ari who is over this month?")
    demo.start_ari()
    demo.wait(lambda: cards(demo.thread(dropped)), "the terms")
    demo.wait(lambda: demo.thread(asked), "the answer")
    demo.settle()
    told = [one["text"].partition(":")[0] for one in demo.thread(dropped)]
    assert told == ["📄 Read brindlecat-service-order.pdf", "📄 Terms to confirm"]
    assert len(demo.thread(asked)) == 1


@pytest.mark.long
def test_terms_are_confirmed_once_and_the_card_says_so(demo: Demo) -> None:
    card = terms_card(demo, PAPERS["Gumdrop"])
    terms = value_of(card, "terms_confirm").partition(":")[0]
    demo.settle()
    demo.press("wren", card, "terms_confirm")
    demo.kill_ari()  # the decision is committed by now, and hardly anything has followed from it
    demo.start_ari()
    confirmed(demo, card)
    demo.settle()
    assert len(demo.rows("SELECT seq FROM log_entry WHERE kind = 'terms.confirmed' AND subject = ?", terms)) == 1


@pytest.mark.parametrize(
    ("customer", "mode"),
    [("Elmfoot", "cut_after"), pytest.param("Copperkettle", "cut_before", marks=pytest.mark.long)],
)
def test_one_invoice_whatever_call_to_stripe_is_lost(demo: Demo, customer: str, mode: str) -> None:
    confirm(demo, "wren", terms_card(demo, PAPERS[customer]))
    asked: list[Json] = []
    killed_during(demo, ("/v1/invoices$", "/add_lines$"), mode,
                  lambda: asked.append(demo.say("wren", BILLING, f"@Ari draft November for {customer}")))  # fmt: skip
    card = demo.wait(lambda: cards(demo.thread(asked[0])), "the draft")[0]
    demo.settle()
    killed_during(demo, ("/finalize$", "/send$"), mode, lambda: demo.press("odo", card, "invoice_approve"))
    sent_once(demo, card, customer)


@pytest.mark.long
def test_one_invoice_whenever_the_process_dies(demo: Demo) -> None:
    confirm(demo, "wren", terms_card(demo, PAPERS["Acornhill"]), {"zone": "New York", "Who bills": "subscription"})
    for turn in range(ROUNDS):
        _, card = draft(demo, "wren", "Acornhill")
        demo.press("maribel", card, "invoice_approve")
        for delay in (0.0, 0.05, 0.2) if turn == 0 else [random.uniform(0, 1) for _ in range(3)]:
            time.sleep(delay)
            demo.kill_ari()
            demo.start_ari()
        invoice = sent_once(demo, card, "Acornhill")
        demo.http.post(f"/_stripe/dashboard/v1/invoices/{invoice}/void").raise_for_status()
        demo.wait(lambda card=card: "Invoice void" in now(demo, card)["text"], "the card to turn to void")


@pytest.mark.long
def test_slack_and_stripe_go_away_and_come_back(demo: Demo) -> None:
    demo.stop_sandbox()
    demo.start_sandbox()
    demo.wait(lambda: demo.state("connected")["connected"], "Ari to connect again")
    asked = demo.say("wren", BILLING, "@Ari what can you do?")
    demo.wait(lambda: demo.thread(asked), "an answer")


def killed_during(demo: Demo, calls: tuple[str, ...], mode: str, begin: Callable[[], object]) -> None:
    """Begin, and kill Ari when the first of these calls is lost; start it, and kill it at the second; …; start it."""
    for call in calls:
        with demo.losing(call, mode) as lost:
            begin()
            demo.wait(lost, f"a call to {call}")
            demo.kill_ari()
        begin = demo.start_ari
    begin()


def sent_once(demo: Demo, card: Json, customer: str) -> str:
    """The invoice went out, once, and everything that tells of it was said once; its id."""
    demo.wait(lambda: "Invoice sent" in now(demo, card)["text"], "the card to say that it was sent")
    demo.settle()
    alive = [one for one in demo.invoices(f"cus_TW{customer.upper()}") if one["status"] != "void"]
    assert [(one["status"], one["total"]) for one in alive] == [("open", AMOUNTS[customer])]
    assert [mail["kind"] for mail in demo.mails(alive[0]["id"])] == ["invoice"]
    assert len(cards(demo.thread(card))) == 1
    assert len(saying(demo.thread(card), "📨 Invoice")) == 1
    assert demo.ari("verify-log").returncode == 0
    return str(alive[0]["id"])
