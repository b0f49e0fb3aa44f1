"""The story that a newcomer follows, from a dropped contract to a paid invoice, in one running world.

One test, because every stage stands on the one before it. Amounts are the demo company's golden ones.
"""

from tests.e2e.kit import Demo, Json
from tests.e2e.people import (
    BILLING,
    PAPERS,
    confirm,
    confirmed,
    draft,
    filled,
    now,
    said,
    saying,
    table,
    terms_card,
    value_of,
    whispered,
    words,
)

OTHER_DRAFTS = {"Acornhill": "630.11", "Brindlecat": "6,100.00", "Elmfoot": "5,000.00", "Dapplewood": "5,405.00"}


def test_from_a_dropped_contract_to_a_paid_invoice(demo: Demo) -> None:
    acornhill_is_read_asked_about_and_confirmed(demo)
    the_others_are_confirmed(demo)
    who_is_over_this_month(demo)
    the_fourteenth_brings_an_alert_and_the_morning_post(demo)
    card = gumdrop_is_drafted_and_explained(demo)
    only_two_approvers_together_send_it(demo, card)
    the_customer_pays(demo, card)
    drafts = the_other_drafts_come_to_the_cent(demo)
    one_is_asked_for_again_and_rejected(demo, drafts["Elmfoot"])
    the_record_holds(demo, card)
    nothing_was_refused_or_said_twice(demo)


def acornhill_is_read_asked_about_and_confirmed(demo: Demo) -> None:
    card = terms_card(demo, PAPERS["Acornhill"])
    told = words(card)
    assert "“Usage above 20,000 minutes in a calendar month is charged at $0.085 per minute" in told
    assert "_acornhill-order-form.pdf, page 1_" in told
    assert "“rounded half up to the cent”" in told
    demo.press("wren", card, "terms_confirm")
    form = demo.modal("wren")
    labels = [block["label"]["text"] for block in form["blocks"] if block["type"] == "input"]
    assert len(labels) == 2 and all(label in told for label in labels)
    assert demo.submit("wren", form, filled(form, {"zone": "New York", "Who bills": "subscription"})) == {}
    assert "Confirmed by <@U01WREN>" in words(confirmed(demo, card))


def the_others_are_confirmed(demo: Demo) -> None:
    for customer in ("Brindlecat", "Elmfoot", "Gumdrop"):
        confirm(demo, "wren", terms_card(demo, PAPERS[customer]))
    amendment = terms_card(demo, "gumdrop-amendment-1.pdf")
    assert "$0.095" in words(amendment) and "2025-11-16" in words(amendment)
    confirm(demo, "odo", amendment)
    dapplewood = terms_card(demo, PAPERS["Dapplewood"])
    demo.press("wren", dapplewood, "terms_confirm")
    form = demo.modal("wren")
    assert "opening.annual_commit" in demo.submit("wren", form, filled(form, {"left": "a lot"}))["errors"]
    assert demo.submit("wren", form, filled(form, {"left": "4,300.00"})) == {}
    confirmed(demo, dapplewood)


def who_is_over_this_month(demo: Demo) -> None:
    asked = demo.say("wren", BILLING, "@Ari who is over this month?")
    [answer] = demo.wait(lambda: demo.thread(asked), "an answer")
    rows = table(answer)
    assert {"🟠 near", "39,638 min"} <= rows["Dapplewood Logistics"]
    assert {"🟢 within", "10,956 min"} <= rows["Acornhill Freight Co."]
    assert "as of 13 Nov 2025, 08:5" in words(answer)


def the_fourteenth_brings_an_alert_and_the_morning_post(demo: Demo) -> None:
    demo.move_clock("2025-11-14T09:00:00-05:00")
    [alert] = demo.wait(lambda: said(demo, "Dapplewood Logistics has passed"), "the alert")
    assert "passed 100 % of the prepaid commitment" in alert["text"] and "1,230 min over" in words(alert)
    [post] = demo.wait(lambda: said(demo, "Morning post Friday 14 November"), "the morning post")
    assert "*Dapplewood Logistics* passed 100 %" in words(post)
    assert "44,230 min" in table(post)["Dapplewood Logistics"]


def gumdrop_is_drafted_and_explained(demo: Demo) -> Json:
    demo.move_clock("2025-12-02T10:00:00-05:00")
    asked, card = draft(demo, "wren", "Gumdrop")
    lines = ("$750.00", "$1,000.00", "$2,420.00", "$2,422.50", "$6,592.50")
    assert all(amount in words(card) for amount in lines)
    demo.say("wren", BILLING, "why 2,422.50?", asked["ts"])
    answer = demo.wait(lambda: saying(demo.thread(asked), "It rests on"), "the explanation")[0]
    told = words(answer)
    assert "25,499.53075 rounded up to 25,500 min × $0.095 = $2,422.50" in told
    assert "changes from $0.11 to $0.095 per minute" in told and "_gumdrop-amendment-1.pdf, page 1_" in told
    assert "3,996 rows counted" in told and "24 test call" in told
    return card


