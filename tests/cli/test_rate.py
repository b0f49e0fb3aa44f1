"""`ari rate` from outside: an answer for every line, whatever the line is, and nothing that stops the others."""

import json
import random
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.main import app
from cli.rate import Extras, rated

run = CliRunner().invoke
GOOD = '{"terms": {"price": 0.10}, "usage": 1000, "period": "2025-11"}'
RICH: dict[str, Any] = {
    "terms": {
        "effective_from": "2025-01-15", "time_zone": "America/New_York",
        "charges": [
            {"id": "m", "price": {"model": "graduated", "tiers": [{"up_to": 10, "unit_amount": 1}, {"unit_amount": 2}]},
             "included": {"quantity": 10, "resets": "contract_year"}, "accumulates": "contract_year", "per_each": "r"},
            {"id": "x", "price": 3},
            {"amount": 100, "every": "annual", "spread": True},
            {"amount": 5, "instalments": [{"on": "2025-11-02"}]},
        ],
        "pools": [{"charges": ["x"], "included": 100}], "escalators": [{"applies_to": ["m"], "first": "2025-11-10", "percent": 3,
                                                              "tiers_on_change": "continue"}],
        "credits": [{"amount": 50}], "caps": [{"amount": 400, "over": "quarter"}], "discounts": [{"percent": 10}],
        "thresholds": [{"id": "t", "of": "m", "percents": [10, 20], "step": 10}],
    },
    "usage": {"m": [{"at": "2025-11-03", "value": 30, "dims": {"r": "eu"}}], "x": [{"at": "2025-11-04", "value": 3}]},
    "period": "2025-11",
    "opening": {"counters": {"cap": {"amount": 3}}},
}  # fmt: skip
ODD = [
    None, True, 0, -1, "", "x", "NaN", "2025-11-16", "9999-12-31", "0001-01-01", [], {}, [1], ["a"], {"a": 1}, [[]], [{}],
    10**30, "0.1", "monthly", "\ud800", "contract_year",
]  # fmt: skip


def answers(path: Path, *options: str) -> list[Any]:
    done = run(app, ["rate", *options, str(path)])
    assert done.exit_code == 0
    return [json.loads(line) for line in done.stdout.splitlines()]


def written(tmp_path: Path, content: bytes) -> Path:
    file = tmp_path / "in.jsonl"
    file.write_bytes(content)
    return file


@pytest.mark.parametrize(
    ("line", "term", "reason"),
    [
        (b"nope", "input", "no JSON"),
        (b"[1]", "input", "must be an object"),
        (b'{"terms": 1', "input", "no JSON"),
        (b"[" * 100_000, "input", "nested too deeply"),
        (b'{"terms": ' + b'{"a": ' * 5_000 + b"1" + b"}" * 5_000 + b', "period": "2025-11"}', "input", "nested too deeply"),
        (b"\xff\xfe{}", "input", "UTF-8"),
        (b'{"terms": {"price": 1, "price": 2}, "period": "2025-11"}', "input", "'price' twice"),
        (b'{"terms": {"price": NaN}, "usage": 1, "period": "2025-11"}', "charges.usage.price.unit_amount", "finite"),
        (b'{"terms": {"price": -Infinity}, "usage": 1, "period": "2025-11"}', "charges.usage.price.unit_amount", "finite"),
        (b'{"terms": {"price": 1e400}, "usage": 1, "period": "2025-11"}', "charges.usage.price.unit_amount", "10^12"),
        (b'{"terms": {"price": 1}, "usage": ' + b"9" * 50_000 + b', "period": "2025-11"}', "usage.slices.usage.quantity", ""),
        (b'{"x": "' + b"y" * 10_000_000 + b'"}', "x", "no field"),
    ],
    ids=lambda value: str(value)[:40],
)  # fmt: skip
def test_a_bad_line_is_one_refusal(line: bytes, term: str, reason: str, tmp_path: Path) -> None:
    good = GOOD.encode()
    before, bad, after = answers(written(tmp_path, good + b"\n" + line + b"\r\n\n" + good))
    assert bad["refused"]["term"] == term
    assert reason in bad["refused"]["reason"]
    assert "\n" not in bad["refused"]["reason"]
    assert before["statement"]["total"] == after["statement"]["total"] == "100.00"


def test_an_empty_file(tmp_path: Path) -> None:
    assert answers(written(tmp_path, b"")) == answers(written(tmp_path, b"\n \n")) == []


def test_standard_input_and_a_byte_order_mark() -> None:
    done = run(app, ["rate"], input=b"\xef\xbb\xbf" + GOOD.encode())
    assert json.loads(done.stdout)["statement"]["due"] == "100.00"


def test_a_line_of_ten_megabytes(tmp_path: Path) -> None:
    events = [
        {"at": f"2025-11-{1 + number % 30:02}", "value": number % 7, "id": "x" * 100 + str(number)}
        for number in range(60_000)
    ]
    given = {"terms": {"price": "0.001"}, "usage": {"calls": events}, "period": "2025-11"}
    line = json.dumps(given).encode()
    assert len(line) > 8_000_000
    (found,) = answers(written(tmp_path, line))
    assert found["statement"]["lines"][0]["quantity"] == str(sum(number % 7 for number in range(60_000)))


