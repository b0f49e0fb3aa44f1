"""The terms card: whatever a contract says, Slack takes the card, and every term is shown before it can be confirmed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cards import terms as card
from tests.cards.block_kit import message_problems, texts, view_problems
from tests.cards.views import HOSTILE, item, outside, question, terms


@pytest.mark.parametrize("state", card.TITLE)
@pytest.mark.parametrize("problems", [0, 1, 40])
@pytest.mark.parametrize("questions", [0, 1, 30])
@pytest.mark.parametrize("items", [0, 3, 60])
def test_every_state_has_a_card_that_slack_takes(state: str, problems: int, questions: int, items: int) -> None:
    view = terms(state, items=items, questions=questions, problems=problems)
    assert message_problems(card.text(view), card.card(view)) == []


@pytest.mark.parametrize("items", [1, 60])
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_and_endless_texts_stay_text(text: str, items: int) -> None:
    view = terms(text=text, items=items, questions=20, problems=10)
    for blocks in (card.card(view), *card.rest(view), *card.pages(view)):
        assert message_problems(card.text(view), blocks) == []
    assert view_problems(card.questions_modal(view)) == []


@settings(deadline=None)
@given(text=outside, items=st.integers(0, 70), questions=st.integers(0, 12), problems=st.integers(0, 12))
def test_any_text_makes_a_card(text: str, items: int, questions: int, problems: int) -> None:
    view = terms("proposed", text, items, questions, problems)
    assert message_problems(card.text(view), card.card(view)) == []
    assert view_problems(card.questions_modal(view)) == []


@pytest.mark.parametrize("text", ["short", "a long passage of a contract " * 20])
def test_every_term_is_shown_on_the_card_or_beside_it(text: str) -> None:
    view = terms(text=text, items=60)
    shown = "\n".join(texts([card.card(view), *card.rest(view)]))
    answered = "\n".join(texts(card.pages(view)))
    for one in view.items:
        assert f"*{one.label[:100]}" in shown
        assert f"*{one.label[:100]}" in answered


def test_what_stands_beside_the_card_is_counted_on_it() -> None:
    view = terms(text="a long passage of a contract " * 20, items=60)
    left = sum(map(len, card.rest(view)))
    assert left
    assert any(f"and {left} more passages" in text for text in texts(card.card(view)))


def test_neighbours_that_rest_on_the_same_words_share_the_quote() -> None:
    same = [item("Fee", place).model_copy(update={"clause": item("Fee").clause}) for place in range(3)]
    view = terms().model_copy(update={"items": tuple(same)})
    assert sum(text.count(">“Fee”") for text in texts(card.card(view))) == 1


def test_terms_with_a_problem_can_only_be_left_aside() -> None:
    buttons = [
        one["action_id"]
        for block in card.card(terms(problems=1))
        for one in block.get("elements", ())
        if "value" in one
    ]
    assert buttons == [card.DECLINE]


@pytest.mark.parametrize(
    ("choices", "element"), [(0, "plain_text_input"), (10, "radio_buttons"), (60, "static_select")]
)
def test_each_question_gets_an_input_that_slack_takes(choices: int, element: str) -> None:
    view = terms().model_copy(update={"questions": (question("Which zone?", choices),)})
    modal = card.questions_modal(view)
    assert view_problems(modal) == []
    assert modal["blocks"][1]["element"]["type"] == element
    assert [one["value"] for one in modal["blocks"][1]["element"].get("options", ())] == [
        f"value-{n}" for n in range(choices)
    ]
