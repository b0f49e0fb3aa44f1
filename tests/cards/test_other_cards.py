"""Tables, alerts, the Home tab and answers: whatever is shown, Slack takes it and nothing from outside acts."""

import pytest
from hypothesis import given, settings

from billing.views import View
from cards import alerts, answer, home, tables
from cards.parts import clean, cut, listing
from tests.cards import views as make
from tests.cards.block_kit import message_problems, view_problems
from tests.cards.views import HOSTILE, outside

MANY = 60


def everything(text: str, many: int) -> list[tuple[str, list[dict[str, object]]]]:
    """All messages that are not invoice or terms cards, each with its fallback text."""
    rows, invoices = [make.standing(text)] * many, [make.invoice("awaiting", text)] * many
    crossings = [make.crossing(text)] * many
    cards: list[tuple[str, list[View]]] = [
        ("standings", rows), ("statement", [make.statement(text, many)]), ("explanation", [make.explanation(text, many)] * 2),
        ("terms", [make.terms(text=text, items=many)]), ("clauses", [make.clause(text)] * many), ("invoices", invoices),
        ("what_if", [make.what_if(text, many)]), ("what_if", [make.what_if(text, many, everybody=True)]),
    ]  # fmt: skip
    found = [
        alerts.crossing(make.crossing(text), make.standing(text)),
        alerts.crossing(make.crossing(text, False), None),
    ]
    found += [one for one in (alerts.morning("Friday 14 November", crossings, rows, invoices),) if one]
    return [*found, *answer.messages("As the table says.", cards), *answer.messages(clean(text) or " ", [])]


@pytest.mark.parametrize("many", [0, 1, MANY])
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_and_endless_texts_stay_text(text: str, many: int) -> None:
    assert [
        problem for fallback, blocks in everything(text, many) for problem in message_problems(fallback, blocks)
    ] == []


@settings(deadline=None)
@given(text=outside)
def test_any_text_makes_a_message(text: str) -> None:
    assert [problem for fallback, blocks in everything(text, 3) for problem in message_problems(fallback, blocks)] == []


@pytest.mark.parametrize("many", [0, 1, MANY])
@pytest.mark.parametrize("text", HOSTILE)
def test_the_home_tab_holds_as_much_as_a_view_may(text: str, many: int) -> None:
    waiting = [(make.invoice("awaiting", text), "https://team.slack.com/archives/C1/p1")] * many
    rows = [make.standing(text, state) for state in ("over", "not measured")] * many
    assert view_problems(home.view(waiting, rows, "now")) == []
    assert view_problems(home.nothing(text or "no")) == []


def test_an_unasked_post_with_nothing_to_say_is_none() -> None:
    assert alerts.morning("Friday", [], [], []) is None


@pytest.mark.parametrize("blocks", [tables.standings([]), tables.clauses([]), tables.invoices([])])
def test_an_empty_table_says_so(blocks: list[dict[str, object]]) -> None:
    assert message_problems("nothing", blocks) == []


def test_what_a_table_leaves_out_is_counted() -> None:
    rows = [make.standing(f"Customer {n}") for n in range(300)]
    [table] = [block for block in tables.standings(rows) if block["type"] == "table"]
    names = [row[0]["text"] for row in table["rows"]]
    assert names[-1] == f"and {300 - len(names) + 2} more"


def test_a_card_that_does_not_fit_under_the_answer_gets_a_message_of_its_own() -> None:
    text = "An answer of some length. " * 110
    shown = answer.messages(text, [("statement", [make.statement("x" * 500, MANY)])])
    assert len(shown) == 2
    assert all(message_problems(*one) == [] for one in shown)


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("a & b", 100, "a &amp; b"),
        ("a & b", 5, "a …"),
        ("<!here>", 100, "&lt;!here&gt;"),
        ("two\nlines\tone", 100, "two lines one"),
        ("in\u202evisible\u200b", 100, "invisible"),
        ("long enough", 5, "long…"),
    ],
)
def test_clean_escapes_first_and_cuts_between_characters(text: str, limit: int, expected: str) -> None:
    assert clean(text, limit) == expected


def test_a_cut_leaves_no_half_mention() -> None:
    assert cut("asked for by <@U01WREN>", 18) == "asked for by …"


def test_a_listing_counts_what_it_leaves_out() -> None:
    lines = [f"line {n}" for n in range(100)]
    shown = listing(lines, 200)
    assert len(shown) <= 200
    assert shown.splitlines()[-1] == f"and {100 - len(shown.splitlines()) + 1} more"
    assert listing(lines[:3]) == "line 0\nline 1\nline 2"