def test_numbers_are_exact_whether_quoted_or_not(tmp_path: Path) -> None:
    price, quantity = "0.1234567890123456789", "999999999999.123456789"
    lines = [
        f'{{"id": {number}, "terms": {{"price": {mark}{price}{mark}}}, "usage": {mark}{quantity}{mark}, "period": "2025-11"}}'
        for number, mark in enumerate(("", '"'))
    ]
    bare, quoted = answers(written(tmp_path, "\n".join(lines).encode()))
    assert bare["statement"] == quoted["statement"]
    assert bare["statement"]["lines"][0]["exact"] == "123456789012.2374636897393689999750190521"
    assert (bare["id"], quoted["id"]) == (0, 1)


def test_the_answer_holds_exact_and_rounded_figures_and_a_sentence(tmp_path: Path) -> None:
    (plain,) = answers(written(tmp_path, b'{"terms": {"price": 0.085}, "usage": 7413, "period": "2025-11"}'))
    (line,) = plain["statement"]["lines"]
    assert (line["exact"], line["amount"], line["working"].count("$630.105")) == ("630.105", "630.11", 1)
    assert [step["op"] for step in line["steps"]] == ["measure", "price", "round"]
    assert not {"exact", "alerts"} & {*plain["statement"], *plain}
    assert "figures" not in line


def test_exact_adds_unrounded_totals(tmp_path: Path) -> None:
    given = {
        "terms": {"charges": {"a": "0.333", "b": "0.333"}, "taxes": {"vat": 19}}, "usage": {"a": 1, "b": 1},
        "period": "2025-11", "billed": {"a": "0.10"},
    }  # fmt: skip
    (found,) = answers(written(tmp_path, json.dumps(given).encode()), "--exact")
    assert found["statement"]["total"] == "0.66"
    assert found["statement"]["exact"] == {"total": "0.666", "due": "0.566", "taxes": "0.1254"}


def test_what_is_left_to_pay_counts_tax_and_credits_after_it(tmp_path: Path) -> None:
    given = {
        "terms": {"charges": {"amount": "100"}, "taxes": {"vat": 19}, "credits": {"gift": {"amount": 50, "tax": "after"}}},
        "period": "2025-11", "billed": {"fee": 60, "vat.tax": 10},
    }  # fmt: skip
    (found,) = answers(written(tmp_path, json.dumps(given).encode()), "--exact")
    told = found["statement"]
    assert [told[name] for name in ("total", "due", "tax", "tax_due", "payable")] == [
        "100.00",
        "40.00",
        "19.00",
        "9.00",
        "-1.00",
    ]
    assert told["exact"]["taxes"] == "19"
    assert [one["working"] for one in told["taxes"]] == [
        "$100.00 × 19% = $19.00, already billed by an earlier invoice: $10.00, which leaves $9.00",
        "$50.00 of $119.00 paid from the credit: $50.00 - $50.00 = $0.00 left",
    ]


def test_steps_name_the_figures_between(tmp_path: Path) -> None:
    given = {
        "terms": {
            "metrics": {"traffic": {"unit": "GB", "rounding": {"divide_by": 1000, "mode": "up"}}},
            "charges": [{"metric": "traffic", "price": 2, "allocation": "team"}, {"amount": 90, "in_force": {"end": "2025-11-11"}}],
        },
        "usage": {"traffic": [{"quantity": 1500, "dims": {"team": "a"}}, {"quantity": 501, "dims": {"team": "b"}}]},
        "period": "2025-11",
    }  # fmt: skip
    (found,) = answers(written(tmp_path, json.dumps(given).encode()), "--steps")
    traffic, fee = (line["figures"] for line in found["statement"]["lines"])
    assert [(one["name"], one["value"]) for one in traffic] == [
        ("measured", "2001"), ("converted", "2.001"), ("rounded_units", "3"), ("share", "4.00"), ("share", "2.00"),
    ]  # fmt: skip
    assert [one["value"] for one in fee] == ["30", "0.33333333333333333333333333333333333333333333333333"]
    assert (fee[1]["part"], fee[1]["of"], fee[1]["unit"]) == ("10", "30", "days")


def test_a_closing_position_opens_the_next_period(tmp_path: Path) -> None:
    terms = {
        "effective_from": "2025-10-01", "price": 1, "included": {"quantity": 100, "rollover": {"expires_after": 2}},
        "prepaid": {"p": {"amount": 50, "on_exhaustion": "list"}},
    }  # fmt: skip
    october = {"terms": terms, "usage": {"calls": 130}, "period": "2025-10"}
    (first,) = answers(written(tmp_path, json.dumps(october).encode()))
    november = {"terms": terms, "usage": {"calls": 90}, "period": "2025-11", "opening": first["closing"]}
    (second,) = answers(written(tmp_path, json.dumps(november).encode()))
    assert [one["amount"] for one in first["closing"]["balances"]] == ["20.00"]
    assert not [one for one in second["assumed"] if one["path"].startswith("opening")]
    assert second["statement"]["total"] == "0.00"


def test_whatever_is_put_into_a_line_is_answered_or_refused() -> None:
    """A fault of the calculator's own would name the term 'calculator'."""
    chance = random.Random(7)
    assert "statement" in answer(RICH)
    for _ in range(400):
        odd = deepcopy(RICH)
        for _ in range(chance.choice((1, 1, 2))):
            owner, key = chance.choice(list(places(odd)))
            if chance.random() < 0.3:
                del owner[key]
            else:
                owner[key] = deepcopy(chance.choice(ODD))
        found = answer(odd)
        assert found.get("refused", {}).get("term") != "calculator", (found, odd)


def answer(given: Any) -> Any:
    return json.loads(rated(json.dumps(given).encode(), Extras(True, True, True)))


def places(value: Any) -> Any:
    """Every (owner, key) below a value."""
    for key, one in list(
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    ):
        yield value, key
        yield from places(one)
