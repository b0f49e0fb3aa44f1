"""What people do with Ari and what they see of it: contracts dropped, forms filled in, drafts asked for, cards read."""

from collections.abc import Iterator
from typing import Any

from tests.e2e.kit import Demo, Json

BILLING, CONTRACTS = "C01BILLING", "C02CONTRACTS"
PAPERS = {
    "Acornhill": "acornhill-order-form.pdf", "Brindlecat": "brindlecat-service-order.pdf",
    "Copperkettle": "copperkettle-order-form.pdf", "Dapplewood": "dapplewood-annual-commitment.pdf",
    "Elmfoot": "elmfoot-letter-agreement.pdf", "Gumdrop": "gumdrop-order-form.pdf",
}  # fmt: skip


def terms_card(demo: Demo, paper: str) -> Json:
    """Drop a contract and wait for what Ari read in it."""
    dropped = demo.drop("wren", CONTRACTS, paper)
    return demo.wait(lambda: cards(demo.thread(dropped)), f"the terms of {paper}")[0]


def confirm(demo: Demo, user: str, card: Json, answers: Json | None = None) -> Json:
    """Confirm terms, with the answers to what they leave open; the card as it stands then."""
    demo.press(user, card, "terms_confirm")
    if answers:
        form = demo.modal(user)
        assert demo.submit(user, form, filled(form, answers)) == {}
    return confirmed(demo, card)


def confirmed(demo: Demo, card: Json) -> Json:
    """The card once it says so; it has lost its buttons then."""
    demo.wait(lambda: "Terms confirmed" in now(demo, card)["text"], "the card to turn to confirmed")
    assert cards([now(demo, card)]) == []
    return now(demo, card)


def draft(demo: Demo, user: str, customer: str) -> tuple[Json, Json]:
    """Ask for November's draft; the question, and the card that comes in its thread."""
    asked = demo.say(user, BILLING, f"@Ari draft November for {customer}")
    card = demo.wait(lambda: cards(demo.thread(asked)), f"the draft for {customer}")[0]
    demo.settle()  # no person presses a button while its card is still being posted
    return asked, card


def now(demo: Demo, card: Json) -> Json:
    """The card as it stands."""
    return next(one for one in demo.thread(card) if one["ts"] == card["ts"])


def said(demo: Demo, text: str) -> list[Json]:
    return saying(demo.channel(BILLING), text)


def saying(messages: list[Json], text: str) -> list[Json]:
    return [one for one in messages if text in one["text"]]


def whispered(demo: Demo, card: Json, user: str, text: str) -> list[Json]:
    """What one person alone was told in the card's thread."""
    return [one for one in saying(demo.thread(card, user), text) if one["ephemeral_for"]]


def table(message: Json) -> dict[str, set[str]]:
    """The cells of each row of a message's table, by the first one."""
    found = next(block for block in message["blocks"] if block["type"] == "table")
    return {row[0]["text"]: {cell["text"] for cell in row} for row in found["rows"]}


def words(message: Json) -> str:
    """Everything that a person reads in a message, blocks and tables included."""
    return "\n".join([message.get("text") or "", *_texts(message.get("blocks") or [])])


def cards(messages: list[Json]) -> list[Json]:
    """Those of Ari's messages that carry a button to press."""
    return [one for one in messages if any(block["type"] == "actions" for block in one.get("blocks") or [])]


def value_of(message: Json, action: str) -> str:
    """What a button of the message carries."""
    buttons = [one for block in message["blocks"] for one in block.get("elements", []) if isinstance(one, dict)]
    return str(next(one["value"] for one in buttons if one.get("action_id") == action))


def filled(view: Json, answers: dict[str, str]) -> Json:
    """The values of a form: each input whose label has that word gets the answer, for a choice the option with it."""
    values: Json = {}
    for block in (one for one in view["blocks"] if one["type"] == "input"):
        given = next(answer for word, answer in answers.items() if word in block["label"]["text"])
        values[block["block_id"]] = {block["element"]["action_id"]: _value(block["element"], given)}
    return values


def _value(element: Json, given: str) -> Json:
    if "options" not in element:
        return {"type": element["type"], "value": given}
    chosen = next(one for one in element["options"] if given in one["text"]["text"])
    return {"type": element["type"], "selected_option": chosen}


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("text"), str):
            yield part["text"]
        part = list(part.values())
    for one in part if isinstance(part, list) else []:
        yield from _texts(one)
