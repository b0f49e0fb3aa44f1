"""The invoice card: whatever is drawn, Slack takes it, nothing from outside acts, and a button carries what was shown."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.invoices.states import NEXT
from cards import invoice as card
from cards.invoice import Handle
from tests.cards.block_kit import message_problems, texts, view_problems
from tests.cards.views import DIGEST, HOSTILE, invoice, outside

SENT = {
    "stripe_number": "TW-0006",
    "hosted_url": "https://invoice.stripe.com/i/1",
    "approved_by": ("U02ODO", "U03MARIBEL"),
}


@pytest.mark.parametrize("state", NEXT)
@pytest.mark.parametrize("more", [{}, SENT, {"note": "Why not", "total": "$9,000.00"}], ids=["bare", "sent", "noted"])
def test_every_state_has_a_card_that_slack_takes(state: str, more: dict[str, object]) -> None:
    view = invoice(state, **more)
    assert message_problems(card.text(view), card.card(view)) == []


@pytest.mark.parametrize("state", ["awaiting", "sent", "needs_human"])
@pytest.mark.parametrize("lines", [0, 1, 60, 150])
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_and_endless_texts_stay_text(state: str, lines: int, text: str) -> None:
    view = invoice(state, text, lines, note=text, stripe_number=text, requested_by=text, recipients=(text,) * 4)
    assert message_problems(card.text(view), card.card(view)) == []
    assert view_problems(card.reject_modal(view)) == []


@settings(deadline=None)
@given(text=outside, note=st.none() | outside, number=st.none() | outside, lines=st.integers(0, 130))
def test_any_text_makes_a_card(text: str, note: str | None, number: str | None, lines: int) -> None:
    view = invoice("awaiting", text, lines, note=note, stripe_number=number)
    assert message_problems(card.text(view), card.card(view)) == []


def test_the_lines_that_are_left_out_are_counted_and_the_total_stays() -> None:
    [table] = [block for block in card.card(invoice(lines=120)) if block["type"] == "table"]
    rows = [[cell["text"] for cell in row] for row in table["rows"]]
    shown = [row for row in rows if row[0] == "Minutes"]
    assert rows[-2] == [f"and {120 - len(shown)} more", "–", "–"]
    assert rows[-1] == ["Total", "–", "$6,592.50"]


def test_a_name_cannot_call_the_channel_or_hide_an_amount() -> None:
    view = invoice(text="Acme <!channel>\u202e 05.2$")
    assert any("Acme &lt;!channel&gt; 05.2$" in text for text in texts(card.card(view)))


def test_only_a_waiting_draft_can_be_approved_and_the_button_says_what_was_shown() -> None:
    for state in NEXT:
        found = [one for block in card.card(invoice(state)) for one in block.get("elements", ()) if "action_id" in one]
        approve = [one for one in found if one["action_id"] == card.APPROVE]
        assert len(approve) == (state == "awaiting")
        for one in approve:
            assert Handle.parse(one["value"]) == Handle("invoice-" + "0" * 26, DIGEST)
            assert "$6,592.50" in one["confirm"]["title"]["text"]


@pytest.mark.parametrize(
    "value", ["", "x", "invoice-1:2", f"terms-{'0' * 26}:{DIGEST}", f"invoice-{'0' * 26}:{'<' * 64}"]
)
def test_a_value_that_no_card_wrote_is_no_handle(value: str) -> None:
    assert Handle.parse(value) is None


def test_what_a_person_has_to_look_at_can_be_rejected_until_stripe_has_numbered_it() -> None:
    for number, expected in ((None, [card.REJECT, card.WHY]), ("TW-0006", [])):
        blocks = card.card(invoice("needs_human", note="Look.", stripe_number=number))
        found = [one["action_id"] for block in blocks for one in block.get("elements", ()) if "action_id" in one]
        assert found == expected
