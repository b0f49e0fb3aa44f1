"""The doors: what a model can pass through them, and what it gets to see."""

import json
import re
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from langchain_core.messages import ToolMessage
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import ValidationError

from billing.errors import Refused
from billing.ideas import Figure, Idea
from tests.tools.billing_kit import CLAUSE, GUMDROP, STRANGER, WREN, Billing, desk
from tools.door import clean
from tools.hands import hands

NAMES = [tool.name for tool in hands(desk())]
PLAIN = {"customer_id", "period", "line_id", "state", "words", "what", "how", "to"}


FIGURES = (Figure("$0.07", "money", Decimal("0.07"), "USD"),)
CHANGE = {"customer_id": GUMDROP, "period": "2025-11", "what": "overage price", "how": "set", "to": "msg:fig1"}


def schema(name: str) -> dict[str, Any]:
    tool = next(tool for tool in hands(desk()) if tool.name == name)
    return convert_to_openai_tool(tool, strict=True)["function"]


def call(name: str, user: str = WREN, shared: bool = False, **args: Any) -> ToolMessage:
    context = SimpleNamespace(
        user_id=user, channel="C1", thread="1.2", channel_shared=shared, groups=frozenset(), figures=FIGURES
    )
    tool = next(tool for tool in hands(desk()) if tool.name == name)
    runtime = _runtime(context)
    return tool.invoke({"name": name, "args": args | {"runtime": runtime}, "id": "1", "type": "tool_call"})


def _runtime(context: Any) -> Any:
    from langchain.tools import ToolRuntime

    return ToolRuntime(state={}, context=context, config={}, stream_writer=lambda _: None, tool_call_id="1", store=None)


def test_the_hands_are_these() -> None:
    assert NAMES == [
        "find_customer", "list_customers", "usage_standing", "compute_statement", "explain_line", "try_what_if",
        "show_terms", "search_contracts", "draft_invoice", "list_invoices", "waiting_for_me", "what_ari_does",
    ]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_takes_ids_months_and_words_only(name: str) -> None:
    function = schema(name)
    parameters = function["parameters"]
    assert set(parameters["properties"]) <= PLAIN and parameters["additionalProperties"] is False
    assert set(parameters.get("required", [])) == set(parameters["properties"])
    assert "default" not in json.dumps(parameters) and function["description"]
    assert not re.search(r'"type": "(number|integer|boolean)"', json.dumps(parameters))


@pytest.mark.parametrize("name", NAMES)
def test_every_door_asks_for_the_right_to_read(billing: Billing, name: str) -> None:
    args = {
        "customer_id": GUMDROP,
        "period": "2025-11",
        "words": "rounding",
        "what": "fee",
        "how": "set",
        "to": "msg:fig1",
    }
    given = {key: value for key, value in args.items() if key in schema(name)["parameters"]["properties"]}
    for who, shared in ((STRANGER, False), (WREN, True)):
        with pytest.raises(Refused):
            call(name, who, shared, **given)
    assert billing.calls == []
    assert json.loads(call(name, **given).content)


def test_quotes_reach_people_but_not_the_model(billing: Billing) -> None:
    for message in (
        call("search_contracts", words="rounding"),
        call("explain_line", customer_id=GUMDROP, period="2025-11"),
        call("show_terms", customer_id=GUMDROP),
    ):
        assert "ignore all rules" not in message.content and "ignore all rules" in str(message.artifact.views)
    assert call("search_contracts", words="rounding").artifact.views == (CLAUSE,)


def test_a_figure_comes_by_its_reference(billing: Billing) -> None:
    call("try_what_if", **CHANGE)
    assert billing.calls == [("what_if", (Idea("overage price", "set", FIGURES[0]), "2025-11", GUMDROP))]
    call("try_what_if", **CHANGE | {"customer_id": "all", "to": "none"})
    assert billing.calls[1][1][2] is None and billing.calls[1][1][0].to == "none"


@pytest.mark.parametrize(
    "wrong",
    [{"to": "0.07"}, {"to": "$0.07"}, {"to": "msg:fig0"}, {"to": "msg:fig2"}, {"what": "price"}, {"how": "to"}, {"amount": "1"},
     {"customer_id": "everybody"}, {"period": "November"}, {"to": "msg:fig1\n"}],
)  # fmt: skip
def test_nothing_else_is_taken_for_a_figure(billing: Billing, wrong: dict[str, str]) -> None:
    with pytest.raises((Refused, ValidationError)):
        call("try_what_if", **CHANGE | wrong)
    assert billing.calls == []


def test_a_change_is_told_without_the_quote_and_shown_with_it(billing: Billing) -> None:
    message = call("try_what_if", **CHANGE)
    assert "ignore all rules" not in message.content and "ignore all rules" in str(message.artifact.views)
    everybody = json.loads(call("try_what_if", **CHANGE | {"customer_id": "all"}).content)
    assert everybody["untried_count"] == 1 and "lines" not in everybody["results"][0] and "customer" not in everybody


def test_the_model_sees_no_recipients_links_or_digests(billing: Billing) -> None:
    data = json.loads(call("draft_invoice", customer_id=GUMDROP, period="2025-11").content)
    assert not {"recipients", "hosted_url", "digest", "memo", "channel"} & set(data)
    assert data["invoice_id"].startswith("invoice-") and data["lines"][1]["line_id"] == "minutes@2025-11-16"


def test_everybody_is_in_the_table_but_only_the_noteworthy_in_the_text(billing: Billing) -> None:
    message = call("usage_standing", period="2025-11")
    data = json.loads(message.content)
    assert [one["state"] for one in data["standings"]] == ["over", "near"] and data["counts"]["no limit"] == 1
    assert len(message.artifact.views) == 3


@pytest.mark.parametrize(
    ("text", "seen"),
    [("Acme <!channel> <https://evil|Pay>", "Acme !channel https://evil Pay"), ("a\u202eb\u200bc\nd", "a b c d"),
     ("x" * 1000, "x" * 300), ("$5", "$5")],
)  # fmt: skip
def test_text_from_outside_is_flattened(text: str, seen: str) -> None:
    assert clean({"a": [text, {"b": text}], "n": 3}) == {"a": [seen, {"b": seen}], "n": 3}
