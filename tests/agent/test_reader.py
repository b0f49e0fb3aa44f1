"""Reading by a model: what it is shown, what it may answer, and that a wrong form is asked for again."""

import json
from typing import Any

import pytest

from agent.reader import form, read_with_model
from billing.contracts.pdf import Document
from billing.contracts.reading import Reading
from billing.errors import Refused
from tests.agent.mind_kit import Script

PAGES = Document(pages=("Price: $0.085 a minute.", "Signed."), layout=("Price   $0.085", ""))
SAID = {"said": [{"value": "$0.085", "page": 1, "quote": "Price: $0.085 a minute."}], "reason": None}
FILLED = ("Reading", {"usage": [{"unit_price": SAID}]})
WRONG = ("Reading", {"usage": [{"unit_price": 0.085}]})


def test_a_filled_form_becomes_a_reading() -> None:
    script = Script(says=[FILLED])
    reading = read_with_model(PAGES, script)
    assert reading.usage[0].unit_price.said[0].value == "$0.085" and reading.customer.said == ()
    shown = script.shown[0][-1].text
    assert shown.count("[page 1 /") == 2 and shown.count("[page 2 /") == 1


def test_a_wrong_form_is_asked_for_once_more() -> None:
    script = Script(says=[WRONG, FILLED])
    assert read_with_model(PAGES, script).usage
    assert "usage.0.unit_price" in script.shown[1][-1].text
    with pytest.raises(Refused, match="by rules"):
        read_with_model(PAGES, Script(says=[WRONG, WRONG]))


def test_the_form_is_strict() -> None:
    def check(schema: Any) -> None:
        if isinstance(schema, dict) and "properties" in schema:
            assert schema["additionalProperties"] is False and set(schema["required"]) == set(schema["properties"])
        for inner in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
            check(inner)

    check(form())
    assert '"default"' not in json.dumps(form()) and set(form()["properties"]) == set(Reading.model_fields)