def only_two_approvers_together_send_it(demo: Demo, card: Json) -> None:
    for user in ("wren", "tibor"):
        demo.press(user, card, "invoice_approve")
        demo.wait(lambda user=user: whispered(demo, card, user, "not among the people"), f"a refusal for {user}")
    demo.press("odo", card, "invoice_approve")
    demo.wait(lambda: whispered(demo, card, "odo", "a second person has to approve"), "word to the first approver")
    demo.wait(lambda: "waiting for a second person" in words(now(demo, card)), "the card to wait for a second one")
    demo.press("odo", card, "invoice_approve")
    demo.wait(lambda: whispered(demo, card, "odo", "You have approved this already"), "a refusal for once more")
    [waiting] = demo.invoices("cus_TWGUMDROP")
    assert (waiting["status"], demo.mails(waiting["id"])) == ("draft", [])
    demo.press("maribel", card, "invoice_approve")
    demo.wait(lambda: "Invoice sent" in now(demo, card)["text"], "the card to say that it was sent")
    [invoice] = demo.invoices("cus_TWGUMDROP")
    assert (invoice["status"], invoice["total"], invoice["amount_due"]) == ("open", 659250, 659250)
    assert [mail["to"] for mail in demo.mails(invoice["id"])] == ["billing@gumdrop.example"]


def the_customer_pays(demo: Demo, card: Json) -> None:
    [invoice] = demo.invoices("cus_TWGUMDROP")
    paid = demo.http.post(f"/stripe/invoices/{invoice['id']}/pay", data={"method": "card"})
    assert paid.status_code == 303
    demo.wait(lambda: "Invoice paid" in now(demo, card)["text"], "the card to turn to paid")
    demo.wait(lambda: saying(demo.thread(card), "Gumdrop Mobility has paid invoice"), "the news in the thread")


def the_other_drafts_come_to_the_cent(demo: Demo) -> dict[str, Json]:
    drafts: dict[str, Json] = {}
    for customer, amount in OTHER_DRAFTS.items():
        _, card = draft(demo, "odo", customer)
        drafts[customer] = card
        assert card["text"].endswith(f"November 2025, ${amount}")
        [invoice] = demo.invoices(f"cus_TW{customer.upper()}")
        assert (invoice["status"], invoice["total"]) == ("draft", int(amount.replace(",", "").replace(".", "")))
        if customer == "Acornhill":
            assert "$3,130.11 (the rest is billed elsewhere)" in words(card)
            demo.press("odo", card, "invoice_approve")
            demo.wait(lambda card=card: whispered(demo, card, "odo", "You asked for this draft"), "a refusal")
    return drafts


def one_is_asked_for_again_and_rejected(demo: Demo, card: Json) -> None:
    asked = demo.say("wren", BILLING, "@Ari draft November for Elmfoot")
    demo.wait(lambda: saying(demo.thread(asked), "exists already"), "word of the draft that is there")
    assert len(demo.invoices("cus_TWELMFOOT")) == 1
    demo.press("maribel", card, "invoice_reject")
    form = demo.modal("maribel")
    assert demo.submit("maribel", form, filled(form, {"Why": "They asked to wait"})) == {}
    demo.wait(lambda: "Draft rejected" in now(demo, card)["text"], "the card to say that it was rejected")
    demo.wait(lambda: saying(demo.thread(card), "They asked to wait"), "the news in the thread")
    demo.wait(lambda: demo.invoices("cus_TWELMFOOT") == [], "the draft at Stripe to be deleted")


def the_record_holds(demo: Demo, card: Json) -> None:
    invoice = value_of(card, "invoice_approve").partition(":")[0]
    replayed = demo.ari("replay", invoice)
    assert replayed.returncode == 0 and "✓ identical to invoice" in replayed.stdout, replayed
    verified = demo.ari("verify-log")
    assert verified.returncode == 0 and "entries, each unchanged" in verified.stdout, verified


def nothing_was_refused_or_said_twice(demo: Demo) -> None:
    assert demo.state("drops") == []
    assert [call for call in demo.state("calls") if not call["answer"]["ok"]] == []
    assert len(said(demo, "Dapplewood Logistics has passed")) == 1
    assert len(said(demo, "Morning post Friday 14 November")) == 1
    assert " ERROR " not in demo.log()
